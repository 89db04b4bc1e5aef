"""/attend: programs, limits, and what is said where."""

import contextlib
import io
import re
from dataclasses import replace

import numpy as np
import pytest

from poolviz.stage import address
from poolviz.stage.part import ALL, Chart, Moment, Play, Program, Says, walk
from poolviz.text import use_language
from poolviz.wings.attention.attend.controls import (
    ATTENTION,
    FORMS,
    NORMS,
    at,
    three_keys,
)
from poolviz.wings.attention.attend.page import ATTEND
from poolviz.wings.attention.attend.pins import effective_at
from poolviz.wings.attention.attend.programs import programs
from poolviz.wings.attention.attend.questions import asked
from poolviz.wings.attention.attend.telling import formula
from tests.in_turn import in_turn
from tests.wings.attention.test_attend import SEVEN, run

STATES = [
    {},
    {"form": "similar", "scale": 0.5},
    {"form": "similar", "mask": "cross", "scale": 0.5},
    {"form": "embedded", "theta": 0.5, "phi": -0.25, "g": 2.0, "bias": 1.0, "query_bias": 0.5},
    {"form": "embedded", "phi": -0.25, "subsample": True, "pool_at": "after", "value_bias": 1.0},
    {"form": "embedded", "phi": -0.25, "subsample": True, "bias": 0.5},
    {"form": "dot", "mask": "window"},
    {"form": "concatenation", "phi": -1.0, "mask": "neighbourhood"},
    {"mask": "causal", "residual": True, "w_z": 0.5},
    {"norm": "queries", "scale": 0.125},
    {"norm": "queries", "form": "similar", "mask": "cross", "scale": 0.125},
    {"norm": "relu", "scale": -1.0},
    {"sample": "digit", "scale": 3.0},
    three_keys(),
    three_keys(residual=True, w_z=2.0),
]


@in_turn("changed", STATES)
@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("language", ["NumPy", "PyTorch"])
def test_programs_do_what_the_page_does(changed, direction, language, tmp_path, monkeypatch):
    if language == "PyTorch":
        pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    made = run(**{**changed, "direction": direction})
    texts, files = programs(made)
    for name, values in files.items():
        np.save(name, values)
    space: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(texts[language], space)
    np.testing.assert_allclose(np.ravel(space["y"]), made.output, rtol=1e-9, atol=1e-9)
    if made.backward:
        back = made.run.backward(np.full((len(made.q.array), 1), made.upstream))
        np.testing.assert_allclose(np.asarray(space["dv"]), back.dv, atol=1e-9)
        dq = np.asarray(space["dq"])[:, :1]
        np.testing.assert_allclose(dq, back.dq[:, :1], atol=1e-9)


class TestPage:
    def settled(self, **given):
        values, complaints = address.read(ATTEND, {k: str(v) for k, v in given.items()})
        settled, said = address.settle(ATTEND, values)
        return settled, (*complaints, *said)

    def test_a_large_picture_is_shrunk_and_that_is_said(self):
        values, _said = self.settled(sample="cat", mode="watch")
        made = ATTEND.result(values)
        assert made.size == (28, 28)
        shown = [p.text for p in walk(ATTEND.parts(values), Moment()) if isinstance(p, Says)]
        assert any("Shrunk from 224 × 224 to 28 × 28" in text for text in shown)

    def test_a_query_outside_moves_to_the_edge_and_that_is_said(self):
        values, said = self.settled(query="9,9", query2="2,20")
        assert (values["query"], values["query2"]) == ((3, 3), (2, 3))
        assert any("Query was 9,9; the map ends at 3,3" in each for each in said)
        assert any("Second query was 2,20" in each for each in said)

    def test_the_first_query_follows_a_small_map_in_silence(self):
        values, said = self.settled(sample="own", matrix="1_2_3")
        assert values["query"] == (0, 1)
        assert not said

    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            ({"sample": "own", "matrix": "nan_1"}, "matrix must hold numbers"),
            ({"sample": "own", "matrix": "1_2_3", "subsample": "true"}, "at least 2 × 2"),
            ({"tokens": "rows"}, "three columns"),
            ({"sample": "digit", "mask": "causal"}, "at most 16 × 16"),
            ({"sample": "digit", "norm": "queries"}, "at most 8 × 8"),
        ],
    )
    def test_what_cannot_be_shown_is_said_in_a_sentence(self, given, reason):
        values, said = self.settled(**given)
        assert any(reason in each for each in said), said
        assert ATTEND.parts(values)

    def test_few_words_stand_before_the_first_action(self):
        first = asked(run())[0]
        words = f"{ATTEND.title} {ATTEND.intro} {first.text}".split()
        assert len(words) <= 60

    def test_at_most_five_controls_are_in_sight(self):
        values = ATTEND.values({})
        seen = [c for c in ATTENTION if c.when(values) and not c.is_folded(values)]
        assert len(seen) == 4  # and the input

    def test_a_second_pin_asks_nothing_anew_and_another_query_does(self):
        values = ATTEND.values({})
        about = ATTEND.asks_about(values)
        assert ATTEND.asks_about(values.but(query2=(1, 3), paths=("keys",))) == about
        assert ATTEND.asks_about(values.but(query=(1, 3))) != about

    def test_a_norm_over_queries_has_no_way_back(self):
        values = ATTEND.values(at(norm="queries", direction="backward"))
        assert "direction" not in {c.key for c in ATTEND.present(values)}
        assert not ATTEND.result(values).backward

    @pytest.mark.parametrize(
        ("changed", "power"),
        [
            ({}, r"e^{x_i\, x_j}"),
            ({"scale": 0.5}, r"e^{0.5\,x_i\, x_j}"),
            ({"form": "similar"}, r"e^{-\tfrac12 (x_i - x_j)^2}"),
            ({"form": "similar", "scale": 50.0}, r"e^{-50\,\tfrac12 (x_i - x_j)^2}"),
        ],
    )
    def test_the_formula_holds_the_scale(self, changed, power):
        assert power in formula(run(**changed))

    def test_effective_keys_fall_with_the_scale(self):
        made = run(form="similar", mask="cross")
        used = effective_at(made, SEVEN, np.array([0.0, 1.0]))
        np.testing.assert_allclose(used, (7, made.effective[SEVEN]), rtol=1e-12)

    def test_nothing_tells_the_answer_before_it_is_given(self):
        values = ATTEND.values({})
        parts = list(walk(ATTEND.parts(values), Moment(0, 0, 0, at=0), folds=False))
        assert not any(isinstance(part, Chart) for part in parts)
        text = " ".join(p.text for p in parts if isinstance(p, Says))
        assert not re.search(r"0\.999|7\.999", text)

    @pytest.mark.parametrize("norm", NORMS)
    @pytest.mark.parametrize("form", FORMS)
    def test_every_form_and_norm_is_shown_at_every_moment(self, form, norm):
        for changed in ({}, {"direction": "backward"}):
            values = ATTEND.values(at(form=form, norm=norm, scale=0.125, **changed))
            for part in walk(ATTEND.parts(values), replace(Moment(), step=3)):
                if isinstance(part, Play):
                    assert part.scene(None).alt_text(0)

    def test_it_speaks_chinese(self):
        use_language("zh")
        try:
            values = ATTEND.values({})
            first = ATTEND.questions(ATTEND.result(values))[0]
            assert re.search("[一-鿿]", first.text)
            kinds = [p for p in walk(ATTEND.parts(values), Moment(ALL)) if isinstance(p, Program)]
            assert re.search("[一-鿿]", kinds[0].title)
        finally:
            use_language("en")
