"""What the stepper draws and where, on pages of their own: it fits, it is sharp, nothing collides.

Each page is a scene in a file with so much above it as a real page has.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import poolviz as pv
from poolviz.figures.played import scene_page
from poolviz.stage.scene import Scene
from poolviz.wings.pooling.core.window_scene import window_scene
from poolviz.wings.pooling.gradients.scene import gradient_scene
from poolviz.wings.pooling.unpooling.journey import journey
from poolviz.wings.pooling.unpooling.scene import unpool_scene
from tests.e2e.stepper_harness import A, compared, scenes

WATCH = """() => {
  const drawn = globalThis.drawn = { texts: [], links: [], tips: [], images: [], at: new Map() };
  const own = CanvasRenderingContext2D.prototype, kept = { ...Object.fromEntries(
    ["fillText", "drawImage", "beginPath", "lineTo", "stroke"].map((n) => [n, own[n]])) };
  let path = [];
  own.beginPath = function () { path = []; kept.beginPath.call(this) };
  own.lineTo = function (x, y) { path.push([x, y]); kept.lineTo.call(this, x, y) };
  own.stroke = function () {
    kept.stroke.call(this);
    if (![this.plus, this.minus].includes(this.strokeStyle) || path.length < 2) return;
    const closed = String(path[0]) === String(path.at(-1));
    if (closed) drawn.tips.push(path[0]);
    else drawn.links.push(path);
  };
  own.fillText = function (text, x, y) {
    kept.fillText.call(this, text, x, y);
    const size = this.measureText(text), turned = this.getTransform().b !== 0;
    const left = x - size.actualBoundingBoxLeft, top = y - size.actualBoundingBoxAscent;
    const box = [left, top, x + size.actualBoundingBoxRight, y + size.actualBoundingBoxDescent];
    drawn.texts.push({ text, box, canvas: this.canvas, turned });
  };
  own.drawImage = function (image, x, y, w, h) {
    kept.drawImage.call(this, image, x, y, w, h);
    const grain = this.getTransform().a;
    drawn.images.push([image.width / (w * grain), x * grain, y * grain]);
    drawn.at.set(image, [x, y]);
  };
}"""
"""Note down what is drawn: texts with their boxes, links, and copies of cells."""
TEXTS = """() => drawn.texts.filter(({ turned }) => !turned).map(({ text, box, canvas }) => {
  const [x, y] = drawn.at.get(canvas) ?? [0, 0];
  return [text, box[0] + x, box[1] + y, box[2] + x, box[3] + y];
})"""
AGAIN = """globalThis.again = (news) => stepper({
  parentElement: document, data: { ...data, ...news }, setStateValue() {},
});"""
"""What Streamlit does with new data."""
WINDOWS = [(1280, 800, 980, 150), (1024, 768, 640, 150), (390, 844, 358, 260)]
"""A window, the width of the stepper in it, and how much stands above it."""

Open = Callable[..., Locator]


@pytest.fixture
def opened(new_page: Callable[..., Page], tmp_path: Path) -> Open:
    """``opened(scene, ...)``: its stepper, drawn, with all that it draws noted down."""

    def open_(
        scene: Scene, wide: int = 980, high: int = 800, above: int = 150, step: int = 0,
        scale: float = 1, **context: object,
    ) -> Locator:  # fmt: skip
        room = f"body {{ margin: 0; max-width: none }} main {{ padding-top: {above}px }}"
        html = scene_page(scene, step).replace("</style>", f"{room}</style>", 1)
        html = html.replace('"scale": 1,', f'"scale": {scale},')
        html = html.replace('"focus": true', '"focus": false')
        html = html.replace("const start =", f"{AGAIN}\nconst start =")
        html = re.sub("script-src '[^']*'", "script-src 'unsafe-inline'", html)
        file = tmp_path / "scene.html"
        file.write_text(html, "utf-8")
        context = {"reduced_motion": "reduce", **context}
        page = new_page(viewport={"width": wide, "height": high}, **context)
        page.add_init_script(f"({WATCH})()")
        page.goto(file.as_uri())
        stepper = page.get_by_test_id("stepper")
        expect(stepper).to_have_attribute("data-bench", re.compile("."))
        return stepper

    return open_


def max_scene() -> Scene:
    return window_scene(pv.pool(A, pv.Max(), pv.Sliding(2)), "Max")


def back_scene(variant: pv.Variant, kernel: int, stride: int) -> Scene:
    run = pv.pool(A, variant, pv.Sliding(kernel, stride))
    return gradient_scene(run, np.ones(run.output.shape), "Gradient")


def way_scene() -> Scene:
    done = journey(pv.pool(A, pv.Max(), pv.Sliding(2)), None, "Locations", "last")
    return unpool_scene(done, "Unpooling", ("Pooled", "Carried"))


SCENES: dict[str, Callable[[], Scene]] = {
    "max": max_scene,
    "unpooling": way_scene,
    "gradients": lambda: back_scene(pv.SoftPool(), 3, 1),
    "weights": lambda: window_scene(pv.pool(A, pv.SoftPool(), pv.Sliding(3, 1)), "SoftPool"),
    "large": lambda: scenes()["large"],
}


def corners(stepper: Locator) -> dict[str, tuple[float, float, float]]:
    """Each panel's first cell: left, top and side."""
    places = json.loads(stepper.get_attribute("data-places") or "")
    return {name: (at["x"], at["y"], at["w"]) for name, at in places.items()}


def box(stepper: Locator) -> dict[str, float]:
    return stepper.evaluate("root => root.getBoundingClientRect().toJSON()")


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize(("wide", "high", "width", "above"), WINDOWS)
def test_it_fits_into_the_window(
    opened: Open, name: str, wide: int, high: int, width: int, above: int
) -> None:
    stepper = opened(SCENES[name](), width, high, above)
    assert box(stepper)["top"] == above
    assert box(stepper)["bottom"] <= high
    if name != "large":
        assert all(side >= 24 for _x, _y, side in corners(stepper).values())


def test_panels_keep_their_order_in_one_row_whatever_their_titles_say(opened: Open) -> None:
    scene = way_scene()
    long = [
        replace(panel, title=f"{panel.title}, and what it means to it") for panel in scene.panels
    ]
    for each in (scene, replace(scene, panels=tuple(long))):
        for width in (640, 980):
            at = corners(opened(each, width))
            assert list(at) == ["input", "carried", "output", "residual"]
            lefts = [x for x, _y, _side in at.values()]
            assert lefts == sorted(lefts)
            tops = [at[name][1] for name in ("input", "output", "residual")]
            assert max(tops) - min(tops) < 30, "side by side, titles may have other lines"


def test_rows_are_added_only_where_cells_gain(opened: Open) -> None:
    """On a phone four panels in one row would have cells of 14 pixels: there they stand in two."""
    at = corners(opened(way_scene(), 358, 844, 260))
    assert at["carried"][1] < at["output"][1]
    assert at["input"][0] < at["carried"][0]
    assert at["output"][0] < at["residual"][0]
    assert min(side for _x, _y, side in at.values()) > 28


def test_its_height_is_that_of_the_longest_sentence_at_every_step(opened: Open) -> None:
    scene = max_scene()
    told = ("short", "a long sentence, " * 20, "short", "short")
    stepper = opened(replace(scene, narration=told), 640)
    heights = {box(stepper)["height"]}
    for step in range(1, 4):
        stepper.get_by_role("button", name="Next step").click()
        expect(stepper).to_have_attribute("data-step", str(step))
        heights.add(box(stepper)["height"])
    assert len(heights) == 1


def test_what_comes_above_it_later_does_not_change_its_size(opened: Open) -> None:
    stepper = opened(max_scene(), 640, 700)
    before = box(stepper)["height"]
    stepper.page.evaluate("document.querySelector('main').style.paddingTop = '260px'")
    stepper.page.evaluate("dispatchEvent(new Event('resize'))")
    assert box(stepper)["height"] == before


@pytest.mark.parametrize("ratio", [1, 1.25, 2])
@pytest.mark.parametrize("scale", [1, 1.4])
def test_cells_are_copied_pixel_by_pixel(opened: Open, ratio: float, scale: float) -> None:
    """On any screen, and larger for a projector: what is scaled would be blurred."""
    stepper = opened(way_scene(), 980, scale=scale, device_scale_factor=ratio)
    images = stepper.page.evaluate("drawn.images")
    assert images
    for grown, x, y in images:
        assert grown == pytest.approx(1, abs=1e-6)
        assert [x, y] == pytest.approx([round(x), round(y)], abs=1e-4)  # the matrix is of singles
    width = stepper.locator("canvas").evaluate("c => c.width / c.getBoundingClientRect().width")
    assert width == pytest.approx(ratio, rel=1e-6)


def test_a_width_between_pixels_is_no_zoom_and_a_zoom_is_drawn_sharply(opened: Open) -> None:
    stepper = opened(way_scene(), 640)
    main = stepper.page.locator("main")
    for style, width, ratio in (("width: 600.4px", 596, 1), ("width: 300px; zoom: 2", 296, 2)):
        main.evaluate("(main, style) => { main.style.cssText += style }", style)
        expect(stepper.locator("canvas")).to_have_attribute("width", str(ratio * width))
        assert stepper.locator("canvas").evaluate("c => c.clientWidth") == width


@pytest.mark.parametrize("width", [358, 640, 980])
def test_every_number_of_a_gradient_is_there_and_fits_its_cell(opened: Open, width: int) -> None:
    scene = back_scene(pv.SoftPool(), 3, 1)
    stepper = opened(scene, width, step=3)
    x, y, side = corners(stepper)["dx"]
    texts = stepper.page.evaluate(TEXTS)
    for cell in range(16):
        left, top = x + cell % 4 * side, y + cell // 4 * side
        inside = [
            (text, b)
            for text, *b in texts
            if left < (b[0] + b[2]) / 2 < left + side and top < (b[1] + b[3]) / 2 < top + side
        ]
        numbers = [b for text, b in inside if any(c.isdigit() for c in text)]
        assert numbers, f"cell {cell} says nothing"
        assert all(left <= b[0] and b[2] <= left + side for b in numbers), inside


@pytest.mark.parametrize("width", [358, 640, 980])
@pytest.mark.parametrize("name", ["unpooling", "gradients", "max gradient"])
def test_links_cross_no_text_and_end_at_the_edge_of_a_cell(
    opened: Open, name: str, width: int
) -> None:
    scene = back_scene(pv.Max(), 3, 1) if name == "max gradient" else SCENES[name]()
    for step in (0, 3):
        stepper = opened(scene, width, step=step)
        links = stepper.page.evaluate("drawn.links")
        texts = [each for each in stepper.page.evaluate(TEXTS) if each[0] not in "+−"]
        assert links
        for points in map(np.array, links):
            dense = np.concatenate([np.linspace(a, b, 40) for a, b in pairwise(points)])
            for text, left, top, right, bottom in texts:
                x, y = dense.T
                hit = (x > left) & (x < right) & (y > top + 1) & (y < bottom - 1)
                assert not hit.any(), f"step {step}: through {text!r} at {dense[hit][0]}"
        x, _y, side = corners(stepper)["output" if name == "unpooling" else "dx"]
        tips = [(tip[0] - x) / side for tip in stepper.page.evaluate("drawn.tips")]
        assert tips == pytest.approx(np.round(tips), abs=0.02)


@pytest.mark.parametrize("width", [358, 640, 980])
def test_the_bench_stands_between_input_and_output(opened: Open, width: int) -> None:
    stepper = opened(max_scene(), width, 844)
    x, y, w, h = json.loads(stepper.get_attribute("data-bench") or "")
    at = corners(stepper)
    (in_x, in_y, side), (out_x, out_y, _side) = at["input"], at["output"]
    assert x >= in_x + 4 * side or y >= in_y + 4 * side
    assert out_x >= x + w or out_y >= y + h


def test_a_story_has_a_title_and_a_picture_of_its_own(opened: Open) -> None:
    """What is drawn for a tree, a mixture, a filter or detail is not what is drawn for a share."""
    seen = {}
    for variant in (pv.Average(), pv.Tree(), pv.Gated(), pv.DetailPreserving()):
        scene = window_scene(pv.pool(A, variant, pv.Sliding(2)), "T")
        stepper = opened(scene)
        texts = [text for text, *_box in stepper.page.evaluate(TEXTS)]
        seen[scene.story] = texts
        picture = stepper.locator("canvas").evaluate("c => c.toDataURL()")
        plain = opened(replace(scene, story="share")).locator("canvas")
        assert (scene.story == "share") == (plain.evaluate("c => c.toDataURL()") == picture)
    assert {"3.9", "2.5", "3.6", "5"} <= set(seen["tree"]), "its leaves"


def test_two_windows_of_one_panel_and_small_panels_are_drawn(opened: Open) -> None:
    stepper = opened(compared(), 358, 844, 260)
    assert box(stepper)["bottom"] <= 844


def test_another_scene_of_about_the_size_moves_nothing_below(opened: Open) -> None:
    """The script is told of another scene, as after a change of the controls."""
    stepper = opened(max_scene(), 640)
    height = box(stepper)["height"]
    smaller = window_scene(pv.pool(A[:3], pv.Max(), pv.Sliding(2)), "Max")
    alone = opened(smaller, 640)
    assert box(alone)["height"] < height
    stepper = opened(max_scene(), 640)
    stepper.page.evaluate("scene => again({ scene, id: 'another' })", smaller.wire)
    expect(stepper).to_have_attribute("data-steps", "2")
    assert box(stepper)["height"] == height
