"""Sequences: pooling over time, and the words of a sentence that survive it."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from poolviz.numbers import numbers
from poolviz.pooling import ChunkMax, DynamicKMax, MaxOverTime, Operated
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.page import Page
from poolviz.stage.part import (
    Chart,
    Fold,
    Formula,
    Numbers,
    Part,
    Place,
    Play,
    Program,
    Says,
    Sets,
    Stack,
    Table,
)
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.stage.words import plain
from poolviz.text import N_, _, listed, titled, together
from poolviz.wings.pooling.core.controls import MODE
from poolviz.wings.pooling.core.filenames import slug
from poolviz.wings.pooling.core.telling import noticed, programs, written
from poolviz.wings.pooling.sequences.controls import (
    EXAMPLES,
    FEATURE,
    POOL,
    STEP,
    TEXT,
    fitted,
)
from poolviz.wings.pooling.sequences.programs import sequence_code
from poolviz.wings.pooling.sequences.scene import (
    chunk_question,
    count_question,
    kept_line,
    layers,
    order_question,
    reversal_question,
    reversals,
    sequence_scene,
    survivals,
    survivors,
)
from poolviz.wings.pooling.sequences.words import FEATURES, LONGEST_TEXT, MOST_WORDS, Sentence

ADDRESS = "sequences"
MOST_LAYERS = 6


@dataclass(frozen=True, eq=False)
class Run:
    """The sentence under one pooling; and the numbers of the others, which are asked about."""

    sentence: Sentence
    run: Operated
    k: int
    chunks: int
    layers: int
    top: int
    feature: int

    @property
    def name(self) -> str:
        """What its files are called."""
        operator = slug(type(self.run.operator).__name__)
        return f"{ADDRESS}-{operator}-{self.run.output.shape[-1]}"


def compute(values: Values) -> Run:
    """The chosen pooling of the sentence."""
    sentence = Sentence.of(values["text"])
    length = len(sentence.words)
    operator = fitted(values, values["pool"], length)
    return Run(
        sentence,
        operator(sentence.x),
        min(values["KMax.k"], length),
        min(values["ChunkMax.chunks"], length),
        min(values["DynamicKMax.layers"], MOST_WORDS),
        min(values["DynamicKMax.k_top"], length),
        int(values["feature"]),
    )


def asked(made: Run) -> tuple[Question, ...]:
    """What stays and in which order; how many; and the sentence read backwards."""
    operator = made.run.operator
    first = (
        chunk_question(made.sentence, operator)
        if isinstance(operator, ChunkMax | MaxOverTime)
        else order_question(made.sentence, made.run.output.shape[-1])
    )
    dynamic = {"pool": DynamicKMax.__name__, f"{DynamicKMax.__name__}.layer": 1}
    shown = isinstance(operator, DynamicKMax) and operator.layer == 1
    return (
        replace(first, step=0),
        replace(
            count_question(made.sentence, made.layers, made.top), example=None if shown else dynamic
        ),
        replace(
            reversal_question(made.sentence, made.k, made.chunks), example=backwards(made.sentence)
        ),
    )


def backwards(sentence: Sentence) -> dict[str, object] | None:
    """The values that show the sentence read backwards, where a text can hold it."""
    text = " ".join(reversed(sentence.words))
    if len(text) > LONGEST_TEXT or Sentence.of(text).words != sentence.words[::-1]:
        return None
    return {"text": text}


def view(made: Run) -> tuple[Part, ...]:
    """The words that stay, played; which survive; layers; the sentence backwards; code."""
    sentence, run = made.sentence, made.run
    examples = tuple((_(name), {"text": text}) for name, text in EXAMPLES)
    return (
        Play(partial(_scene, sentence, run), height=760, name=made.name),
        Sets(examples, ("text",), name="example"),
        *_left_out(sentence),
        Formula(run.operator.formula),
        Stack(_survivors(sentence, run), tells=1),
        Numbers(run.output, _("Output"), name=f"{made.name}-words", tells=1),
        Stack(_layers(made), tells=2),
        Stack(_backwards(made), tells=3),
        _program(run),
        Fold(_("What the features are"), _features, name="features"),
        Says(_("Source: {reference}").format(reference=run.operator.reference), "caption"),
    )


def _left_out(sentence: Sentence) -> tuple[Part, ...]:
    if not sentence.left_out:
        return ()
    text = _("The first {n} words are used; {left} do not fit.")
    return (Says(text.format(n=MOST_WORDS, left=sentence.left_out), "caption"),)


def _scene(sentence: Sentence, run: Operated, hidden: int | None) -> Scene:
    return sequence_scene(sentence, run, hidden=hidden is not None)


def _survivors(sentence: Sentence, run: Operated) -> tuple[Part, ...]:
    each = survivors(sentence, run)
    times = survivals(sentence, run)
    gone = [plain(sentence.quoted(t)) for t, n in enumerate(times) if n == 0]
    most = int(times.argmax())
    says = [
        _(
            "Words that survive somewhere: {kept} of {all}. {word} does in {times} of {features} "
            "features."
        ).format(
            kept=int((times > 0).sum()),
            all=len(times),
            word=f"“**{plain(sentence.labels[most])}**”",
            times=int(times[most]),
            features=len(each),
        )
    ]
    if gone:
        says.append(_("Lost: {words}.").format(words=listed(gone)))
    columns = {
        _("feature"): [one.feature for one in each],
        _("kept, in this order"): [kept_line(one) for one in each],
    }
    heading = Says(_("Which words survive?"), "heading")
    return heading, Says(together(says)), Table(columns)


def _layers(made: Run) -> tuple[Part, ...]:
    """Dynamic k-max of one feature, layer after layer."""
    found = layers(made.sentence, made.feature, min(made.layers, MOST_LAYERS), made.top)
    calculations = "\n".join(
        "- " + titled(layer.name, layer.calculation) for layer in found if layer.calculation
    )
    between = _(
        "Between the layers of the network stand convolutions, left out here; so the words "
        "of each layer are among those of the layer before. T is the length of the sentence."
    )
    columns = tuple((layer.name, layer.k, layer.places) for layer in found)
    chart = partial(_chart, made.sentence.labels, made.sentence.x[made.feature], columns)
    return (
        Says(_("Dynamic k-max, layer after layer"), "heading"),
        Place(("feature",)),
        Chart(
            chart,
            listed(titled(layer.name, str(layer.k)) for layer in found),
            name=f"{ADDRESS}-layers-feature-{made.feature}",
        ),
        Says(calculations),
        Says(between, "caption"),
    )


@kept
def _chart(
    labels: tuple[str, ...], x: np.ndarray, columns: tuple[tuple[str, int, tuple[int, ...]], ...]
) -> Any:
    from poolviz.figures.sequences import layers_chart

    return layers_chart(labels, x, columns)


def _backwards(made: Run) -> tuple[Part, ...]:
    found = reversals(made.sentence, made.k, made.chunks)
    columns = {
        _("pooling"): [each.title for each in found],
        _("forwards"): [numbers(np.array(each.forwards)) for each in found],
        _("backwards"): [numbers(np.array(each.backwards)) for each in found],
        _("the same"): [_("yes") if each.same else _("no") for each in found],
    }
    lines = (
        _("Max over time gives one number a feature for any length, and forgets when."),
        _("k-max keeps the order of what it keeps, chunk-max also roughly where it stood."),
        _("Each feature keeps words of its own: together they need not make a sentence."),
        _("A “not” survives only where some feature finds it large."),
    )
    return (
        Says(_("Read backwards (feature “letters”)"), "heading"),
        Table(columns),
        *noticed(lines),
    )


def _features() -> tuple[Part, ...]:
    rules = _(
        "A network learns its features; these are fixed rules, so that every number can be "
        "checked by hand."
    )
    each = "\n".join(f"- **{_(f.title)}**: {_(f.why)}" for f in FEATURES)
    return Says(each), Says(rules, "caption")


def _program(run: Operated) -> Program:
    return replace(programs({"": lambda: written(sequence_code(run))}), tells=1)


SEQUENCES = Page(
    address=ADDRESS,
    wing=N_("Pooling"),
    title=N_("Sequences"),
    icon="text_fields",
    shows=N_("Pool a sentence of your own over time, and see which of its words survive."),
    intro=N_("Each feature keeps the words where it is largest."),
    controls=(TEXT, *POOL, FEATURE, MODE, STEP),
    run=compute,
    view=view,
    questions=asked,
    file_name=lambda made: made.name,
)
