"""The line integral, sample by sample; then every other link, the pairs, the people."""

import numpy as np

from poolviz.numbers import number
from poolviz.stage.scene import Kind, Overlay, Panel, Scene, Track
from poolviz.text import _, listed, together
from poolviz.wings.pose.affinity.arms import SIDE, Run

MOST_OTHERS = 24
"""Links that get a step of their own beside the first."""


def steps_of(run: Run) -> list[tuple[int, int, int]]:
    """(elbow, wrist, samples so far) of each step between the first and the last."""
    if not run.pairs:
        return []
    walk = [(*run.pairs[0], k) for k in range(1, run.samples + 1)]
    return walk + [(a, b, run.samples) for a, b in run.pairs[1 : MOST_OTHERS + 1]]


def step_of(run: Run, pair: tuple[int, int]) -> int:
    """The step at which a link has its score."""
    return 1 + steps_of(run).index((*pair, run.samples))


def link_name(a: int, b: int) -> str:
    """What a link is called."""
    return _("elbow {a} → wrist {b}").format(a=a + 1, b=b + 1)


def affinity_scene(run: Run, hidden: int | None) -> Scene:
    """From step ``hidden`` on nothing is told of links."""
    between = steps_of(run)
    count = len(between) + 2
    told = count if hidden is None else hidden
    links, (elbows, wrists) = run.links, run.parsed.peaks
    peaks = np.concatenate([elbows, wrists])[:, :2] + 0.5
    edges = np.full((count, max(len(run.pairs), 1), 2), -1)
    samples = np.full((count, max(run.samples, 1), 2), np.nan)
    lit, written = np.full((count, 1), -1), np.full(count, -1)
    narration = [_begins(run)]
    scores = np.zeros((max(len(elbows), 1), max(len(wrists), 1)))
    secret = np.full(scores.shape, Kind.CELL if hidden is None else Kind.SECRET, dtype=np.uint8)
    for s, (a, b, k) in enumerate(between, 1):
        done = k == run.samples
        if s >= told:
            narration.append(_("{link}: predict first.").format(link=link_name(a, b)))
            continue
        edges[s, 0] = a, len(elbows) + b
        samples[s, :k] = links.points[a, b, :k] + 0.5
        cell = np.clip(np.floor(links.points[a, b, k - 1] + 0.5).astype(int), 0, SIDE - 1)
        lit[s, 0] = cell[1] * SIDE + cell[0]
        if done:
            written[s] = a * scores.shape[1] + b
            scores[a, b], secret[a, b] = links.score[a, b], Kind.CELL
        walks = (a, b) == run.pairs[0]
        narration.append(_sample(run, a, b, k) if walks else _score(run, a, b))
        if walks and done:
            narration[-1] = together((narration[-1], _score(run, a, b)))
    if told >= count:
        for i, (a, b) in enumerate(run.parsed.matched[0]):
            edges[-1, i] = a, len(elbows) + b
        narration.append(_ends(run))
    else:
        narration.append(_("Pairs: predict first."))
    x, y = run.field
    # Every other cell: arrows long enough that their heads tell the direction.
    row, col = np.nonzero((np.hypot(x, y) > 0.3) & (np.indices(x.shape).sum(axis=0) % 2 == 0))
    arrows = np.column_stack(
        [col + 0.5 - 0.7 * x[row, col], row + 0.5 - 0.7 * y[row, col],
         1.4 * x[row, col], 1.4 * y[row, col]]
    )  # fmt: skip
    names = (
        *(_("elbow {n}").format(n=i + 1) for i in range(len(elbows))),
        *(_("wrist {n}").format(n=i + 1) for i in range(len(wrists))),
    )
    hollow = np.arange(len(peaks)) >= len(elbows)
    heat, length = run.maps.max(axis=0), np.hypot(x, y)
    return Scene(
        _("Which pairs?"),
        (
            Panel("field", _("Length of the field"), length, 0.0, max(1.0, float(length.max()))),
            Panel("heat", _("Heat of elbows and wrists"), heat, min(0.0, float(heat.min())),
                  max(1.0, float(heat.max()))),
            Panel("scores", _("Scores: a row an elbow, a column a wrist"), scores, -1.0, 1.0,
                  "diverging", shown="written", kind=secret, row_labels=names[: len(elbows)],
                  col_labels=names[len(elbows) :]),
        ),
        (Track("field", cells=lit), Track("scores", written=written)),
        tuple(narration),
        overlays=(
            Overlay("field", _("Field"), arrows=arrows),
            Overlay("field", _("Links"), points=peaks, edges=edges, hollow=hollow, labels=names),
            Overlay("field", _("Samples"), points=samples),
            Overlay("heat", _("Peaks"), points=peaks, hollow=hollow, labels=names),
        ),
    )  # fmt: skip


def _begins(run: Run) -> str:
    elbows, wrists = run.parsed.peaks
    return _(
        "Peaks of the heat maps: {a} elbows (filled) and {b} wrists (rings), each numbered row by "
        "row, from the left. Arrows are the field. Which pairs?"
    ).format(a=len(elbows), b=len(wrists))


def _unit(run: Run, a: int, b: int) -> np.ndarray:
    way = run.parsed.peaks[1][b, :2] - run.parsed.peaks[0][a, :2]
    return np.asarray(way / max(float(np.hypot(*way)), 1e-12))


def _vector(v: np.ndarray) -> str:
    x, y = (number(round(float(c), 3)) for c in v)
    return f"({x}, {y})"


def _sample(run: Run, a: int, b: int, k: int) -> str:
    col, row = np.clip(np.floor(run.links.points[a, b, k - 1] + 0.5).astype(int), 0, SIDE - 1)
    agrees = run.links.agrees[a, b, :k]
    return _(
        "{link}, sample {k} of {n}: F = {field}, u = {unit}, F · u = {d}. Sum so far: {sum}."
    ).format(
        link=link_name(a, b), k=k, n=run.samples, field=_vector(run.field[:, row, col]),
        unit=_vector(_unit(run, a, b)), d=number(round(float(agrees[-1]), 3)),
        sum=number(round(float(agrees.sum()), 3)),
    )  # fmt: skip


def _score(run: Run, a: int, b: int) -> str:
    links = run.links
    text = (
        _("{link}: score {score}, {k} of {n} samples above .05. The gate lets it through.")
        if links.accepted[a, b]
        else _("{link}: score {score}, {k} of {n} samples above .05. The gate refuses it.")
    )
    return text.format(
        link=link_name(a, b), score=number(round(float(links.score[a, b]), 4)),
        k=links.passing[a, b], n=run.samples,
    )  # fmt: skip


def _ends(run: Run) -> str:
    pairs = run.parsed.matched[0]
    if not pairs:
        return _("No link passes the gate: nobody is found.")
    said = listed(link_name(a, b) for a, b in pairs)
    if run.mixed:
        return _("Pairs: {pairs}. {n} of them mix what does not belong together.").format(
            pairs=said, n=run.mixed
        )
    return _("Pairs: {pairs}. Each is one person's.").format(pairs=said)
