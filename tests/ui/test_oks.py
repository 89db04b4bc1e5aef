"""/oks through the app's entry point."""

from urllib.parse import parse_qsl

from poolviz.pose import oks
from poolviz.stage.posing import Ground
from tests.ui.app import choose, open_page, sent, shared, texts, unfold

KEY = "oks.poses"


def moved(at, **change):
    """The browser tells a change of what it was sent."""
    data = sent(at)
    told = {key: data[key] for key in ("pred", "gt", "visibility", "joint", "id")}
    at.session_state[f"{KEY}_saved"] = {**told, "n": data["n"] + 1, **change}
    return at.run()


def shown_oks(at) -> float:
    """The OKS that the page computes from what it sends to the browser."""
    data = sent(at)
    keys = {"pred": "pred", "gt": "gt", "area": "area", "sigmas": "sigmas", "bbox": "bbox"}
    given = {name: data[key] for name, key in keys.items()}
    return float(oks(**given, visibility=data["visibility"]))


def test_the_numbers_come_after_the_guess():
    at = open_page("oks")
    assert sent(at)["hidden"]
    assert "with the numbers in" not in texts(at)
    assert "judged four times" not in texts(at)
    choose(at, "oks.0", 0)
    assert "The smaller σ, the less is forgiven" in texts(at)
    assert sent(at)["hidden"]
    at.button(key="oks.next").click().run()
    assert "What is the OKS?" in texts(at)
    choose(at, "oks.1", "0.83")
    assert "Right" in texts(at)
    assert not sent(at)["hidden"]
    assert "OKS with the numbers in" in texts(at)
    pred = sent(at)["pred"]
    moved(at, pred=[[9.0, 9.0], *pred[1:]])
    assert "Right" in texts(at), "what was asked stays while joints are moved"
    assert not sent(at)["hidden"]
    assert not at.exception


def test_every_question_to_the_end():
    at = open_page("oks")
    for i in range(5):
        choose(at, f"oks.{i}", 1)
        at.button(key="oks.next").click().run()
    assert "of 5 right" in texts(at)
    assert not at.exception


def test_a_moved_joint_is_in_the_text_and_the_link():
    at = open_page("oks", mode="watch")
    pred = sent(at)["pred"]
    pred[0] = [400.5, 120.25]
    moved(at, pred=pred, joint=0)
    assert f"{shown_oks(at):.4f}" in texts(at)
    assert "σ of the selected joint: nose" in [slider.label for slider in at.slider]
    again = open_page("oks", **dict(parse_qsl(shared(at).split("?")[1])))
    assert sent(again)["pred"] == pred
    assert sent(again)["joint"] == 0


def test_a_message_about_another_truth_is_lost():
    at = open_page("oks", mode="watch")
    pred = sent(at)["pred"]
    moved(at, id="x", pred=[[1.0, 2.0]] * 17)
    assert sent(at)["pred"] == pred
    assert sent(at)["n"] == 1, "but the browser is told that it was heard"


def test_what_a_teacher_fixes_is_not_moved_by_hand():
    at = open_page("oks", mode="watch", fix="pose,joint,flags", joint="3")
    assert sent(at)["still"]
    pred = sent(at)["pred"]
    moved(at, pred=[[1.0, 2.0]] * 17, joint=5, visibility=[1] * 17)
    assert sent(at)["pred"] == pred
    assert sent(at)["joint"] == 3
    assert sent(at)["visibility"] == [2] * 17
    at.pills(key="oks.mistakes.acts").set_value("miss").run()
    assert sent(at)["pred"] == pred
    assert not open_page("oks", mode="watch").exception


def test_a_mistake_is_clicked_and_can_be_clicked_again():
    at = open_page("oks", mode="watch", person="230195")
    at.segmented_control(key="control.where").set_value("all").run()
    first = sent(at)["pred"]
    for _ in range(2):
        before = sent(at)["pred"]
        at.pills(key="oks.mistakes.acts").set_value("jitter").run()
        assert sent(at)["pred"] != before
    assert " → " in texts(at)
    at.pills(key="oks.mistakes.acts").set_value("first").run()
    assert sent(at)["pred"] == first
    assert not at.exception


def test_own_coordinates_are_shown_and_bad_ones_change_nothing():
    at = open_page("oks", mode="watch")
    at.text_area(key="control.brought.paste").set_value("10,10,2,12,10\n50,90,1,50,80").run()
    assert sent(at)["gt"] == [[10, 10], [50, 90]]
    assert "Your pose is shown" in texts(at)
    for text, reason in (("1,2\n" * 6_000, "rows"), ("1,2,7,8", "2, 3 or 5 numbers, not 4")):
        at.text_area(key="control.brought.paste").set_value(text).run()
        assert reason in texts(at)
        assert sent(at)["gt"] == [[10, 10], [50, 90]]
    at.text_area(key="control.brought.paste").set_value("1,2,7").run()
    assert "A visibility flag is 7" in texts(at)
    assert not at.exception
    assert not open_page("oks", fix="person").text_area, "a fixed person is not replaced"


def controls(at) -> dict[str, object]:
    """Every control that a person can move, and what it shows."""
    kinds = (at.slider, at.number_input, at.selectbox, at.segmented_control, at.toggle)
    return {
        one.key: one.value
        for kind in kinds
        for one in kind
        if (one.key or "").startswith("control.")
    }


def test_the_link_restores_every_control():
    at = open_page("oks")
    moves = [
        ("segmented_control", "mode", "watch"),
        ("selectbox", "person", "230195"),
        ("selectbox", "joint", 5),
        ("segmented_control", "link", "free"),
        ("slider", "sigmas", 0.11),
        ("segmented_control", "k", "1"),
        ("segmented_control", "area_kind", "box"),
        ("number_input", "area_number", 4321.0),
        ("toggle", "arrows", True),
        ("segmented_control", "where", "all"),
        ("number_input", "pixels", 23),
        ("toggle", "truth", True),
    ]
    first = controls(at)
    for kind, name, value in moves:
        getattr(at, kind)(key=f"control.{name}").set_value(value).run()
    at.pills(key="oks.mistakes.acts").set_value("jitter").run()
    moved(at, visibility=[1, *sent(at)["visibility"][1:]], joint=5)
    at.slider(key="control.area").set_value(70.0).run()
    last = controls(at)
    assert {key for key in first if last[key] == first[key]} == set()
    query = dict(parse_qsl(shared(at).split("?")[1]))
    again = open_page("oks", **query)
    assert controls(again) == last
    books = {"n", "id"}
    assert {k: v for k, v in sent(again).items() if k not in books} == {
        k: v for k, v in sent(at).items() if k not in books
    }
    done = {line for line in texts(at).splitlines() if line.startswith("Jitter, ")}
    assert set(texts(at).splitlines()) - set(texts(again).splitlines()) == done


def test_a_picture_is_sent_once_and_again_when_the_browser_lacks_it():
    at = open_page("oks", mode="watch", person="own", own="1_2_2__9_9_2")
    href = "data:image/jpeg;base64,AAAA"
    at.session_state["oks_state"]["ground"] = Ground(href, 10.0, 8.0)
    first, then = sent(at.run())["image"], sent(at.run())["image"]
    assert first["href"] == href
    assert then == {key: first[key] for key in ("name", "width", "height")}
    at.session_state[f"{KEY}_books"].pop("picture")  # what its "want" does
    assert sent(at.run())["image"] == first
    at.session_state["oks_state"]["ground"] = Ground(f"{href}BBBB", 10.0, 8.0)
    other = sent(at.run())["image"]
    assert other["href"].endswith("BBBB")
    assert other["name"] != first["name"]


def test_every_file_of_the_page_is_in_its_menu():
    at = unfold(open_page("oks", mode="watch"))
    labels = [button.proto.label for button in at.get("download_button")]
    assert [labels.count(kind) for kind in ("PNG", "SVG", "PDF")] == [3, 3, 3], "pose and charts"
    assert {
        "Similarities as CSV", "Similarities as .npy",
        "Joints as CSV",
        "Everything as JSON", "Handout: questions, to hand out (PDF)",
        "Handout: the same with answers and reasons (PDF)", "Save this state as JSON",
    } <= set(labels)  # fmt: skip
