"""/reach: masks and paths, the weights of the bridges, questions, and the page around them."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.samples import sample
from poolviz.stage import address
from poolviz.stage.part import ALL, Inquiry, Moment, Play, Says, Table, walk
from poolviz.stage.scene import Kind
from poolviz.wings.attention.reach import anchors, questions
from poolviz.wings.attention.reach.controls import fit
from poolviz.wings.attention.reach.masks import (
    MASKS,
    OWN,
    drawn,
    mask_of,
    on_cross,
    paths,
    recurrences_needed,
)
from poolviz.wings.attention.reach.page import REACH
from poolviz.wings.attention.reach.programs import reach_code
from poolviz.wings.attention.reach.receipts import receipt_of
from poolviz.wings.attention.reach.scene import reach_scene
from poolviz.wings.attention.reach.walk import (
    CROSS,
    Walk,
    channels_of,
    masked_maps,
    parameters,
    shrunk,
)

A = sample("worked-example")
DIGITS = np.array([[int(d) for d in row] for row in ("620089", "675980", "807185", "240166")])


def first(**given):
    return address.settle(REACH, address.read(REACH, given)[0])[0]


def a_walk(x=A, mask=CROSS, recurrences=2, u=5, v=14, offsets=None):
    return Walk(x, mask, offsets, recurrences, u, v)


NEEDED = {
    "row-or-column": 2, "queen": 2, "window": 3, "knight": 4, "king": 5, "row": np.inf,
    "column": np.inf, "bishop": np.inf,
}  # fmt: skip


@pytest.mark.parametrize("name", MASKS)
def test_recurrences_until_all_36_cells_of_6_by_6_are_reached(name):
    assert recurrences_needed(mask_of((6, 6), name)) == NEEDED[name]


@pytest.mark.parametrize("name", MASKS)
def test_a_mask_is_the_same_both_ways_and_has_the_cell_itself(name):
    mask = mask_of((4, 5), name)
    assert mask.diagonal().all()
    np.testing.assert_array_equal(mask, mask.T)


def test_the_corner_of_6_by_6_sees_11_of_36_cells():
    seen = mask_of((6, 6), CROSS)[0].reshape(6, 6)
    assert seen.sum() == 11
    assert seen[0].all()
    assert seen[:, 0].all()


def test_pieces_move_as_on_a_board():
    def seen(name):
        return np.flatnonzero(mask_of((5, 5), name)[12]).tolist()

    assert seen("king") == [6, 7, 8, 11, 12, 13, 16, 17, 18]
    assert seen("knight") == [1, 3, 5, 9, 12, 15, 19, 21, 23]
    assert seen("bishop") == [0, 4, 6, 8, 12, 16, 18, 20, 24]
    assert len(seen("queen")) == 17
    assert len(seen("window")) == 25


def test_a_mask_drawn_by_hand_need_not_be_the_same_both_ways():
    right = np.zeros((5, 5))
    right[2, 4] = 1  # two to the right
    mask = mask_of((1, 4), OWN, right)
    assert mask.astype(int).tolist() == [[1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert recurrences_needed(mask) == np.inf
    np.testing.assert_array_equal(
        mask_of((6, 6), OWN, drawn("knight").astype(float)), mask_of((6, 6), "knight")
    )


@pytest.mark.parametrize(("rows", "cols"), [(4, 4), (6, 6), (3, 7)])
def test_paths_of_two_steps_of_a_criss_cross(rows, cols):
    """Self H + W - 1, same row W, same column H, others 2; (H + W - 1)^2 in all."""
    count = paths(mask_of((rows, cols), CROSS), 0, 2)[1].reshape(rows, cols)
    assert count[0, 0] == rows + cols - 1
    assert (count[0, 1:] == cols).all()
    assert (count[1:, 0] == rows).all()
    assert (count[1:, 1:] == 2).all()
    assert count.sum() == (rows + cols - 1) ** 2


@pytest.mark.parametrize(("side", "percent"), [(4, 63), (14, 54), (97, 50.5)])
def test_what_stays_on_the_cross_of_two_even_criss_crosses(side, percent):
    assert round(100 * on_cross(side), 1 if side == 97 else 0) == percent
    if side < 20:
        mask = mask_of((side, side), CROSS)
        even = mask / mask.sum(1, keepdims=True)
        assert (even @ even)[0][mask[0]].sum() == pytest.approx(on_cross(side))


def test_both_bridges_and_their_weights_as_in_the_facts():
    """From (3, 2) to (1, 1): .006401 by way of (1, 2), .000026 by way of (3, 1)."""
    walked = a_walk()
    first, second = walked.hops(1)
    assert (divmod(first.cell, 4), round(first.product, 6)) == ((1, 2), 0.006401)
    assert (divmod(second.cell, 4), round(second.product, 6)) == ((3, 1), 0.000026)
    assert round(walked.rows[1][14], 6) == 0.006427
    assert round(walked.rows[1][walked.allowed[5]].sum(), 6) == 0.785496
    assert round(walked.full[14], 6) == 0.019523
    assert walked.hops(0) == []


def test_the_run_is_the_worked_case_of_the_block():
    z = a_walk().output
    found = (z[0, 1, 1], z[1, 0, 2], z[0, 3, 3], z.sum())
    np.testing.assert_allclose(found, (0.840795, 0.476744, 0.975744, 13.732922), atol=5e-7)


def test_attention_under_the_mask_is_the_criss_cross_block():
    tokens, maps = masked_maps(channels_of(A), parameters(), mask_of((4, 4), CROSS), 3)
    walked = a_walk(recurrences=3)
    np.testing.assert_allclose(tokens.T.reshape(2, 4, 4), walked.output, atol=1e-12)
    for one, other in zip(maps, walked.maps, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@pytest.mark.parametrize("mask", [*MASKS, OWN])
@pytest.mark.parametrize("recurrences", [1, 2, 3])
def test_bridges_add_up_to_the_weight_of_v(mask, recurrences):
    offsets = drawn("knight").astype(float) if mask == OWN else None
    walked = a_walk(DIGITS.astype(float), mask, recurrences, 0, 15, offsets)
    total = sum(hop.product for hop in walked.hops(recurrences - 1))
    assert total == pytest.approx(walked.rows[-1][15], abs=1e-15)
    np.testing.assert_allclose(walked.rows.sum(1), 1)
    assert bool(walked.hops(recurrences - 1)) == bool(walked.reached[-1, 15])


def test_a_large_map_becomes_means_of_blocks():
    x = np.arange(30.0 * 60).reshape(30, 60)
    small = shrunk(x)
    assert small.shape == (10, 20)
    assert small[0, 0] == x[:3, :3].mean()
    ragged = shrunk(np.arange(29.0)[None])
    assert ragged.shape == (1, 15)
    assert (ragged[0, 0], ragged[0, -1]) == (0.5, 28)


def test_first_view_corner_of_6_by_6_and_what_is_asked():
    run = REACH.result(first())
    assert run.walk.grid == (6, 6)
    assert run.walk.reached.sum(1).tolist() == [11, 36]
    play = next(part for part in REACH.parts(first()) if isinstance(part, Play))
    scene = play.scene(1)
    assert len(scene.wire) < 60_000
    assert len(scene.step(0).lit["paths"].cells) == 11
    assert scene.step(1).lit["paths"].cells == ()
    assert scene.narration[1] == "2 recurrences: which cells … ?"
    assert (scene.panel("paths").kind_at(1) == Kind.SECRET).all()
    assert not scene.panel("weights").values_at(1).any()
    assert scene.overlays[0].at(1).edges.size == 0
    assert len(play.scene(None).step(1).lit["paths"].cells) == 36


def test_at_the_second_recurrence_both_bridges_are_joined():
    scene = reach_scene(a_walk(), "sequence")
    assert scene.overlays[0].at(0).edges.size == 0
    shapes = scene.overlays[0].at(1)
    assert sorted(map(tuple, shapes.edges.tolist())) == [(0, 2), (0, 3), (2, 1), (3, 1)]
    walked = a_walk()
    hops = walked.hops(1)
    sizes = [size for hop in hops for size in (hop.last, hop.before)]
    np.testing.assert_allclose(shapes.strengths, np.array(sizes) / max(sizes))
    assert "0.00643" in scene.narration[1]
    assert "2 paths lead to (3, 2)" in scene.narration[1]


def test_no_number_of_a_sentence_has_more_than_three_digits_behind_the_point():
    scene = reach_scene(a_walk(recurrences=4), "sequence")
    for said in scene.narration:
        for word in said.replace("·", " ").split():
            digits = word.rstrip(".").partition(".")[2]
            assert len(digits.lstrip("0")) <= 3, said


def test_the_largest_map_and_eight_recurrences_can_be_played():
    x = np.random.default_rng(0).random((28, 28))
    scene = reach_scene(a_walk(x, "queen", 8, 0, 100), "grey")
    assert len(scene.wire) < 250_000
    assert np.isfinite(scene.panel("paths").values).all()


def right(question):
    (answer,) = [choice.label for choice in question.choices if choice.right]
    return answer


def test_prediction_13_criss_cross_on_4_by_4():
    once = questions.once_question((4, 4))
    assert right(once) == "7"
    assert {c.label for c in once.choices} == {"7", "8", "14", "16"}
    twice = questions.twice_question(a_walk(u=0))
    assert right(twice) == "16"
    assert twice.step == 1
    assert questions.twice_question(a_walk(u=0, recurrences=1)).example == {"recurrences": 2}


@pytest.mark.parametrize(("mask", "cells"), [("row", "6"), ("king", "9"), ("bishop", "18")])
def test_other_masks_are_asked_about_too(mask, cells):
    x = np.arange(36.0).reshape(6, 6)
    assert right(questions.twice_question(a_walk(x, mask, 2, 0))) == cells


def test_prediction_14_the_cross_of_97_by_97():
    asked = questions.cross_question()
    assert right(asked) == "50.5 %"
    assert {c.label for c in asked.choices} == {"50.5 %", "2 %", "100 %", "4 %"}


def test_prediction_19_anchors_on_the_go_board():
    seen, asked = (anchors.of_picture(n, (1, 3, 6, 8)) for n in ("photograph", "go-board"))
    question = questions.anchors_question(seen, asked)
    assert right(question) == "97.8 %"
    assert {"0 %", "5.06 %"} < {c.label for c in question.choices}
    assert "110 means" in question.text


def test_prediction_20_the_output_has_as_many_cells_as_there_are_queries():
    question = questions.queries_question()
    assert {c.label for c in question.choices} == {"2 × 2", "8 × 8", "16 × 16"}
    block = pv.GlobalAggregation(size=2)
    run = block(np.ones((8, 16, 16)), block.init(8))
    assert right(question) == "{} × {}".format(*run.output.shape[1:])


def test_both_sides_doubled_is_16_times_the_weights():
    block = pv.PositionAttention()
    before, after = block.entries(8, (97, 97)), block.entries(8, (194, 194))
    assert right(questions.doubled_question((97, 97), before, after)) == "16"


def values_of(block, **more):
    given = {"channels": 512, "sizes": (97, 97), "convention": "FLOP", "loops": 2,
             "scores": "H+W", "reduction": 16, "pyramid": (1, 3, 6, 8)}  # fmt: skip
    return receipt_of(block, given | more)


@pytest.mark.parametrize("mask", [*MASKS, OWN])
@pytest.mark.parametrize("library", ["NumPy", "PyTorch"])
def test_programs_give_what_the_page_shows(mask, library):
    if library == "PyTorch":
        pytest.importorskip("torch")
    offsets = np.triu(np.ones((5, 5))) if mask == OWN else None
    walked = a_walk(DIGITS.astype(float), mask, 2, 7, 10, offsets)
    texts, files = reach_code(walked)
    assert not files
    space = {}
    exec(texts[library], space)
    np.testing.assert_allclose(space["y"], walked.output, atol=1e-9)
    np.testing.assert_allclose(np.ravel(space["row"]), walked.rows[-1], atol=1e-9)


def test_a_large_map_is_loaded(tmp_path, monkeypatch):
    walked = a_walk(np.random.default_rng(2).random((9, 12)), CROSS, 3, 7, 10)
    texts, files = reach_code(walked)
    monkeypatch.chdir(tmp_path)
    for name, array in files.items():
        np.save(name, array)
    space = {}
    exec(texts["NumPy"], space)
    np.testing.assert_allclose(space["y"], walked.output, atol=1e-12)


def shown(moment, **given):
    return list(walk(REACH.parts(first(**given)), moment))


def test_every_answer_is_kept_back_until_its_question_is_answered():
    def headings(answered):
        return [p.text for p in shown(Moment(answered, 0, 1)) if isinstance(p, Says)]

    assert "Until all 36 cells are reached" not in headings(0)
    assert "Until all 36 cells are reached" in headings(1)
    assert "What stays on the cross" not in headings(2)
    assert "What stays on the cross" in headings(3)


def test_inquiries_keep_their_own_answers():
    inquiries = [part for part in REACH.parts(first()) if isinstance(part, Inquiry)]
    assert [(part.name, len(part.questions)) for part in inquiries] == [("anchors", 2), ("cost", 1)]

    def tables(counts):
        moment = Moment(ALL, inquiries=counts)
        return sum(isinstance(p, Table) for p in walk(tuple(inquiries), moment, folds=False))

    none, both = tables((("anchors", 0), ("cost", 0))), tables((("anchors", 2), ("cost", 1)))
    assert (none, both) == (1, 3)


def test_u_and_v_stay_on_the_map_and_it_is_said():
    values, said = fit(first().but(**{"from": (9, 9), "to": (0, 7)}))
    assert (values["from"], values["to"]) == ((5, 5), (0, 5))
    assert said[0] == "u was 9; the map has 6 × 6 cells, so it is 5."
    values, said = fit(first(sample="worked-example"))
    assert (values["to"], said) == ((3, 3), ())


def test_a_large_input_is_shrunk_and_it_is_said():
    texts = [p.text for p in shown(Moment(), sample="photograph") if isinstance(p, Says)]
    assert any("shrunk to 22 × 22" in text for text in texts)
    run = REACH.result(first(sample="photograph"))
    assert run.walk.grid == (22, 22)


def test_a_link_holds_a_mask_drawn_by_hand():
    link = "0_0_0_0_0__0_0_0_0_0__0_0_1_0_1__0_0_0_0_0__0_0_0_0_0"
    run = REACH.result(first(mask="own", offsets=link))
    assert run.walk.reached[-1].nonzero()[0].tolist() == [0, 2, 4]
    king = REACH.result(first(mask="own"))
    assert king.walk.allowed[0].sum() == 4


def test_before_the_first_action_there_are_at_most_60_words():
    asked = REACH.questions(REACH.result(first()))[0]
    words = " ".join((REACH.title, REACH.intro, asked.text)).split()
    assert len(words) <= 60
