"""The controls of pooling over time: a sentence, one pooling of it, and its numbers."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from itertools import pairwise
from typing import Any

from poolviz.pooling import OPERATORS, MaxOverTime, Operator
from poolviz.stage import link
from poolviz.stage.control import Choice, Control, Kind, Several, Silent, Typed, Values, Whole
from poolviz.stage.link import whole
from poolviz.text import N_, _
from poolviz.wings.pooling.sequences.words import (
    FEATURES,
    LONGEST_TEXT,
    MOST_WORDS,
    Sentence,
    clean,
)

DEFAULT = "We expected nothing, but this wonderful film about pooling is great"
EXAMPLES = (
    ("English", DEFAULT),
    (N_("Not good"), "This film was not good at all, it was wonderful"),
    ("Deutsch", "Niemand hatte Donaudampfschifffahrt erwartet, aber alle blieben bis zum Schluss"),
    ("中文", "这部电影不是很好，而是非常精彩"),
)
POOLS = {cls.__name__: cls for cls in OPERATORS if cls.family == MaxOverTime.family}
"""The poolings over time, by name."""


def read_text(text: str) -> str:
    """As much of a sentence as is used; ``ValueError`` where it has no word."""
    try:
        Sentence.of(text)
    except ValueError:
        raise ValueError(_("A sentence needs a word")) from None
    return clean(text)


def too_long(text: str) -> str:
    """What there is to say of a text that is longer than what is used."""
    if len(" ".join(text.split())) <= LONGEST_TEXT:
        return ""
    return _("The first {n} characters are used: more are not read.").format(n=LONGEST_TEXT)


def words(values: Values) -> int:
    """How many words there are."""
    return len(Sentence.of(values["text"]).words)


@dataclass(frozen=True)
class Cuts(Several):
    """At which words new chunks begin, in order."""

    def read(self, text: str) -> tuple[str, ...]:
        """The places; ``ValueError`` where they do not rise."""
        one = link.whole(1, MOST_WORDS)
        cuts = [one(part.strip()) for part in text.split(",") if part.strip()]
        if any(b <= a for a, b in pairwise(cuts)):
            raise ValueError(_("the words must follow each other"))
        return tuple(str(cut) for cut in cuts)


def _places(values: Values) -> tuple[str, ...]:
    return tuple(str(t) for t in range(1, words(values)))


def _most(name: str) -> Callable[[Values], int]:
    if name == "layers":
        return lambda values: MOST_WORDS
    if name == "layer":
        return lambda values: int(values["DynamicKMax.layers"])
    return words


def _kind(name: str, integer: bool) -> Kind:
    if integer:
        return Whole(1, MOST_WORDS, _most(name))
    return Cuts(_places, lambda t: str(int(t) + 1), N_("None: choose"))


def _field(pool: str, field: Any) -> Control:
    """One number of a pooling; those of the poolings that are not chosen are folded."""
    limits = field.metadata["param"]
    integer = limits.kind == "int"
    return Control(
        field.name,
        limits.title if integer else N_("Or cut before the words"),
        _kind(field.name, integer),
        field.default if integer else (),
        limits.help,
        folded=partial(_not_chosen, pool),
        key=f"{pool}.{field.name}",
    )


def _not_chosen(pool: str, values: Values) -> bool:
    return bool(values["pool"] != pool)


TEXT = Control(
    "text", N_("Your sentence"),
    Typed(read_text, tries=("one two three", "你好 world"), note=too_long), DEFAULT,
    N_("In any language. Nothing you enter is stored."),
)  # fmt: skip
POOL = (
    Control("pool", N_("Pooling"), Choice(tuple(POOLS), lambda name: _(POOLS[name].title)), "KMax"),
    *(_field(name, field) for name, cls in POOLS.items() for field in fields(cls)),  # type: ignore[arg-type]
)
FEATURE = Control(
    "feature", N_("Feature"),
    Choice(
        tuple(str(f) for f in range(len(FEATURES))), lambda f: _(FEATURES[int(f)].title),
        look="segments",
    ),
    "0", placed=True,
)  # fmt: skip
STEP = Control("step", N_("Step"), Silent(whole(0, 10**4), tries=(1,)), 0, passing=True)


def fitted(values: Values, name: str, length: int) -> Operator:
    """The pooling that the values describe, its numbers lowered to what the sentence allows."""
    cls = POOLS[name]
    given: dict[str, Any] = {f.name: values[f"{name}.{f.name}"] for f in fields(cls)}  # type: ignore[arg-type]
    if "layers" in given:
        given["layers"] = min(given["layers"], MOST_WORDS)
        given["layer"] = min(given["layer"], given["layers"])
    for key in ("k", "k_top", "chunks"):
        if key in given:
            given[key] = min(given[key], length)
    if "cuts" in given:
        given["cuts"] = tuple(int(cut) for cut in given["cuts"] if int(cut) < length) or None
    return cls(**given)
