"""Tasks on a page: one widget function a form; an answer is checked in the run after it was given,
in the language of the page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import streamlit as st

from poolviz.readers import pack_matrix, unpack_matrix
from poolviz.stage.task import Build, Form, Number, Pick, Task, Wholes
from poolviz.stage.words import plain
from poolviz.text import _, language
from poolviz.ui.grid import edit_grid, edited_grid
from poolviz.ui.lesson import lesson
from poolviz.ui.quiz import answer, offer
from poolviz.ui.share import State

BUILT = "built"
"""What is given where the answer is the matrix that has been built by then."""


def give(progress: State, signature: str, raw: Any) -> None:
    """Keep what was given to the task of this signature; the run that follows checks it."""
    progress["given"] = (signature, raw)


def built_matrix(progress: State) -> str:
    """The matrix that a person has built for the present task, packed; "" where nothing is."""
    mine = progress.get("built_for") == progress["signature"]
    return progress["built"] if mine else ""


def take(progress: State, task: Task, key: str) -> None:
    """Take over what was built and given since the last run, if it belongs to this task."""
    if isinstance(task.form, Build):
        _take_built(progress, task.form, key)
    if progress.get("unread_of") != progress["signature"]:
        progress.update(unread="", unread_of=progress["signature"])
    name, raw = progress.pop("given", (None, None))
    if name == progress["signature"]:
        _check(progress, task, progress["built"] if isinstance(task.form, Build) else raw)
    _translate(progress, task)


def _take_built(progress: State, form: Build, key: str) -> None:
    if progress.get("built_for") != progress["signature"]:
        progress.update(built=pack_matrix(form.start), built_for=progress["signature"])
    new, wrong = edited_grid(key, unpack_matrix(progress["built"]))
    progress["wrong_cells"] = tuple(wrong)
    if new is not None:
        progress["built"] = pack_matrix(new)


def _check(progress: State, task: Task, raw: Any) -> None:
    progress.update(tried=raw, said_in=language())
    try:
        verdict = task.verdict(raw)
    except ValueError as error:
        progress["unread"] = str(error)
        return
    progress.update(read=raw, unread="")
    if task.again and not progress["correct"]:
        progress["label"] = None
    answer(progress, verdict)


def _translate(progress: State, task: Task) -> None:
    """Say what became of the last answer in the page's language, if that has changed since."""
    said = progress["unread"] or progress["label"] or progress["chosen"]
    if not said or progress["said_in"] == language():
        return
    progress["said_in"] = language()
    if progress["unread"]:
        try:
            task.verdict(progress["tried"])
        except ValueError as error:
            progress["unread"] = str(error)
    if not progress["label"] and not progress["chosen"]:
        return
    verdict = task.verdict(progress["read"])
    if progress["label"] is None:
        progress["chosen"] = verdict.label
    elif verdict.right == progress["correct"]:
        progress.update(label=verdict.label, why=verdict.why)


def ask_task(progress: State, task: Task, key: str) -> None:
    """Show the task, its form, and what became of the answer.

    Once it is decided, buttons are closed and boxes have gone.
    """
    count = _("Exercise {n}").format(n=task.number)
    if progress["asked"]:
        right = _("this visit: {right} of {asked} right")
        count += f" · {right.format(right=progress['right'], asked=progress['asked'])}"
    st.markdown(f"**{plain(task.text)}** :small[:gray[{count}]]")
    closed = progress["label"] is not None and task.decided(progress["correct"])
    FORMS[type(task.form)](progress, task, key, closed)
    if progress["unread"]:
        st.warning(plain(progress["unread"]))
    if lesson().answers_hidden:
        _taken(progress)
        return
    if progress["label"] is not None:
        label, why = plain(progress["label"]), plain(progress["why"])
        if progress["correct"]:
            st.success(_("{label}: right. {why}").format(label=label, why=why))
        else:
            st.error(_("{label}: not so. {why}").format(label=label, why=why))


def _taken(progress: State) -> None:
    """What a class is told of an answer: that it was taken."""
    if progress.get("chosen") is None:
        st.caption(_("Answer. Whether it is right, your teacher will say."))
        return
    text = _("You answered {label}. Your teacher will say whether it is right.")
    st.info(text.format(label=plain(progress["chosen"])))


def pick(progress: State, task: Task, key: str, closed: bool) -> None:
    """The choices, until it is decided."""
    taken = progress.get("chosen") if lesson().answers_hidden else progress["label"]
    if not closed:
        signature = progress["signature"]
        offer(
            task.choices, f"{key}.{signature}", task.text, taken,
            partial(give, progress, signature),
        )  # fmt: skip


def number(progress: State, task: Task, key: str, closed: bool) -> None:
    """A box to type in."""
    form: Number = task.form  # type: ignore[assignment]
    if closed:
        return
    widget = f"{key}.{progress['signature']}.0"
    with _boxes(progress, key, (widget,)):
        st.text_input(form.label, key=widget, width=180, autocomplete="off")
    if form.hint:
        st.caption(plain(form.hint))


def wholes(progress: State, task: Task, key: str, closed: bool) -> None:
    """A box a number."""
    form: Wholes = task.form  # type: ignore[assignment]
    if closed:
        return
    if form.cell:
        st.caption(_("Click the cell in the picture, or give its row and column:"))
    widgets = tuple(f"{key}.{progress['signature']}.{i}" for i in range(len(form.boxes)))
    with _boxes(progress, key, widgets):
        for widget, (label, _most) in zip(widgets, form.boxes, strict=True):
            st.number_input(label, value=None, step=1, key=widget, width=130)


@contextmanager
def _boxes(progress: State, key: str, widgets: tuple[str, ...]) -> Iterator[None]:
    """A row of boxes, and the button that gives what stands in them."""
    signature = progress["signature"]
    with (
        st.form(f"{key}.{signature}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        yield
        st.form_submit_button(
            _("Check"), key=f"{key}.check", on_click=_gave, args=(progress, signature, widgets)
        )


def _gave(progress: State, signature: str, widgets: tuple[str, ...]) -> None:
    raw = tuple(st.session_state.get(widget) for widget in widgets)
    give(progress, signature, (raw[0] or "") if len(raw) == 1 else raw)


def build(progress: State, task: Task, key: str, closed: bool) -> None:
    """The matrix, edited in place."""
    edit_grid(key, unpack_matrix(progress["built"]))
    for sentence in progress.get("wrong_cells", ()):
        st.error(sentence)
    if not closed:
        args = (progress, progress["signature"], BUILT)
        st.button(_("Check"), key=f"{key}.check", on_click=give, args=args)


FORMS: dict[type[Form], Callable[[State, Task, str, bool], None]] = {
    Pick: pick,
    Number: number,
    Wholes: wholes,
    Build: build,
}
"""Form -> what draws it."""
