"""The glossary on its page: searched by a link, in both languages, each term with its page."""

import re

from poolviz.glossary import TERMS
from poolviz.text import translated
from tests.ui.app import open_page, shared, texts


def test_a_link_searches_and_the_box_searches_on():
    at = open_page("glossary", search="stride")
    assert not at.exception
    assert at.text_input[0].value == "stride"
    assert "**stride**" in texts(at)
    assert "步幅" in texts(at)
    assert "search=stride" in shared(at)
    at.text_input[0].set_value("反池化").run()
    assert "**unpooling**" in texts(at)
    assert "**stride**" not in texts(at)
    at.text_input[0].set_value("nothing at all").run()
    assert at.info[0].value == "No term holds these words. Take one away."


def test_every_term_is_there_in_both_languages_with_its_page():
    at = open_page("glossary", lang="zh")
    said = texts(at)
    assert all(translated(term.name, "zh") in said for term in TERMS)
    assert all(term.name in said for term in TERMS)
    links = re.findall(r"\]\((\w[\w-]*)\)", said)
    assert len(links) == len(TERMS)
    assert set(links) == {term.page for term in TERMS}
