"""Denoising: the table of the facts, the scene whose rows the browser makes, the questions."""

import io
from contextlib import redirect_stdout
from dataclasses import replace

import numpy as np
import pytest

import poolviz as pv
from poolviz.readers import Reading
from poolviz.samples import sample
from poolviz.stage import address
from poolviz.stage.matrix import make_own
from poolviz.stage.part import Moment, Pictures, Play, Program, Says, walk
from poolviz.wings.attention.denoise import picture as filters
from poolviz.wings.attention.denoise.page import DENOISE, three
from poolviz.wings.attention.denoise.picture import (
    RATIOS,
    best,
    best_gate,
    best_gaussian,
    curve,
    means,
    noised,
    prepared,
    psnr,
)
from poolviz.wings.attention.denoise.questions import context
from poolviz.wings.attention.denoise.scene import Asking, Crop, denoise_scene
from poolviz.wings.attention.denoise.telling import fur_numbers, variants

NEAR = {"abs": 0.005001}
"""The numbers have two digits."""


@pytest.fixture(scope="module")
def clean():
    return prepared(sample("photograph"), True)


def state(**given):
    values, complaints = address.read(DENOISE, given)
    settled, said = address.settle(DENOISE, values)
    return settled, (*complaints, *said)


@pytest.fixture(scope="module")
def run():
    return DENOISE.result(state()[0])


TABLE = {
    10: (28.24, 25.11, 26.55, 29.84, 33.01),
    20: (22.39, 24.40, 24.85, 26.12, 28.93),
    30: (19.09, 23.46, 23.23, 24.23, 26.47),
}
"""Noise -> noisy, 3 x 3 mean, 3 x 3 median, best Gaussian, non-local means with h = 1.2 sigma."""


@pytest.mark.parametrize("noise", TABLE)
def test_the_table_of_filters(clean, noise):
    noisy = noised(clean, noise, 0)
    blur = best_gaussian(noisy, clean).picture
    block = pv.NonLocalMeans(3, 11, 1.2 * noise / 255)
    made = (noisy, filters.mean3(noisy), filters.median3(noisy), blur, means(noisy, block))
    assert [psnr(y, clean) for y in made] == pytest.approx(TABLE[noise], **NEAR)


VARIANTS = {10: (33.20, 31.24, 32.55, 32.06), 20: (28.85, 26.05, 28.44, 27.91),
            30: (26.25, 22.91, 26.06, 25.10)}  # fmt: skip
"""Window 7 x 7; 1 x 1 patch; window 21 x 21; the whole picture."""


@pytest.mark.parametrize("noise", VARIANTS)
def test_other_windows_and_patches(clean, noise):
    found = {(p, w): value for p, w, value, _h in variants(noised(clean, noise, 0), clean, noise)}
    made = [found[key] for key in ((3, 7), (1, 11), (3, 21), (3, 0))]
    assert made == pytest.approx(VARIANTS[noise], **NEAR)


def test_the_curve_over_h(clean):
    golden = dict(zip(
        RATIOS, (22.39, 22.66, 24.48, 26.82, 28.33, 28.93, 28.56, 27.09, 25.04, 22.71), strict=True
    ))  # fmt: skip
    noisy = noised(clean, 20, 0)
    found = curve(noisy, clean, pv.NonLocalMeans(3, 11), 20)
    assert dict(zip(RATIOS, found, strict=True)) == pytest.approx(golden, **NEAR)
    one = best(noisy, clean, 20, pv.NonLocalMeans(5, 7), (2.0,))[0]
    assert curve(noisy, clean, pv.NonLocalMeans(5, 7), 20)[RATIOS.index(2.0)] == pytest.approx(one)


@pytest.mark.parametrize(
    ("noise", "mean", "blur"), [(10, 31.93, 32.00), (20, 28.94, 29.13), (30, 27.36, 27.63)]
)
def test_fur_is_no_better_than_a_blur(noise, mean, blur):
    found, best_blur = fur_numbers(noise)
    assert found == pytest.approx(mean, **NEAR)
    assert best_blur > found
    fur = sample("cat")[80:144, 80:144] / 255  # the facts tried widths up to 1.2
    noisy = noised(fur, noise, 0)
    narrow = [psnr(filters.gaussian(noisy, width / 10), fur) for width in range(4, 13)]
    assert max(narrow) == pytest.approx(blur, **NEAR)


def test_the_gate_that_earns_most(run):
    gate = best_gate(run.noisy, run.mean, run.clean)
    assert gate == pytest.approx(1.098, abs=5e-4)
    for gamma, golden in ((0, 22.39), (0.5, 25.78), (1, 28.93), (gate, 29.06)):
        y = run.noisy + gamma * (run.mean - run.noisy)
        assert psnr(y, run.clean) == pytest.approx(golden, **NEAR)


@pytest.mark.parametrize(("noise", "golden"), [(10, 32.51), (20, 28.08), (30, 25.37)])
def test_a_bilateral_filter_stands_between_the_blur_and_patches(clean, noise, golden):
    """The facts do not say which widths they tried: with these it comes within 0.08 dB."""
    noisy = noised(clean, noise, 0)
    made = psnr(filters.bilateral(noisy, clean, noise), clean)
    assert made == pytest.approx(golden, abs=0.08)
    assert TABLE[noise][3] + 0.9 < made < TABLE[noise][4] - 0.4


def test_a_bilateral_filter_is_its_definition():
    u = np.random.default_rng(2).random((6, 7))
    r, c = np.indices(u.shape) + 4
    big, candidates = np.pad(u, 4, mode="reflect"), []
    for width in (2.0, 2.5):
        total, taken = np.zeros_like(u), np.zeros_like(u)
        for dr in range(-4, 5):
            for dc in range(-4, 5):
                there = big[r + dr, c + dc]
                unlike = (there - u) ** 2 / (width * 40 / 255) ** 2
                w = np.exp(-(dr * dr + dc * dc) / 4.5 - unlike / 2)
                total, taken = total + w, taken + w * there
        candidates.append(taken / total)
    for wanted in candidates:  # whichever is the clean picture is the nearest to it
        made = filters.bilateral(u, np.clip(wanted, 0, 1), 40)
        np.testing.assert_allclose(made, wanted, atol=1e-5)


def test_the_whole_picture_is_what_the_block_gives():
    u = np.random.default_rng(1).random((9, 8))
    block = pv.NonLocalMeans(3, 0, 0.3)
    np.testing.assert_allclose(means(u, block), block(u[None], {}).output[0], rtol=1e-5)


@pytest.mark.parametrize("start", [None, (0, 0), (42, 42)])
def test_the_scene_asks_as_the_block_does(run, start):
    """At the border windows go on over mirrored pixels, which the panel shows."""
    asking = Asking(run.noisy, run.block, Crop.within(run.noisy.shape, 11, start))
    crop = asking.crop
    part = run.mean[crop.row : crop.row + crop.rows, crop.col : crop.col + crop.cols]
    made = (asking.weights * asking.shown.ravel()[asking.cells]).sum(-1)
    np.testing.assert_allclose(made.reshape(part.shape), part, atol=1e-6)


@pytest.mark.parametrize("window", [0, 5, 11])
def test_its_weights_are_attend_s(run, window):
    """Patches as queries and keys, scale 2 / (s h)², bias -|k|² / (s h)²."""
    block = replace(run.block, window=window)
    asking = Asking(run.noisy, block, Crop(3, 2, 4, 5))
    patches, scale = asking.patches(run.noisy), 2 / (block.patch * block.h) ** 2
    cells = np.arange(len(patches)) if window == 0 else asking.cells
    keys = patches[np.broadcast_to(cells, (20, np.shape(cells)[-1]))]
    bias = -scale / 2 * (keys**2).sum(-1)[:, None]
    made = pv.attend(patches[asking.own][:, None], keys, keys, scale=scale, bias=bias)
    np.testing.assert_allclose(asking.weights, made.weights[:, 0], rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(asking.effective, made.effective[:, 0], rtol=1e-9)


def test_rows_made_in_the_browser_are_those_of_the_engine(run):
    scene = denoise_scene(run.asking, run.output, run.clean, None)
    for step in range(0, len(scene), 23):
        made = scene.tracks[1].weights_at(step)
        np.testing.assert_allclose(made, run.asking.weights[step], atol=2e-3)  # float16 factors
    assert run.asking.weights.shape == (22 * 22, 121)


def test_the_scene_is_light_and_pinned(run):
    play = next(p for p in DENOISE.view(run) if isinstance(p, Play))
    question = DENOISE.questions(run)[1]
    for hidden in (None, 0, question.step):
        assert len(play.scene(hidden).wire) < 60_000
    pinned = state()[0]["step"]
    scene = play.scene(question.step)
    assert pinned < question.step  # its weights are shown while the questions are open
    assert scene.panel("noisy").title == "Noisy, 22.39 dB,"
    assert scene.panel("denoised").title == "Denoised, 28.93 dB,"
    assert scene.narration[pinned].startswith("Row 31, column 40: 0.64 becomes 0.63, true 0.61")


@pytest.mark.parametrize("window", ["5", "21", "0"])
@pytest.mark.parametrize("sample_name", ["photograph", "digit", "worked-example"])
def test_other_scenes_stay_under_a_hundred_and_ten_kilobytes(window, sample_name):
    values, said = state(sample=sample_name, window=window, patch="7")
    assert not said
    play = next(p for p in DENOISE.parts(values) if isinstance(p, Play))
    assert len(play.scene(None).wire) < 110_000
    assert len(play.scene(1).wire) < 110_000


def test_weights_that_are_asked_for_are_not_in_the_scene(run):
    play = next(p for p in DENOISE.view(run) if isinstance(p, Play))
    step = DENOISE.questions(run)[1].step
    hidden = play.scene(step)
    assert not hidden.step(step).tracks[1].weights
    assert hidden.step(step - 1).tracks[1].weights
    assert hidden.step(step).tracks[2].cells  # the window is outlined


def test_the_own_patch_is_outlined(run):
    scene = denoise_scene(run.asking, run.output, run.clean, None)
    row, col = run.crop.pixel(30)
    patch = [(r, c) for r in (row - 1, row, row + 1) for c in (col - 1, col, col + 1)]
    assert [divmod(cell, 64) for cell in scene.step(30).tracks[0].cells] == patch
    corner = Asking(run.noisy, replace(run.block, window=0), Crop(0, 0, 2, 2))
    assert corner.own_patch[0].tolist() == [-1, -1, -1, -1, 0, 1, -1, 64, 65]


def test_more_context_is_worse():
    found = context()
    assert (found.window, found.whole) == pytest.approx((28.93, 27.91), **NEAR)
    question = DENOISE.questions(DENOISE.result(state()[0]))[0]
    assert question.answer.label == "Worse"
    assert "27.91 dB against 28.93" in question.answer.why
    values = state()[0].but(**question.example)
    shown = next(p for p in DENOISE.parts(DENOISE.fit(values)[0]) if isinstance(p, Play))
    assert shown.scene(None).panel("denoised").title == "Denoised, 27.91 dB,"


@pytest.mark.parametrize("seed", ["0", "7"])
@pytest.mark.parametrize("name", ["photograph", "digit", "cat"])
def test_the_patch_that_weighs_most(name, seed):
    run = DENOISE.result(state(sample=name, seed=seed)[0])
    found = three(run)
    row, col = run.crop.pixel(found.step)
    padded = np.pad(run.noisy, 1, mode="reflect")
    patch = {place: padded[place[0] : place[0] + 3, place[1] : place[1] + 3]
             for place in ((row, col), *map(found.place, found.keys))}  # fmt: skip
    own = patch[row, col]
    distances = {key: ((patch[found.place(key)] - own) ** 2).mean() for key in found.keys}
    right = min(distances, key=distances.get)
    question = DENOISE.questions(run)[1]
    assert question.answer.label.startswith(found.letter(right))
    assert found.like == right
    far = {key: max(np.abs(np.subtract(found.place(key), (row, col)))) for key in found.keys}
    assert min(far, key=far.get) == found.near
    grey = {key: abs(run.noisy[found.place(key)] - run.noisy[row, col]) for key in found.keys}
    assert grey[found.grey] <= grey[found.near]


def test_h_does_not_change_what_is_asked():
    asked = [DENOISE.questions(DENOISE.result(state(h=h)[0]))[1].text for h in ("0.6", "3")]
    assert asked[0] == asked[1]


@pytest.mark.parametrize("language", ["PyTorch", "NumPy"])
@pytest.mark.parametrize(
    "given", [{}, {"patch": "1", "window": "5"}, {"window": "0", "gamma": "0.5"}], ids=str
)
def test_the_program_gives_the_picture(language, given, tmp_path, monkeypatch):
    if language == "PyTorch":
        pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    run = DENOISE.result(state(sample="digit", **given)[0])
    program = next(p for p in DENOISE.view(run) if isinstance(p, Program))
    texts, files = program.make[""]()
    for name, array in files.items():
        np.save(name, array)
    space = {}
    with redirect_stdout(io.StringIO()):
        exec(texts[language], space)
    # The page computes in float32.
    np.testing.assert_allclose(np.asarray(space["y"]), run.output, rtol=1e-4, atol=1e-6)


def test_a_large_picture_is_shrunk_and_that_is_said():
    values, _said = state(sample="cat")
    run = DENOISE.result(values)
    assert run.clean.shape == (64, 64)
    assert run.clean[0, 0] == pytest.approx(sample("cat")[:4, :4].mean() / 255, abs=0.02)
    texts = [p.text for p in walk(DENOISE.parts(values), Moment()) if isinstance(p, Says)]
    assert any("224 × 224 was shrunk to 64 × 64" in text for text in texts)


def test_a_picture_that_is_not_finite_is_refused_in_a_sentence():
    made = {}
    make_own(made, Reading(np.array([[1.0, np.inf], [0.0, 2.0]])))
    values = state()[0]
    refused, said = address.settle(DENOISE, values.but(**{
        key: made[key] for key in ("sample", "matrix", "large", "picture")
    }), values)  # fmt: skip
    assert refused["sample"] == "photograph"
    assert "finite" in said[0]


def test_a_pixel_outside_is_told():
    settled, said = state(query="9999")
    assert settled["step"] == 22 * 22 - 1
    assert said[0].startswith("query was 9999: 484 pixels can be asked")


def test_filters_are_shown_with_their_numbers(run):
    shots = next(p for p in DENOISE.view(run) if isinstance(p, Pictures)).shots
    captions = " ".join(shot.caption for shot in shots)
    for decibels in TABLE[20]:
        assert f"{decibels:.2f} dB" in captions
    assert replace(run, gamma=0.0).output == pytest.approx(run.noisy)
