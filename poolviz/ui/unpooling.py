"""Unpooling: the questions, the scene of the way there and back, and what is left of the input."""

from html import escape

import numpy as np
import streamlit as st

from poolviz.figures.export import saved
from poolviz.figures.planes import sheet
from poolviz.numbers import number
from poolviz.pooling import Pooled, RoundTrip
from poolviz.stage.scene import Scene
from poolviz.stage.words import plain
from poolviz.text import _, language, titled, together
from poolviz.ui import share
from poolviz.ui.asked import ask_cases
from poolviz.ui.code import show_code
from poolviz.ui.handouts import scene_handout
from poolviz.ui.images import fitted, grey, png
from poolviz.ui.in_turn import fragment
from poolviz.ui.pictures import picture_files
from poolviz.ui.play import asked_cell, save_whole
from poolviz.ui.pooling import play, signature
from poolviz.ui.share import State
from poolviz.ui.takeaway import downloads
from poolviz.ui.way_back import between, method_of, unpooling_settings
from poolviz.wings.pooling.core.filenames import run_name, slug
from poolviz.wings.pooling.core.tex import tex
from poolviz.wings.pooling.core.window_scene import Region, value_range
from poolviz.wings.pooling.gradients.questions import Asked
from poolviz.wings.pooling.gradients.scene import added_up
from poolviz.wings.pooling.unpooling.between import FILTERS, KINDS, Between
from poolviz.wings.pooling.unpooling.journey import (
    METHODS,
    ByConvolution,
    Journey,
    Method,
    journey,
    place_of,
    times_remembered,
)
from poolviz.wings.pooling.unpooling.questions import unpool_questions
from poolviz.wings.pooling.unpooling.scene import unpool_scene

KEY = "unpooling"
PLAIN = {"between": "nothing", "unpooling": "Locations", "duplicates": "last"}
"""The way back with which a case of the worked example is shown."""
CELL = 40
"""Width of a cell of a table, in pixels."""
MAP = 256
"""Pixels of the side of a map."""
Back = tuple[str, Method, RoundTrip, str]
"""A way back: its key, itself, what it did, and that in words."""
WRITTEN_OUT = 8
"""Inputs of up to so many rows and columns are compared number by number."""


@fragment
def play_unpooling(state: State, run: Pooled, region: Region, palette: str) -> None:
    """Ask, play, and tell what came back."""
    method = method_of(state, run)
    if not method:
        st.warning(_("There is no way back from here: the numbers are not all finite."))
        share.save(state, unpooling_settings)
        return
    name, done = _named(state, run, method), _journey(state, run, method)
    hidden, first = None, asked_cell(state, region)
    if state["mode"] == "predict":
        asked = _asked(f"{language()}{name}{first}", done, first)
        hidden = ask_cases(state, asked, name, KEY, PLAIN)
    files = f"{run_name(KEY, run)}-{slug(method)}"
    at = play(state, _scene(f"{language()}{name}", hidden, region, palette, done), KEY, files)
    cell = tuple(int(i) for i in region.cells[at.step])
    st.latex(done.method.formula)
    if hidden is None or at.step < hidden:
        _numbers(done, cell)
    shape = "x".join(str(n) for n in done.trip.output.shape)
    downloads(
        done.trip.output,
        f"{files}-unpooled-{shape}",
        KEY,
        hidden is not None,
        _("Unpooled"),
    )
    save_whole(done.run, region, files, KEY)
    scene_handout(
        state,
        unpooling_settings,
        lambda secret: _drawn(0 if secret else None, region, palette, done),
        (done.method.formula,),
        lambda: [each.question for each in unpool_questions(done, first)],
        files,
        KEY,
        hidden is not None,
    )
    if hidden is None:
        compare(name, done)
        backward(done)
    share.save(state, unpooling_settings)


def way_code(state: State, run: Pooled) -> None:
    """The programs for the whole way: pool, what happens in between, and back."""
    method = method_of(state, run)
    if method:
        done = _journey(state, run, method)
        show_code(run, "unpooling.code", "unpool", None, state["duplicates"], done.way)


def _named(state: State, run: Pooled, method: str) -> str:
    return f"{signature(run)}{between(state)!r}{method}{state['duplicates']}"


def _journey(state: State, run: Pooled, method: str) -> Journey:
    name = _named(state, run, method)
    return _done(name, run, between(state), method, state["duplicates"])


@st.cache_resource(max_entries=48, show_spinner=False)
def _done(name: str, _run: Pooled, _between: Between, method: str, duplicates: str) -> Journey:
    return journey(_run, _between, method, duplicates)


@st.cache_resource(max_entries=48, show_spinner=False)
def _scene(name: str, hidden: int | None, region: Region, palette: str, _journey: Journey) -> Scene:
    scene = _drawn(hidden, region, palette, _journey)
    assert scene.wire  # computed here, once
    return scene


def _drawn(hidden: int | None, region: Region, palette: str, done: Journey) -> Scene:
    names = _("Pooled"), _("After: {operation}").format(operation=_(KINDS[done.between.kind]))
    title = _("Unpooling: {method}").format(method=_(done.method.title))
    return unpool_scene(done, title, names, region, hidden, palette)


@st.cache_resource(max_entries=256, show_spinner=False)
def _asked(name: str, _journey: Journey, cell: tuple[int, ...]) -> tuple[Asked, ...]:
    return unpool_questions(_journey, cell)


def _numbers(done: Journey, cell: tuple[int, ...]) -> None:
    """What this step's value becomes, with the numbers in the formula."""
    value = number(done.carried[cell])
    if done.between.kind == "convolution":
        rows = r" \\ ".join(
            " & ".join(f"{v:.3g}" for v in row) for row in FILTERS[done.between.filter]
        )
        st.latex(rf"\text{{{_('weights')}}} = \begin{{pmatrix}}{rows}\end{{pmatrix}}")
    index, amounts = (a[cell] for a in done.method.spread(done.run, done.carried))
    kept = [(int(i), float(a)) for i, a in zip(index, amounts, strict=True) if i >= 0]
    some = [(i, a) for i, a in kept if a != 0 or len(kept) == 1]
    if not some or len(some) > 16:
        return
    columns = done.run.x.shape[1]
    terms = [
        rf"\hat{{x}}_{{{i // columns},{i % columns}}} \mathrel{{+}}= {tex(a)}"
        if isinstance(done.method, ByConvolution)
        else rf"\hat{{x}}_{{{i // columns},{i % columns}}} = {tex(a)}"
        for i, a in some
    ]
    lines = [r",\quad ".join(terms[i : i + 3]) for i in range(0, len(terms), 3)]
    st.latex(rf"y = {value.replace('−', '-')}: \quad " + lines[0])
    for line in lines[1:]:
        st.latex(line)


def compare(name: str, done: Journey) -> None:
    """Every way to unpool these values, as pictures and numbers."""
    st.subheader(_("What comes back"))
    st.markdown(
        _(
            "A cell counts as **kept** if it has its value again because its place was "
            "remembered, as **by accident** if it has it for another reason, as when a zero is "
            "filled in where a zero was."
        )
    )
    small = max(done.run.x.shape) <= WRITTEN_OUT
    ways: list[Back] = []
    for key, way in METHODS.items():
        if way.possible(done.run):
            trip = _done(f"{name}{key}", done.run, done.between, key, done.duplicates).trip
            ways.append((key, way, trip, _told(trip)))
    if small:
        st.html(_tables(f"{name}{language()}", ways))
    else:
        pictures = [_picture(f"{name}{key}", trip) for key, _way, trip, _what in ways]
        captions = [titled(_(way.title), _measured(told, trip)) for _key, way, trip, told in ways]
        alts = [titled(_(way.title), told) for _key, way, _trip, told in ways]
        st.image(pictures, captions, width=MAP, output_format="PNG", alt=alts)
    coloured = _(
        "Blue: kept. Orange, with a white point in it where there is room: by accident. Grey: "
        "what is there instead."
    )
    ringed = _("Solid ring: kept. Dashed ring: by accident. Pale: lost.")
    legend = ringed if small else coloured
    fitted = _(
        "The transposed convolution has its weights fitted to this one input: no other weights "
        "do better here. It blurs, for one set of weights must serve every window."
    )
    st.caption(together((legend, fitted)))

    def drawn() -> list[tuple[str, np.ndarray]]:
        return [(titled(_(way.title), told), _map(trip)) for _key, way, trip, told in ways]

    picture_files(
        lambda kind: saved(lambda: sheet(drawn(), coloured), kind, _("What each way back keeps")),
        f"{run_name('unpooling', done.run)}-ways-back",
        "unpooling.ways",
        _("Save these pictures"),
    )


def _told(trip: RoundTrip) -> str:
    kept, luck = int(trip.kept.sum()), int(trip.accidental.sum())
    return _("{kept} kept, {luck} by accident, {lost} lost").format(
        kept=kept, luck=luck, lost=trip.x.size - kept - luck
    )


def _measured(told: str, trip: RoundTrip) -> str:
    return _("{told}. Error |x − x̂| / |x| = {error}, energy {energy} %.").format(
        told=told,
        error=number(float(f"{trip.error:.3g}")),
        energy=number(float(f"{100 * trip.energy:.3g}")),
    )


@st.cache_data(max_entries=256, show_spinner=False)
def _tables(name: str, _ways: list[Back]) -> str:
    """The small planes of every way back as HTML: two side by side on a phone, four on a laptop."""
    width = max(165, CELL * _ways[0][2].x.shape[1] + 8)
    drawn = [
        f'<div style="width:{width}px"><p style="margin:0 0 .4rem"><strong>{escape(_(way.title))}'
        f"</strong></p>{_table(trip, told)}"
        f'<p style="font-size:.875rem;margin:.4rem 0 0">{escape(_measured(told, trip))}</p></div>'
        for _key, way, trip, told in _ways
    ]
    return f'<div style="display:flex;flex-wrap:wrap;gap:1rem">{"".join(drawn)}</div>'


def _table(trip: RoundTrip, told: str) -> str:
    """A small plane as an HTML table; every mark has a shape of its own."""
    values, kept, luck = trip.output, trip.kept, trip.accidental
    solid, dashed = "box-shadow:inset 0 0 0 2.5px #1f7ac4", "outline:2px dashed #d9822b"
    dashed += ";outline-offset:-4px"
    rows = []
    for r in range(values.shape[0]):
        cells = []
        for c in range(values.shape[1]):
            style = solid if kept[r, c] else dashed if luck[r, c] else "opacity:.45"
            text = escape(number(float(f"{values[r, c]:.3g}")))
            cells.append(
                f'<td style="width:{CELL}px;height:34px;padding:0;text-align:center;'
                f'border:1px solid #8886;{style}">{text}</td>'
            )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<table role="img" aria-label="{escape(told)}" '
        f'style="border-collapse:collapse;font-size:.9rem">{"".join(rows)}</table>'
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _picture(name: str, _trip: RoundTrip) -> bytes:
    return png(_map(_trip))


def _map(trip: RoundTrip) -> np.ndarray:
    """A large plane in grey with what came back in colour, uint8 (H, W, 3)."""
    values = trip.output
    picture = np.repeat(grey(values, *value_range(values))[..., None], 3, axis=-1)
    picture[trip.kept] = (31, 122, 196)
    picture[trip.accidental] = (217, 130, 43)
    drawn = fitted(picture, MAP)
    rows, cols = values.shape
    side = drawn.shape[0] // rows
    if side >= 3:  # a mark of its own besides the colour
        inner = np.zeros((rows, side, cols, side), bool)
        middle = slice(side // 3, side - side // 3)
        inner[:, middle, :, middle] = trip.accidental[:, None, :, None]
        drawn[inner.reshape(rows * side, cols * side)] = 255
    return drawn


def backward(done: Journey) -> None:
    """Why unpooling is not max's backward."""
    run = done.run
    if run.locations is None:
        return
    st.subheader(_("Is that max's backward pass?"))
    times = times_remembered(run)
    twice = int((times > 1).sum())
    if not twice:
        st.markdown(
            _(
                "Here they look alike: no cell is remembered twice, so writing and adding give "
                "the same. With kernel 3 and stride 1 they part. And they do different work: "
                "backward carries gradients, unpooling carries values."
            )
        )
        return
    at = int(times.argmax())
    windows = np.flatnonzero(run.locations.ravel() == at)
    values = done.carried.ravel()[windows].tolist()
    total = float(run.backward(done.carried).flat[at]) if run.variant.selects else sum(values)
    st.markdown(
        plain(
            _(
                "Cells remembered by more than one window: {twice}. Take the one in {place}: "
                "{count} windows remember it. Unpooling leaves {last}, the value that came last. "
                "Backward, handed the same numbers as gradients, adds: {sum} = {total}. A value "
                "that is copied twice is still one value; a cell that was read twice has twice "
                "the influence."
            ).format(
                twice=twice,
                place=place_of(at, run.x.shape[1]),
                count=len(values),
                last=number(values[-1]),
                sum=added_up(values),
                total=number(round(total, 6)),
            )
        )
    )
    st.caption(
        _(
            "PyTorch on several threads may let another of them win; only “last” and “sum” are "
            "rules. Its gradient of unpooling is that of “sum”."
        )
    )
