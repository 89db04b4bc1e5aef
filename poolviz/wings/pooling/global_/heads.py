"""From maps to classes: flatten and a fully connected layer, or the global mean and a linear one.

Counts follow from the shapes alone; weights and biases are counted apart.
"""

from dataclasses import dataclass, replace

from poolviz.stage.question import Choice, Question, choices
from poolviz.text import _, counted


@dataclass(frozen=True)
class Maps:
    """What the last convolution gives: C maps of H x W, and how many classes there are.

    >>> maps = Maps(512, 7, 7, 1000)
    >>> maps.flattened, maps.flatten_weights, maps.gap_weights
    (25088, 25088000, 512000)
    """

    channels: int
    rows: int
    cols: int
    classes: int

    @property
    def flattened(self) -> int:
        """C H W: the length of the flattened maps."""
        return self.channels * self.rows * self.cols

    @property
    def flatten_weights(self) -> int:
        """C H W N: a weight from every cell of every map to every class."""
        return self.flattened * self.classes

    @property
    def gap_weights(self) -> int:
        """C N: a weight from the mean of every map to every class."""
        return self.channels * self.classes


@dataclass(frozen=True)
class Stage:
    """One box of a flow: what it is, its shape as text, and how many numbers it holds."""

    title: str
    shape: str
    size: int


@dataclass(frozen=True)
class Head:
    """A flow from maps to classes. ``links``: what lies between a stage and the next."""

    title: str
    stages: tuple[Stage, ...]
    links: tuple[str, ...]
    weights: int
    biases: int


def heads(maps: Maps) -> tuple[Head, Head]:
    """Flatten -> fully connected, and global average -> linear."""
    c, h, w, n = maps.channels, maps.rows, maps.cols, maps.classes
    first = Stage(_("maps"), f"{c:,} × {h} × {w}", maps.flattened)
    last = Stage(_("classes"), f"{n:,}", n)
    flat = Stage(_("one long vector"), f"{maps.flattened:,}", maps.flattened)
    means = Stage(_("one mean a map"), f"{c:,}", c)
    return (
        Head(
            _("Flatten, then fully connected"),
            (first, flat, last),
            (_("flatten: no weights"), _("fully connected")),
            maps.flatten_weights,
            n,
        ),
        Head(
            _("Global average, then linear"),
            (first, means, last),
            (_("mean over H × W: no weights"), _("linear")),
            maps.gap_weights,
            n,
        ),
    )


def weights_question(maps: Maps) -> Question:
    """How many weights has the head behind the global average? (misconception 10)"""
    c, h, w, n = maps.channels, maps.rows, maps.cols, maps.classes
    right = _(
        "Each map becomes one mean, whatever its size: {c} · {n} = {weights}, and flatten → fully "
        "connected has {times} times as many."
    )
    if h * w == 1:
        right = _(
            "Each map becomes one mean: {c} · {n} = {weights}. Flatten → fully connected has just "
            "as many here, for a map is one cell."
        )
    right = right.format(
        c=f"{c:,}", n=f"{n:,}", weights=f"{maps.gap_weights:,}", times=f"{h * w:,}"
    )
    traps = [
        (
            maps.flatten_weights,
            _("That is flatten → fully connected: there every cell of a map has its own weight."),
        ),
        (maps.flattened, _("That is the length of the flattened maps, not a number of weights.")),
        (
            c * (h + w) * n,
            _("Rows and columns are both averaged away: H and W do not come in at all."),
        ),
        (c, _("That is how many means there are; each has a weight to every class.")),
        (maps.gap_weights + n, _("That counts the biases too; they come to {n}.").format(n=n)),
        (2 * maps.gap_weights, _("Averaging has no weights of its own: count the linear layer.")),
    ]
    text = _(
        "{maps} of {h} × {w}, averaged over all places, then a linear layer to {classes}: how "
        "many weights, biases apart?"
    ).format(
        maps=counted(c, _("{n} map"), _("{n} maps")), h=h, w=w,
        classes=counted(n, _("{n} class"), _("{n} classes")),
    )  # fmt: skip
    counts = choices([(maps.gap_weights, right), *traps], written="{:,}".format)
    return Question(text, counts)


def size_question(maps: Maps) -> Question:
    """A larger picture at test time: which head still runs? (misconception 10, second half)"""
    h, w = larger(maps)
    text = _(
        "A larger picture comes: the maps are now {h} × {w} instead of {oh} × {ow}. Which head "
        "still runs, with the weights it has?"
    ).format(h=h, w=w, oh=maps.rows, ow=maps.cols)
    right = _(
        "The mean of a map is one number at any size; the flattened vector would have {now} "
        "numbers and the weights expect {was}. Global pooling does not fix the input size: it "
        "frees it."
    ).format(now=f"{maps.channels * h * w:,}", was=f"{maps.flattened:,}")
    return Question(
        text,
        (
            Choice(_("the global average alone"), True, right),
            Choice(
                _("flatten → fully connected alone"),
                False,
                _("Its weights belong to places of a map of one size: it is this head that fixes."),
            ),
            Choice(
                _("both"),
                False,
                _("A fully connected layer needs exactly as many inputs as weights."),
            ),
            Choice(
                _("neither: the picture must be resized first"),
                False,
                _("“Global pooling fixes the input size” is the myth: it does the opposite."),
            ),
        ),
    )


def larger(maps: Maps) -> tuple[int, int]:
    """Another size of the maps, larger and of another shape."""
    return maps.rows + 3, maps.cols + 1


def other_sizes(maps: Maps) -> tuple[Maps, ...]:
    """Maps of other sizes that the same two heads meet: half, the same, larger, double."""
    sizes = [
        (max(1, maps.rows // 2), max(1, maps.cols // 2)),
        (maps.rows, maps.cols),
        larger(maps),
        (2 * maps.rows, 2 * maps.cols),
    ]
    return tuple(replace(maps, rows=h, cols=w) for h, w in dict.fromkeys(sizes))
