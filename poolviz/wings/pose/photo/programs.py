"""The lines with which a person runs the same network on the same box."""

NUMPY = """\
import numpy as np
from PIL import Image
from poolviz.pose.photo.heads import find
from poolviz.pose.topdown.crop import resized, turned

pixels = np.asarray(Image.open("photo.png").convert("RGB"))  # your picture
box = {box}  # x, y, width, height in its pixels
seen = resized(turned(pixels, box, {rotate}), box, (192, 192))
{noise}found = find(seen)
print(found.person)  # row, column of 48 x 48: head 1
print(found.rough)   # head 2
print(found.output)  # y, x as shares of the box, score: heads 3 and 4
"""
NOISE = """\
noise = np.random.default_rng(0).normal(0, {noise}, seen.shape)
seen = np.clip(np.rint(seen + noise), 0, 255).astype(np.uint8)
"""
TFJS = """\
// npm install @tensorflow/tfjs @vladmandic/human@3.3.6; the crop of 192 x 192 in <img id="seen">
import * as tf from "@tensorflow/tfjs";
const folder = "node_modules/@vladmandic/human/models";
const model = await tf.loadGraphModel(`${folder}/movenet-lightning.json`);
const x = tf.browser.fromPixels(document.getElementById("seen")).expandDims(0).toInt();
model.execute(x).print();  // [1, 1, 17, 3]: y, x, score
"""


def programs(box: tuple[float, ...], rotate: int, noise: int) -> dict[str, str]:
    """NumPy, with this house's network; JavaScript, with the published one.

    >>> "box = (0.0, 0.0, 9.5, 9.5)" in programs((0.0, 0.0, 9.5, 9.5), 0, 0)["NumPy"]
    True
    """
    rounded = tuple(round(float(side), 2) for side in box)
    drawn = NOISE.format(noise=noise) if noise else ""
    return {"NumPy": NUMPY.format(box=rounded, rotate=rotate, noise=drawn), "JavaScript": TFJS}
