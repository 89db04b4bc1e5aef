"""Adaptive pooling under its two rules: windows side by side, and the ordinary pool they equal."""

from dataclasses import dataclass, replace

import numpy as np

from poolviz.pooling import Adaptive, Sliding, Variant, pool
from poolviz.stage.question import Question, choices
from poolviz.stage.scene import Scene, Track
from poolviz.text import _, titled
from poolviz.wings.pooling.core.window_scene import window_scene

RULES = ("torch", "equal")
Span = tuple[int, int]


@dataclass(frozen=True)
class AxisWindows:
    """The windows over one axis of n cells, (start, end) each, under both rules."""

    name: str
    n: int
    out: int
    torch: tuple[Span, ...]
    equal: tuple[Span, ...]

    @property
    def agree(self) -> tuple[bool, ...]:
        """Whether the two rules give the same window, window by window."""
        return tuple(a == b for a, b in zip(self.torch, self.equal, strict=True))

    @property
    def lengths(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The lengths of the windows: PyTorch's, equal."""
        return tuple(b - a for a, b in self.torch), tuple(b - a for a, b in self.equal)


def axis_windows(in_shape: tuple[int, int], output_size: tuple[int, int]) -> list[AxisWindows]:
    """Both rules on both axes.

    >>> axis_windows((5, 5), (3, 3))[0].lengths
    ((2, 3, 2), (3, 3, 3))
    """
    rules = [Adaptive(output_size, rule=rule) for rule in RULES]
    return [
        AxisWindows(name, n, o, *(_pairs(rule.spans(n, o)) for rule in rules))
        for name, n, o in zip((_("rows"), _("columns")), in_shape, output_size, strict=True)
    ]


def _pairs(spans: np.ndarray) -> tuple[Span, ...]:
    return tuple((int(start), int(end)) for start, end in spans)


def ordinary(line: AxisWindows) -> tuple[int, int]:
    """(kernel, stride) of the ordinary pool with the equal rule's windows; stride 0: one place."""
    stride = line.n // line.out
    return line.n - (line.out - 1) * stride, stride


def back_again(line: AxisWindows) -> bool:
    """Whether the ordinary pool gives as many outputs: always, unless the stride would be 0."""
    kernel, stride = ordinary(line)
    if stride == 0:
        return False
    windows = Sliding((kernel,), (stride,)).bind((line.n,))
    spans = [(int(row[0]), int(row[-1]) + 1) for row in windows.index]
    return tuple(spans) == line.equal


def conversion(line: AxisWindows) -> str:
    """What ordinary pool the two rules are, in a sentence with the numbers."""
    kernel, stride = ordinary(line)
    if stride == 0:
        return _(
            "From {n} to {out}: stride ⌊{n} / {out}⌋ is 0, so the equal rule looks at all cells "
            "each time; PyTorch's rule repeats cells. No ordinary pool does either."
        ).format(out=line.out, n=line.n)
    calculation = _(
        "stride = ⌊{n} / {out}⌋ = {stride}, kernel = {n} − ({out} − 1)·{stride} = {kernel}"
    ).format(n=line.n, out=line.out, stride=stride, kernel=kernel)
    same = all(line.agree)
    verdict = (
        _("PyTorch's windows are the same: adaptive pooling is an ordinary pool here.")
        if same
        else _("PyTorch's windows differ in length, so no kernel and stride give them.")
    )
    return _("{calculation}. {verdict}").format(calculation=calculation, verdict=verdict)


def adaptive_scene(
    x: np.ndarray, variant: Variant, output_size: tuple[int, int], hidden: bool = False
) -> Scene:
    """Both rules over the same input, one step an output cell: two inputs, two outputs.

    While ``hidden``, PyTorch's windows and what comes of them are withheld.
    """
    titles = {"torch": _("PyTorch's rule"), "equal": _("Equal windows")}
    scenes = {
        rule: window_scene(
            pool(x, variant, Adaptive(output_size, rule=rule)),
            titles[rule],
            hidden_from=0 if hidden and rule == "torch" else None,
        )
        for rule in RULES
    }
    panels, tracks = [], []
    for which in ("input", "output"):
        for rule, scene in scenes.items():
            name = f"{which} {rule}"
            panel = scene.panel(which)
            title = titles[rule] if which == "input" else _("Output, {rule}")
            panels.append(replace(panel, name=name, title=title.format(rule=titles[rule])))
            track = next(t for t in scene.tracks if t.panel == which)
            tracks.append(replace(track, panel=name))
    if hidden:  # of the window itself nothing is seen either, and the other one is on the bench
        tracks[0] = Track(tracks[0].panel, np.full_like(tracks[0].cells, -1))
    asks = _("which cells … ?")
    both = _("{torch}: {a}. {equal}: {b}")
    narration = tuple(
        titled(titles["torch"], a)
        if a == b
        else both.format(a=asks if hidden else a, b=b, **titles)
        for a, b in zip(*(scenes[rule].narration for rule in RULES), strict=True)
    )
    title = _("{variant}, adaptive").format(variant=_(variant.title))
    return Scene(title, tuple(panels), tuple(tracks), narration, variant.story)


def lengths_question(line: AxisWindows) -> Question:
    """How long are PyTorch's windows? The trap is to think that they are all equal."""
    torch, equal = line.lengths
    base, extra = divmod(line.n, line.out)
    parted = tuple(base + (i < extra) for i in range(line.out))
    right = _(
        "Window i goes from ⌊i·{n}/{out}⌋ to ⌈(i + 1)·{n}/{out}⌉, so neighbours may share a cell."
    ).format(n=line.n, out=line.out)
    traps = [
        (equal, _("That is the equal-window rule; PyTorch's windows differ.")),
        (parted, _("That cuts the axis into parts that do not overlap; PyTorch's windows may.")),
        ((base or 1,) * line.out, _("That many windows of this length would leave cells out.")),
        (tuple(reversed(parted)), _("That cuts the axis into parts; PyTorch's windows overlap.")),
        (tuple(n + 1 for n in torch), _("Longer than they need to be to cover the axis.")),
    ]
    text = _("Cells: {n}, outputs: {out}. How long are PyTorch's windows?").format(
        n=line.n, out=line.out
    )
    offers = [(torch, right), *traps]
    return Question(text, choices([(_listed(lengths), why) for lengths, why in offers]))


def _listed(lengths: tuple[int, ...]) -> str:
    shown = ", ".join(str(n) for n in lengths[:8])
    return shown if len(lengths) <= 8 else f"{shown}, …"
