"""An animated GIF, written frame by frame, so that one frame is in memory and never the film.

Format: CompuServe, Graphics Interchange Format, version 89a, 1990. Pillow packs the frames.
"""

from PIL import Image, ImageChops
from PIL.GifImagePlugin import getdata

COLOURS = 128
WHITE, PAPER = (255, 255, 255), 250
"""Nearly white is white: the paper would else be a shade of it."""


def palette_of(pictures: list[Image.Image]) -> Image.Image:
    """The colours that these pictures (RGB) need together, as a palette to ``quantize`` with."""
    height = sum(picture.height for picture in pictures)
    sheet = Image.new("RGB", (max(picture.width for picture in pictures), height))
    top = 0
    for picture in pictures:
        sheet.paste(picture, (0, top))
        top += picture.height
    made = sheet.quantize(COLOURS, dither=Image.Dither.NONE)
    colours = made.getpalette("RGB") or []
    for i in range(0, len(colours), 3):
        if min(colours[i : i + 3]) >= PAPER:
            colours[i : i + 3] = WHITE
    made.putpalette(colours)
    return made


class Film:
    """A GIF that loops; every frame is shown for so many milliseconds."""

    def __init__(self, size: tuple[int, int], palette: Image.Image, milliseconds: int) -> None:
        self.palette, self.milliseconds = palette, milliseconds
        colours = bytes(palette.getpalette("RGB") or ())[: 3 * COLOURS].ljust(3 * COLOURS, b"\0")
        screen = b"".join(n.to_bytes(2, "little") for n in size)
        table = 0x80 | (COLOURS.bit_length() - 2)  # a table for all frames, and its size
        loop = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
        self.parts = [b"GIF89a" + screen + bytes((table, 0, 0)) + colours + loop]
        self.last: Image.Image | None = None

    def add(self, picture: Image.Image) -> int:
        """Append a picture (RGB), of which only what changed is stored; gives its bytes."""
        frame = picture.quantize(palette=self.palette, dither=Image.Dither.NONE)
        box = (0, 0, *frame.size)
        if self.last is not None:
            box = ImageChops.difference(frame, self.last).getbbox() or (0, 0, 1, 1)
        self.last = frame
        part = b"".join(getdata(frame.crop(box), box[:2], duration=self.milliseconds))
        self.parts.append(part)
        return len(part)

    def data(self) -> bytes:
        """The file."""
        return b"".join((*self.parts, b";"))
