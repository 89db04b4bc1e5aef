"""What exercises are made of: the numbers, variant and geometry of the state, made small by a seed.

Seed 0 takes the numbers as they stand; every other seed shuffles them, so that a person goes on
practising with numbers of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from poolviz.exercises import Source, Unsuited
from poolviz.numbers import number
from poolviz.pooling import Max, Pooled, Sliding, Variant, pool
from poolviz.pooling.windows import Axis
from poolviz.samples import sample
from poolviz.stage.control import Values
from poolviz.stage.part import Leads, Part, Says
from poolviz.stage.words import plain
from poolviz.text import _
from poolviz.wings.pooling.core import controls as shared

SIDE = 6
"""Rows and columns of an exercise, at most."""
WIDEST = 4
"""The largest span of a window that is done by hand."""
TRIES = 6


@dataclass(frozen=True, eq=False)
class Material:
    """Numbers x (H, W), a variant and a geometry; ``notes`` say what was changed of the state.

    ``attempt`` counts what was tried before, for an exercise that needs numbers of another kind.
    """

    x: np.ndarray
    variant: Variant
    geometry: Sliding
    seed: int
    notes: tuple[str, ...] = ()
    attempt: int = 0

    @cached_property
    def run(self) -> Pooled:
        """The variant over the numbers."""
        return pool(self.x, self.variant, self.geometry)

    def rng(self, salt: int = 0) -> np.random.Generator:
        """Draws that depend on the seed and the attempt alone."""
        return np.random.default_rng([self.seed, self.attempt, salt])

    def using(self, variant: Variant | None = None, geometry: Sliding | None = None) -> "Material":
        """The same numbers under another variant or geometry; ``Unsuited`` if no window fits."""
        other = replace(self, variant=variant or self.variant, geometry=geometry or self.geometry)
        if _axes(other.geometry, other.x.shape) is None:
            raise Unsuited
        return other

    def output_cell(self) -> tuple[int, int]:
        """An output cell that sees at least two cells: seed 0 the first, others any."""
        seen = (self.run.windows.index >= 0).sum(-1) >= min(2, self.run.windows.size)
        cells = np.argwhere(seen & np.isfinite(self.run.output))
        if not len(cells):
            raise Unsuited
        row, col = cells[0 if self.seed == 0 else self.rng(1).integers(len(cells))]
        return int(row), int(col)


def material(x: np.ndarray, variant: Variant, geometry: Sliding, seed: int) -> Material:
    """The state as material: finite, at most 6 x 6, windows that can be done by hand.

    >>> material(sample("worked-example"), Max(), Sliding(2), seed=0).x[0]
    array([1., 3., 2., 1.])
    """
    notes = []
    x = np.asarray(x, dtype=np.float64)
    if not np.isfinite(x).all():
        x = sample("worked-example").astype(np.float64)
        notes.append(_("Your input holds NaN or infinity, so this is the worked example instead."))
    axes = _axes(geometry, x.shape)
    if axes is None or max(axis.effective for axis in axes) > WIDEST:
        geometry = Sliding(2)
        notes.append(
            _("Windows as large as yours cannot be done by hand: here kernel 2, stride 2.")
        )
        if min(x.shape) < 2:
            x = sample("worked-example").astype(np.float64)
    rng = np.random.default_rng([seed, 99])
    if max(x.shape) > SIDE:
        start = [int(rng.integers(max(n - SIDE, 0) + 1)) for n in x.shape]
        x = x[start[0] : start[0] + SIDE, start[1] : start[1] + SIDE]
        notes.append(
            _("Cut from your input: {rows} × {cols} cells from row {row}, column {column} on.")
            .format(rows=x.shape[0], cols=x.shape[1], row=start[0], column=start[1])
        )  # fmt: skip
    x = np.array([[float(f"{v:.3g}") for v in row] for row in x.tolist()])
    if seed:
        x = rng.permutation(x.ravel()).reshape(x.shape)
        notes.append(_("Your numbers, shuffled by the number of the exercise."))
    if _axes(geometry, x.shape) is None:
        geometry = Sliding(1)
    return Material(x, variant, geometry, seed, tuple(notes))


def attempts(given: Material) -> Iterator[Material]:
    """The material, then shuffled, then random digits, then digits under max, kernel 2, stride 2.

    An exercise takes the first that can be asked about: equal numbers, say, have no single winner.
    """
    yield given
    for i in range(1, TRIES):
        x = given.rng(i).permutation(given.x.ravel()).reshape(given.x.shape)
        notes = given.notes or (_("Your numbers, shuffled."),)
        yield replace(given, x=x, notes=notes, attempt=i)
    changed = _("Your own numbers do not make this exercise: these are random digits.")
    for i in range(1, TRIES):
        yield replace(given, x=_digits(given, i), notes=(changed,), attempt=TRIES + i)
    plain = _("Your own state does not make this exercise: random digits, kernel 2, stride 2.")
    for i in range(1, 4 * TRIES):
        x = _digits(given, 2 * TRIES + i)
        yield Material(x, Max(), Sliding(2), given.seed, (plain,), 2 * TRIES + i)


def _digits(given: Material, salt: int) -> np.ndarray:
    return given.rng(1000 + salt).integers(0, 10, (4, 4)).astype(np.float64)


def _axes(geometry: Sliding, shape: tuple[int, ...]) -> tuple[Axis, ...] | None:
    try:
        return geometry.axes(shape)
    except ValueError:
        return None


def setting_name(m: Material) -> str:
    """The variant and the geometry in a few words.

    >>> setting_name(material(sample("worked-example"), Max(), Sliding(2), seed=0))
    'Max, kernel 2, stride 2'
    """
    axes = m.geometry.axes(m.x.shape)
    text = _("{variant}, kernel {kernel}, stride {stride}").format(
        variant=_(m.variant.title),
        kernel=_once([str(axis.kernel) for axis in axes]),
        stride=_once([str(axis.stride) for axis in axes]),
    )
    if any(axis.before or axis.after for axis in axes):
        pads = _once(
            [
                str(axis.before) if axis.before == axis.after else f"{axis.before}/{axis.after}"
                for axis in axes
            ]
        )
        text = _("{setting}, padding {padding}").format(setting=text, padding=pads)
    if any(axis.dilation > 1 for axis in axes):
        text = _("{setting}, dilation {dilation}").format(
            setting=text, dilation=_once([str(axis.dilation) for axis in axes])
        )
    if any(axis.ceil_mode for axis in axes):
        text = _("{setting}, ceil mode").format(setting=text)
    return text


def asked(m: Material, question: str) -> str:
    """A question with the variant and geometry in front."""
    return _("{setting}. {question}").format(setting=setting_name(m), question=question)


def _once(axes: list[str]) -> str:
    """One number for both axes, or one for each."""
    return axes[0] if len(set(axes)) == 1 else " × ".join(axes)


def size_of(x: np.ndarray) -> float:
    """The largest number of x without its sign, at least a little."""
    return float(np.abs(x).max(initial=1e-9))


def listed(values: np.ndarray) -> str:
    """A short row of numbers."""
    return ", ".join(number(v) for v in np.ravel(values))


def of_state(values: Values, seed: int) -> Material:
    """The material that the values of the pooling pages are."""
    variant, geometry = shared.chosen_variant(values), shared.chosen_geometry(values)
    return material(shared.matrix_of(values), variant, geometry, seed)


def made_of(values: Values, seed: int) -> tuple[Part, ...]:
    """What the exercises are made of, and where to change it."""
    m = of_state(values, seed)
    text = _(
        "Exercises are made of what you have chosen on the pooling pages: {setting}, an input of "
        "{rows} × {cols}. Seed 0 takes the numbers as they are, others shuffle them."
    ).format(setting=setting_name(m), rows=m.x.shape[0], cols=m.x.shape[1])
    return (
        Says(plain(text), "caption"),
        Leads("windows", _("Choose another input, variant or window")),
    )


POOLING = Source(
    lambda values, seed: attempts(of_state(values, seed)),
    (*shared.INPUT, *shared.VARIANT, *shared.GEOMETRY),
    shared.fit,
    shared.SHARES,
    made_of,
)
"""Exercises are made of what is chosen on the pages of the wing."""
