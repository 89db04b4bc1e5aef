"""A page of synthetic scenes, one for each thing that the stepper can tell."""

from dataclasses import replace
from functools import cache

import numpy as np
import streamlit as st

from poolviz.numbers import number
from poolviz.stage.scene import Ground, Kind, Overlay, Panel, Scene, Track, Weighing
from poolviz.ui.stepper import stepper

STORIES = ("select", "share", "power", "draw", "exp", "rank", "mix", "detail", "filter", "tree")
A = np.array([[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]], float)


def windows(x: np.ndarray, kernel: int, stride: int) -> tuple[np.ndarray, tuple[int, int]]:
    """Flat cells of each window ``(S, K)``, and the output's shape."""
    rows, cols = (1 + (n - kernel) // stride for n in x.shape)
    r, c = np.mgrid[:rows, :cols] * stride
    i, j = np.mgrid[:kernel, :kernel]
    at = (r.ravel()[:, None] + i.ravel()) * x.shape[1] + c.ravel()[:, None] + j.ravel()
    return at, (rows, cols)


def scene(story: str, x: np.ndarray = A, kernel: int = 2, stride: int = 2) -> Scene:
    """Pooling of x told as ``story``."""
    cells, shape = windows(x, kernel, stride)
    w = x.ravel()[cells]
    k = np.arange(len(w))
    chosen = odds = pointer = None
    if story == "select":
        pick = w.argmax(1)
        weights, y, chosen = np.eye(w.shape[1])[pick], w.max(1), cells[k, pick]
        told = [f"max({', '.join(map(number, row))}) = {number(row.max())}" for row in w]
    elif story == "draw":
        odds = w / w.sum(1, keepdims=True)
        pointer = np.random.default_rng(3).random(len(w))
        pick = (odds.cumsum(1) > pointer[:, None]).argmax(1)
        weights, y, chosen = np.eye(w.shape[1])[pick], w[k, pick], cells[k, pick]
        told = [f"drawn with p = {', '.join(number(p) for p in row.round(2))}" for row in odds]
    else:
        weights = _weights(story, w)
        y = np.sqrt((w**2).mean(1)) if story == "power" else (weights * w).sum(1)
        told = [
            " + ".join(f"{number(round(b, 3))}·{number(a)}" for a, b in zip(*r, strict=True))
            + f" = {number(v)}"
            for r, v in zip(zip(w, weights, strict=True), y, strict=True)
        ]
        if w.shape[1] > 4:
            told = [f"{story} of nine cells = {number(v)}" for v in y]
    low, high = float(x.min()), float(x.max())
    return Scene(
        f"{story} pooling",
        (
            Panel("input", "Input", x, low, high),
            Panel("output", "Output", y.reshape(shape), low, high, shown="written"),
        ),
        (
            Track(
                "input",
                cells,
                weights,
                chosen,
                "up" if story == "select" else "",
                odds=odds,
                pointer=pointer,
                nodes=halves(w) if story == "tree" else None,
            ),
            Track("output", k[:, None], written=k),
        ),
        tuple(told),
        story,
    )


def halves(w: np.ndarray) -> np.ndarray:
    """A tree of two leaves, the means of both halves of each window, mixed evenly."""
    left, right = (half.mean(1) for half in np.split(w, 2, axis=1))
    return np.stack([(left + right) / 2, left, right, np.full(len(w), 0.5)], 1)


def _weights(story: str, w: np.ndarray) -> np.ndarray:
    if story == "exp":
        raw = np.exp(w - w.max(1, keepdims=True))
    elif story == "power":
        raw = w**2
    elif story == "rank":
        ranks = (-w).argsort(1, kind="stable").argsort(1, kind="stable")
        raw = (w.shape[1] - ranks).astype(float)
    else:
        raw = np.ones_like(w)
    return raw / raw.sum(1, keepdims=True)


def gradient(signed: bool = True) -> Scene:
    """Kernel 3, stride 1: every output sends its gradient back; the 7 receives several."""
    cells, shape = windows(A, 3, 1)
    w = A.ravel()[cells]
    k = np.arange(len(w))
    if signed:
        soft = _weights("exp", w)
        weights = soft * (1 + w - (soft * w).sum(1, keepdims=True))
    else:
        weights = np.eye(9)[w.argmax(1)]
    total = np.zeros(16)
    np.add.at(total, cells, weights)
    top = float(abs(total).max())
    return Scene(
        "Gradient of SoftPool" if signed else "Gradient of max pooling",
        (
            Panel("input", "Input", A, 0, 8),
            Panel(
                "dx",
                "Gradient of the input",
                total.reshape(4, 4),
                -top,
                top,
                "diverging",
                shown="summed",
            ),
            Panel("dy", "Gradient of the output", np.ones(shape), -1, 1, "diverging"),
        ),
        (
            Track("input", cells, None, None if signed else cells[k, w.argmax(1)], "up"),
            Track("dx", cells, weights, added=weights),
        ),
        tuple(f"output {s} sends 1 back" for s in k),
        source=("dy", k),
        flow="backward",
    )


def padded() -> Scene:
    """Padding -inf, an overrun, and answers withheld from step 3 on."""
    x = np.full((6, 7), np.nan)
    x[1:5, 1:5] = A
    kind = np.full((6, 7), Kind.PADDING, np.uint8)
    kind[1:5, 1:5], kind[:, 6] = Kind.CELL, Kind.OUTSIDE
    cells, shape = windows(x, 3, 2)
    real = np.where(np.isnan(x), -np.inf, x).ravel()[cells]
    k = np.arange(len(cells))
    known = k < 3
    y = np.where(known, real.max(1), np.nan).reshape(shape)
    pick = cells[k, real.argmax(1)]
    return Scene(
        "Max, padding 1",
        (
            Panel("input", "Input", x, 0, 8, kind=kind, padding_text="−∞", origin=(-1, -1)),
            Panel(
                "output",
                "Output",
                y,
                0,
                8,
                shown="written",
                kind=np.where(known, 0, Kind.SECRET).reshape(shape).astype(np.uint8),
            ),
        ),
        (
            Track(
                "input",
                cells,
                np.where(known[:, None], np.eye(9)[real.argmax(1)], 0),
                np.where(known, pick, -1),
                "up",
            ),
            Track("output", k[:, None], written=k),
        ),
        tuple("the largest of this window is shown" if s else "the largest is … ?" for s in known),
        "select",
    )


def unpooled() -> Scene:
    """Max unpooling: the remembered location is pinned, the rest is filled with zeros."""
    cells, _ = windows(A, 2, 2)
    w = A.ravel()[cells]
    k = np.arange(4)
    at = cells[k, w.argmax(1)][:, None]
    y = w.max(1)
    full = np.zeros(16)
    full[at[:, 0]] = y
    return Scene(
        "Unpooling",
        (
            Panel("pooled", "Pooled", y.reshape(2, 2), 0, 8),
            Panel("output", "Unpooled", full.reshape(4, 4), 0, 8, shown="summed"),
        ),
        (Track("output", at, None, at[:, 0], "pin", added=y[:, None]),),
        tuple(f"{number(v)} goes back to where it came from" for v in y),
        source=("pooled", k),
    )


def walker() -> Scene:
    """Frames: three 2 x 2 pictures, their running mean, and a last mean that is withheld."""
    seen = np.array([[[0, 255], [0, 0]], [[0, 255], [255, 0]], [[0, 255], [0, 0]]], float)
    mean = seen.cumsum(0) / np.arange(1, 4)[:, None, None]
    kind = np.zeros((3, 2, 2), np.uint8)
    kind[2] = Kind.SECRET
    return Scene(
        "Frames",
        (
            Panel("frame", "Frame", seen, 0, 255, "grey"),
            Panel("mean", "Mean", mean, 0, 255, "grey", "replaced", kind),
        ),
        (),
        ("one frame", "two frames", "three frames"),
    )


def posed() -> Scene:
    """A picture under a 4 x 4 panel of values; over it two poses, arrows, a box that moves."""
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[:, 4:] = (255, 0, 0)
    points = np.array([[[0.5, 0.5], [3.5, 0.5], [0.5, 3.5], [3.5, 3.5]]] * 2)
    points[1, 3] = np.nan
    values = np.zeros((4, 4))
    values[1, 1], values[2, 1] = 1, np.nan
    return Scene(
        "Pose",
        (Panel("map", "Map", values, 0, 1, ground=Ground(picture, "a red half", 0.8)),),
        (),
        ("seen", "one joint is hidden"),
        overlays=(
            Overlay(
                "map", "Joints", points, np.array([[0, 1], [2, 3]]), np.array([1.0, -0.5]),
                np.array([[1.0, 1.0, 1.0, 0.0]]), np.array([[[0, 0, 2, 2]], [[1, 1, 2, 2]]], float),
                np.array([False, True, False, False]), np.array([0, 0, 1, 1]),
                ("nose", "eye", "ear", "chin"),
            ),
        ),
    )  # fmt: skip


def attending(look: str = "inset") -> Scene:
    """Self-attention on A: rows of weights are made where they are drawn, the heaviest ringed."""
    x = A.ravel()[:, None] / 8
    weighing = Weighing(x, x, 10.0)
    rows = np.array([weighing.row(s) for s in range(16)])
    k = np.arange(16)
    return Scene(
        "Attention",
        (
            Panel("keys", "Keys", A, 0, 8),
            Panel("output", "Output", (rows @ A.ravel()).reshape(4, 4), 0, 8, shown="written"),
        ),
        (
            Track("keys", chosen=rows.argmax(1), mark="up", weighing=weighing, look=look),
            Track("output", written=k),
        ),
        tuple(f"cell {s} asks" for s in k),
        "exp",
    )


def wide_attention(side: int = 28) -> Scene:
    """Self-attention of a map whose every cell asks all 784: q and k of six columns travel."""
    x = np.random.default_rng(0).normal(size=(side * side, 6))
    weighing = Weighing(x, x, 0.5)
    values = x[:, 0].reshape(side, side)
    k = np.arange(side * side)
    return Scene(
        "Attention",
        (
            Panel("keys", "Keys", values, -3, 3, "diverging"),
            Panel("output", "Output", values, -3, 3, "diverging", shown="written"),
        ),
        (Track("keys", weighing=weighing), Track("output", written=k)),
        tuple(f"cell {s} asks" for s in k),
        "exp",
    )


def compared() -> Scene:
    """Two tracks on one panel: a window and what its neighbour sees, weights relative to a row."""
    cells, _ = windows(A, 2, 2)
    w = A.ravel()[cells] / 100
    return Scene(
        "Two windows",
        (Panel("input", "Input", A, 0, 8),),
        (
            Track("input", cells, w, relative=True, title="this"),
            Track("input", cells[::-1], w[::-1], look="veil", title="the other"),
        ),
        ("a", "b", "c", "d"),
    )


def asked(answered: int) -> Scene:
    """Max whose windows are asked from number ``answered`` on, as questions ask them."""
    known = np.arange(4) < answered
    open_ = scene("select")
    kind = np.where(known, Kind.CELL, Kind.SECRET).reshape(2, 2).astype(np.uint8)
    values = np.where(known.reshape(2, 2), open_.panels[1].values, np.nan)
    track, written = open_.tracks
    hidden = replace(
        track,
        weights=np.where(known[:, None], track.weights, 0),
        chosen=np.where(known, track.chosen, -1),
    )
    return replace(
        open_,
        panels=(open_.panels[0], replace(open_.panels[1], values=values, kind=kind)),
        tracks=(hidden, written),
        narration=tuple(n if k else "max … ?" for n, k in zip(open_.narration, known, strict=True)),
    )


def withheld() -> Scene:
    """A gradient of which two windows are told and the others are asked."""
    open_ = gradient(signed=False)
    track = open_.tracks[1]
    added = np.where(np.arange(4)[:, None] < 2, track.added, 0)
    secret = replace(track, weights=added, added=added, withheld=2)
    return replace(open_, tracks=(open_.tracks[0], secret))


def learning(steps: int, growing: bool = True) -> Scene:
    """A run that goes on: a loss is written at each step."""
    loss = np.full((1, 9), np.nan)
    loss[0, :steps] = 1 / np.arange(1, steps + 1)
    k = np.arange(steps)
    return Scene(
        "Training",
        (Panel("loss", "Loss", loss, 0, 1, shown="written"),),
        (Track("loss", k[:, None], written=k),),
        tuple(f"step {s}" for s in k),
        run="training",
        growing=growing,
    )


@cache
def scenes() -> dict[str, Scene]:
    """Every scene by its name in the menu."""
    large = np.random.default_rng(0).random((28, 28)).round(3)
    tokens = ("the", "cat", "sat", "down")
    attention = scene("exp", A, 2, 2)
    labelled = replace(attention.panels[0], row_labels=tokens, col_labels=tokens)
    return {
        **{story: scene(story) for story in STORIES},
        "gradient": gradient(),
        "max gradient": gradient(signed=False),
        "unpool": unpooled(),
        "padded": padded(),
        "large": scene("share", large, 3, 1),
        "large max": scene("select", large, 3, 1),
        "nine": scene("rank", A, 3, 1),
        "frames": walker(),
        "pose": posed(),
        "attention": attending(),
        "attention veil": attending("veil"),
        "attention wide": wide_attention(),
        "two tracks": compared(),
        "withheld": withheld(),
        "labels": replace(attention, panels=(labelled, attention.panels[1])),
    }


def main() -> None:
    """Choose a scene, play it, and read back where the person stands."""
    from tests.e2e.stepper_harness import scenes  # made once: this script is run at each click

    st.set_page_config(layout="wide")
    names = [*scenes(), "training", "asked"]
    name = st.selectbox("scene", names, key="scene", bind="query-params")
    unrelated = st.slider("unrelated", 0, 9, key="unrelated")
    st.text(f"rerun {unrelated}")
    ask = st.number_input("ask", 0, 10_000, 0)
    if st.checkbox("away"):
        return
    if name == "training":  # a run of nine steps, of which so many are done
        done = 3 + unrelated
        at = stepper(learning(done, growing=done < 9), key="harness", step=int(ask))
    elif name == "asked":  # so many of its questions are answered
        with st.container(key="question"):
            st.button("an answer")
        at = stepper(asked(unrelated), key="harness", step=int(ask))
    else:
        at = stepper(scenes()[name], key="harness", step=int(ask))
    st.text(f"at {at.step} {at.panel!r} {at.cell}")


if __name__ == "__main__":
    main()
