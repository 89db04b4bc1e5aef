"""What holds for every declared page: links, controls, hidden answers, files, both languages.

A new page is tested by this file for nothing; its own tests are about its own mathematics.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from poolviz.cli.page_files import page_offers, state_file
from poolviz.figures.files import offers
from poolviz.readers.state import read_state
from poolviz.stage import address
from poolviz.stage.class_link import bindable
from poolviz.stage.control import Silent, Values
from poolviz.stage.offer import Made, Numbers, Played
from poolviz.stage.part import Chart, Moment, Picture, Pictures, Says, walk
from poolviz.stage.question import withheld_from
from poolviz.text import languages, use_language
from poolviz.wings.pages import BY_ADDRESS, PAGES
from tests.in_turn import in_turn

ROOT = Path(__file__).resolve().parents[1]
HOSTILE = ("", "nan", "-1", "1e999", "<script>alert(1)</script>", "x" * 9_000, "１２", "\x00")


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("en")


@pytest.fixture(params=PAGES, ids=lambda page: page.address)
def page(request):
    return request.param


def start(page, given=()):
    values, complaints = address.read(page, dict(given))
    return address.settle(page, values)[0], complaints


def moves(page):
    """(control, value) of everything that can be chosen on the page as it is at first, and of what
    that brings along."""
    first, _complaints = start(page)
    seen = set()
    todo = [first]
    while todo:
        values = todo.pop()
        for control in page.present(values):
            for value in control.kind.examples(values):
                if (control.key, value) in seen:
                    continue
                seen.add((control.key, value))
                moved = values.but(**{control.key: value})
                brings = {c.key for c in page.present(moved)} - {
                    c.key for c in page.present(values)
                }
                if brings and len(todo) < 4:
                    todo.append(address.settle(page, moved)[0])
                yield control, values, value


def test_every_control_moves_and_its_link_brings_it_back(page):
    for control, values, value in moves(page):
        moved, _said = address.settle(page, values.but(**{control.key: value}), values)
        page.parts(moved)
        again, complaints = start(page, address.parameters(page, moved))
        assert not complaints, (control.name, value, complaints)
        named = {c.key for c in page.present(moved) if c.name}
        assert again.only(named) == moved.only(named), (control.name, value)


TOGETHER = {
    "gates": {"variant": "Tree", "gates": "0.5,1"},
    "leaves": {"variant": "Tree", "depth": "3", "leaves": ",".join("1" * 12)},
    "weights": {"variant": "Ordinal", "weights": "0,0"},
}
"""Links whose fields are each in their range, and yet do not go together: by what is refused."""


@pytest.mark.parametrize("name", TOGETHER)
def test_what_does_not_go_together_is_said_and_the_rest_of_the_link_stands(page, name):
    given = TOGETHER[name]
    if not {control.name for control in page.controls} >= {"variant", name}:
        return  # a page without such fields, whose link says nothing to it
    values, complaints = address.read(page, given)
    settled, said = address.settle(page, values)
    page.parts(settled)
    assert not complaints
    assert any(each.startswith(f"{name} must ") for each in said)
    assert settled["variant"] == given["variant"]
    assert {c.name: settled[c.key] for c in page.present(settled)}[name] is None


@in_turn("text", HOSTILE)
def test_hostile_text_in_any_parameter_is_answered(page, text):
    for name in sorted({control.name for control in page.controls if control.name}):
        values, complaints = address.read(page, {name: text})
        assert all(name in said for said in complaints)
        settled, _said = address.settle(page, values)
        page.result(settled)


def test_a_page_speaks_every_language(page):
    values, _complaints = start(page)
    spoken = {}
    for code in languages():
        use_language(code)
        shown = [p.text for p in walk(page.parts(values), Moment()) if isinstance(p, Says)]
        spoken[code] = " ".join(shown) + " ".join(
            q.text for q in page.questions(page.result(values))
        )
    assert len(set(spoken.values())) == len(spoken)


def test_nothing_that_is_withheld_is_among_the_parts(page):
    """The right choice of an open question, and its reason, stand nowhere on the page."""
    values, _complaints = start(page)
    asked = page.questions(page.result(values))
    for answered, question in enumerate(asked):
        hidden = withheld_from(asked, answered)
        moment = Moment(answered, question.step or 0, hidden, at=answered)
        shown = "\n".join(
            p.text for p in walk(page.parts(values), moment, folds=False) if isinstance(p, Says)
        )
        assert question.answer.why not in shown, question.text


FREE = {"Input", "dL/dy", "Joints", "coco-ten-numbers"}
"""Numbers that are given with a question, and those of which is asked what would become."""


def test_a_class_whose_answers_are_hidden_gets_no_numbers(page):
    values, _complaints = start(page)
    if not page.questions(page.result(values)):
        pytest.skip("the page asks nothing")
    secret = Moment(0, 0, 0, True, at=0)
    given = offers(page, values, secret, "/x", lambda: b"")
    numbers = [each for each in given if isinstance(each, Numbers)]
    assert not [each for each in numbers if {each.what, each.name}.isdisjoint(FREE)]
    assert not [each for each in given if isinstance(each, Made) and each.kind == "answers"]
    for each in given:
        if isinstance(each, Played):
            for panel in each.scene.panels:
                if panel.shown == "written" and panel.kind is not None:
                    assert np.isnan(panel.told[panel.kind == 3]).all()


@pytest.fixture
def fonts_cut_quickly(monkeypatch):
    """Without tables that lay text out, which is laid out already; with them: test_handout.py."""
    from fontTools.subset import Options

    tables = [*Options._drop_tables_default, "GSUB", "GPOS", "GDEF"]
    monkeypatch.setattr(Options, "_drop_tables_default", tables)


@pytest.mark.usefixtures("fonts_cut_quickly")
def test_every_handout_can_be_made_and_its_link_asks(page):
    """That all names are different: test_offers.py."""
    for each in page_offers(page, {}, questions=False):
        if isinstance(each, Made) and each.kind in ("questions", "answers"):
            data = each.make()
            assert data.startswith(b"%PDF"), each.name
            assert data.count(b"/Type /Page\n") + data.count(b"/Type /Page ") == 1
            assert b"mode=watch" not in data


def test_a_saved_state_comes_back_the_same(page):
    values, _complaints = start(page)
    for control in page.present(values):
        examples = control.kind.examples(values)
        if not examples or not control.name or isinstance(control.kind, Silent):
            continue
        moved, _said = address.settle(page, values.but(**{control.key: examples[-1]}), values)
        saved = read_state(state_file(page, moved))
        assert saved.page == page.address
        again, complaints = start(page, saved.link)
        assert not complaints
        named = {c.key for c in page.present(moved) if c.name}
        assert again.only(named) == moved.only(named), control.name


def test_pictures_and_charts_say_what_they_show(page):
    values, _complaints = start(page)
    for part in walk(page.parts(values), Moment()):
        if isinstance(part, Chart | Picture):
            assert part.alt
        if isinstance(part, Pictures):
            assert all(shot.alt for shot in part.shots)


def test_every_control_has_a_label_and_can_be_bound(page):
    values, _complaints = start(page)
    for name, control in bindable(page, values).items():
        assert control.label, name


def test_a_page_has_its_facts(page):
    assert page.wing
    assert page.title
    assert page.icon
    assert page.intro
    assert BY_ADDRESS[page.address] is page


def test_values_are_told_apart_and_changed_as_a_copy():
    one = Values({"a": 1})
    assert one != one.but(a=2)
    assert one == Values({"a": 1})
    assert hash(one) == hash(Values({"a": 1}))


def test_home_needs_no_drawing_library():
    """What only charts and files need is imported where one is made (Streamlit brings Plotly)."""
    code = (
        "import sys; from poolviz.wings.pages import HOME;"
        "from poolviz.stage.part import Moment, walk;"
        "parts = HOME.parts(HOME.values({}));"
        "list(walk(parts, Moment(0, 0, 0, at=0)));"
        "print(sorted({'matplotlib', 'plotly', 'PIL', 'pandas'} & set(sys.modules)));"
        "import poolviz.ui.show; print('matplotlib' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == ["[]", "False"]
