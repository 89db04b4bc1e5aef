"""Exports: a step as PNG, SVG, PDF; a run as GIF; from the same scene as the stepper's."""

import io
import threading
import weakref
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import Polygon
from PIL import Image

import poolviz as pv
from poolviz.figures import export
from poolviz.figures.export import FORMATS, animation, frame, frames_of, still, turns
from poolviz.figures.layout import layout_of
from poolviz.figures.legend import legend
from poolviz.figures.overlay import pixels_of
from poolviz.figures.paper import PLUS
from poolviz.figures.picture import picture
from poolviz.figures.stories import names, story
from poolviz.figures.turns import Turns
from poolviz.stage.scene import Ground
from poolviz.wings.pooling.core.window_scene import window_scene
from tests.e2e.stepper_harness import scenes
from tests.ui.app import each_story

A = np.array([[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]], dtype=float)


def scene(variant=None, geometry=None, x=A, **options):
    return window_scene(pv.pool(x, variant or pv.Max(), geometry or pv.Sliding(2)), "t", **options)


def words(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_picture_says_what_the_scene_says():
    s = scene(geometry=pv.Sliding(3, 2, 1))
    said = words(picture(s, 1))
    assert s.narration[1] in said
    assert said.count("−∞") == 23  # 20 around the input, three of this window on the bench
    assert said.count("7") == 5  # the cell and its weight, on the bench, and two outputs so far
    assert "Input 4 × 4" in said


def test_withheld_answers_are_not_drawn():
    said = words(picture(scene(hidden_from=0), 3))
    assert said.count("?") == 4
    assert "= " not in " ".join(said)


MAGIC = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


@pytest.mark.parametrize("kind", FORMATS)
def test_each_kind_is_a_file_of_its_kind_and_the_same_for_the_same_state(kind):
    data = still(scene(), 2, kind)
    assert data.startswith(MAGIC[kind])
    assert still(scene(), 2, kind) == data
    if kind == "pdf":
        assert b"/FontFile2" in data, "its fonts are in it"
        assert b"/Type3" not in data


def test_the_last_frame_of_a_gif_is_the_last_step():
    s = scene()
    with Image.open(io.BytesIO(animation(s).data)) as gif:
        gif.seek(3)
        shown = np.asarray(gif.convert("RGB"), dtype=int)
    off = np.abs(shown - np.asarray(frame(s, 3), dtype=int))
    assert np.percentile(off, 99.9) <= 24  # colours are rounded to 128 of them


def test_the_paper_of_a_gif_is_white():
    with Image.open(io.BytesIO(animation(scene(pv.Average())).data)) as gif:
        for step in range(4):
            gif.seek(step)
            assert gif.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


def test_a_gif_keeps_to_its_size_by_showing_fewer_steps():
    s = scene(geometry=pv.Sliding(2, 1))
    free = animation(s)
    bound = animation(s, largest=len(free.data) // 2)
    assert len(free.steps) == 9
    assert len(bound.data) <= len(free.data) // 2
    assert (bound.steps[0], bound.steps[-1]) == (0, 8)
    assert len(bound.steps) < 9


def test_a_gif_is_in_memory_frame_by_frame(monkeypatch):
    """Three sample frames and the one being written are alive at a time, however long the run."""
    drawn, alive = [], []

    def watched(*arguments):
        made = frame(*arguments)
        drawn.append(weakref.ref(made))
        return made

    monkeypatch.setattr(export, "frame", watched)
    s = scene(geometry=pv.Sliding(2, 1))
    animation(s, progress=lambda _share: alive.append(sum(1 for ref in drawn if ref())))
    assert len(drawn) == len(alive) == 9
    assert max(alive) <= 4


def test_a_frame_has_a_largest_size():
    tall = scene(x=np.ones((64, 2)), geometry=pv.Sliding(1))
    assert np.prod(frame(tall, 0).size) <= 1.01 * export.PIXELS


def test_others_draw_between_the_frames_of_a_gif():
    """Whoever waits is served next: after the frame that is being drawn, not after the film."""
    s, other, done = scene(), [], []

    def draw():
        still(s, 0, "png")
        other.append(len(done))

    waiting = threading.Thread(target=draw)

    def hear(_share):
        done.append(0)
        if len(done) == 1:
            with turns:  # so that it waits, whatever the machine's speed
                waiting.start()
                while not turns.waiting:
                    pass

    animation(scene(geometry=pv.Sliding(2, 1)), progress=hear)
    waiting.join()
    assert len(done) == 9
    assert other[0] <= 3


def test_waiting_is_in_the_order_of_arrival():
    line, order, threads = Turns(), [], []

    def wait(name):
        with line:
            order.append(name)

    with line:
        for name in range(5):
            threads.append(threading.Thread(target=wait, args=(name,)))
            threads[-1].start()
            while line.waiting <= name:
                pass
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_text_of_a_person_is_never_taken_for_a_formula():
    s = replace(scene(), title="$x^2$", narration=(r"$\frac{1}{0}$ $",) * 4)
    assert r"$\frac{1}{0}$ $" in words(picture(s, 0))
    assert still(s, 0, "png").startswith(b"\x89PNG")


def test_a_gif_has_a_frame_for_each_step_and_tells_its_progress():
    heard = []
    made = animation(scene(pv.Average()), 4, heard.append)
    assert made.steps == (0, 1, 2, 3)
    with Image.open(io.BytesIO(made.data)) as gif:
        assert gif.n_frames == 4
        assert gif.info["duration"] == 250
        assert gif.info["loop"] == 0
    assert heard == [0.25, 0.5, 0.75, 1.0]


def test_a_long_run_is_thinned_evenly_with_both_ends():
    s = scene(x=np.random.default_rng(0).random((28, 28)), geometry=pv.Sliding(3, 1))
    steps = frames_of(s, 60)
    assert len(steps) == 60
    assert (steps[0], steps[-1]) == (0, 675)
    assert set(np.diff(steps)) <= {11, 12}


def test_a_large_panel_is_drawn_without_numbers():
    s = scene(x=np.random.default_rng(0).random((28, 28)), geometry=pv.Sliding(3, 1))
    titles, rest = 2, [s.narration[300], *(words for _sign, words in legend(s))]
    assert len(words(picture(s, 300, bench=False))) == titles + len(rest)


@pytest.mark.parametrize("step", [-1, 4])
def test_a_step_that_does_not_exist(step):
    with pytest.raises(ValueError, match=r"step must be in \[0, 3\]"):
        picture(scene(), step)


def test_a_kind_that_is_not_made():
    with pytest.raises(ValueError, match="kind must be one of png, svg, pdf"):
        still(scene(), 0, "exe")


@pytest.mark.parametrize("rate", [0, 51, -1])
def test_a_rate_out_of_range(rate):
    with pytest.raises(ValueError, match="steps_per_second"):
        animation(scene(), rate)


@pytest.mark.parametrize("variant", each_story(pv.VARIANTS, some=2))
def test_every_variant_can_be_drawn(variant):
    s = scene(getattr(pv, variant)(), pv.Sliding(3, 2, 1))
    assert "Output 2 × 2" in words(picture(s, 0))


NEW = ("frames", "pose", "attention", "attention veil", "two tracks")


def rgb(name, step, panel, cell, inset=0.2):
    """Red, green and blue near the corner of a cell in the picture of a step."""
    s = scenes()[name]
    figure = picture(s, step)
    axes = figure.axes[0]
    x, y, side, _side = layout_of(s).places[panel].at(cell)
    at = axes.transData.transform((x + inset * side, y + inset * side))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    return pixels[pixels.shape[0] - 1 - int(at[1]), int(at[0]), :3].tolist()


@pytest.mark.parametrize("name", NEW)
def test_whatever_a_scene_can_say_is_drawn(name):
    s = scenes()[name]
    assert still(s, 0, "svg").startswith(b"<?xml")
    made = animation(s, most=2)
    assert made.steps == (0, len(s) - 1)
    with Image.open(io.BytesIO(made.data)) as gif:
        assert gif.n_frames == 2, "equal frames would have become one"


def test_frames_turn_with_the_step():
    said = [words(picture(scenes()["frames"], step)) for step in range(3)]
    assert [each.count("255") for each in said] == [2, 3, 1]
    assert "127.5" in said[1]
    assert said[2].count("?") == 4


def test_a_picture_lies_under_its_panel():
    assert rgb("pose", 0, "map", 6) == [255, 0, 0]
    assert rgb("pose", 0, "map", 8) == [0, 0, 0], "a value of 0 hides nothing"
    assert rgb("pose", 0, "map", 9) == [0, 0, 0], "nor does one that is not there"
    red, _green, blue = rgb("pose", 0, "map", 5)
    assert blue > red, "the veil of the value 1"


def test_a_file_is_a_picture_as_its_pixels_are():
    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    np.testing.assert_array_equal(pixels_of(Ground(buffer.getvalue(), "a")), pixels)


def test_of_relative_weights_the_heaviest_are_linked():
    s = scenes()["attention"]
    s = replace(s, source=("output", np.arange(16)))
    drawn = picture(s, 5).axes[0].patches
    heads = [p for p in drawn if isinstance(p, Polygon) and to_hex(p.get_facecolor()) == PLUS]
    assert len(heads) == 12


def told_as(name):
    """The scene of a story: the harness's, or that of a variant that is told so, or could be."""
    if name in scenes():
        return scenes()[name]
    variant = next((V() for V in pv.VARIANTS if V().story == name), pv.SoftPool())
    return replace(scene(variant), story=name)


@pytest.mark.parametrize("name", names())
def test_every_story_weighs_on_paper(name):
    s = told_as(name)
    plain, told = (words(picture(s, 1, bench=bench)) for bench in (False, True))
    assert story(name).TITLE in " ".join(told), "on a line or on two"
    assert len(told) > len(plain) + 4, "title, and something in each of four cells"
    drawn = [len(picture(s, 1, bench=bench).axes[0].patches) for bench in (False, True)]
    assert drawn[1] > drawn[0] + 8, "tiles and bars of four cells"


def test_where_nothing_is_weighed_no_room_is_left():
    for name in ("gradient", "pose", "frames"):
        s = scenes()[name]
        assert picture(s, 0, bench=True).get_figheight() == picture(s, 0).get_figheight()


def test_ranks_stand_in_their_order_on_paper():
    """Values 2, 1, 1, 0 of the second window are in order; 1, 3, 4, 7 of the first are not."""
    told = words(picture(scenes()["rank"], 0, bench=True))
    at = told.index(story("rank").TITLE)
    assert told[at + 1 : at + 9] == ["7", "0.4", "4", "0.3", "3", "0.2", "1", "0.1"]
