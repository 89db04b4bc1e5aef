"""The menu of experiments of /compare, and what a link holds of them."""

from poolviz.stage.link import one_of, whole
from poolviz.text import N_
from poolviz.ui.experiment import PICTURES, Experiment
from poolviz.ui.experiments_patterns import cost_of_kernels, go_board, halved_stripes
from poolviz.ui.experiments_pictures import shifted_by_a_pixel, swapped_halves, two_errors
from poolviz.ui.share import Setting


def experiment_settings() -> tuple[Setting, ...]:
    """What a link holds of the experiments. Numbers are in percent."""
    return (
        Setting("picture_used", "picture", "photograph", one_of(*PICTURES)),
        Setting("noise", "noise", 30, whole(0, 100)),
        Setting("perturbed", "perturbed", 10, whole(0, 100)),
        Setting("draws", "draws", 0, whole(0, 999_999)),
        Setting("frequency", "frequency", 40, whole(5, 50)),
    )


EXPERIMENTS: dict[str, Experiment] = {
    "shift": Experiment(
        N_("One pixel"),
        N_("The input moves by one pixel. What changes, and what does a blur repair?"),
        "Zhang, ICML 2019; Azulay & Weiss, JMLR 20, 2019",
        shifted_by_a_pixel,
    ),
    "noise": Experiment(
        N_("Two errors"),
        N_(
            "Noise in a window makes an output vary; perturbed filter weights before the pool move "
            "its mean. Which pool limits which?"
        ),
        "Boureau, Ponce & LeCun, ICML 2010; Zeiler & Fergus, ICLR 2013",
        two_errors,
    ),
    "alias": Experiment(
        N_("Stride 2"),
        N_("Halving by a pool or by a convolution of stride 2: what happens to fine stripes?"),
        "Zhang, ICML 2019; Springenberg et al., ICLR workshop 2015",
        halved_stripes,
    ),
    "swap": Experiment(
        N_("Swapped halves"),
        N_("Two parts of a picture change places. What does a global pool throw away?"),
        "Lin, Chen & Yan, ICLR 2014",
        swapped_halves,
    ),
    "go": Experiment(
        N_("Go board"),
        N_("Black stones are 1, white −1, empty points 0. What does pooling make of a game?"),
        "Silver et al., Nature 529, 2016",
        go_board,
    ),
    "cost": Experiment(
        N_("Cost"),
        N_("Operations, bytes and time of one plane, against the kernel size."),
        "van Herk, Pattern Recognition Letters 13, 1992; Gil & Werman, PAMI 15, 1993",
        cost_of_kernels,
    ),
}
"""In the order of the menu."""
