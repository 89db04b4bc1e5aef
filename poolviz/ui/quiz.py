"""Predict, then reveal: one question at a time, answered by a button or by picking a cell."""

from collections.abc import Callable, Sequence

import streamlit as st

from poolviz.stage.question import Choice, Question
from poolviz.stage.words import plain
from poolviz.text import _, language
from poolviz.ui.lesson import lesson
from poolviz.ui.share import State


def quiz(state: State, signature: str, key: str = "quiz", stepped: bool = True) -> State:
    """The progress through the questions about what ``signature`` names; it restarts with another.
    Each page keeps its own under ``key``. ``stepped``: a link may say where the picture stands.

    ``at``: the current question; ``label``: what was answered, None while it is open; ``shown``:
    the question whose window the picture was moved to; ``right`` and ``asked`` count over the whole
    visit. Where a teacher's link hides the answers, the first question stays open: ``chosen`` is
    then all that is kept.
    """
    progress: State = state.setdefault(key, {"right": 0, "asked": 0})
    if progress.get("signature") != signature:
        # The first time, the step of the link stands; later the picture goes back to the question.
        shown = 0 if stepped and "signature" not in progress else None
        progress.update(signature=signature, at=0, label=None, correct=False, why="", shown=shown)
        progress.update(chosen=None, by=None)
    if lesson().answers_hidden:
        progress.update(at=0, label=None)
        if stepped:
            progress.update(shown=0)
    return progress


def ask(
    progress: State, asked: Sequence[Question], key: str, next_label: str | None = None
) -> None:
    """Show the current question, or what became of it, and the way on."""
    at = progress["at"]
    if at >= len(asked):
        _summary(progress, key)
        return
    question, open_ = asked[at], progress["label"] is None
    _translate(progress, question)
    chosen = progress.get("chosen")
    count = _("Question {n} of {of}").format(n=at + 1, of=len(asked))
    if not open_:
        right = _("this visit: {right} of {asked} right")
        count = right.format(right=progress["right"], asked=progress["asked"])
    hint = f" {_('Click the cell in the picture, or choose:')}" if question.cells and open_ else ""
    st.markdown(f"**{plain(question.text)}**{hint} :small[:gray[{count}]]")
    if open_:
        offer(
            question.choices, f"{key}.{at}", question.text, chosen,
            lambda i: answer(progress, question.choices[i], i),
        )  # fmt: skip
    if lesson().answers_hidden:
        if chosen is None:
            st.caption(_("Choose. Whether it is right, your teacher will say."))
        else:
            st.info(
                _("You chose {label}. Your teacher will say whether it is right.").format(
                    label=plain(chosen)
                )
            )
        return
    if not open_:
        _feedback(progress, question)
        last = at + 1 == len(asked)
        st.button(
            next_label or question.onwards or (_("Finish") if last else _("Next question")),
            key=f"{key}.next",
            type="primary",
            on_click=_move,
            args=(progress, at + 1),
        )


def offer(
    choices: Sequence[Choice], key: str, text: str, chosen: str | None, take: Callable[[int], None]
) -> None:
    """The choices side by side as one element, named by their question; ``take`` is told which."""
    labels = [choice.label for choice in choices]
    st.session_state[key] = labels.index(chosen) if chosen in labels else None
    st.pills(
        text, range(len(choices)), key=key, format_func=lambda i: plain(labels[i]),
        label_visibility="collapsed", on_change=_took, args=(key, take),
    )  # fmt: skip


def _took(key: str, take: Callable[[int], None]) -> None:
    at = st.session_state.get(key)
    if at is not None:
        take(at)


def _summary(progress: State, key: str) -> None:
    told = _("This visit: {right} of {asked} right.")
    st.info(told.format(right=progress["right"], asked=progress["asked"]))
    st.button(_("Ask again"), key=f"{key}.again", on_click=_move, args=(progress, 0))


def answer(progress: State, choice: Choice, by: int | tuple[int, int, float] | None = None) -> None:
    """Take an answer to the current question; a second one does not count.

    ``by``: its place among the question's choices, or the cell and value that were picked: what is
    needed to say it again in another language.
    """
    if progress["label"] is not None:
        return
    progress.update(by=by, spoken=language())
    if lesson().answers_hidden:
        progress["chosen"] = choice.label
        return
    progress.update(label=choice.label, correct=choice.right, why=choice.why)
    progress["asked"] += 1
    progress["right"] += choice.right


def _translate(progress: State, question: Question) -> None:
    """Say the given answer in the page's language, if that has changed since."""
    by = progress.get("by")
    if by is None or progress["spoken"] == language():
        return
    choice = question.choices[by] if isinstance(by, int) else question.picked(*by)
    progress["spoken"] = language()
    if progress["label"] is not None:
        if choice.right == progress["correct"]:  # else the page has changed what is asked
            progress.update(label=choice.label, why=choice.why)
    elif progress["chosen"] is not None:
        progress["chosen"] = choice.label


def _feedback(progress: State, question: Question) -> None:
    """What became of the answer, in the room where the choices were: the choice that was taken and
    the right one, each with its sign, and why."""
    label, why = plain(progress["label"]), plain(progress["why"])
    if progress["correct"]:
        st.success(f"**✓ {label}** {_('Right. {why}').format(why=why)}")
        return
    right = question.answer
    st.error(
        _("{label}: {why} Right is {right}: {because}").format(
            label=f"**✗ {label}**",
            why=why,
            right=f"**✓ {plain(right.label)}**",
            because=plain(right.why),
        )
    )


def _move(progress: State, to: int) -> None:
    progress.update(at=to, label=None, correct=False, why="", by=None)
