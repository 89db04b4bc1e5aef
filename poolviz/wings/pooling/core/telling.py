"""Parts that several pages of the pooling wing show of a run."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import Pooled, Sliding, Variant
from poolviz.stage.cache import kept
from poolviz.stage.part import (
    ALL,
    CLASS,
    PICTURE,
    Fold,
    Moment,
    Now,
    Numbers,
    Part,
    Picture,
    Program,
    Row,
    Says,
    Stack,
)
from poolviz.stage.scene import Scene
from poolviz.stage.words import plain
from poolviz.text import _, titled
from poolviz.wings.pooling.core.frameworks import topics
from poolviz.wings.pooling.core.shapes import shape_lines
from poolviz.wings.pooling.core.window_scene import (
    Region,
    overview,
    shares,
    window_scene,
)
from poolviz.wings.pooling.programs.plan import Way, file_name, gradient_name
from poolviz.wings.pooling.programs.snippets import Snippets, snippets
from poolviz.wings.pooling.programs.way import weights_name

UNSEEN = 1e-6
"""A cell that weighs no more than this has no say."""


@kept
def scene_of(run: Pooled, region: Region, palette: str, hidden: int | None) -> Scene:
    """The scene of a run, from ``hidden`` on with its answers withheld."""
    scene = window_scene(run, _(run.variant.title), region, hidden, palette)
    assert scene.wire  # computed here, once
    return scene


def around(run: Pooled, region: Region) -> tuple[Part, ...]:
    """Where windows reach past the input: how much of the step's window does."""
    if (run.windows.index >= 0).all():
        return ()
    text = _("Cells of the input in this window: {inside}; places around the input: {padded}.")

    def make(moment: Moment) -> tuple[Part, ...]:
        index = np.broadcast_to(run.windows.index, run.cells.shape)[region.cell(moment.step)]
        inside = int((index >= 0).sum())
        said = text.format(inside=inside, padded=index.size - inside)
        return (Says(said, "caption"),) if inside < index.size else ()

    return (Now(make),)


def output_numbers(run: Pooled, name: str) -> Numbers:
    """The output to take away, once the picture withholds nothing."""
    shape = "x".join(str(n) for n in run.output.shape)
    return Numbers(run.output, _("Output"), name=f"{name}-output-{shape}", tells=PICTURE)


def region_parts(run: Pooled, region: Region, name: str) -> tuple[Part, ...]:
    """Where only a block of a large output is shown: which, and the whole planes."""
    out = run.output.shape
    if region.whole(out):
        return ()
    text = _(
        "Of {rows} × {cols} outputs you see rows {r0} to {r1}, columns {c0} to {c1}; downloads "
        "hold all."
    ).format(
        rows=out[0], cols=out[1],
        r0=region.row, r1=region.row + region.rows - 1,
        c0=region.col, c1=region.col + region.cols - 1,
    )  # fmt: skip
    planes = {
        "input": Picture(
            partial(_plane, region, "input", run), _("The whole input, in grey"),
            _("Whole input"), partial(_planes, region, ("input",), run), 320,
            name=f"{name}-whole-input",
        ),
        "output": Picture(
            partial(_plane, region, "output", run), _("The whole output, in grey"),
            _("Whole output"), partial(_planes, region, ("input", "output"), run), 320,
            name=f"{name}-whole", tells=CLASS,
        ),
    }  # fmt: skip
    return Says(text, "caption"), Row(tuple(planes.values()))


@kept
def _plane(region: Region, which: str, run: Pooled) -> np.ndarray:
    """A whole plane with the block that is shown framed in it."""
    if which == "output":
        rows = slice(region.row, region.row + region.rows)
        cols = slice(region.col, region.col + region.cols)
        return overview(run.output, rows, cols)
    panel = window_scene(run, "", region, hidden_from=0).panel("input")
    (top, left), (height, width) = panel.origin, panel.values.shape
    return overview(run.x, slice(max(top, 0), top + height), slice(max(left, 0), left + width))


def _planes(region: Region, which: tuple[str, ...], run: Pooled) -> object:
    from poolviz.figures.planes import sheet  # Matplotlib, which a view does without

    titles = {"input": _("Whole input"), "output": _("Whole output")}
    return sheet([(titles[name], _plane(region, name, run)) for name in which])


def notice(run: Pooled, region: Region) -> Stack:
    """What to look for in this state, with its numbers; it would answer what is asked."""
    cells, outputs = run.x.size, run.output.size
    lines = [
        _("Numbers that go in: {cells}; that come out: {outputs}, which is {share} %.").format(
            cells=cells, outputs=outputs, share=number(round(100 * outputs / cells, 1))
        )
    ]
    if run.locations is not None:
        lines.append(_deciding(np.unique(run.locations[run.locations >= 0]).size, cells))
    else:
        lines.append(_having_a_say(run, region))
    times = (run.windows.index >= 0).sum()
    if times > cells:
        lines.append(
            _("Windows overlap: a cell is looked at {times} times on average.").format(
                times=number(round(float(times / cells), 2))
            )
        )
    if times < cells:
        lines.append(_("Some cells lie in no window: they cannot change anything."))
    if run.variant.stochastic:
        lines.append(_("The draw is fixed by the seed: another seed, another output."))
    return Stack(noticed(lines), tells=ALL)


def noticed(lines: Iterable[str]) -> tuple[Part, ...]:
    """What to notice: a list under its heading."""
    listed = "\n".join(f"- {line}" for line in lines)
    return Says(_("What to notice"), "heading"), Says(listed)


def _having_a_say(run: Pooled, region: Region) -> str:
    """How many cells of a window the weights of the picture give a say."""
    seen = np.broadcast_to(run.seen, run.cells.shape)[tuple(region.cells.T)]
    counts = (seen & (np.abs(shares(run, region.cells)) > UNSEEN)).sum(-1)
    least, most = int(counts.min()), int(counts.max())
    if (counts == seen.sum(-1)).all():
        return _("Every cell of a window has a say: the areas show how much.")
    told = _("Cells of a window with a say: {count}. The others weigh nothing here.")
    span = number(most) if least == most else _("{low} to {high}").format(low=least, high=most)
    return told.format(count=span)


def _deciding(winners: int, cells: int) -> str:
    if winners == cells:
        return _("Every cell decides at least one output.")
    told = _(
        "{winners} of the {cells} cells decide everything. Change one of the others a little, and "
        "no output moves."
    )
    if winners == 1:
        told = _(
            "One of the {cells} cells decides everything. Change one of the others a little, and "
            "no output moves."
        )
    return told.format(winners=winners, cells=cells)


def shapes(run: Pooled) -> tuple[Part, ...]:
    """The output size of each axis, with the numbers in it."""
    rows, cols = run.output.shape
    title = _("Why {rows} × {columns} outputs?").format(rows=rows, columns=cols)
    assert isinstance(run.geometry, Sliding)
    lines = shape_lines(run.geometry, run.windows.in_shape)
    if len({(line.latex, line.note) for line in lines}) == 1:
        lines = (replace(lines[0], axis=_("rows and columns")),)
    texts = (
        titled(f"**{line.axis}**", f"${line.latex}$") + (f"  \n{line.note}" if line.note else "")
        for line in lines
    )
    return Says(title, "heading"), Says("\n\n".join(texts))


def frameworks(run: Pooled) -> Fold:
    """How the frameworks differ for what the page shows."""
    return Fold(
        _("How frameworks differ here"), partial(_topics, run), "compare_arrows",
        name="frameworks", tells=CLASS,
    )  # fmt: skip


@kept
def _topics(run: Pooled) -> tuple[Part, ...]:
    """A table of the conventions at this state; under each, why, and the smallest input."""
    parts = []
    for topic in sorted(topics(run), key=lambda topic: not topic.differs):
        mark = f" :orange-badge[{_('differs here')}]" if topic.differs else ""
        names, answers = zip(*topic.answers.items(), strict=True)
        results = "\n".join(
            "- " + titled(plain(who), f"**{plain(what)}**") for who, what in topic.results.items()
        )
        parts.append(
            Says(
                f"**{plain(topic.title)}**{mark}\n\n"
                f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n"
                f"| {' | '.join(plain(answer) for answer in answers)} |\n\n"
                f"{plain(topic.why)}\n\n"
                f"{titled(_('The smallest input that shows it'), plain(topic.smallest))}\n\n"
                f"{results}"
            )
        )
    return tuple(parts)


def sources(variant: Variant) -> tuple[Part, ...]:
    """Where the variant comes from and what it is called elsewhere."""
    names = variant.names
    frameworks = {"PyTorch": names.pytorch, "Keras": names.keras, "ONNX": names.onnx}
    called = " · ".join(f"{who}: `{name}`" for who, name in frameworks.items() if name)
    said = _("Source: {reference}").format(reference=_(variant.reference))
    return (Says("\n\n".join(filter(None, (said, called))), "caption"),)


def program(
    run: Pooled,
    task: str = "forward",
    dy: np.ndarray | None = None,
    duplicates: str = "last",
    way: Way | None = None,
) -> Program:
    """PyTorch, Keras and NumPy for exactly this state, with the files that they load."""
    return programs({"": partial(texts_and_files, run, task, dy, duplicates, way)})


Made = tuple[Mapping[str, str], Mapping[str, np.ndarray]]


def programs(named: Mapping[str, Callable[[], Made]], name: str = "code") -> Program:
    """The same for several programs over one input, each below its name."""
    return Program(
        _("The same in PyTorch, Keras and NumPy"), named,
        _("For exactly this state. The NumPy lines need NumPy alone."), name=name,
    )  # fmt: skip


def texts_and_files(
    run: Pooled, task: str, dy: np.ndarray | None, duplicates: str, way: Way | None
) -> Made:
    """The programs by library, and the arrays that are too large to be written into them."""
    given = snippets(run, task, dy, duplicates, way)
    files = {file_name(run.x): run.x}
    if dy is not None:
        files[gradient_name(dy)] = dy
    if way is not None and way.weights is not None:
        files[weights_name(way.weights)] = way.weights
    loaded = {
        name: values.astype(np.float64)
        for name, values in files.items()
        if f'"{name}"' in given.numpy
    }
    return written(given, loaded)


def written(given: Snippets, loaded: Mapping[str, np.ndarray] | None = None) -> Made:
    """Three programs by library, and the arrays that they load by name."""
    return {"PyTorch": given.pytorch, "Keras": given.keras, "NumPy": given.numpy}, loaded or {}
