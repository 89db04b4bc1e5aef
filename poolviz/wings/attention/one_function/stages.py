"""Nine stages of one function, ``attend``: each changes one argument of the one before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from poolviz.attention import Attended, attend, distance_of_rows
from poolviz.samples import sample
from poolviz.stage.cache import kept
from poolviz.text import N_

SIDE = 4
ARGUMENTS = ("x", "heads", "q", "k", "v", "mask", "scale", "bias")
Space = Mapping[str, np.ndarray]


def inputs() -> dict[str, np.ndarray]:
    """What the stages are made of: A as tokens, (A, A^T), and who lies in one window or cross.

    >>> {name: array.shape for name, array in inputs().items()}["window"]
    (16, 16)
    """
    plane = sample("worked-example")
    row, col = np.divmod(np.arange(plane.size), SIDE)
    block = row // 2 * 2 + col // 2
    return {
        "A": plane.reshape(-1, 1),
        "AT": np.stack((plane.ravel(), plane.T.ravel()), -1),
        "window": block[:, None] == block,
        "cross": (row[:, None] == row) | (col[:, None] == col),
        "causal": np.tri(plane.size, dtype=bool),
    }


@dataclass(frozen=True)
class Stage:
    """One call of ``attend``. Texts are code, and the call is made of just these texts.

    ``changed``: the argument that the stage before had otherwise. ``means`` (N_): what that is;
    ``because`` (N_): why the outputs move as they do; ``trap`` (N_): what is often thought.
    """

    title: str
    changed: tuple[str, ...]
    means: str
    because: str
    trap: str
    x: str = "A"
    q: str = "x"
    k: str = "x"
    mask: str = "None"
    scale: float = 1.0
    scale_text: str = "1"
    bias: str = "None"
    heads: int = 1
    v: str = field(default="x", init=False)

    @property
    def texts(self) -> dict[str, str]:
        """Argument -> what a person writes for it."""
        given = {name: str(getattr(self, name)) for name in ARGUMENTS}
        return {**given, "scale": self.scale_text}


BOTH = "x * np.array([0.5, 0.25])"
KEYS = "x * np.array([0.25, -0.5])"
STAGES: tuple[Stage, ...] = (
    Stage(
        N_("Average pooling"), (), N_("each cell asks its own 2 × 2 window, all its keys alike"),
        "", "", q="0 * x", mask="window",
    ),
    Stage(
        N_("Global average"), ("mask",), N_("the mask is gone: all 16 cells may be asked"),
        N_("All queries are 0, so all scores are equal: everyone takes the mean of the whole map."),
        N_("More keys do not make a larger output: weights sum to 1, it stays a mean."),
        q="0 * x",
    ),
    Stage(
        N_("One learned query (global context)"), ("q",), N_("one query, 0.25, asks for all"),
        N_("A positive query scores bright keys higher. It is everybody's, so all outputs stay "
           "equal."),
        N_("It does not matter which cell asks: the query is the same for all."),
        q="0 * x + 0.25",
    ),
    Stage(
        N_("The pixel asks (Gaussian non-local)"), ("q", "scale"),
        N_("each cell asks with its own value, scale 1/8"),
        N_("The score is the product of both values: a bright query picks bright keys sharply, a 0 "
           "scores all alike and takes the plain mean."),
        N_("A product asks for brightness, not for likeness: a dark cell does not find the dark."),
        scale=1 / 8, scale_text="1 / 8",
    ),
    Stage(
        N_("Similar, not bright (non-local means)"), ("bias",),
        N_("every key has −x²/16 in advance"),
        N_("Now the score is −(difference)²/16 but for a constant: bright keys no longer win by "
           "being bright, and each query finds its like."),
        N_("The bias is a penalty for bright keys: it can lift no one towards the brightest."),
        scale=1 / 8, scale_text="1 / 8", bias="-(x.T**2) / 16",
    ),
    Stage(
        N_("Learned embeddings"), ("x", "q", "k", "scale", "bias"),
        N_("cells become pairs (A, Aᵀ); queries and keys are views of them"),
        N_("What counts as alike is learned now: this view wants bright A and dark Aᵀ."),
        N_("Embeddings do not only compare: they say what is looked for."),
        x="AT", q=BOTH, k=KEYS,
    ),
    Stage(
        N_("Scale 1/√d"), ("scale",), N_("scores are divided by √2"),
        N_("Smaller scores, more even weights: more keys count, and outputs move towards the "
           "mean."),
        N_("The scale does not shrink the output: it makes the weights more even."),
        x="AT", q=BOTH, k=KEYS, scale=1 / np.sqrt(2), scale_text="1 / 2**0.5",
    ),
    Stage(
        N_("Criss-cross"), ("mask",), N_("only the same row and column may be asked"),
        N_("Nine of the 16 keys are gone; each query shares its weights among the 7 on its cross."),
        N_("Fewer keys do not mean a smaller output: what is left is weighed anew."),
        x="AT", q=BOTH, k=KEYS, mask="cross", scale=1 / np.sqrt(2), scale_text="1 / 2**0.5",
    ),
    Stage(
        N_("Two heads: a Transformer head"), ("heads", "mask", "scale"),
        N_("each column of q, k and v is a head of width 1; the mask is gone, x is added after"),
        N_("Head 1 is stage 3 again: A by A. Head 2 scores −Aᵀ Aᵀ/8 and looks for the dark."),
        N_("Heads do not see each other's columns: the first is as it was with A alone."),
        x="AT", q=BOTH, k=KEYS, heads=2,
    ),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Done:
    """A stage that was computed; ``factor`` multiplies its scale."""

    stage: Stage
    factor: float = 1.0

    @cached_property
    def run(self) -> Attended:
        """The call; with heads as the leading axis."""
        given, stage = inputs(), self.stage
        space = {**given, "x": given[stage.x], "np": np}

        def value(text: str) -> np.ndarray | None:
            made: np.ndarray | None = eval(text, {"__builtins__": {}}, space)  # our own texts
            return made

        q, k, v = value(stage.q), value(stage.k), value(stage.v)
        assert q is not None
        assert k is not None
        assert v is not None
        if stage.heads > 1:
            q, k, v = (each.T[:, :, None] for each in (q, k, v))
        return attend(
            q, k, v, mask=value(stage.mask), scale=stage.scale * self.factor,
            bias=value(stage.bias),
        )  # fmt: skip

    @cached_property
    def output(self) -> np.ndarray:
        """y, the first channel ``(4, 4)``, before x is added."""
        y = self.run.output
        return (y[0, :, 0] if self.stage.heads > 1 else y[:, 0]).reshape(SIDE, SIDE)

    @cached_property
    def maps(self) -> np.ndarray:
        """W by head ``(heads, 16, 16)``."""
        return self.run.weights.reshape(-1, SIDE**2, SIDE**2)

    @cached_property
    def effective(self) -> np.ndarray:
        """How many keys each query uses, by head ``(heads, 16)``."""
        return self.run.effective.reshape(-1, SIDE**2)


@kept
def all_stages(factor: float) -> tuple[Done, ...]:
    """Every stage, its scale times ``factor``."""
    return tuple(Done(stage, factor) for stage in STAGES)


@dataclass(frozen=True)
class Shrunk:
    """What is left where the part of the query that is the cell's own is multiplied by ``t``:
    how far rows differ, the error of giving all the constant query's map, the first output."""

    t: float
    differ: float
    error: float
    context: tuple[float, float]


TIMES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.0)


def shrunk(t: float) -> Shrunk:
    """Non-local to simplified non-local: q = t W_q x + (1, 0.5), the rest as stage 6."""
    x = inputs()["AT"]
    own, constant, key = x * (0.5, 0.25), np.array([[1, 0.5]]), x * (0.25, -0.5)
    run, one = attend(t * own + constant, key, x), attend(constant, key, x)
    error = np.linalg.norm(one.output - run.output) / np.linalg.norm(run.output)
    first, second = run.output.mean(0).tolist()
    return Shrunk(t, float(distance_of_rows(run.weights)), float(error), (first, second))
