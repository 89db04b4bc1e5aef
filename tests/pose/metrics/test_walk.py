"""The matching told step by step ends where the batched matching ends; exports hold everything."""

import csv
import io
import json

import numpy as np
import pytest

from poolviz.pose import (
    AREAS,
    STATS,
    csv_text,
    curves_csv,
    errors_csv,
    evaluate_keypoints,
    everything_json,
    stats_csv,
    verdicts_csv,
)
from tests.pose.datasets import random_dataset
from tests.pose.metrics.test_coco import shipped
from tests.pose.metrics.test_verdicts import PEOPLE, RESULTS, evaluate, found, person


def test_the_walk_of_a_small_image_in_sentences():
    ours = evaluate(PEOPLE, RESULTS[:2])
    assert [step.sentence.replace("-", "−") for step in ours.walk(1)] == [
        "OKS 1 with person 7 reaches 0.5: the best so far.",
        "OKS 0 with person 10 does not reach 1.",
        "Person 8 does not count, and somebody who does is found: enough looked at.",
        "Result 0 is matched with person 7: a true positive.",
        "Person 7 is taken already by result 0.",
        "OKS 0 with person 10 does not reach 0.5.",
        "OKS 0 with person 8 does not reach 0.5.",
        "OKS 0 with person 9 does not reach 0.5.",
        "Result 1 finds nobody.",
    ]


@pytest.mark.parametrize("area", AREAS)
def test_walks_on_random_data_sets_end_in_the_matches(area):
    a = AREAS.index(area)
    for seed in range(40):
        ours = evaluate_keypoints(*random_dataset(seed))
        for image_id, category_id in ours.oks:
            view = ours.image(image_id, category_id)
            for t in (0, 5):
                steps = ours.walk(image_id, category_id, ours.thresholds[t], area)
                ends = [s for s in steps if s.outcome in ("matched", "ignored", "unmatched")]
                assert [s.detection for s in ends] == list(range(len(view.records)))
                np.testing.assert_array_equal([s.column for s in ends], view.matches[a, t])
                assert all("{" not in s.sentence for s in steps)


def rows(text):
    return list(csv.reader(io.StringIO(text)))


def test_exports_hold_every_number():
    ours = evaluate_keypoints(*shipped(0.05))
    numbers = rows(stats_csv(ours))
    assert [(name, float(value)) for name, value in numbers[1:]] == list(ours.as_dict().items())
    curves = rows(curves_csv(ours))
    assert len(curves) == 1 + 3 * 10 * 101
    assert float(curves[1 + 101 * 9 + 50][4]) == ours.precision[9, 50, 0]
    verdicts = ours.explain()
    table = rows(verdicts_csv(verdicts))
    assert table[0][-1] == "why"
    assert [row[4] for row in table[1:]] == [v.verdict for v in verdicts]
    everything = json.loads(everything_json(ours, verdicts))
    assert tuple(everything["stats"]) == STATS
    np.testing.assert_array_equal(everything["precision"], ours.precision_by_category)
    assert len(everything["oks"]) == 4
    assert everything["detections"][0]["why"] == verdicts[0].why


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(sign):
    evil = f"{sign}cmd|' /C calc'!A0"
    table = rows(csv_text(("name", "number"), [(evil, -1.5), ("a" + sign, -2), (None, True)]))
    assert table[1:] == [["'" + evil, "-1.5"], ["a" + sign, "-2"], ["", "True"]]


def test_ids_and_records_cannot_bring_a_formula_into_an_export():
    people = [person("=1+1", 0, image_id="@a")]
    truth = {"images": [{"id": "@a"}], "categories": [{"id": "-x"}]}
    truth["annotations"] = [one | {"category_id": "-x"} for one in people]
    result = found(0, -0.5, "@a") | {"category_id": "-x"}
    ours = evaluate_keypoints(truth, [result], [0.1] * 4)
    cells = [cell for row in rows(verdicts_csv(ours.explain())) for cell in row]
    assert {"'@a", "'-x", "'=1+1", "-0.5"} <= set(cells)
    assert not [c for c in cells if c[:1] in ("=", "@") or c.startswith("-x")]
    assert {row[0] for row in rows(curves_csv(ours))[1:]} == {"'-x"}


def test_the_errors_are_exported_with_what_they_cost():
    ours = evaluate_keypoints(*shipped(0.05))
    errors = ours.errors()
    table = rows(errors_csv(errors.counts, errors.gains))
    assert table[0] == ["kind", "keypoints", "ap_gain"]
    jitter = next(row for row in table if row[0] == "jitter")
    assert (int(jitter[1]), float(jitter[2])) == (
        errors.counts["jitter"],
        errors.gains["jitter"][0],
    )
    everything = json.loads(everything_json(ours, (), errors.gains))["errors"]
    assert everything["keypoints"] == errors.counts
    assert everything["gains"]["jitter"]["AP"] == errors.gains["jitter"][0]
    assert json.loads(everything_json(ours))["errors"] is None


def test_undefined_oks_is_null_in_json():
    ours = evaluate(PEOPLE, RESULTS)
    nobody = json.loads(everything_json(ours, ours.explain()))["detections"][-1]
    assert nobody["oks"] is None
    assert nobody["person"] is None


def test_ap_against_the_threshold():
    ours = evaluate_keypoints(*shipped(0.05))
    np.testing.assert_allclose(ours.ap_by_threshold[:, 0].mean(), ours.stats[0], atol=1e-12)
    np.testing.assert_allclose(ours.ap_by_threshold[[0, 5], 0], ours.stats[[1, 2]], atol=1e-12)
    np.testing.assert_array_equal(evaluate([], RESULTS).ap_by_threshold, np.full((10, 3), -1))
