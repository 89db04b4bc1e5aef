"""Class activation maps of named channels: the map, its mean, and the score that this mean is."""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, products, rounded
from poolviz.pooling import Average, ClassActivationMap, Global, class_activation_map, pool
from poolviz.stage.question import Question, choices
from poolviz.stage.scene import Panel, Scene, Track
from poolviz.text import N_, _, titled
from poolviz.wings.pooling.core.channels import CHANNELS
from poolviz.wings.pooling.core.window_scene import value_range

CLASSES = (N_("“somebody there”"), N_("“open sky”"))
"""The two classes; what they answer to is in their weights alone."""
WEIGHTS = ((-1.0, 1.5, 0.0, 6.0, 6.0, 2.0), (5.0, -3.0, -3.0, -3.0, -3.0, 0.0))
"""Default weights of the classes, a number a channel."""


FINE = 1024
"""Steps from 0 to 1 in the maps of the picture: finer than the eye, and less on the way."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """features (C, H, W), their means (C,), the maps (classes, H, W) and the scores (classes,)."""

    features: np.ndarray
    means: np.ndarray
    weights: np.ndarray
    cam: ClassActivationMap

    def terms(self, of: int) -> str:
        """The score of a class as the sum of weights times means."""
        return products(self.weights[of], self.means)

    @property
    def winner(self) -> int:
        """The class of the larger score."""
        return int(self.cam.scores.argmax())


def evidence(features: np.ndarray, weights: np.ndarray) -> Evidence:
    """Both ways to the score: the means weighed, and the weighed maps averaged.

    >>> e = evidence(np.ones((6, 2, 2)), np.array(WEIGHTS))
    >>> e.means @ e.weights[0], e.cam.scores[0]
    (np.float64(14.5), np.float64(14.5))
    """
    means = pool(features, Average(), Global()).output.reshape(len(features))
    weights = np.asarray(weights, dtype=np.float64)
    return Evidence(features, means, weights, class_activation_map(features, weights))


def evidence_scene(found: Evidence, hidden: bool = False) -> Scene:
    """A step a channel, which becomes its mean, then a step a class, which weighs the means.

    While ``hidden`` the classes are left out: their scores are asked for.
    """
    maps, classes = found.features, 0 if hidden else len(found.weights)
    count, cells = len(maps), maps[0].size
    seen = np.round(maps * FINE) / FINE
    steps = count + classes
    names = tuple(_(channel.title) for channel in CHANNELS)
    panels, tracks = [], []
    for k, channel in enumerate(CHANNELS):
        lit = np.full((steps, cells), -1)
        lit[k] = np.arange(cells)
        panels.append(
            Panel(channel.name, names[k], seen[k], 0.0, float(maps[k].max()) or 1.0, "grey")
        )
        tracks.append(Track(channel.name, lit))
    at = np.arange(steps)
    weights = np.zeros((steps, count))
    weights[count:] = found.weights[:classes]
    panels.append(
        Panel(
            "means", _("Means"), found.means[:, None], 0.0, 1.0, shown="written", row_labels=names
        )
    )
    tracks.append(
        Track(
            "means",
            np.where(at[:, None] >= count, np.arange(count), -1),
            weights,
            written=np.where(at < count, at, -1),
        )
    )
    sentences = [
        _("{channel}: the mean over {rows} × {cols} is {mean}").format(
            channel=names[k], rows=maps.shape[1], cols=maps.shape[2], mean=number(found.means[k])
        )
        for k in range(count)
    ]
    if classes:
        low, high = value_range(found.cam.scores)
        most = max(abs(low), abs(high))
        panels.append(
            Panel(
                "scores",
                _("Scores"),
                found.cam.scores[:, None],
                -most,
                most,
                "diverging",
                shown="written",
                row_labels=tuple(_(name) for name in CLASSES),
            )
        )
        tracks.append(Track("scores", written=np.where(at >= count, at - count, -1)))
        sentences += [
            titled(_(name), f"{found.terms(c)} = {number(found.cam.scores[c])}")
            for c, name in enumerate(CLASSES)
        ]
    return Scene(
        _("Global average, then linear"), tuple(panels), tuple(tracks),
        tuple(map(rounded, sentences)), "share",
    )  # fmt: skip


def score_question(found: Evidence) -> Question:
    """The mean of the map is told; what is the score? (misconception 10: they are one number)"""
    c = found.winner
    score, map_c = float(found.cam.scores[c]), found.cam.maps[c]
    text = _(
        "The activation map of {name} has the mean {mean} and its largest cell is {top}. No bias. "
        "What is the score that the global average and the linear layer give?"
    ).format(name=_(CLASSES[c]), mean=number(map_c.mean()), top=number(map_c.max()))
    right = _(
        "{terms} = {score}. Averaging and weighing are both linear, so they may change places: "
        "the score is the mean of the map."
    ).format(terms=found.terms(c), score=number(score))
    traps = [
        (map_c.max(), _("That is the largest cell: global max pooling would look for it.")),
        (map_c.sum(), _("That is the sum: the mean divides by H · W.")),
        (
            float(found.weights[c].sum()),
            _("That is the sum of the weights: each is first multiplied by its channel's mean."),
        ),
        (0.0, _("The map shows what the score is made of; nothing cancels to zero here.")),
        (score + 1, _("Nothing is added.")),
    ]
    return Question(text, choices([(score, right), *traps]))


@dataclass(frozen=True)
class Crop:
    """A part of the maps, and the scores that the same weights give for it."""

    title: str
    rows: int
    cols: int
    scores: tuple[float, ...]


def crops(found: Evidence) -> tuple[Crop, ...]:
    """The same weights on parts of the picture of other sizes: the input size is free."""
    maps = found.features
    height, width = maps.shape[1:]
    parts = [
        (_("whole picture"), maps),
        (_("left half"), maps[:, :, : (width + 1) // 2]),
        (_("right half"), maps[:, :, width // 2 :]),
        (_("upper third"), maps[:, : -(-height // 3)]),
        (_("lower third"), maps[:, -max(1, -(-height // 3)) :]),
    ]
    return tuple(
        Crop(
            title,
            part.shape[1],
            part.shape[2],
            tuple(float(s) for s in evidence(part, found.weights).cam.scores),
        )
        for title, part in parts
    )
