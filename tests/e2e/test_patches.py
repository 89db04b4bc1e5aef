"""Weights of patches, made in the browser from one picture: those of Python."""

from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from poolviz.stage.weighing import Weighing


def test_patches_weigh_the_same_in_python_and_in_the_browser(page: Page) -> None:
    """A picture of 6 x 8 pixels has 4 x 6 patches of 3 x 3; some of them may not be asked."""
    picture = np.random.default_rng(0).random((6, 8)).astype(np.float16).astype(np.float64)
    own, scale = np.array([2, 23, 9]), 4.0
    cells = np.array([[-1 if (s + j) % 5 == 4 else j for j in range(24)] for s in range(3)])
    made = Weighing.of_patches(picture, 3, own, scale)
    script = Path("assets/stepper/weighing.js").read_text("utf-8")
    run = f"""([pixels, own, scale, cells]) => {{ {script};
        const picture = Object.assign(Float32Array.from(pixels), {{ width: 8, shape: [6, 8] }});
        const weighing = {{ picture, side: 3, own, scale, norm: "softmax" }};
        cutOut(weighing);
        return own.map((_, s) => rowOf({{ weighing, width: 24, cells }}, s)); }}"""
    given = [picture.ravel().tolist(), own.tolist(), scale]
    for some in (None, cells):
        found = page.evaluate(run, [*given, some if some is None else some.ravel().tolist()])
        rows = [made.row(s, None if some is None else some[s]) for s in range(3)]
        np.testing.assert_allclose(found, rows, rtol=1e-6, atol=1e-12)
