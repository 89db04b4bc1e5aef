"""What is predicted: at each stage which of two numbers moves and which way; heads and masks."""

from poolviz.attention import MultiHead
from poolviz.numbers import number
from poolviz.stage.question import Choice, Question, choices
from poolviz.text import _, listed
from poolviz.wings.attention.one_function.scene import Cell, named, three
from poolviz.wings.attention.one_function.stages import Done

STILL = 1e-9
WIDTH = 2
"""Channels E of the Transformer head's tokens."""


def moves(before: float, after: float) -> int:
    """1: it rises, -1: it falls, 0: it stays.

    >>> moves(3.75, 2.875), moves(1, 1 + 1e-12)
    (-1, 0)
    """
    gap = after - before
    return 0 if abs(gap) < STILL else 1 if gap > 0 else -1


def stage_question(done: tuple[Done, ...], step: int, first: Cell, second: Cell) -> Question:
    """Which way both outputs move when stage ``step`` changes its argument."""
    before, now = done[step - 1].output, done[step].output
    cells = (first, second)
    signs = tuple(moves(float(before[cell]), float(now[cell])) for cell in cells)
    stage = done[step].stage
    text = _("Next: {means}. Now {first} has {a}, and {second} has {b}. They …").format(
        means=_(stage.means), first=named(first), second=named(second),
        a=three(before[first]), b=three(before[second]),
    )  # fmt: skip
    numbers = listed(
        _("{cell}: {a} → {b}").format(cell=named(cell), a=three(before[cell]), b=three(now[cell]))
        for cell in cells
    )
    right = _("{because} ({numbers}.)").format(because=_(stage.because), numbers=numbers)
    a, b = signs
    tempting = ((a, b), (-a or 1, b), (a, -b or 1), (-a or -1, -b or -1), (1, 1), (-1, -1), (0, 0))
    offered = list(dict.fromkeys(tempting))[:4]
    return Question(
        text,
        tuple(
            Choice(said(pair), pair == signs, right if pair == signs else _(stage.trap))
            for pair in sorted(offered, reverse=True)
        ),
        step=step,
        stands=step - 1,
        onwards=_("Next: one argument changes"),
    )


def said(pair: tuple[int, int]) -> str:
    """Two movements in words.

    >>> said((1, 1)), said((1, -1)), said((0, 1))
    ('both rise', 'rises; falls', 'stays; rises')
    """
    both = {1: _("both rise"), -1: _("both fall"), 0: _("both stay")}
    one = {1: _("rises"), -1: _("falls"), 0: _("stays")}
    if pair[0] == pair[1]:
        return both[pair[0]]
    return _("{first}; {second}").format(first=one[pair[0]], second=one[pair[1]])


def heads_question() -> Question:
    """Twice as many heads: parameters (they stay)."""
    one, two = (MultiHead(heads=heads).parameters(WIDTH) for heads in (1, 2))
    text = _("{n} parameters with one head (E = {width}, biases too). With two heads?").format(
        n=one, width=WIDTH
    )
    offers = [
        (
            two,
            _("4E² + 4E = {n}, whatever the heads: each takes its share of the columns of the "
              "same matrices.").format(n=two),
        ),
        (2 * one, _("That would be two full heads beside each other; they share the columns.")),
        (one // 2, _("Each head is half as wide, and there are two of them.")),
    ]  # fmt: skip
    return Question(text, choices(offers, written=number), stands=8)


def mask_question() -> Question:
    """What True means in a bool mask of PyTorch: two functions, two answers."""
    text = _("True in a bool mask of PyTorch means …")
    looks = "`scaled_dot_product_attention`"
    blocked = "`MultiheadAttention`"
    right = _("{sdpa}: may look. {mha}: may not. Turn the mask around on the way.")
    sentences = (
        (_("SDPA: may look; MultiheadAttention: may not"), True, right),
        (_("SDPA: may not; MultiheadAttention: may look"), False,
         _("The other way round: {sdpa} follows ONNX, {mha} its own older rule.")),
        (_("may look, in both"), False, _("{sdpa} says so; {mha} forbids where it is True.")),
        (_("may not look, in both"), False, _("{mha} says so; {sdpa} allows where it is True.")),
    )  # fmt: skip
    return Question(
        text,
        tuple(
            Choice(label, holds, why.format(sdpa=looks, mha=blocked))
            for label, holds, why in sentences
        ),
        stands=8,
        lands=8,
    )


def asked(done: tuple[Done, ...], first: Cell, second: Cell) -> tuple[Question, ...]:
    """A question a stage, then two about heads and masks."""
    stages = (stage_question(done, step, first, second) for step in range(1, len(done)))
    return (*stages, heads_question(), mask_question())
