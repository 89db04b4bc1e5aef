"""The catalogue: filters, cards, links, through the app's entry point."""

import json
import re

import pytest

import poolviz as pv
from poolviz.cli.page_files import page_offers
from poolviz.figures.handout import page
from poolviz.stage.offer import Made
from poolviz.wings.pooling.catalogue.cards import entries, families
from poolviz.wings.pooling.catalogue.page import CATALOGUE, PER_PAGE, Run, sheet
from tests.ui.app import PAGES, choose, each_story, open_page, shared, texts, unfold

NAMES = [cls.__name__ for cls in (*pv.VARIANTS, *pv.OPERATORS, *pv.BLOCKS)]


def decks(at):
    """What the page sent to its cards."""
    sent = [e.proto for e in at.get("bidi_component") if e.proto.component_name.endswith(".deck")]
    return [json.loads(proto.json)["cards"] for proto in sent]


def pictured(at):
    """What the cards show and say: each picture with its alternative text."""
    drawn = re.findall(r"<figure .*?</figure>", "".join(decks(at)))
    assert drawn
    return drawn


def opened(at):
    """The names of the cards that can be opened or closed."""
    return re.findall(r"<button name='(\w+)'>", "".join(decks(at)))


def test_the_first_view_shows_the_first_cards_and_a_question():
    at = open_page("catalogue")
    assert not at.exception
    assert opened(at) == NAMES[:PER_PAGE]
    assert "Which variant makes 3.75 of the window 1, 3, 4, 7?" in texts(at)
    choose(at, "catalogue.0", 0)
    assert "(1 + 3 + 4 + 7) / 4 = 3.75" in texts(at).replace("\\", "")


def test_cards_show_their_outputs_once_the_first_question_is_answered():
    at = open_page("catalogue")
    assert not [card for card in pictured(at) if "3.75" in card]
    assert len([c for c in pictured(at) if "become ?" in c and ">?</i>" in c]) >= 3
    assert [card for card in pictured(at) if "Gradient: 0.25" in card]
    choose(at, "catalogue.0", 0)
    assert [card for card in pictured(at) if "become 3.75" in card and ">3.75</i>" in card]
    assert not [card for card in pictured(at) if "?" in card]
    at.button(key="catalogue.next").click().run()
    secret = [card for card in pictured(at) if "become ?" in card]
    assert len(secret) >= 3, "those among which the second question lets people choose"
    operators = pictured(open_page("catalogue", page="4"))  # nobody asks about these
    assert not [card for card in operators if "?" in card]


@pytest.mark.parametrize("name", ["Average", "BlurPool"])
def test_no_card_tells_an_answer_that_a_link_hides(name):
    at = open_page("catalogue", answers="hidden", card=name)
    assert not at.exception
    cls = getattr(pv, name)
    assert cls.formula in texts(at)
    assert all("Shares of the output, cell by cell: ?. Gradient: ?." in c for c in pictured(at))
    assert "(1 + 3 + 4 + 7) / 4" not in texts(at)
    assert not [b for b in at.get("download_button") if "Output" in b.proto.label]
    assert "poolviz.stepper" not in [e.proto.component_name for e in at.get("bidi_component")]
    assert not [block for block in at.code if "import" in block.value]


def test_search_finds_authors_without_their_accents_and_the_link_holds_it():
    at = open_page("catalogue")
    at.text_input(key="control.words").set_value("radenovic").run()
    assert opened(at) == ["GeM"]
    assert "search=radenovic" in shared(at)


@pytest.mark.parametrize("family", families())
def test_each_family_is_a_filter(family):
    at = open_page("catalogue", families=family)
    wanted = [entry.name for entry in entries() if entry.cls.family == family]
    assert opened(at) == wanted[:PER_PAGE]


def test_years_are_a_filter():
    at = open_page("catalogue", since="2021", until="2023")
    assert opened(at) == [e.name for e in entries() if 2021 <= e.year <= 2023]


def test_the_slider_of_years_moves_both_ends():
    at = open_page("catalogue")
    at.slider(key="control.since").set_range(2021, 2023).run()
    assert "since=2021" in shared(at)
    assert opened(at) == [e.name for e in entries() if e.year >= 2021]


def test_pages_turn():
    at = open_page("catalogue", page="4")
    assert opened(at) == NAMES[3 * PER_PAGE : 4 * PER_PAGE]
    at = open_page("catalogue", page="99")
    assert opened(at) == NAMES[(len(NAMES) - 1) // PER_PAGE * PER_PAGE :]


CARDS = each_story(pv.VARIANTS) + each_story(pv.OPERATORS) + [b.__name__ for b in pv.BLOCKS]


@pytest.mark.parametrize("name", CARDS)
def test_every_card_opens_with_its_facts(name):
    at = open_page("catalogue", card=name)
    assert not at.exception
    cls = getattr(pv, name)
    said = texts(at).replace("\\", "")
    assert cls.formula in texts(at)
    assert cls.reference.replace("\\", "") in said
    for framework in ("PyTorch", "Keras", "ONNX"):
        assert framework in said
    programs = 2 if cls in pv.BLOCKS else 3
    assert sum("import" in block.value for block in at.code) == programs
    labels = [button.proto.label for button in unfold(at).get("download_button")]
    assert {"Output as CSV", "Output as .npy"} <= set(labels)
    at.button(key="catalogue.close.sets.0").click().run()
    assert cls.formula not in texts(at)
    assert not at.exception


def test_nothing_found_says_so():
    at = open_page("catalogue", search="no such pooling")
    assert "Nothing matches" in texts(at)


def test_a_bad_link_falls_back():
    at = open_page("catalogue", card="Nope", families="Nope", since="1", page="x")
    assert not at.exception
    assert len(at.warning) == 4
    assert opened(at) == NAMES[:PER_PAGE]


def test_a_card_opens_the_windows_page_with_its_variant():
    at = open_page("windows", kernel_size="3", matrix="1,2,3;4,5,6;7,8,9")
    at.query_params["card"] = "Average"
    at.switch_page(PAGES["catalogue"]).run()
    links = at.get("page_link")
    assert any("variant=Average" in link.proto.query_string for link in links)
    assert any("kernel_size=3" in link.proto.query_string for link in links)


def test_a_card_opens_every_page_that_can_show_it():
    def ways(name):
        return [link.proto for link in open_page("catalogue", card=name).get("page_link")]

    assert len(ways("Max")) == 5  # with unpooling, for it remembers locations
    assert len(ways("Average")) == 4
    assert "with=Max%2CAverage%2CBlurPool" in ways("BlurPool")[0].query_string
    assert len(ways("KMax")) == 2
    for block in pv.BLOCKS:
        assert block.page in ways(block.__name__)[0].page


@pytest.mark.parametrize("name", CARDS)
def test_every_card_is_a_sheet_and_tells_its_output_where_it_is_asked_to(name):
    entry = next(each for each in entries() if each.name == name)
    asked, told = (
        page(sheet(Run((entry,), 1, entry), answers), answers) for answers in (False, True)
    )
    cells = [[text.get_text() for text in each.axes[0].texts] for each in (asked, told)]
    assert "?" in cells[0]
    assert "?" not in cells[1]
    assert "✔" not in "".join(text.get_text() for text in asked.texts)
    assert "✔" in "".join(text.get_text() for text in told.texts)


def test_the_sheet_of_a_card_tells_nothing_where_answers_are_hidden():
    for hidden in ({}, {"answers": "hidden"}):
        given = page_offers(CATALOGUE, {"card": "Max", **hidden}, questions=False)
        kinds = {each.kind for each in given if isinstance(each, Made)}
        assert "questions" in kinds
        assert ("answers" in kinds) != bool(hidden)
