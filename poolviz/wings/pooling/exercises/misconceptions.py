"""What people get wrong about pooling, each as an exercise: numbers 1 to 10 of twelve.

Each makes an instance in which the misconception gives another answer than the engine, and says so
with the numbers of this instance. Those about poses are in ``wings.pose``.
"""

from dataclasses import replace
from itertools import combinations

import numpy as np

from poolviz.exercises import Exercise, Misconception, Option, Unsuited
from poolviz.exercises.exercise import Trap, pick_number, picked, place_name, sentence
from poolviz.numbers import number, numbers
from poolviz.pooling import Adaptive, Average, Max, Pooled, Sliding, SoftPool, Stochastic, pool
from poolviz.stage.matrix import RANDOM
from poolviz.stage.question import Question
from poolviz.text import N_, _
from poolviz.wings.pooling.adaptive.scene import axis_windows, lengths_question
from poolviz.wings.pooling.core.window_scene import narration, window
from poolviz.wings.pooling.exercises.material import Material, asked, listed
from poolviz.wings.pooling.exercises.pictures import Played
from poolviz.wings.pooling.global_.heads import Maps, size_question, weights_question
from poolviz.wings.pooling.gradients.questions import often_question, sign_question, where_question
from poolviz.wings.pooling.unpooling.journey import journey
from poolviz.wings.pooling.unpooling.questions import return_question, twice_question

PADS_ZERO = Misconception(1, N_("Max pads with zeros"))
SHIFT = Misconception(2, N_("Pooling is shift-invariant"))
DRAWS_MEAN = Misconception(3, N_("Stochastic pooling averages to the mean"))
GRADIENT_OF_MAX = Misconception(4, N_("Max's gradient carries the value, or is shared"))
ONCE = Misconception(5, N_("A cell receives gradient once"))
WEIGHT = Misconception(6, N_("A blend's weight is its gradient"))
INVERTS = Misconception(7, N_("Unpooling inverts pooling"))
BACKWARD = Misconception(8, N_("Unpooling is max's backward"))
EQUALLY_LONG = Misconception(9, N_("Adaptive windows are all equally long"))
SMALLER_LAYER = Misconception(
    10, N_("Global average pooling is a smaller fully connected layer, or fixes the input size")
)


def padding_is_zero(m: Material) -> Exercise:
    """1: max pads with zeros. All numbers are negative, and a window hangs over the edge."""
    kernel, stride = (2, 2) if m.rng(6).random() < 0.5 or min(m.x.shape) < 3 else (3, 2)
    x = -np.where(m.x == 0, 1, np.abs(m.x))
    run = pool(x, Max(), Sliding(kernel, stride, 1))
    over = np.argwhere((run.windows.index < 0).any(-1))
    row, col = over[0 if m.seed == 0 else m.rng(7).integers(len(over))]
    cell = (int(row), int(col))
    w = window(run, cell)[0]
    real = w[run.windows.index[cell] >= 0]
    zeros = pool(np.pad(x, 1), Max(), Sliding(kernel, stride))
    mean = pool(x, Average(), run.geometry)
    at = np.clip(cell, 0, np.array(zeros.output.shape) - 1)
    top = number(real.max())
    traps: list[Trap] = [
        (
            float(zeros.output[tuple(at)]),
            _(
                "Padding holds −∞ for max, not 0: it never wins, so negative numbers stay "
                "negative. The largest cell is {top}."
            ).format(top=top),
            PADS_ZERO,
        ),
        (-np.inf, _("The window holds cells too, and −∞ loses to each of them."), None),
        (float(mean.output[cell]), _("That is the average, with padding as zeros."), None),
        (float(real.min()), _("That is the smallest cell."), None),
        (float(real.sum()), _("That is the sum."), None),
    ]
    text = _(
        "All numbers are negative. Max, kernel {kernel}, stride {stride}, padding 1: what goes to "
        "output {place}?"
    ).format(kernel=kernel, stride=stride, place=place_name(cell))
    right = (float(run.output[cell]), sentence(narration(run, cell)))
    return pick_number(text, right, traps, picture=Played(run, cell), notes=m.notes)


def shift_invariant(m: Material) -> Exercise:
    """2: pooling is shift-invariant. A lone number moves by one column, twice."""
    values = m.x[m.x > 0]
    value = float(m.rng(8).choice(values)) if values.size else 1.0
    kernel = 2 if m.seed == 0 else int(m.rng(9).integers(2, 4))
    rows, cols = kernel, 3 * kernel
    row = 0 if m.seed == 0 else int(m.rng(10).integers(rows))
    starts = [c for c in range(cols - 2) if len({(c + i) // kernel for i in range(3)}) == 2]
    start = starts[0 if m.seed == 0 else int(m.rng(11).integers(len(starts)))]

    def run(column: int) -> Pooled:
        x = np.zeros((rows, cols))
        x[row, column] = value
        return pool(x, Max(), Sliding(kernel))

    outputs = [run(start + i).output for i in range(3)]
    changes = [bool((outputs[i] != outputs[i + 1]).any()) for i in range(2)]
    told = _("Outputs: {first}, then {second}, then {third}.").format(
        first=_row(outputs[0]), second=_row(outputs[1]), third=_row(outputs[2])
    )
    border = start + changes.index(True) + 1
    right = _(
        "Column {border} is where the next window begins, and crossing into it moves the {value} "
        "to another output. {told}"
    ).format(border=border, value=number(value), told=told)
    labels = {
        (True, False): _("the first move alone"),
        (False, True): _("the second move alone"),
        (True, True): _("both moves"),
        (False, False): _("neither: small shifts do not matter"),
    }
    wrong = {
        (False, False): _("From one window into the next, everything changes. {told}").format(
            told=told
        )
    }
    within = _("A move within a window of {kernel} columns changes nothing.").format(kernel=kernel)
    options = tuple(
        Option(label, True, right)
        if list(moves) == changes
        else Option(label, False, wrong.get(moves, within), None if any(moves) else SHIFT)
        for moves, label in labels.items()
    )
    text = _(
        "A lone {value} in {place}, zeros around it. It moves to column {second}, then to column "
        "{third}. Max, kernel {kernel}, stride {kernel}: which move changes the output?"
    ).format(
        value=number(value), place=place_name((row, start)), second=start + 1, third=start + 2,
        kernel=kernel,
    )  # fmt: skip
    at = (0, start // kernel)
    behind = {labels[False, False]: SHIFT}
    return picked(Question(text, options), behind, picture=Played(run(start), at))


def _row(output: np.ndarray) -> str:
    return f"[{listed(output)}]"


def stochastic_mean(m: Material) -> Exercise:
    """3: stochastic pooling averages to the mean. Its expectation is sum a² / sum a."""
    other = replace(m, x=np.abs(m.x)).using(Stochastic(phase="test"), Sliding(2))
    cell, run = other.output_cell(), other.run
    w, seen = window(run, cell)
    y, mean = float(run.output[cell]), float(w.mean())
    traps: list[Trap] = [
        (
            mean,
            _(
                "Large cells are drawn more often than small ones, by p = a / Σa. The mean of "
                "{cells} is {mean}, and the draws come to more."
            ).format(cells=numbers(w), mean=number(mean)),
            DRAWS_MEAN,
        ),
        (float(w.max()), _("That is the likeliest value, where it is not always drawn."), None),
        (float(w.sum()), _("That is the sum."), None),
        (float(np.median(w)), _("That is the median: what is drawn depends on the values."), None),
        (float(w.min()), _("That is the smallest cell."), None),
    ]
    text = _(
        "Stochastic pooling draws one of {cells}, each with probability a / Σa. What do many draws "
        "come to on average?"
    ).format(cells=numbers(w))
    right = (y, sentence(run.variant.arithmetic(w, seen)))
    return pick_number(text, right, traps, picture=Played(run, cell), notes=m.notes)


def gradient_of_max(m: Material) -> Exercise:
    """4: max's gradient carries the value, or is shared."""
    other = m.using(Max(), Sliding(2))
    cell = other.output_cell()
    w = window(other.run, cell)[0]
    sent = next(g for g in (2.0, 3.0, 5.0) if g != w.max())  # not the value
    spot = np.where(np.arange(w.size) == w.argmax(), w.max(), 0)
    shared = numbers(np.full(w.size, sent / w.size))
    behind = {numbers(spot): GRADIENT_OF_MAX, shared: GRADIENT_OF_MAX}
    dy = np.zeros(other.run.output.shape)
    dy[cell] = sent
    question = where_question(other.run, None, cell, sent)
    shown = Played(other.run, cell, dy)
    return picked(question, behind, picture=shown, page="gradients", notes=m.notes)


def gradient_once(m: Material) -> Exercise:
    """5: a cell receives gradient once. Windows overlap, and one cell wins several."""
    other = m.using(Max(), Sliding(3, 1))
    question = often_question(other.run, None)
    shown = Played(other.run, dy=np.ones(other.run.output.shape))
    asked = _under(other, question)
    return picked(asked, {"1": ONCE}, picture=shown, page="gradients", notes=m.notes)


def share_is_gradient(m: Material) -> Exercise:
    """6: a blend's weight is its gradient. SoftPool pushes some of its cells down."""
    top = float(np.abs(m.x).max(initial=0))
    x = m.x if 1 <= top <= 10 else np.round(m.x / (top or 1) * 9)
    other = replace(m, x=x).using(SoftPool(), Sliding(2))
    cell = other.output_cell()
    question = sign_question(other.run, None, cell)
    if question is None:
        raise Unsuited
    local = other.run.jacobian()[cell]
    if local.min() > -0.01 and np.abs(local - other.run.contributions()[cell]).max() < 0.05:
        raise Unsuited  # too near to be told apart in two digits
    same = question.choices[2].label  # the choice that repeats the share
    dy = np.zeros(other.run.output.shape)
    dy[cell] = 1
    shown = Played(other.run, cell, dy)
    return picked(question, {same: WEIGHT}, picture=shown, page="gradients", notes=m.notes)


def unpooling_inverts(m: Material) -> Exercise:
    """7: unpooling inverts pooling."""
    other = m.using(Max(), Sliding(2))
    question = return_question(journey(other.run), None)
    return picked(
        _under(other, question), {number(other.x.size): INVERTS}, picture=Played(other.run),
        page="unpooling", notes=m.notes,
    )  # fmt: skip


def unpooling_is_backward(m: Material) -> Exercise:
    """8: unpooling is max's backward. Two windows remember one cell."""
    other = m.using(Max(), Sliding(3, 1))
    question = twice_question(journey(other.run), None)
    assert other.run.locations is not None
    times = np.bincount(other.run.locations.ravel(), minlength=other.x.size)
    total = float(other.x.flat[times.argmax()] * times.max())
    return picked(
        _under(other, question), {number(total): BACKWARD}, picture=Played(other.run),
        page="unpooling", notes=m.notes,
    )  # fmt: skip


def _under(m: Material, question: Question | None) -> Question:
    """The question with the variant and geometry in front."""
    if question is None:
        raise Unsuited
    return replace(question, text=asked(m, question.text))


def adaptive_lengths(m: Material) -> Exercise:
    """9: adaptive windows are all equally long."""
    uneven = [
        (n, o)
        for n, o in combinations(range(12, 1, -1), 2)
        if len(set(np.diff(Adaptive((o,)).spans(n, o)).ravel().tolist())) > 1
    ]
    n, o = (5, 3) if m.seed == 0 else uneven[int(m.rng(12).integers(len(uneven)))]
    line = axis_windows((n, n), (o, o))[0]
    equal = ", ".join(map(str, line.lengths[1][:8]))
    question = lengths_question(line)
    tag = next((c.label for c in question.choices if c.label.startswith(equal)), "")
    return picked(
        question, {tag: EQUALLY_LONG}, page="adaptive",
        state={"sample": RANDOM, "rows": n, "cols": n, "output_size": (o, o)},
    )  # fmt: skip


def global_average(m: Material) -> Exercise:
    """10: global average pooling is a smaller fully connected layer, or fixes the input size."""
    rng = m.rng(13)
    maps = Maps(512, 7, 7, 1000)
    if m.seed:
        maps = Maps(
            int(rng.choice([64, 128, 256, 512, 1024])), int(rng.integers(4, 15)),
            int(rng.integers(4, 15)), int(rng.choice([10, 20, 100, 1000])),
        )  # fmt: skip
    state = {
        "channels": maps.channels, "rows_of_maps": maps.rows,
        "cols_of_maps": maps.cols, "classes": maps.classes,
    }  # fmt: skip
    if m.seed % 2 == 0:
        question = weights_question(maps)
        behind = {f"{maps.flatten_weights:,}": SMALLER_LAYER}
    else:
        question = size_question(maps)
        behind = {c.label: SMALLER_LAYER for c in (question.choices[1], question.choices[3])}
    return picked(question, behind, page="global", state=state)
