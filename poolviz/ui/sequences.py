"""Pooling over time on the page: a sentence, one pooling of it, and what is left of the words."""

from dataclasses import fields
from functools import partial
from typing import Any

import streamlit as st

from poolviz.figures.sequences import layers_chart
from poolviz.pooling import OPERATORS, ChunkMax, MaxOverTime, Operator
from poolviz.stage.link import one_of, whole
from poolviz.stage.link import write_plain as write_field
from poolviz.stage.question import Question
from poolviz.stage.words import plain
from poolviz.text import N_, _, listed, titled
from poolviz.ui import share
from poolviz.ui.chosen import chosen, several
from poolviz.ui.handouts import scene_handout
from poolviz.ui.in_turn import fragment
from poolviz.ui.lesson import lesson
from poolviz.ui.pictures import pictures, show_chart
from poolviz.ui.pooling import MODES
from poolviz.ui.programs import show_programs
from poolviz.ui.quiz import ask, quiz
from poolviz.ui.sequences_told import show_backwards, show_features, show_survivors
from poolviz.ui.share import Setting, State, read_field, took
from poolviz.ui.stepper import stepper
from poolviz.ui.takeaway import downloads
from poolviz.wings.pooling.core.filenames import slug
from poolviz.wings.pooling.sequences.programs import sequence_code
from poolviz.wings.pooling.sequences.scene import (
    chunk_question,
    count_question,
    layers,
    narration,
    order_question,
    reversal_question,
    sequence_scene,
)
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
LARGEST = MOST_WORDS


def sequence_settings(state: State) -> tuple[Setting, ...]:
    """What a link to this page holds."""
    return (
        Setting("text", "text", DEFAULT, _read_text),
        Setting("pool", "pool", "KMax", one_of(*POOLS)),
        *(
            Setting(
                f"{name}.{f.name}",
                f.name,
                f.default,
                partial(read_field, f.metadata["param"]),
                write_field,
            )
            for name, cls in POOLS.items()
            for f in fields(cls)  # type: ignore[arg-type]
        ),
        Setting("feature", "feature", 0, whole(0, len(FEATURES) - 1)),
        Setting("mode", "mode", "predict", one_of(*MODES)),
        Setting("step", "step", 0, whole(0, 10**4)),
    )


def _read_text(text: str) -> str:
    Sentence.of(text)
    return clean(text)


def sentence_control(state: State) -> Sentence:
    """A sentence of the person's own, or one of the examples."""
    if lesson().shows("text"):
        _text_control(state)
    sentence = Sentence.of(state["text"])
    if sentence.left_out:
        st.caption(
            _("The first {n} words are used; {left} do not fit.").format(
                n=MOST_WORDS, left=sentence.left_out
            )
        )
    return sentence


def _text_control(state: State) -> None:
    # No max_chars: a browser would refuse a longer text without a word.
    typed = state.get("too_long", "")
    too_long = bool(typed) and clean(typed) == state["text"]
    st.session_state["control.text"] = typed if too_long else state["text"]
    st.text_input(
        _("A sentence of your own, in any language"),
        key="control.text",
        help=_("Up to {n} words are used. Nothing you enter is stored.").format(n=MOST_WORDS),
        disabled=lesson().holds("text"),
        on_change=_took_text,
        args=(state,),
    )
    if state.pop("empty", False):
        st.warning(_("A sentence needs a word. The last one stands."))
    if too_long:
        st.warning(
            _("The first {n} characters are used: more are not read.").format(n=LONGEST_TEXT)
        )
    with st.container(horizontal=True, key="sequences.examples"):
        for name, text in () if lesson().holds("text") else EXAMPLES:
            st.button(
                _(name),
                key=f"example.{name}",
                type="tertiary",
                on_click=state.update,
                args=({"text": text},),
            )


def _took_text(state: State) -> None:
    typed = st.session_state["control.text"] or ""
    try:
        state["text"] = _read_text(typed)
    except ValueError:
        state["empty"] = True
        return
    state["too_long"] = typed if len(" ".join(typed.split())) > LONGEST_TEXT else ""


def pool_controls(state: State, sentence: Sentence) -> Operator:
    """Which pooling, and its numbers, as far as this sentence allows."""
    st.session_state["control.pool"] = state["pool"]
    if lesson().shows("pool"):
        st.selectbox(
            _("Pooling"),
            list(POOLS),
            key="control.pool",
            format_func=lambda name: _(POOLS[name].title),
            width=220,
            disabled=lesson().holds("pool"),
            on_change=_took_pool,
            args=(state,),
        )
    operator = fitted(state, state["pool"], len(sentence.words))
    for f in fields(operator):  # type: ignore[arg-type]
        if not lesson().shows(f.name):
            continue
        key, value = f"{state['pool']}.{f.name}", getattr(operator, f.name)
        if f.metadata["param"].kind != "int":
            _cuts(state, key, sentence)
            continue
        _number(
            state, key, f.name, value, _most(state, f.name, sentence), _(f.metadata["param"].help)
        )
    return operator


def _most(state: State, name: str, sentence: Sentence) -> int:
    """What this sentence, and the number of layers, allow."""
    if name == "layers":
        return LARGEST
    return int(state["DynamicKMax.layers"]) if name == "layer" else len(sentence.words)


def fitted(state: State, name: str, length: int) -> Operator:
    """The pooling that the state describes, its numbers lowered to what the sentence allows."""
    cls = POOLS[name]
    given: dict[str, Any] = {f.name: state[f"{name}.{f.name}"] for f in fields(cls)}  # type: ignore[arg-type]
    if "layers" in given:
        given["layers"] = min(given["layers"], LARGEST)
        given["layer"] = min(given["layer"], given["layers"])
    for key in ("k", "k_top", "chunks"):
        if key in given:
            given[key] = min(given[key], length)
    if given.get("cuts"):
        given["cuts"] = tuple(cut for cut in given["cuts"] if cut < length) or None
    return cls(**given)


def _number(state: State, key: str, label: str, value: int, most: int, help_text: str) -> None:
    widget = f"control.{key}"
    st.session_state[widget] = value
    st.number_input(
        label,
        1,
        most,
        step=1,
        key=widget,
        width=150,
        help=help_text,
        disabled=lesson().holds(label),
        on_change=took,
        args=(state, key, widget, int),
    )


def _cuts(state: State, key: str, sentence: Sentence) -> None:
    """At which words new chunks begin, instead of equal ones."""
    widget, places = f"control.{key}", range(1, len(sentence.words))
    st.session_state[widget] = [cut for cut in state[key] or () if cut in places]
    st.multiselect(
        _("Or cut before the words"),
        places,
        key=widget,
        format_func=lambda t: f"{t + 1} {sentence.labels[t]}",
        width=300,
        placeholder=_("None: choose"),
        disabled=lesson().holds("cuts"),
        on_change=_took_cuts,
        args=(state, key, widget, places),
    )


def _took_cuts(state: State, key: str, widget: str, places: range) -> None:
    state[key] = tuple(sorted(several(widget, places))) or None


def _took_pool(state: State) -> None:
    state["pool"] = chosen("control.pool", POOLS) or state["pool"]


@fragment
def play_sequence(state: State, sentence: Sentence, operator: Operator) -> None:
    """Predict, play, and see which words are left; then the layers, and the sentence backwards."""
    length = len(sentence.words)
    k, chunks, count, top = _numbers(state, length)
    seen = 3
    if state["mode"] == "predict":
        asked = _questions(state, sentence)
        about = f"{state['text']} {k} {chunks} {count} {top}{_cut(state)}"
        progress = quiz(state, about, "sequence_quiz")
        with st.container(border=True):
            ask(progress, asked, "sequences")
        seen = progress["at"] + (progress["label"] is not None)
    run = operator(sentence.x)
    files = f"sequences-{slug(type(operator).__name__)}-{run.output.shape[-1]}"
    scene = sequence_scene(sentence, run, hidden=seen < 1)
    step = min(state["step"], len(scene) - 1)
    at = stepper(scene, key="sequences", step=step, height=760)
    state["step"] = at.step
    pictures(scene, at.step, files, "sequences")
    st.latex(operator.formula)
    if seen >= 1:
        feature, place = divmod(at.step, run.output.shape[-1])
        st.markdown(plain(narration(sentence, run, feature, place)))
        show_survivors(sentence, run)
    downloads(run.output, f"{files}-words", "sequences", hidden=seen < 1)
    scene_handout(
        state,
        sequence_settings,
        lambda secret: sequence_scene(sentence, run, hidden=secret),
        (operator.formula,),
        lambda: _questions(state, sentence),
        files,
        "sequences",
        seen < 1,
    )
    if seen >= 2:
        _layers(state, sentence, count, top)
    if seen >= 3:
        show_backwards(sentence, k, chunks)
    show_features()
    if seen >= 1:
        show_programs("sequences.code", lambda: (sequence_code(run), {}))
    share.save(state, sequence_settings)


def _questions(state: State, sentence: Sentence) -> tuple[Question, ...]:
    k, chunks, count, top = _numbers(state, len(sentence.words))
    pool = fitted(state, state["pool"], len(sentence.words))
    return (
        chunk_question(sentence, pool)
        if isinstance(pool, (ChunkMax, MaxOverTime))
        else order_question(sentence, k),
        count_question(sentence, count, top),
        reversal_question(sentence, k, chunks),
    )


def _cut(state: State) -> str:
    """The pooling by which the sentence is cut, if that is asked about; k-max cuts nothing."""
    pool = state["pool"]
    return f" {pool} {state['ChunkMax.cuts']}" if pool in ("ChunkMax", "MaxOverTime") else ""


def _numbers(state: State, length: int) -> tuple[int, int, int, int]:
    """k, chunks, layers and k_top as the sentence allows them."""
    k, chunks = state["KMax.k"], state["ChunkMax.chunks"]
    count, top = state["DynamicKMax.layers"], state["DynamicKMax.k_top"]
    return min(k, length), min(chunks, length), min(count, LARGEST), min(top, length)


def _feature(state: State) -> None:
    """Whose words are followed through the layers."""
    widget = "control.feature"
    st.session_state[widget] = state["feature"]
    st.segmented_control(
        _("Feature"),
        range(len(FEATURES)),
        key=widget,
        format_func=lambda f: _(FEATURES[f].title),
        required=True,
        disabled=lesson().holds("feature"),
        on_change=took,
        args=(state, "feature", widget, int),
    )


def _layers(state: State, sentence: Sentence, count: int, top: int) -> None:
    st.subheader(_("Dynamic k-max, layer after layer"))
    if lesson().shows("feature"):
        _feature(state)
    found = layers(sentence, state["feature"], min(count, 6), top)
    show_chart(
        layers_chart(sentence, state["feature"], found),
        f"sequences-layers-feature-{state['feature']}",
        key="sequences.layers",
        alt=listed(titled(layer.name, str(layer.k)) for layer in found),
    )
    st.markdown(
        "\n".join(
            "- " + titled(layer.name, layer.calculation) for layer in found if layer.calculation
        )
    )
    st.caption(
        _(
            "Between the layers of the network stand convolutions, left out here; so the words "
            "of each layer are among those of the layer before. T is the length of the sentence."
        )
    )
