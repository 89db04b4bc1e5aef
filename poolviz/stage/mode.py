"""Whether a person predicts first: a control that most pages have."""

from poolviz.stage.control import Choice, Control
from poolviz.text import N_, _

MODES = {"predict": N_("Predict first"), "watch": N_("Just watch")}
MODE = Control(
    "mode", N_("Mode"),
    Choice(tuple(MODES), lambda mode: _(MODES[mode]), look="segments"), "predict", passing=True,
)  # fmt: skip
