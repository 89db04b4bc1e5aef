"""The test vectors that the Python and the JavaScript implementation share, made by pycocotools."""

import json
from pathlib import Path

import numpy as np
import pytest

from poolviz.pose import keypoint_similarities, oks

CASES = json.loads((Path(__file__).parents[2] / "golden" / "oks.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_oks_and_similarities_are_those_of_the_vectors(case):
    given = {key: case[key] for key in ("pred", "gt", "area", "sigmas", "visibility", "bbox")}
    assert abs(oks(**given) - case["oks"]) <= 1e-12
    expected = np.array(case["ks"], dtype=float)
    np.testing.assert_allclose(keypoint_similarities(**given), expected, rtol=0, atol=1e-12)
