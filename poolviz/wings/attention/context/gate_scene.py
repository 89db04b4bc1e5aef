"""Gates step by step, laid out as evidence is: a channel becomes its mean, means become hidden
units, those a gate, and the gate meets its channel."""

from dataclasses import dataclass, field

import numpy as np

from poolviz.numbers import number, products, rounded
from poolviz.stage.scene import Panel, Scene, Track
from poolviz.text import _, clauses, titled
from poolviz.wings.attention.context.gates import MILD, UNITS, Gated
from poolviz.wings.pooling.core.channels import CHANNELS

FINE = 1024
"""Steps from 0 to 1 in the maps of the picture: finer than the eye, and less on the way."""
COUNT = len(CHANNELS)


@dataclass
class Steps:
    """Sentences, and at which step what is lit, weighed and written: (step, panel) -> cells."""

    sentences: list[str] = field(default_factory=list)
    lit: list[tuple[int, str, np.ndarray, np.ndarray | None]] = field(default_factory=list)
    written: list[tuple[int, str, int]] = field(default_factory=list)

    def say(self, sentence: str) -> int:
        """A step, and its number."""
        self.sentences.append(sentence)
        return len(self.sentences) - 1

    def tracks(self, panel: str, cells: int) -> tuple[Track, ...]:
        """What happens on a panel: a track, and another where a step writes two cells."""
        count = len(self.sentences)
        at, weights = np.full((count, cells), -1), np.zeros((count, cells))
        weighed = False
        for step, name, some, shares in self.lit:
            if name == panel:
                at[step, : len(some)] = some
                if shares is not None:
                    weights[step, : len(some)], weighed = shares, True
        lanes: list[np.ndarray] = []
        for step, name, cell in self.written:
            if name == panel:
                free = next((lane for lane in lanes if lane[step] < 0), None)
                if free is None:
                    free = np.full(count, -1)
                    lanes.append(free)
                free[step] = cell
        first = lanes[0] if lanes else None
        return (
            Track(panel, at, weights if weighed else None, written=first),
            *(Track(panel, written=lane) for lane in lanes[1:]),
        )


def names() -> tuple[str, ...]:
    """The channels' titles."""
    return tuple(_(channel.title) for channel in CHANNELS)


def gate_scene(made: Gated) -> Scene:
    """The scene of a gate: channels, squeezed numbers, hidden units, gates, and what comes out."""
    return _asking(made) if made.gating.gate == "CAM" else _gating(made)


def _gating(made: Gated) -> Scene:
    called, parameters = names(), made.gating.parameters
    prefix = f"{made.gating.fusion}." if made.gating.gate == "GC" else ""
    first, second = (parameters[f"{prefix}fc{i}.weight"] for i in (1, 2))
    columns = _columns(made)
    count, hidden, steps = len(columns), made.row("hidden"), Steps()
    cells = np.arange(made.channels[0].size)
    for k in range(COUNT):
        told = [titled(title, number(values[k])) for title, values, _h in columns]
        at = steps.say(titled(called[k], clauses(told)))
        steps.lit.append((at, CHANNELS[k].name, cells, None))
        steps.written += [(at, "squeezed", k * count + i) for i in range(count)]
    for j, unit in enumerate(UNITS[: len(hidden)]):
        heard = np.flatnonzero(first[j])
        terms = products(first[j][heard], columns[0][1][heard])
        text = titled(_(unit.title), f"max({terms} − {number(unit.less)}, 0) = {number(hidden[j])}")
        if count > 1:
            beside = _("from the maxima {value}").format(value=number(columns[1][2][j]))
            text = clauses((text, beside))
        at = steps.say(text)
        both = (heard[:, None] * count + np.arange(count)).ravel()
        steps.lit.append((at, "squeezed", both, first[j][heard].repeat(count)))
        steps.written += [(at, "hidden", j * count + i) for i in range(count)]
    outs, shown_at = _outputs(made), {}
    for c in range(COUNT):
        at = steps.say(_gate_sentence(made, c, called[c], second[c]))
        opened = np.flatnonzero(second[c])
        both = (opened[:, None] * count + np.arange(count)).ravel()
        steps.lit.append((at, "hidden", both, second[c][opened].repeat(count)))
        steps.written.append((at, "gates", c))
        shown_at[c] = at
    if made.gating.gate == "CBAM":
        text = _("The second gate: cells that stand out from around them pass, at most {most}")
        last = steps.say(text.format(most=number(float(made.run.named("cells").max()))))
        shown_at = dict.fromkeys(shown_at, last)
    length = len(steps.sentences)
    units = tuple(_(unit.title) for unit in UNITS[: len(hidden)])
    most = float(np.abs(made.gate).max()) or 1.0
    heads = tuple(title for title, _values, _hidden in columns) if count > 1 else ()
    squeezed = np.stack([values for _title, values, _hidden in columns], 1)
    both_hidden = np.stack([values for _title, _values, values in columns], 1)
    panels = [
        *_channel_panels(made),
        Panel("squeezed", _("Squeezed") if heads else columns[0][0], squeezed, 0.0, 1.0,
              shown="written", row_labels=called, col_labels=heads, breaks=True),
        Panel("hidden", _("Hidden"), both_hidden, 0.0, max(1.0, float(both_hidden.max())),
              shown="written", row_labels=units, col_labels=heads),
        Panel("gates", _("Added") if made.added else _("Gates"), made.gate[:, None],
              -most if made.added else 0.0, most if made.added else 1.0,
              "diverging" if made.added else "sequence", shown="written", row_labels=called),
        *_map_panel(made, length),
    ]  # fmt: skip
    for c, channel in enumerate(CHANNELS):
        frames = np.full((length, *outs[c].shape), np.nan)
        frames[shown_at[c] :] = outs[c]
        high = float(made.channels[c].max()) or 1.0
        sign = "+" if made.added else "×"
        title = _("{channel} {sign} gate").format(channel=called[c], sign=sign)
        if made.added:
            title = _("{channel} + context").format(channel=called[c])
            high = max(high, float(outs[c].max()))
        panels.append(Panel(f"out {channel.name}", title, frames, 0.0, high, "grey", breaks=c == 0))
    tracks = tuple(
        track
        for panel in panels
        if not panel.frames
        for track in steps.tracks(panel.name, panel.values.size)
    )
    return Scene(
        _(made.gating.block.title), tuple(panels), tracks,
        tuple(map(rounded, steps.sentences)),
    )  # fmt: skip


def _gate_sentence(made: Gated, c: int, called: str, second: np.ndarray) -> str:
    opened = np.flatnonzero(second)
    terms = products(second[opened], made.row("hidden")[opened])
    if made.gating.gate == "CBAM":
        both = made.row("hidden") + made.row("hidden_other")
        terms = products(second[opened], both[opened])
        value = f"σ({terms} − 4) = {number(made.gate[c])}"
    elif made.added:
        value = f"{terms} − {number(2 * MILD)} = {number(made.gate[c])}"
    else:
        value = f"σ({terms} − 2) = {number(made.gate[c])}"
    return titled(called, value)


def _columns(made: Gated) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """What channels are squeezed to: a title, the numbers ``(6,)`` and the hidden units of them."""
    title = _("Context") if made.gating.gate == "GC" else _("Means")
    columns = [(title, made.row("context"), made.row("hidden"))]
    if made.gating.gate == "CBAM":
        columns.append((_("Maxima"), made.row("other"), made.row("hidden_other")))
    return columns


def _outputs(made: Gated) -> np.ndarray:
    return np.asarray(np.round(made.output * FINE) / FINE)


def _channel_panels(made: Gated) -> list[Panel]:
    seen = np.round(made.channels * FINE) / FINE
    return [
        Panel(channel.name, _(channel.title), seen[k], 0.0, float(seen[k].max()) or 1.0, "grey")
        for k, channel in enumerate(CHANNELS)
    ]


def _map_panel(made: Gated, count: int) -> list[Panel]:
    """Where GC looks, from the first step; which cells CBAM lets through, at the last."""
    if made.map is None:
        return []
    if made.gating.gate == "GC":
        high = float(made.map.max())
        return [Panel("looks", _("Where it looks"), made.map, 0.0, high)]
    frames = np.full((count, *made.map.shape), np.nan)
    frames[-1] = np.round(made.map * FINE) / FINE
    return [Panel("cells", _("Gate of cells"), frames, 0.0, 1.0)]


def _asking(made: Gated) -> Scene:
    """Channel attention: a step a channel, which asks all six."""
    weights, called, steps = made.asked, names(), Steps()
    for c in range(COUNT):
        most, least = int(weights[c].argmax()), int(weights[c].argmin())
        text = _("{channel} listens most to {most} ({w}), least to {least} ({v})")
        at = steps.say(
            text.format(
                channel=called[c], most=called[most], w=number(weights[c, most]),
                least=called[least], v=number(weights[c, least]),
            )
        )  # fmt: skip
        steps.lit.append((at, "map", c * COUNT + np.arange(COUNT), weights[c]))
        steps.lit.append((at, CHANNELS[most].name, np.arange(made.channels[0].size), None))
    panels = [
        *_channel_panels(made),
        Panel(
            "map", _("Who listens to whom"), weights, 0.0, float(weights.max()), breaks=True,
            row_labels=called, col_labels=called,
        ),
    ]  # fmt: skip
    tracks = tuple(t for panel in panels for t in steps.tracks(panel.name, panel.values.size))
    return Scene(
        _("Channel attention"), tuple(panels), tracks, tuple(map(rounded, steps.sentences))
    )
