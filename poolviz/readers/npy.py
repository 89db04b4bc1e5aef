"""NumPy's .npy files, read from their description and bytes alone: nothing in them is run.

Format: NumPy Enhancement Proposal 1 (versions 1.0, 2.0 and 3.0 of the header).
"""

import math
import re

import numpy as np

from poolviz.readers.planes import choose_plane
from poolviz.readers.reading import (
    Layout,
    ReadError,
    Reading,
    check_file_size,
    check_numbers,
    quoted,
)
from poolviz.text import _, counted

MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 4096
# The header is a Python literal. Matching the three entries needs no evaluation at all.
_DTYPE = re.compile(r"""['"]descr['"]\s*:\s*(?:['"]([^'"]{0,40})['"]|(\[))""")
_ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)\b""")
_SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([0-9,\sL]*)\)""")
_PLAIN = re.compile(r"[<>=|]?(?:b1|\?|[iu][1248]|f(?:2|4|8))")
_KINDS = {"O": "objects", "c": "complex", "S": "text", "U": "text", "a": "text"}


def read_npy(data: bytes, *, layout: Layout | None = None, plane: int = 0) -> Reading:
    """A .npy file of real numbers -> ``Reading`` with float64 (H, W); else a ``ReadError``.

    Booleans, whole numbers and float16, float32 and float64 in either byte order, C or Fortran
    order. One axis becomes one row; of an array of more axes one plane is read, which ``layout``
    and ``plane`` choose and a note says (``choose_plane``).
    Objects (pickles), structured, complex, text and date dtypes are refused; so is a shape over
    512 × 512, before anything is allocated.

    >>> import io
    >>> file = io.BytesIO(); np.save(file, np.array([1, 2, 3]))
    >>> read_npy(file.getvalue()).matrix
    array([[1., 2., 3.]])
    """
    check_file_size(len(data))
    header, start = _header(data)
    dtype = _dtype(header)
    order, shape_text = _ORDER.search(header), _SHAPE.search(header)
    if order is None or shape_text is None:
        raise _broken()
    shape = tuple(min(int(n), 10**12) for n in re.findall(r"[0-9]+", shape_text[1]))
    chosen = choose_plane(shape, layout, plane)
    notes = chosen.notes
    count = math.prod(shape)
    if len(data) - start < count * dtype.itemsize:
        raise ReadError(
            _("The .npy file is cut short: it promises {numbers} and holds {held}.").format(
                numbers=counted(count, _("{n} number"), _("{n} numbers")),
                held=(len(data) - start) // dtype.itemsize,
            )
        )
    array = np.frombuffer(data, dtype, count, start)
    array = array.reshape(shape, order="F" if order[1] == "True" else "C")
    with np.errstate(all="ignore"):  # signalling NaNs
        matrix = array[chosen.index].astype(np.float64).reshape(chosen.rows, chosen.cols)
    if dtype.kind in "iu" and (np.abs(matrix) > 2**53).any():
        notes += (_("Whole numbers beyond 2^53 are rounded to what a float64 can hold."),)
    return Reading(check_numbers(matrix), notes, chosen.planes)


def _header(data: bytes) -> tuple[str, int]:
    """The header as text, and where the numbers start."""
    if not data.startswith(MAGIC) or len(data) < 10:
        raise ReadError(_("This is not a .npy file, or it is cut short: save with numpy.save."))
    width = 2 if data[6] == 1 else 4
    start = 8 + width + int.from_bytes(data[8 : 8 + width], "little")
    if data[6] not in (1, 2, 3) or start - 8 - width > _LONGEST_HEADER or start > len(data):
        raise _broken()
    return data[8 + width : start].decode("utf-8", "replace"), start


def _dtype(header: str) -> np.dtype:
    found = _DTYPE.search(header)
    if found is None:
        raise _broken()
    name = found[1]
    if name is not None and _PLAIN.fullmatch(name):
        return np.dtype(name)
    kind = _KINDS.get(name.lstrip("<>=|")[:1], "other") if name else "structured"
    if kind == "objects":
        raise ReadError(
            _(
                "The .npy file holds Python objects (a pickle), which could run code and are never "
                "read: save plain numbers."
            )
        )
    what = {
        "complex": _("complex numbers"),
        "text": _("text"),
        "structured": _("structured records"),
    }.get(kind, _("the type {name}").format(name=quoted(name or "")))
    raise ReadError(
        _(
            "The .npy file holds {what}: only real numbers are read (bool, int8 to int64, uint8 to "
            "uint64, float16, float32, float64)."
        ).format(what=what)
    )


def _broken() -> ReadError:
    return ReadError(_("The header of the .npy file is damaged: save it again with numpy.save."))
