"""The controls of the page: the nets, a training, and the gates below."""

from dataclasses import replace

from poolviz.attention.tiny import TASKS
from poolviz.attention.training import STEPS
from poolviz.stage.control import Choice, Control, Flag, Real, Silent, Values, Whole
from poolviz.stage.link import whole
from poolviz.stage.mode import MODE as MODE
from poolviz.text import N_, _

GATES = "gates"
"""The name of the inquiry about gates, to which its controls belong."""
BLOCK_NAMES = {"NL": N_("a map each"), "SNL": N_("one for all")}
SAMPLES = {
    "photograph": N_("photograph"), "cat": N_("cat"), "digit": N_("digit"),
    "go-board": N_("Go board"),
}  # fmt: skip
GATE_NAMES = {
    "SE": "SE", "CBAM": "CBAM", "GC": "GC", "CAM": "CAM",
}  # fmt: skip
FUSIONS = {"add": N_("added"), "mul": N_("multiplied")}
ORDERS = {"avg, max": N_("[avg, max], the paper's"), "max, avg": N_("[max, avg], the code's")}
SIGNS = {"paper": N_("+, the paper's"), "code": N_("−, the code's")}


class Chosen:
    """Whether one of these gates is chosen."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def __call__(self, values: Values) -> bool:
        return values[GATES] in self.names


def _choice(of: dict[str, str], look: str = "segments") -> Choice:
    return Choice(tuple(of), lambda option: _(of[option]), look=look)


NETS = (
    Control(
        "block", N_("Block"), _choice(BLOCK_NAMES, "named"), "NL",
        N_("A non-local block, or a simplified one (SNL), whose one query serves all cells."),
        resets={"trained": 0},
    ),
    Control(
        "unary", N_("What is its own in each query"), Real(0.0, 1.0, 0.05), 1.0,
        N_("1: as it was trained. 0: the query's bias alone, the same for all: one map."),
        when=lambda values: bool(values["block"] == "NL"),
    ),
    Control(
        "seed", N_("Seed"), Whole(0, 9999, look="seed"), 0,
        N_("Of the maps that are shown, and of a training."), folded=True,
        resets={"trained": 0},
    ),
)  # fmt: skip
"""What the three nets of the first picture are."""
TRAINING = (
    Control(
        "task",
        N_("Task"),
        Choice(tuple(TASKS), lambda t: _(TASKS[t].title), look="named"),
        "classify",
        placed=True,
        resets={"trained": 0},
    ),
    Control("trained", "", Silent(whole(0, STEPS), tries=(0, 40)), 0),
)
"""What is trained, and how far it is."""
GATING = tuple(
    replace(control, within=GATES)
    for control in (
        Control(
            GATES, N_("Gate"), _choice(GATE_NAMES), "SE",
            N_("Squeeze-and-excitation, CBAM, global context, channel attention."),
        ),
        Control("sample", N_("Picture"), _choice(SAMPLES), "photograph"),
        Control(
            "reduction", N_("Reduction r"), _choice({"6": "6", "3": "3", "2": "2"}, "named"), "6",
            N_("Six channels go through 6 / r hidden units."), when=Chosen("SE", "CBAM", "GC"),
        ),
        Control("fusion", N_("Fusion"), _choice(FUSIONS, "named"), "add", when=Chosen("GC")),
        Control(
            "order", N_("Order of the maps"), _choice(ORDERS, "named"), "avg, max",
            when=Chosen("CBAM"),
        ),
        Control(
            "cam_sign", N_("Sign of the products"), _choice(SIGNS, "named"), "paper",
            when=Chosen("CAM"),
        ),
        Control(
            "normalised", N_("Rows of length 1"), Flag(), True,
            N_("Without, products grow with the picture, and a row is 1 at one channel."),
            when=Chosen("CAM"),
        ),
    )
)  # fmt: skip
"""The gates over the named channels of a picture."""
STEP = Control("step", N_("Step"), Silent(whole(0, 99), tries=(1,)), 0, passing=True)
