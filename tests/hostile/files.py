"""Files that lie: bombs, pickles, two kinds in one, cut short, nested, full of markup."""

import gzip
import io
import json
import pickle
import zipfile

import numpy as np

from tests.hostile.texts import SCRIPT, TEXTS
from tests.readers.files import (
    JPEG,
    NUMBERS,
    STRIPES,
    SVG,
    chunk,
    encoded,
    npy,
    npy_header,
    npy_of,
    png_claiming,
    scans,
)


class Runs:
    """What a pickle would run when it is read."""

    def __reduce__(self):
        return exec, ("raise SystemExit('a pickle was run')",)


PICKLE = pickle.dumps(Runs())
PNG = encoded(STRIPES)


def zipped(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def objects() -> bytes:
    held = np.empty(1, dtype=object)
    held[0] = Runs()
    return npy(held)


REFUSED = {
    "empty.csv": b"",
    "nulls.csv": b"\0" * 1000,
    "nulls between.csv": b"1,\x002\n3,4",
    "utf-16 cut.csv": "1,2\n3,4".encode("utf-16")[:-1],
    "script.csv": SCRIPT.encode(),
    "formulas.csv": b"=1+1,@SUM(A1)\n-2+3,+4",
    "long line.csv": b"1" * 100_000,
    "wide.csv": b",".join([b"1"] * 100_000),
    "tall.csv": b"1\n" * 100_000,
    "ragged.csv": b"1,2\n3",
    "quotes open.csv": b'"1,2\n3,4',
    "too large.csv": b"1,2\n" * 1_400_000,
    "huge number.csv": b"9" * 400,
    "pickle.npy": PICKLE,
    "pickle.csv": PICKLE,
    "pickle.png": PICKLE,
    "objects.npy": objects(),
    "zip of arrays.npy": zipped("arr_0.npy", npy(NUMBERS)),
    "gzip in gzip.csv": gzip.compress(gzip.compress(b"1,2")),
    "gzip cut.csv": gzip.compress(b"1,2")[:-5],
    "zip bomb.png": zipped("x", b"\0" * 5_000_000),
    "gzip bomb.csv": gzip.compress(b"1,2\n" * 2_000_000),
    "shape a lie.npy": npy_of("(100000, 100000)"),
    "shape below 0.npy": npy_of("(-1, 4)"),
    "shape too deep.npy": npy_of("(1, " * 500 + ")" * 500),
    "shape code.npy": npy_of("__import__('os').getcwd()"),
    "type a lie.npy": npy_of("(1, 1)", "'|O'", PICKLE),
    "type nested.npy": npy_of("(1, 1)", "[('a', '<f8'), ('b', 'O')]"),
    "header a bomb.npy": npy_header("(" * 60_000, version=2),
    "header cut.npy": npy(NUMBERS)[:20],
    "data cut.npy": npy(NUMBERS)[:-3],
    "complex.npy": npy(np.array([[1j]])),
    "text.npy": npy(np.array([[SCRIPT]])),
    "dates.npy": npy(np.array(["2020-01-01"], dtype="datetime64[D]")),
    "nine axes.npy": npy(np.zeros((2,) * 9)),
    "no cells.npy": npy(np.zeros((0, 3))),
    "claims 60000 square.png": png_claiming(60_000, 60_000),
    "claims 0.png": png_claiming(0, 5),
    "cut.png": PNG[: len(PNG) // 2],
    "head alone.png": PNG[:8],
    "no end.png": PNG[:33],
    "wrong sum.png": PNG[:29] + b"\0\0\0\0" + PNG[33:],
    "svg.png": SVG,
    "html.jpg": b"<html>" + SCRIPT.encode(),
    "pdf.png": b"%PDF-1.7\n" + SCRIPT.encode(),
    "cut.jpg": JPEG[:200],
    "a thousand scans.jpg": scans(1000),
    "gif.webp": b"GIF89a" + b"\xff" * 100,
    "riff alone.webp": b"RIFF\xff\xff\xff\xffWEBP",
}
"""name -> a file that the uploaders of numbers and pictures refuse with a sentence."""

READ = {
    "picture and zip.png": PNG + zipped("x.py", b"import os"),
    "picture and html.jpg": JPEG + SCRIPT.encode(),
    "picture with a script inside.png": PNG[:33] + chunk(b"tEXt", SCRIPT.encode()) + PNG[33:],
    "picture with a text bomb.png": PNG[:33] + chunk(b"tEXt", b"a" * 900_000) + PNG[33:],
    "numbers called a picture.csv": PNG,
    "byte order mark.csv": b"\xef\xbb\xbf1,2\n3,4",
}
"""name -> a file of two kinds, of which only the numbers or the picture are read."""

DEEP = b"[" * 100_000
POSES = {
    "empty": b"",
    "no JSON": b'{"keypoints": [1,',
    "deep": DEEP,
    "deep inside": b'{"keypoints": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a number": b"[1]",
    "no keypoints": b"{}",
    "keypoints a text": json.dumps({"keypoints": SCRIPT}).encode(),
    "keypoints nested": json.dumps({"keypoints": [[1, 2, 2], [1, [2], 2]]}).encode(),
    "keypoints of truth": json.dumps({"keypoints": [True, False, 2]}).encode(),
    "keypoints infinite": b'{"keypoints": [1e999, 2, 2, 1, 1, 2]}',
    "keypoints no number": b'{"keypoints": [NaN, 2, 2, 1, 1, 2]}',
    "keypoints of many digits": b'{"keypoints": [' + b"9" * 5000 + b", 2, 2]}",
    "too many": json.dumps({"keypoints": [1, 2, 2] * 5000}).encode(),
    "sigmas below 0": json.dumps({"keypoints": [1, 2, 2, 3, 4, 2], "sigmas": [-1, 1]}).encode(),
    "area below 0": json.dumps({"keypoints": [1, 2, 2, 3, 4, 2], "area": -5}).encode(),
    "box of text": json.dumps({"keypoints": [1, 2, 2, 3, 4, 2], "bbox": SCRIPT}).encode(),
    "no text": b"\xff\xfe\x80",
    "script": SCRIPT.encode(),
    "pickle": PICKLE,
    "too large": b"1,2\n" * 1_400_000,
}
"""Refused as a pose, with a sentence."""

NAMED_POSES = {
    f"joints named {what}": json.dumps(
        {"keypoints": [1, 2, 2, 30, 40, 2], "names": [text[:200], "b"], "area": 900}
    ).encode()
    for what, text in TEXTS.items()
} | {
    "joints named by half a pair": b'{"keypoints": [1, 2, 2, 30, 40, 2], "area": 900, '
    b'"names": ["\\udcff", "b"]}'
}
"""Poses whose names of joints would act, or are no text: read without acting, or refused."""


def saved(**change: object) -> bytes:
    held = {"poolviz": 1, "page": "windows", "link": {"kernel_size": "3"}} | change
    return json.dumps(held).encode()


STATES = {
    "empty": b"",
    "no JSON": b"{",
    "deep": DEEP,
    "a list": b"[]",
    "of a later version": saved(poolviz=99),
    "of a version of text": saved(poolviz="1"),
    "of truth": saved(poolviz=True),
    "of another page": saved(page="oks"),
    "of a page of markup": saved(page=SCRIPT),
    "of a page of half a pair": b'{"poolviz": 1, "page": "\\udcff", "link": {}}',
    "of a page up the path": saved(page="../../etc/passwd"),
    "link a list": saved(link=[1]),
    "link of numbers": saved(link={"kernel_size": 3}),
    "link nested": saved(link={"kernel_size": {"a": "b"}}),
    "link of a thousand": saved(link={f"a{i}": "1" for i in range(1000)}),
    "link too long": saved(link={"matrix": "1_" * 10_000}),
    "input no base64": saved(input="%%%"),
    "input a pickle": saved(
        input="gASVKAAAAAAAAACMCGJ1aWx0aW5zlIwEZXhlY5STlIwMcHJpbnQoJ2EnKZSFlFKULg=="
    ),
    "input a number": saved(input=5),
    "picture a text": saved(input="", picture="yes"),
    "more than known": saved(__proto__={"a": 1}, exec="1"),
    "too large": b" " * 6_000_000,
    "pickle": PICKLE,
}
"""Refused as a state, with a sentence; the state on the screen stays."""
