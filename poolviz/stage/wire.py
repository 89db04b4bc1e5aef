"""A scene for the browser: a header and typed arrays, columnar and compressed.

``packed`` gives base64 of zlib of: uint32 length of the header (little endian), the header (JSON,
UTF-8, padded with spaces to a multiple of 4), then the arrays, each padded to 4 bytes. Where the
header holds ``{"at": offset, "type": "f4", "shape": [...]}`` an array starts at that offset behind
the header. Types: f4, f2, i4, i2, u1, and "text" (UTF-8 lines, ``shape`` is ``[bytes]``). Cells of
one window that moves from step to step are ``{"from": (S,), "by": (K,)}``: from[s] + by.
"""

import base64
import json
import zlib
from typing import Any

import numpy as np

from poolviz.stage.overlay import COLUMNS, Overlay
from poolviz.stage.panel import Ground, Panel
from poolviz.stage.track import Track
from poolviz.stage.weighing import Weighing


def packed(scene: Any) -> str:
    """The wire of a scene."""
    arrays = _Arrays()
    header = {
        "title": scene.title,
        "steps": len(scene),
        "story": scene.story,
        "flow": scene.flow,
        "note": scene.note,
        "run": scene.run,
        "growing": scene.growing,
        "panels": [_panel(panel, arrays) for panel in scene.panels],
        "tracks": [_track(track, arrays) for track in scene.tracks],
        "overlays": [_overlay(overlay, arrays) for overlay in scene.overlays],
        "source": scene.source
        and {"panel": scene.source[0], "cells": arrays.put(scene.source[1], "cell")},
        "narration": arrays.put_text("\n".join(n.replace("\n", " ") for n in scene.narration)),
    }
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    head += b" " * (-len(head) % 4)
    blob = len(head).to_bytes(4, "little") + head + b"".join(arrays.parts)
    return base64.b64encode(zlib.compress(blob, 6)).decode("ascii")


def _panel(panel: Panel, arrays: "_Arrays") -> dict[str, Any]:
    rows, cols = panel.shape
    return {
        "name": panel.name,
        "title": panel.heading,
        "rows": rows,
        "cols": cols,
        "frames": panel.frames,
        "low": panel.low,
        "high": panel.high,
        "palette": panel.palette,
        "shown": panel.shown,
        "values": arrays.put(panel.told, _numbers(panel.told, KINDS if panel.frames else HALVES)),
        "kind": arrays.put(panel.kind, "u1"),
        "padding_text": panel.padding_text,
        "origin": panel.origin,
        "row_labels": panel.row_labels,
        "col_labels": panel.col_labels,
        "breaks": panel.breaks,
        "ground": panel.ground and _ground(panel.ground, arrays),
    }


def _ground(ground: Ground, arrays: "_Arrays") -> dict[str, Any]:
    image = ground.image
    pixels = np.frombuffer(image, np.uint8) if isinstance(image, bytes) else image
    return {"type": ground.type, "veil": ground.veil, "image": arrays.put(pixels, "u1")}


KINDS, HALVES = ("u1", "f2"), ("f2",)
"""Types smaller than float32; what a person may edit in the browser is fractions there."""


def _numbers(values: np.ndarray, kinds: tuple[str, ...] = KINDS) -> str:
    """The smallest type in which numbers travel without loss: whole up to 255, halves, singles."""
    with np.errstate(invalid="ignore", over="ignore"):
        single = np.asarray(values, dtype=np.float32)
        for kind in kinds:
            small = single.astype(kind)
            if np.array_equal(small.astype(np.float32), single, equal_nan=True):
                return kind
    return "f4"


def _track(track: Track, arrays: "_Arrays") -> dict[str, Any]:
    weighing = track.weighing
    return {
        "panel": track.panel,
        "title": track.title,
        "mark": track.mark,
        "look": track.look,
        "relative": track.ranked,
        "withheld": track.withheld,
        "cells": arrays.put_cells(track.cells),
        "weights": arrays.put(track.weights, "f2"),
        "chosen": arrays.put(track.chosen, "cell"),
        "written": arrays.put(track.written, "cell"),
        "added": arrays.put(track.added, "f4"),
        "odds": arrays.put(track.odds, "f2"),
        "pointer": arrays.put(track.pointer, "f4"),
        "nodes": arrays.put(track.nodes, "f2"),
        "weighing": weighing and _weighing(weighing, arrays),
    }


def _weighing(weighing: Weighing, arrays: "_Arrays") -> dict[str, Any]:
    rule = {"scale": weighing.scale, "norm": weighing.norm, "bias": arrays.put(weighing.bias, "f4")}
    if weighing.picture is not None:
        picture = arrays.put(weighing.picture, _numbers(weighing.picture))
        side = round(weighing.key.shape[1] ** 0.5)
        return {**rule, "picture": picture, "side": side, "own": arrays.put(weighing.own, "cell")}
    factors = {"query": weighing.query, "key": weighing.key}
    return {**rule, **{name: arrays.put(each, _numbers(each)) for name, each in factors.items()}}


def _overlay(overlay: Overlay, arrays: "_Arrays") -> dict[str, Any]:
    kinds = {"edges": "cell", "hollow": "u1"}
    changing = dict(overlay.steps())
    return {
        "panel": overlay.panel,
        "title": overlay.title,
        "labels": overlay.labels,
        "groups": arrays.put(overlay.groups, "u1"),
        "changing": list(changing),
        **{name: arrays.put(getattr(overlay, name), kinds.get(name, "f4")) for name in COLUMNS},
    }


class _Arrays:
    """Typed arrays, one behind the other."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.length = 0

    def put(self, values: np.ndarray | None, kind: str) -> dict[str, Any] | None:
        if values is None:
            return None
        values = np.asarray(values)
        if kind == "cell":
            kind = "i2" if values.size == 0 or values.max() < 2**15 else "i4"
        with np.errstate(over="ignore"):
            raw = np.ascontiguousarray(values, dtype=np.dtype(kind).newbyteorder("<"))
        return self._append(raw.tobytes(), kind, list(raw.shape))

    def put_cells(self, cells: np.ndarray | None) -> dict[str, Any] | None:
        """Cells (S, K), as one window that moves where they are."""
        if cells is None or min(np.shape(cells)) < 2 or np.min(cells) < 0:
            return self.put(cells, "cell")
        first, by = np.asarray(cells)[:, 0], np.asarray(cells)[0] - cells[0][0]
        if not np.array_equal(first[:, None] + by, cells):
            return self.put(cells, "cell")
        return {"from": self.put(first, "cell"), "by": self.put(by, "cell")}

    def put_text(self, text: str) -> dict[str, Any]:
        raw = text.encode()
        return self._append(raw, "text", [len(raw)])

    def _append(self, raw: bytes, kind: str, shape: list[int]) -> dict[str, Any]:
        at = self.length
        raw += b"\0" * (-len(raw) % 4)
        self.parts.append(raw)
        self.length += len(raw)
        return {"at": at, "type": kind, "shape": shape}
