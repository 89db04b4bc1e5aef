"""Attention played: a step a query, the keys it looks at, and the output that it writes."""

import numpy as np

from poolviz.numbers import number, products, rounded
from poolviz.stage.cache import kept
from poolviz.stage.scene import Kind, Panel, Scene, Track, Weighing
from poolviz.text import _, listed, together
from poolviz.wings.attention.attend.asking import MANY, Made
from poolviz.wings.attention.attend.forms import FORMS
from poolviz.wings.pooling.core.window_scene import reach, value_range

LONGEST = 4
"""Products that are written out."""
SEEN = 1e-4
"""A product is written out if its weight is more than this part of the heaviest."""
DECIMALS = 4
"""Of weights that stand in cells."""
DIGITS = 12
"""Rows and columns of a map whose cells are large enough for insets."""
COLUMNS = ("q", "k", "v")


@kept
def forward_scene(made: Made, hidden: bool) -> Scene:
    """The scene; ``hidden``: no weight and no output is told."""
    panels, lit = _panels(made, hidden)
    order = made.order
    tracks = [_looking(made, name, hidden) for name in lit]
    if made.plain or not made.tokens:
        tracks.append(Track("input", chosen=order))
    tracks.append(Track("output", order[:, None], written=order))
    tell = asked if hidden else told
    scene = Scene(
        _("Attention: {form}").format(form=_(FORMS[made.values["form"]].title)),
        panels, tuple(tracks), tuple(tell(made, int(i)) for i in order), "exp",
    )  # fmt: skip
    assert scene.wire  # computed here, once
    return scene


def _panels(made: Made, hidden: bool) -> tuple[tuple[Panel, ...], tuple[str, ...]]:
    """The panels, and the names of those whose cells are keys."""
    rows, cols = made.size
    input_ = input_panel(made)
    output = made.output.reshape(rows, cols)
    values = made.v.array.reshape(made.keys)
    both = np.concatenate([made.v.array.ravel(), made.output])
    inside = made.output.min() >= values.min() and made.output.max() <= values.max()
    low, high = value_range(both) if inside else value_range(made.output)
    palette = colours(made, both if inside else made.output)
    kind = np.full(output.shape, Kind.SECRET, np.uint8) if hidden else None
    shown = np.full(output.shape, np.nan) if hidden else output
    name = _("Output z") if made.values["residual"] else _("Output y")
    last = Panel("output", name, shown, *_range(palette, output, low, high), palette, "written",
                 kind)  # fmt: skip
    if made.plain:
        return (input_, last), ("input",)
    keys = _panel(made, "keys", _("Keys k"), made.k.array.reshape(made.keys))
    taken = _panel(made, "values", _("Values v"), values)
    return (input_, keys, taken, last), ("keys", "values")


def input_panel(made: Made) -> Panel:
    """The input: the cells that ask, or the three columns."""
    title = _("Input") if made.plain else _("Input: who asks")
    if made.tokens:
        title = _("Input: q, k, v")
    low, high = value_range(made.map)
    return Panel(
        "input", title, made.map, low, high, made.palette,
        col_labels=COLUMNS if made.tokens else (),
    )  # fmt: skip


def colours(made: Made, values: np.ndarray) -> str:
    """Those of the input, with 0 in the middle where there are negative numbers."""
    return "diverging" if values.min() < 0 else made.palette


def _range(palette: str, values: np.ndarray, low: float, high: float) -> tuple[float, float]:
    return reach(np.array([low, high])) if palette == "diverging" else (low, high)


def _panel(made: Made, name: str, title: str, values: np.ndarray) -> Panel:
    palette = colours(made, values)
    return Panel(name, title, values, *_range(palette, values, *value_range(values)), palette)


def _looking(made: Made, panel: str, hidden: bool) -> Track:
    """What each step's query looks at, on a panel of keys."""
    order, few = made.order, len(made.k.array) <= MANY
    cells = allowed(made)[order] if made.run.mask is not None else None
    if hidden:
        every = np.tile(np.arange(len(made.k.array)), (len(order), 1))
        lit = every if cells is None and few else cells
        return Track(panel, lit, None if lit is None else np.zeros(lit.shape))
    look = "inset" if max(made.keys) <= DIGITS else "veil"
    if made.norm == "queries":
        every = np.tile(np.arange(len(made.k.array)), (len(order), 1))
        lit = every if cells is None else cells
        weights = np.take_along_axis(made.over_queries[order], np.maximum(lit, 0), 1)
        return Track(panel, lit, np.where(lit < 0, 0, weights), relative=True, look=look)
    bias = None if made.run.bias is None else np.ravel(made.run.bias)
    weighing = Weighing(made.run.q[order], made.run.k, made.scale, bias, made.norm)
    return Track(panel, cells, weighing=weighing, look=look)


def allowed(made: Made) -> np.ndarray:
    """The keys that each query may look at ``(N, K)``, -1 behind the last."""
    mask = made.run.mask
    assert mask is not None
    first = np.argsort(~mask, axis=1, kind="stable")[:, : mask.sum(1).max()]
    return np.where(np.take_along_axis(mask, first, 1), first, -1)


def called(made: Made, token: int) -> str:
    """ "the 7 in row 1, column 1"."""
    if made.tokens:
        return _("query {i} ({value})").format(i=token, value=number(made.number(token), 3))
    row, col = divmod(token, made.size[1])
    return _("the {value} in row {row}, column {column}").format(
        value=number(made.number(token), 3), row=row, column=col
    )


def key_called(made: Made, key: int) -> str:
    """What a key is called."""
    if made.here:
        return called(made, key)
    value = number(float(made.k.array[key, 0]), 3)
    if made.tokens:
        return _("key {i} ({value})").format(i=key, value=value)
    row, col = divmod(key, made.keys[1])
    return _("the pooled key {value} in row {row}, column {column}").format(
        value=value, row=row, column=col
    )


def asked(made: Made, token: int) -> str:
    """A step whose answer is withheld."""
    return _("{who} asks. Where does it look most … ?").format(who=_upper(called(made, token)))


def told(made: Made, token: int) -> str:
    """A step with its numbers: the heaviest key, the sum, how many keys are really used."""
    row = made.row(token)
    top = int(np.abs(row).argmax())
    most = np.flatnonzero(np.isclose(np.abs(row), abs(row[top]), rtol=1e-9))
    keys = int(np.count_nonzero(made.run.mask[token])) if made.run.mask is not None else len(row)
    if len(most) == keys > 1:
        looks = _("{who} looks at all {n} keys alike, {weight} each.")
    elif len(most) > 1:
        looks = _("{who} looks most at {n} keys alike, {weight} each.")
    elif made.here and top == token:
        looks = _("{who} looks most at itself: weight {weight}.")
    else:
        looks = _("{who} looks most at {whom}: weight {weight}.")
    looks = looks.format(
        who=_upper(called(made, token)), whom=key_called(made, top), weight=number(row[top], 3),
        n=len(most),
    )  # fmt: skip
    end = _("y = {terms} = {y}; effective keys {n} of {all}.").format(
        terms=sum_of(made, row), y=number(made.taken[token], 3),
        n=number(made.effective[token], 3), all=keys,
    )  # fmt: skip
    if made.values["residual"]:
        z = _("z = {x} + {w}·{y} = {z}.").format(
            x=number(made.x.array[token, -1], 3), w=number(made.values["w_z"], 3),
            y=number(made.taken[token], 3), z=number(made.output[token], 3),
        )  # fmt: skip
        end = together((end, z))
    return rounded(together((looks, end)))


def sum_of(made: Made, row: np.ndarray) -> str:
    """ "0.999·8 + 0.000911·7 + …": the heaviest products of an output."""
    heavy = np.argsort(-np.abs(row), kind="stable")[:LONGEST]
    heavy = heavy[np.abs(row[heavy]) > SEEN * np.abs(row).max(initial=0)]
    said = products(row[heavy], made.v.array[heavy, 0]) or "0"
    return said if np.count_nonzero(row) <= len(heavy) else f"{said} + …"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


@kept
def pinned_scene(made: Made, second: int) -> Scene:
    """The maps of both pinned queries side by side, and their signed difference."""
    one, other = made.rows([made.query, second]).round(DECIMALS)
    difference = one - other
    most = float(max(np.abs(one).max(), np.abs(other).max())) or 1.0
    grey = "sequence" if min(one.min(), other.min()) >= 0 else "diverging"
    ends = (0.0, most) if grey == "sequence" else (-most, most)
    names = [_place(made, each) for each in (made.query, second)]
    panels = (
        *(
            Panel(name, _("Looks from {cell}").format(cell=cell), row.reshape(made.keys),
                  *ends, grey)
            for name, cell, row in zip(("first", "second"), names, (one, other), strict=True)
        ),
        Panel("difference", _("Difference"), difference.reshape(made.keys), *reach(difference),
              "diverging"),
    )  # fmt: skip
    own = (
        (Track("first", chosen=np.array([made.query])), Track("second", chosen=np.array([second])))
        if made.here
        else ()
    )
    moved = float(np.abs(difference).sum() / 2)
    said = _(
        "{one} and {other}: {share} of the weight lies elsewhere. Outputs {y} and {z}."
    ).format(
        one=_upper(called(made, made.query)), other=called(made, second), share=number(moved, 3),
        y=number(made.output[made.query], 3), z=number(made.output[second], 3),
    )  # fmt: skip
    title = _("Two pinned queries: {cells}").format(cells=listed(names))
    return Scene(title, panels, own, (rounded(said),), "exp")


def _place(made: Made, token: int) -> str:
    row, col = divmod(token, made.size[1])
    return str(token) if made.tokens else f"({row}, {col})"
