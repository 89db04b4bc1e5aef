"""The menu of experiments, their controls, and the one that is chosen as a part of the page."""

from dataclasses import replace

from poolviz.stage.control import Choice, Control, Silent, Values, Whole
from poolviz.stage.link import whole
from poolviz.stage.matrix import LARGEST_SEED
from poolviz.stage.part import Inquiry, Now, Part, Place, Row, Says
from poolviz.text import N_, _
from poolviz.wings.pooling.compare.experiment import LEAST, PICTURES, Experiment, Prepared, usable
from poolviz.wings.pooling.compare.patterns import cost_of_kernels, go_board, halved_stripes
from poolviz.wings.pooling.compare.pictures import (
    shifted_by_a_pixel,
    swapped_halves,
    two_errors,
)

NAME = "experiment"
PICTURE = "picture_used"
EXPERIMENTS: dict[str, Experiment] = {
    "shift": Experiment(
        N_("One pixel"),
        N_("The input moves by one pixel. What changes, and what does a blur repair?"),
        "Zhang, ICML 2019; Azulay & Weiss, JMLR 20, 2019",
        shifted_by_a_pixel,
        (PICTURE,),
    ),
    "noise": Experiment(
        N_("Two errors"),
        N_(
            "Noise in a window makes an output vary; perturbed filter weights before the pool move "
            "its mean. Which pool limits which?"
        ),
        "Boureau, Ponce & LeCun, ICML 2010; Zeiler & Fergus, ICLR 2013",
        two_errors,
        (PICTURE, "noise", "perturbed", "draws"),
    ),
    "alias": Experiment(
        N_("Stride 2"),
        N_("Halving by a pool or by a convolution of stride 2: what happens to fine stripes?"),
        "Zhang, ICML 2019; Springenberg et al., ICLR workshop 2015",
        halved_stripes,
        ("frequency",),
    ),
    "swap": Experiment(
        N_("Swapped halves"),
        N_("Two parts of a picture change places. What does a global pool throw away?"),
        "Lin, Chen & Yan, ICLR 2014",
        swapped_halves,
        (PICTURE,),
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
        ("measured",),
    ),
}
"""In the order of the menu."""


CONTROLS = (
    Control(
        NAME, N_("Experiment"),
        Choice(tuple(EXPERIMENTS), lambda name: _(EXPERIMENTS[name].title), look="segments"),
        next(iter(EXPERIMENTS)), within=NAME,
    ),
    *(
        replace(control, within=NAME)
        for control in (
            Control(
                "picture", N_("Picture"),
                Choice(usable, lambda name: _(PICTURES[name]), look="segments",
                       known=tuple(PICTURES)),
                next(iter(PICTURES)), key=PICTURE,
            ),
            Control(
                "noise", N_("Noise, of the activations' spread"),
                Whole(0, 100, look="slider", unit="%"), 30,
            ),
            Control(
                "perturbed", N_("Perturbed weights, of their size"),
                Whole(0, 100, look="slider", unit="%"), 10,
            ),
            Control("draws", N_("Seed of the draws"), Whole(0, LARGEST_SEED), 0),
            Control(
                "frequency", N_("Stripes in 100 cells"), Whole(5, 50, look="slider"), 40,
            ),
            Control("", "", Silent(whole(0, 10**6)), 0, key="measured"),
        )
    ),
)  # fmt: skip
"""What a link holds of the experiments, also of those that are not chosen: who comes back to one
finds it as it was. Numbers are in percent."""


def prepared(values: Values) -> Prepared:
    """The chosen experiment, run."""
    return EXPERIMENTS[values[NAME]].prepare(values)


def inquiry(values: Values) -> Inquiry:
    """The chosen experiment: its hypothesis first, then what happens."""
    chosen, run = EXPERIMENTS[values[NAME]], prepared(values)
    asked = len(run.questions)
    source = _("Source: {reference}").format(reference=_(chosen.reference))
    return Inquiry(
        run.questions,
        f"{values[NAME]} {run.about}",
        _before(chosen, values),
        (Now(lambda moment: run.result(), tells=asked), Says(source, "caption", tells=asked)),
        _("The result is shown when the hypothesis is chosen."),
        name=NAME,
    )


def _before(chosen: Experiment, values: Values) -> tuple[Part, ...]:
    """The menu, what the experiment is about, its controls."""
    small = PICTURE in chosen.controls and "input" not in usable(values)
    joins = _("The input above joins the choice from {n} × {n} on.").format(n=LEAST)
    beside = tuple(Place((key,)) for key in chosen.controls if key != PICTURE)
    picture = (Place((PICTURE,)),) if PICTURE in chosen.controls else ()
    return (
        Place((NAME,)),
        Says(_(chosen.about)),
        *picture,
        *((Says(joins, "caption"),) if small else ()),
        *((Row(beside),) if len(beside) > 1 else beside),
    )
