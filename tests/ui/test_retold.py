"""An answer given in one language is explained in the other after the language was changed."""

import pytest

from poolviz.text import use_language
from tests.ui.app import choose, open_page


@pytest.fixture(autouse=True)
def english_again():
    """AppTest looks a menu's options up in the language of the test, not of the page."""
    yield
    use_language("en")


def told(at) -> list[str]:
    """What stands in the boxes of feedback."""
    assert not at.exception
    return [box.value for kind in (at.success, at.error, at.warning, at.info) for box in kind]


def in_chinese(at):
    at.session_state["language"] = "zh"
    at.run()
    use_language("zh")
    return at


def pressed(at, key):
    question, _, place = key.rpartition(".")
    return choose(at, question, int(place)) if place.isdigit() else at.button(key=key).click().run()


@pytest.mark.parametrize(
    ("page", "button"),
    [
        ("home", "home.0.0"),
        ("home", "home.0.1"),
        ("windows", "windows.0.3"),
        ("oks", "oks.0.3"),
        ("coco_eval", "coco-eval.0.1"),
        ("global", "global.0.1"),
    ],
)
def test_feedback_speaks_the_language_of_the_page(page, button):
    after = told(in_chinese(pressed(open_page(page), button)))
    use_language("en")
    assert after == told(pressed(in_chinese(open_page(page)), button))
    assert after


def typed(at, text):
    box = next(one for one in at.text_input if one.key.startswith("practise."))
    box.set_value(text)
    return pressed(at, "practise.check")


@pytest.mark.parametrize("text", ["0", "7", "many"])
def test_what_was_typed_is_explained_in_the_language_of_the_page(text):
    after = told(in_chinese(typed(open_page("practise"), text)))
    use_language("en")
    assert after == told(typed(in_chinese(open_page("practise")), text))
    assert after


def test_a_hidden_answer_keeps_its_mark():
    at = in_chinese(pressed(open_page("oks", answers="hidden"), "oks.0.3"))
    assert any("你选的是" in text for text in told(at)), told(at)
    assert "everywhere" not in "".join(told(at))


def test_an_answer_and_what_could_not_be_read_after_it_are_both_retold():
    at = open_page("practise", kind="find-shape")
    for kernel in ((4, 4, 0), (None, None, None)):
        boxes = [box for box in at.number_input if box.key[-2:] in (".0", ".1", ".2")]
        for box, value in zip(boxes, kernel, strict=True):
            box.set_value(value)
        at = pressed(at, "practise.check")
    assert len(told(at)) == 2
    after = told(in_chinese(at))
    assert len(after) == 2
    assert not any("are wanted" in text or "needs a number" in text for text in after), after
