"""The controls of the way back: what happens in between, how to unpool, what duplicates do."""

from poolviz.pooling import Pooled
from poolviz.stage.control import Choice, Control, Real, Values, Whole
from poolviz.stage.matrix import LARGEST_SEED
from poolviz.stage.page import Fitted
from poolviz.text import N_, _
from poolviz.wings.pooling.core import controls as shared
from poolviz.wings.pooling.core.controls import Is
from poolviz.wings.pooling.unpooling.between import FILTER_TITLES, FILTERS, KINDS, Between
from poolviz.wings.pooling.unpooling.journey import METHODS, times_remembered

DUPLICATES = {"last": N_("The last one stands"), "sum": N_("Add them up")}
PICTURES = {"photograph": N_("Photograph"), "digit": N_("Digit"), "cat": N_("Cat")}


def _possible(values: Values) -> tuple[str, ...]:
    run = shared.run_of(values)
    return tuple(name for name, way in METHODS.items() if way.possible(run)) or tuple(METHODS)


def _twice(values: Values) -> bool:
    """Whether a cell is remembered twice, so that it matters what becomes of it."""
    run = shared.run_of(values)
    if method_of(values["unpooling"], run) != "Locations":
        return False
    return bool(times_remembered(run).max(initial=0) > 1)


def method_of(wanted: str, run: Pooled) -> str:
    """The way to unpool: the chosen one, or the first that this run admits, "" if none."""
    names = (wanted, *METHODS)
    return next((name for name in names if METHODS[name].possible(run)), "")


def between(values: Values) -> Between:
    """The operation that the values describe."""
    return Between(
        values["between"],
        gain=values["gain"],
        noise=values["sigma"],
        seed=values["noise_seed"],
        filter=values["filter"],
    )


WAY_BACK = (
    Control(
        "unpooling", N_("Unpool by"),
        Choice(_possible, lambda name: _(METHODS[name].title), known=tuple(METHODS)), "Locations",
    ),
    Control(
        "duplicates", N_("Cells remembered twice"),
        Choice(tuple(DUPLICATES), lambda name: _(DUPLICATES[name])), "last",
        folded=lambda values: not _twice(values),
    ),
    Control(
        "between", N_("In between"), Choice(tuple(KINDS), lambda kind: _(KINDS[kind])), "nothing",
    ),
    Control("gain", N_("Factor"), Real(-10, 10, 0.1, "box"), 2.0, when=Is("between", "gain")),
    Control(
        "noise", N_("Standard deviation"), Real(0, 100, 0.1, "box"), 1.0,
        when=Is("between", "noise"), key="sigma",
    ),
    Control(
        "noise_seed", N_("Seed"), Whole(0, LARGEST_SEED, look="seed"), 0,
        when=Is("between", "noise"),
    ),
    Control(
        "filter", N_("Weights"), Choice(tuple(FILTERS), lambda name: _(FILTER_TITLES[name])),
        "blur", when=Is("between", "convolution"),
    ),
    Control(
        "picture", N_("Picture"),
        Choice(tuple(PICTURES), lambda name: _(PICTURES[name]), look="segments"), "photograph",
        key="levels", placed=True,
    ),
)  # fmt: skip


def fit(values: Values) -> Fitted:
    """Geometry that fits the input, and a way back that the run admits."""
    values, moved = shared.fit(values)
    run = shared.run_of(values)
    method = method_of(values["unpooling"], run)
    if method in ("", values["unpooling"]):
        return values, moved
    wanted = METHODS[values["unpooling"]]
    said = _("{method} is not possible here. {needs}").format(
        method=_(wanted.title), needs=_(wanted.needs)
    )
    return values, (*moved, said)
