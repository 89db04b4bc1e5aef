"""Pooling over time: a sentence, a pooling of each feature, and the words that survive it."""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, numbers, rounded
from poolviz.pooling import ChunkMax, DynamicKMax, KMax, MaxOverTime, Operated, Operator
from poolviz.stage.cache import kept
from poolviz.stage.question import Choice, Question, choices
from poolviz.stage.scene import Kind, Panel, Scene, Track
from poolviz.text import _, listed, together
from poolviz.wings.pooling.sequences.words import FEATURES, Sentence

HIGH = 10.0
"""Colours are full from this value on."""


def sequence_scene(sentence: Sentence, run: Operated, hidden: bool = False) -> Scene:
    """A step a kept cell, feature by feature: the words it is chosen from, and the chosen one.

    While ``hidden`` nothing is chosen or written, and the narration asks.
    """
    count = len(sentence.x)
    kept = run.output.shape[-1]
    assert run.locations is not None
    feature, place = np.divmod(np.arange(count * kept), kept)
    index = np.broadcast_to(run.windows.index, (count, kept, run.windows.index.shape[-1]))
    window = index[feature, place]
    at = run.locations[feature, place]
    chosen = np.where(hidden, -1, at * count + feature)
    names = tuple(_(each.title) for each in FEATURES)
    steps = [(int(f), int(j)) for f, j in zip(feature, place, strict=True)]
    asks = _("{feature}: which words does {pool} keep … ?")
    sentences = tuple(
        asks.format(feature=names[f], pool=_(run.operator.title))
        if hidden
        else narration(sentence, run, f, j)
        for f, j in steps
    )
    output = run.output.T.astype(float)
    kind = np.full(output.shape, Kind.SECRET if hidden else Kind.CELL, dtype=np.uint8)
    return Scene(
        _(run.operator.title),
        (
            Panel(
                "words", _("Words"), sentence.x.T, -HIGH, HIGH, "diverging",
                row_labels=sentence.labels, col_labels=names,
            ),
            Panel(
                "kept", _("Kept"), output, -HIGH, HIGH, "diverging", shown="written", kind=kind,
                row_labels=tuple(str(j) for j in range(kept)), col_labels=names,
            ),
        ),
        (
            Track(
                "words",
                np.where(window >= 0, window * count + feature[:, None], -1),
                None,
                chosen,
                mark="up",
            ),
            Track("kept", written=place * count + feature),
        ),
        sentences,
        "select",
    )  # fmt: skip


def narration(sentence: Sentence, run: Operated, feature: int, place: int) -> str:
    """What happens at one kept cell: the formula with its numbers, and the word."""
    assert run.locations is not None
    return _("{feature}: {arithmetic}, from {word}").format(
        feature=_(FEATURES[feature].title),
        arithmetic=rounded(run.arithmetic((feature, place))),
        word=sentence.quoted(int(run.locations[feature, place])),
    )


@dataclass(frozen=True)
class Survivors:
    """One feature: the kept words in order, their values, and the places they stood at."""

    feature: str
    words: tuple[str, ...]
    values: tuple[float, ...]
    places: tuple[int, ...]


def survivors(sentence: Sentence, run: Operated) -> tuple[Survivors, ...]:
    """For each feature the words that are left."""
    assert run.locations is not None
    return tuple(
        Survivors(
            _(each.title),
            tuple(sentence.labels[t] for t in at),
            tuple(float(v) for v in values),
            tuple(int(t) for t in at),
        )
        for each, at, values in zip(FEATURES, run.locations, run.output, strict=True)
    )


def survivals(sentence: Sentence, run: Operated) -> np.ndarray:
    """In how many features each word survives: int (T,)."""
    assert run.locations is not None
    length = sentence.x.shape[1]
    return np.array([(run.locations == t).any(-1).sum() for t in range(length)])


@dataclass(frozen=True)
class Layer:
    """What a layer of dynamic k-max keeps of one feature: k, and the kept places in order."""

    name: str
    k: int
    places: tuple[int, ...]
    calculation: str


def layers(sentence: Sentence, feature: int, count: int, k_top: int) -> tuple[Layer, ...]:
    """The sentence and every layer of dynamic k-max over it, with nothing between the layers."""
    x = sentence.x[feature]
    found = [Layer(_("sentence"), x.size, tuple(range(x.size)), "")]
    for layer in range(1, count + 1):
        run = DynamicKMax(layer, count, k_top)(x)
        assert run.locations is not None
        found.append(
            Layer(
                _("layer {l}").format(l=layer),
                run.output.size,
                tuple(int(t) for t in run.locations),
                f"max({k_top}, ⌈({count} − {layer})/{count} · {x.size}⌉) = {run.output.size}",
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class Reversal:
    """A pooling of one feature, forwards and with the sentence read backwards."""

    title: str
    forwards: tuple[float, ...]
    backwards: tuple[float, ...]

    @property
    def same(self) -> bool:
        """Whether the order of the words made no difference."""
        return self.forwards == self.backwards


@kept
def reversals(sentence: Sentence, k: int, chunks: int) -> tuple[Reversal, ...]:
    """Max over time, k-max and chunk-max of the letters, and of the reversed sentence."""
    x, length = sentence.x[0], len(sentence.words)
    pools: tuple[Operator, ...] = (
        MaxOverTime(), KMax(min(k, length)), ChunkMax(min(chunks, length)),
    )  # fmt: skip
    return tuple(
        Reversal(
            _(pool.title),
            tuple(float(v) for v in pool(x).output),
            tuple(float(v) for v in pool(x[::-1]).output),
        )
        for pool in pools
    )


def order_question(sentence: Sentence, k: int) -> Question:
    """What does k-max keep, and in which order? The trap is to sort."""
    k = max(1, min(k, len(sentence.words)))
    runs = KMax(k)(sentence.x)
    feature = next(
        (f for f, row in enumerate(runs.output) if not _sorted(row) and not _sorted(-row)),
        next((f for f, row in enumerate(runs.output) if not _sorted(-row)), 0),
    )
    x, kept = sentence.x[feature], runs.output[feature]
    assert runs.locations is not None
    words = listed(sentence.quoted(int(t)) for t in runs.locations[feature])
    right = _(
        "The {k} largest, in the order of the sentence: {words}. What came before what is kept; "
        "how far apart it stood is not."
    ).format(k=k, words=words)
    smallest = np.sort(x)[:k]
    traps = [
        (np.sort(kept)[::-1], _("That is sorted from the largest down: k-max keeps their order.")),
        (np.sort(kept), _("That is sorted upwards: k-max does not sort.")),
        (x[:k], _("Those are the first words, whatever their values.")),
        (np.full(k, x.max()), _("That repeats the maximum: each word can be kept once.")),
        (smallest, _("Those are the smallest.")),
        (np.full(k, x.max() + 1), _("No word has this value.")),
    ]
    text = _("{k}-max over time of “{feature}” ({values}): what is kept?").format(
        k=k, feature=_(FEATURES[feature].title), values=numbers(x)
    )
    return Question(text, choices([(numbers(v), why) for v, why in [(kept, right), *traps]]))


def chunk_question(sentence: Sentence, pool: ChunkMax | MaxOverTime) -> Question:
    """What is kept of each chunk? Max over time has one chunk, the whole sentence."""
    runs = pool(sentence.x)
    parts = [row[row >= 0] for row in runs.windows.index]
    feature = next(
        (f for f, row in enumerate(runs.output) if not _sorted(row) and not _sorted(-row)), 0
    )
    x, kept = sentence.x[feature], runs.output[feature]
    assert runs.locations is not None
    words = listed(sentence.quoted(int(t)) for t in runs.locations[feature])
    cut = len(parts) > 1
    right = (
        _("The largest of each part between the bars: {words}.").format(words=words)
        if cut
        else _("The largest: {words}.").format(words=words)
    )
    traps = [
        (
            KMax(len(parts))(x).output,
            _("Those are the largest wherever they stand: each part gives one."),
        ),
        (
            np.sort(kept)[::-1],
            _("That is sorted from the largest down: the parts keep their order."),
        ),
        (
            np.array([x[part[0]] for part in parts]),
            _("Those are the first words of the parts.") if cut else _("That is the first word."),
        ),
        (
            np.array([x[part].min() for part in parts]),
            _("Those are the smallest.") if cut else _("That is the smallest."),
        ),
        (np.full(len(parts), x.max()), _("That repeats the maximum: each part has its own.")),
        (np.full(len(parts), x.max() + 1), _("No word has this value.")),
    ]
    text = _("{pool} of “{feature}” ({values}): what is kept?").format(
        pool=_(pool.title),
        feature=_(FEATURES[feature].title),
        values=" | ".join(numbers(x[part]) for part in parts),
    )
    return Question(text, choices([(numbers(v), why) for v, why in [(kept, right), *traps]]))


def count_question(sentence: Sentence, count: int, k_top: int) -> Question:
    """How many words does the first layer of dynamic k-max keep?"""
    length = len(sentence.words)
    k = int(DynamicKMax(1, count, k_top)(sentence.x[0]).output.size)
    right = _(
        "max({top}, ⌈({layers} − 1)/{layers} · {length}⌉) = {k}: lower layers keep more of a "
        "longer sentence."
    ).format(top=k_top, layers=count, length=length, k=k)
    traps = [
        (k_top, _("That is what the top layer keeps; the first keeps more of a long sentence.")),
        (
            -(-length // count),
            _("That is one part in {n}; one part goes, the rest stays.").format(n=count),
        ),
        (length, _("A layer of dynamic k-max lets some words go, unless the sentence is short.")),
        (length - 1, _("It does not let one word go, but a share of the sentence.")),
        (k + 1, _("The share is rounded up once, not more.")),
    ]
    text = _(
        "Dynamic k-max. Words: {length}, layers: {layers}, the top layer keeps {top}. How many "
        "does layer 1 keep?"
    ).format(length=length, layers=count, top=k_top)
    return Question(text, choices([(k, right), *traps]))


def reversal_question(sentence: Sentence, k: int, chunks: int) -> Question:
    """The sentence is read backwards: which poolings cannot tell?"""
    found = reversals(sentence, k, chunks)
    same = tuple(each.same for each in found)
    names = [each.title for each in found]
    right = together(
        _("{pool}: {a} and {b}.").format(
            pool=each.title, a=numbers(np.array(each.forwards)), b=numbers(np.array(each.backwards))
        )
        for each in found
    )
    options = [
        ((True, False, False), _("Max over time keeps no order at all; look at the others again.")),
        ((True, True, False), _("k-max keeps the order of what it keeps.")),
        ((True, True, True), _("Only a set of values has no order; k-max and chunks do.")),
        ((False, False, False), _("The largest value of a sentence is the same from both ends.")),
        (same, ""),
    ]
    text = _("Read the sentence backwards (feature “letters”). Which poolings give the same?")
    kept = {
        pattern: Choice(
            listed([n for n, s in zip(names, pattern, strict=True) if s]) or _("none of them"),
            pattern == same,
            right if pattern == same else why,
        )
        for pattern, why in options
    }
    return Question(text, tuple(kept.values()))


def _sorted(row: np.ndarray) -> bool:
    return bool((np.diff(row) >= 0).all())


def kept_line(found: Survivors) -> str:
    """The kept words of a feature with their values: "“expected” 8, “wonderful” 9"."""
    return listed(
        f"“{word}” {number(value)}" for word, value in zip(found.words, found.values, strict=True)
    )
