"""/unpooling's own settings and questions: each control, its link, and other pages meanwhile."""

import pytest

from poolviz.stage import address
from poolviz.wings.pooling.unpooling.page import UNPOOLING
from tests.ui.app import PAGES, choose, open_page, sent, shared, texts


def test_the_case_that_shows_an_answer():
    at = open_page("unpooling")
    for question in range(2):
        choose(at, f"unpooling.{question}", 0)
        at.button(key="unpooling.next").click().run()
    choose(at, "unpooling.2", 3)
    assert "as max's backward does" in texts(at)
    at.button(key="unpooling.example").click().run()
    assert not at.exception
    assert "7 + 7 + 7 = 21" in texts(at).replace("\\", "")


def test_each_control_moves_the_page_and_its_link():
    at = open_page("unpooling", mode="watch", kernel_size="3", stride="1")
    at.selectbox(key="control.between").set_value("gain").run()
    at.number_input(key="control.gain").set_value(3.0).run()
    assert "gain=3.0" in shared(at)
    at.selectbox(key="control.between").set_value("noise").run()
    at.number_input(key="control.sigma").set_value(0.5).run()
    assert "noise=0.5" in shared(at)
    at.selectbox(key="control.between").set_value("convolution").run()
    at.selectbox(key="control.filter").set_value("edges").run()
    assert "filter=edges" in shared(at)
    at.selectbox(key="control.duplicates").set_value("sum").run()
    assert "duplicates=sum" in shared(at)
    assert not at.exception


def test_the_link_restores_the_way_back():
    given = {"unpooling": "BedOfNails", "between": "noise", "noise": "0.5", "noise_seed": "3"}
    values, complaints = address.read(UNPOOLING, given)
    assert complaints == ()
    assert address.parameters(UNPOOLING, values) == given


@pytest.mark.parametrize(("name", "text"), [("gain", "nan"), ("gain", "11"), ("gain", "x")])
def test_a_bad_number_falls_back_with_a_sentence(name, text):
    assert len(address.read(UNPOOLING, {name: text, "between": "gain"})[1]) == 1


def test_the_input_keeps_its_own_colours_whatever_picture_is_below():
    at = open_page("unpooling", mode="watch", picture="digit")
    assert at.session_state["pooling_state"]["picture"] is False
    assert at.session_state["pooling_state"]["levels"] == "digit"


def test_the_cell_and_the_way_back_survive_other_pages():
    at = open_page("unpooling", mode="watch", unpooling="NearestUnpool", step="2")
    at.query_params.clear()
    at.switch_page(PAGES["gradients"]).run()
    assert sent(at)["step"] == 2
    at.query_params.clear()
    at.switch_page(PAGES["unpooling"]).run()
    assert sent(at)["step"] == 2
    assert "unpooling=NearestUnpool" in shared(at)
