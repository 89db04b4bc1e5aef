"""A choice that comes by a label of before: in the moment after the language was changed."""

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from poolviz.ui.language import KEY
from tests.ui.app import PAGES, open_page


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_choice_by_its_label_in_the_other_language_breaks_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    at = open_page(name)
    before = {w.key: list(w.options) for w in at.selectbox if w.key != KEY}
    at.selectbox(key=KEY).set_value("zh").run()
    late = {}
    for key, labels in before.items():
        found = [w for w in at.selectbox if w.key == key]
        if found and not found[0].disabled and found[0].options != labels:
            late[found[0].id] = WidgetState(id=found[0].id, string_value=labels[-1])

    def told(box: Selectbox) -> WidgetState:
        shows = box.proto.raw_value or box.options[box.proto.default]
        return late.get(box.id) or WidgetState(id=box.id, string_value=shows)

    with monkeypatch.context() as patched:
        patched.setattr(Selectbox, "_widget_state", property(told))
        at.run()
        assert not at.exception
        assert not at.error
        tried = bool(late)
        late.clear()
        at.run()
        assert not at.exception
    assert tried or name not in ("windows", "oks", "sequences", "practise")


def _page() -> None:
    import streamlit as st

    from poolviz.ui.chosen import chosen, several

    st.session_state["one"] = "first"
    st.session_state["several"] = ["b", "another", "a"]
    st.text(chosen("one", ("first", "second")))
    st.text(chosen("one", ("second",)))
    st.text(chosen("gone", ("first",)))
    st.text(several("several", "ab"))
    st.text(several("gone", "ab"))


def test_only_what_is_on_offer_is_taken():
    at = AppTest.from_function(_page).run()
    assert [each.value for each in at.text] == ["first", "None", "None", "['b', 'a']", "[]"]
