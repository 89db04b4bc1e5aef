"""Every character that poolviz writes has a glyph in the shipped fonts."""

import gettext
from pathlib import Path

import pytest

import poolviz as pv
from poolviz.figures.export import still
from poolviz.figures.lettering import FONT, glyphs, wrapped
from poolviz.samples import sample
from poolviz.text import use_language
from poolviz.wings.pooling.core.window_scene import window_scene

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = sorted((ROOT / "assets/locale").rglob("*.po"))
SHOWN_BY_THE_BROWSER = set("\n\t")


def told(path):
    """What a catalogue says, English and translated, from the file itself."""
    text = path.read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return "".join(line.partition('"')[2].rpartition('"')[0] for line in lines)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_character_of_the_translations_can_be_drawn(path):
    missing = {c for c in told(path) if ord(c) not in glyphs()} - SHOWN_BY_THE_BROWSER
    assert not missing, f"{''.join(sorted(missing))}: run python tools/subset_font.py"


def test_the_most_frequent_characters_of_chinese_are_there():
    level_one = [bytes((r, c)).decode("gb2312", "ignore")
                 for r in range(0xB0, 0xD8) for c in range(0xA1, 0xFF)]  # fmt: skip
    wanted = [c for c in level_one if c]
    assert len(wanted) == 3755
    assert all(ord(c) in glyphs() for c in wanted)


def test_the_font_is_small_and_its_licence_is_beside_it():
    assert FONT.stat().st_size < 1_200_000
    assert "SIL OPEN FONT LICENSE" in (FONT.parent / "OFL.txt").read_text("utf-8")


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_chinese_is_drawn_without_a_missing_glyph(kind):
    """Matplotlib warns of a missing glyph, and warnings are errors here."""
    scene = window_scene(pv.pool(sample("worked-example"), pv.Max(), pv.Sliding(2)), "最大池化")
    said = "第 0 行第 1 列：max(3, 7, 1, 4) = 7 🙂"
    data = still(type(scene)(scene.title, scene.panels, scene.tracks, (said,) * 4), 0, kind)
    assert len(data) > 1000
    assert kind != "pdf" or b"poolvizSansSC" in data


def test_the_translations_are_spoken_in_the_picture():
    if not CATALOGUES:
        return
    use_language("zh")
    try:
        catalogue = gettext.translation("poolviz", ROOT / "assets/locale", ["zh"], fallback=True)
        scene = window_scene(pv.pool(sample("worked-example"), pv.Max(), pv.Sliding(2)), "t")
        assert scene.panels[0].title == catalogue.gettext("Input")
    finally:
        use_language("en")


def test_lines_do_not_begin_with_closing_punctuation():
    assert wrapped("窗口移动，输出一个数。", 8) == ["窗口移", "动，输出", "一个数。"]
