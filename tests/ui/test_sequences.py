"""/sequences through the app's entry point."""

import pytest

from poolviz.wings.pooling.sequences.controls import EXAMPLES, POOLS
from tests.ui.app import choose, open_page, sent, shared, texts, unfold


def saved(at):
    """What of the output can be taken away as numbers."""
    labels = [button.proto.label for button in unfold(at).get("download_button")]
    return [label for label in labels if label.startswith("Output")]


def answer(at, n, label):
    return choose(at, f"sequences.{n}", label)


def test_the_order_is_predicted_first_and_hidden_everywhere():
    at = open_page("sequences")
    assert "which of" not in texts(at)
    assert "Which words survive" not in texts(at)
    assert not saved(at)
    answer(at, 0, "9, 8, 7")
    assert "sorted from the largest down" in texts(at)
    assert "Which words survive" in texts(at)
    assert "Dynamic k-max, layer" not in texts(at)
    assert saved(at) == ["Output as CSV", "Output as .npy"]
    at.button(key="sequences.next").click().run()
    answer(at, 1, "8")
    assert "Dynamic k-max, layer" in texts(at)
    at.button(key="sequences.next").click().run()
    answer(at, 2, "Max over time")
    assert "Read backwards" in texts(at)
    assert "this visit: 2 of 3 right" in texts(at)
    assert not at.exception


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize(
    "text", ["a", "<b>*x*</b> [a](b) $x$ `q`", *(text for _n, text in EXAMPLES)]
)
def test_every_pooling_of_every_sentence(pool, text):
    at = open_page("sequences", pool=pool, text=text, mode="watch", k="24", layers="4", layer="4")
    assert not at.exception
    assert not at.error


def test_a_sentence_is_shown_as_plain_text():
    at = open_page("sequences", text="**bold** <script>x</script>", mode="watch", k="9")
    assert "**bold**" not in texts(at)
    assert "<script>" not in texts(at)


def test_the_first_question_is_about_the_pooling_that_is_chosen():
    at = open_page("sequences", pool="ChunkMax", text="one three five seven")
    assert "Chunk max of" in texts(at)
    choose(at, "sequences.0", 0)
    at.multiselect(key="control.ChunkMax.cuts").set_value(["1"]).run()
    assert "Question 1 of 3" in texts(at), "other chunks are another question"
    at.selectbox(key="control.pool").set_value("MaxOverTime").run()
    assert "Max over time of" in texts(at)
    at.selectbox(key="control.pool").set_value("KMax").run()
    assert "3-max over time of" in texts(at)
    assert not at.exception


def test_each_control_moves_the_page_and_its_link():
    at = open_page("sequences", mode="watch")
    at.text_input(key="control.text").set_value("one three five seven").run()
    at.number_input(key="control.KMax.k").set_value(2).run()
    assert "“three” 5, “seven” 5" in texts(at)
    at.segmented_control(key="control.feature").set_value("3").run()
    at.selectbox(key="control.pool").set_value("ChunkMax").run()
    at.multiselect(key="control.ChunkMax.cuts").set_value(["2"]).run()
    at.run()
    link = shared(at)
    for part in ("text=one+three+five+seven", "k=2", "pool=ChunkMax", "cuts=2", "feature=3"):
        assert part in link
    assert not at.exception


def test_an_empty_sentence_changes_nothing():
    at = open_page("sequences", mode="watch", text="one two")
    at.text_input(key="control.text").set_value("  ").run()
    assert "A sentence needs a word" in texts(at)
    assert at.session_state["sequences_state"]["text"] == "one two"
    at.text_input(key="control.text").set_value("one two three").run()
    assert "A sentence needs a word" not in texts(at)


def test_a_long_sentence_stays_in_its_box_and_is_read_as_far_as_it_may_be():
    at = open_page("sequences", mode="watch")
    box = at.text_input(key="control.text")
    assert not box.proto.max_chars, "a browser would refuse the text without a word"
    long = "pooling " * 40
    box.set_value(long).run()
    assert "The first 200 characters are used" in texts(at)
    assert at.text_input(key="control.text").value == long
    assert at.session_state["sequences_state"]["text"] == long[:200].strip()
    at.text_input(key="control.text").set_value("one   " * 24 + " " * 90).run()
    assert "characters are used" not in texts(at), "what is left out is blank"
    at.text_input(key="control.text").set_value(long).run()
    at.button(key="sequences.example.sets.0").click().run()
    assert "characters are used" not in texts(at)
    assert at.text_input(key="control.text").value.startswith("We expected")


def test_an_example_is_taken():
    at = open_page("sequences", mode="watch")
    at.button(key="sequences.example.sets.3").click().run()
    assert at.text_input(key="control.text").value.startswith("这部电影")
    assert not at.exception


def test_the_link_restores_sentence_pooling_and_step():
    at = open_page("sequences", text="你好 world", pool="KMax", k="2", step="3", mode="watch")
    assert at.text_input(key="control.text").value == "你好 world"
    assert sent(at)["step"] == 3
    assert at.number_input(key="control.KMax.k").value == 2


@pytest.mark.parametrize("query", [{"text": " "}, {"k": "0"}, {"pool": "Nope"}, {"cuts": "3,1"}])
def test_a_bad_link_says_so(query):
    at = open_page("sequences", **query)
    assert len(at.warning) == 1
    assert not at.exception
