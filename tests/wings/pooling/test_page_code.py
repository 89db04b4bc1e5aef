"""The programs that the pages show are run, and give what the engine gives."""

import importlib.util
import io
from contextlib import redirect_stdout

import numpy as np
import pytest

import poolviz as pv
from poolviz.samples import sample
from poolviz.wings.pooling.core.channels import features
from poolviz.wings.pooling.global_.evidence import WEIGHTS, evidence
from poolviz.wings.pooling.global_.programs import evidence_code, features_file
from poolviz.wings.pooling.sequences.programs import sequence_code
from poolviz.wings.pooling.sequences.words import token_features

POOLS = (pv.MaxOverTime(), pv.KMax(3), pv.DynamicKMax(2), pv.ChunkMax(3), pv.ChunkMax(cuts=(2, 5)))
FRAMEWORKS = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            importlib.util.find_spec(module) is None, reason=f"{module} is not installed"
        ),
    )
    for name, module in (("numpy", "numpy"), ("pytorch", "torch"), ("keras", "keras"))
]


def outcome(program, **names):
    names = dict(names)
    with redirect_stdout(io.StringIO()):
        exec(compile(program, "program", "exec"), names)
    return names


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_map_and_the_scores(framework, tmp_path, monkeypatch):
    found = evidence(features(sample("photograph")), np.array(WEIGHTS))
    np.save(tmp_path / features_file(found), found.features)
    monkeypatch.chdir(tmp_path)
    names = outcome(getattr(evidence_code(found), framework))
    # Keras computes in float32.
    near = {"rtol": 1e-5, "atol": 1e-5} if framework == "keras" else {"rtol": 1e-9, "atol": 1e-12}
    np.testing.assert_allclose(np.asarray(names["scores"]), found.cam.scores, **near)
    np.testing.assert_allclose(np.asarray(names["maps"]), found.cam.maps, **near)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("pool", POOLS, ids=repr)
@pytest.mark.parametrize("text", ["to be or not to be that is", "aa bb aa bb cc dd ee ff gg"])
def test_what_is_kept(framework, pool, text):
    run = pool(token_features(text.split()))
    names = outcome(getattr(sequence_code(run), framework))
    np.testing.assert_allclose(np.asarray(names["y"]), run.output)
