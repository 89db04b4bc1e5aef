"""Make assets/fonts/poolviz-sans-sc.ttf: the Chinese glyphs that exported pictures are written in.

    python tools/subset_font.py                      (Debian: apt-get install fonts-noto-cjk)
    python tools/subset_font.py path/to/NotoSansCJK-Regular.ttc

From Noto Sans CJK SC: the 3,755 characters of GB 2312's first level, its punctuation, and whatever
else the translations in assets/locale use. The outlines become TrueType, which PDF can embed.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable

ROOT = Path(__file__).resolve().parents[1]
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
TARGET = ROOT / "assets/fonts/poolviz-sans-sc.ttf"
NAME = "poolviz Sans SC"
ERROR = 2.0
"""Largest distance of the new outlines from the old, in thousandths of the type's size."""


def wanted() -> set[int]:
    """GB 2312 level 1 and its punctuation, and every character of the translations."""
    rows = [*range(0xA1, 0xA2), 0xA3, *range(0xB0, 0xD8)]
    pairs = (bytes((row, cell)) for row in rows for cell in range(0xA1, 0xFF))
    text = "".join(pair.decode("gb2312", "ignore") for pair in pairs)
    text += "阈髋踝浏镳颌嗦嘈睫嵌熵桢瞥瞰飒籁髁胫腓颞"  # seen, or likely, in what we write
    text += "".join(po.read_text("utf-8") for po in (ROOT / "assets/locale").rglob("*.po"))
    return {ord(c) for c in text if c.isprintable()}


def main(source: Path = SOURCE) -> None:
    """Read the collection, keep what is wanted, turn the outlines, write the file."""
    font = next(f for f in TTCollection(source).fonts if "CJK SC" in f["name"].getDebugName(1))
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13],
        drop_tables=["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"],
    )  # fmt: skip
    chooser = subset.Subsetter(options)
    chooser.populate(unicodes=wanted())
    chooser.subset(font)
    outlines(font)
    for record in list(font["name"].names):
        new = {1: NAME, 3: NAME, 4: NAME, 6: NAME.replace(" ", "")}.get(record.nameID)
        if new:
            font["name"].setName(new, record.nameID, *_platform(record))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    font.save(TARGET)
    print(f"{TARGET.relative_to(ROOT)}: {len(font.getBestCmap())} characters, "
          f"{TARGET.stat().st_size / 1000:.0f} kB")  # fmt: skip


def _platform(record: object) -> tuple[int, int, int]:
    return record.platformID, record.platEncID, record.langID  # type: ignore[attr-defined]


def outlines(font: TTFont) -> None:
    """The font's cubic curves as quadratic ones, in place."""
    glyphs, order, made = font.getGlyphSet(), font.getGlyphOrder(), {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, ERROR, reverse_direction=True))
        made[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, made
    for tag in ("CFF ", "CFF2", "VORG"):
        if tag in font:
            del font[tag]
    most = newTable("maxp")
    most.tableVersion, most.numGlyphs = 0x00010000, len(order)
    for field in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs",
                  "maxInstructionDefs", "maxStackElements", "maxSizeOfInstructions",
                  "maxComponentElements", "maxComponentDepth", "maxPoints", "maxContours",
                  "maxCompositePoints", "maxCompositeContours"):  # fmt: skip
        setattr(most, field, 1 if field in ("maxZones",) else 0)
    font["maxp"] = most
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
