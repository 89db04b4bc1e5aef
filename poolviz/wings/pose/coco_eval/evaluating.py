"""What is evaluated, and what follows from it: made when it is asked for, and kept.

Of large files one piece at a time, with progress.
"""

from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np

from poolviz.pose import (
    BEYOND,
    COCO17,
    MENDABLE,
    KeypointEvaluation,
    RecordError,
    Verdict,
    evaluate_keypoints,
    made_results,
    read_ground_truth,
    shipped_annotations,
    with_sigmas,
)
from poolviz.pose.skeletons import AP10K, CROWDPOSE
from poolviz.stage.cache import SIZES, Store, kept, kept_in, size_of
from poolviz.stage.files import LARGEST_MB, Upload
from poolviz.stage.work import Progress, long_work, part_of
from poolviz.text import _

SMALL = 2000
"""Detections up to which errors and sigmas are computed without being asked."""
FACTORS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
OWN = "own"
SETS = {"coco": COCO17, "crowdpose": CROWDPOSE, "ap10k": AP10K}
"""Whose sigmas can be asked for by name."""
LARGE = Store(256_000_000, largest=2**40)
"""Evaluations, and the verdicts on every detection: those of a whole data set are larger than what
is kept of other pages. The last one always stays, or each action would evaluate again."""


@dataclass(frozen=True)
class Made:
    """How the results of the shipped pair are made (see ``pose.made_results``)."""

    noise: float = 1.0
    seed: int = 0
    inverted: float = 0.1
    missed: float = 0.1
    background: int = 1

    def results(self) -> list[dict[str, Any]]:
        """The results file."""
        truth = read_ground_truth(shipped_annotations())
        return made_results(
            truth, self.noise, self.seed, self.inverted, self.missed, self.background
        )


Files = tuple[Upload, Upload, Upload]
"""Annotations, results, and the sigmas that were typed."""


@dataclass(frozen=True)
class Setting:
    """What is evaluated: a made pair or uploaded files, the set of sigmas, the scale, the factor.

    ``sigmas``: a name of ``SETS``, or "own": those that were typed, COCO's where there are none.
    """

    pair: Made | Files = Made()
    sigmas: str = OWN
    use_area: bool = True
    factor: float = 1.0

    @property
    def made(self) -> Made | None:
        """How the shipped pair's results are made; None of uploaded files."""
        return self.pair if isinstance(self.pair, Made) else None

    @property
    def fits(self) -> bool:
        """Whether the chosen set is one of as many sigmas as the shipped people have joints."""
        return self.made is None or self.sigmas == OWN or SETS[self.sigmas].size == COCO17.size

    @property
    def usual(self) -> bool:
        """Whether the sigmas are COCO's own."""
        typed = isinstance(self.pair, tuple) and bool(self.pair[2].content.strip())
        others = self.sigmas not in (OWN, "coco") and self.fits
        return self.factor == 1 and not others and not (typed and self.sigmas == OWN)

    def evaluation(self) -> KeypointEvaluation:
        """The evaluation; ``RecordError`` where the files cannot be evaluated."""
        result = _tried(self)
        if isinstance(result, RecordError):
            raise result
        return result

    @property
    def base(self) -> "Setting":
        """The same without the factor."""
        return replace(self, factor=1.0)


@kept_in(LARGE)
def _tried(setting: Setting) -> KeypointEvaluation | RecordError:
    """The evaluation, or why there is none: that is not tried twice either."""
    try:
        if setting.factor != 1:
            base = setting.base.evaluation()
            with long_work(_("Evaluating with other σ"), detections(base) > SMALL) as progress:
                return scaled(base, setting.factor, progress)
        if isinstance(setting.pair, Made):
            sigmas = _named(setting.sigmas) if setting.fits else None
            return evaluate_keypoints(
                shipped_annotations(), setting.pair.results(), sigmas, use_area=setting.use_area
            )
        truth, results, typed = (upload.content for upload in setting.pair)
        with long_work(_("Evaluating")) as progress:
            return read_pair(
                truth,
                results,
                typed.decode() if setting.sigmas == OWN else _named(setting.sigmas),
                progress,
                use_area=setting.use_area,
            )
    except RecordError as error:
        return error


def _named(name: str) -> tuple[float, ...] | None:
    return SETS[name].sigmas if name in SETS else None


def read_pair(
    truth: bytes,
    results: bytes,
    sigmas: str | tuple[float, ...] | None = "",
    progress: Progress | None = None,
    *,
    use_area: bool = True,
) -> KeypointEvaluation:
    """The evaluation of two uploaded files, at most 20 MB each; ``sigmas`` as they were typed.

    Raises:
        RecordError: one sentence that names the record, and what is wrong with it.
    """
    for name, content in ((_("Annotations"), truth), (_("Results"), results)):
        if len(content) > LARGEST_MB * 1024 * 1024:
            raise RecordError(name, _("the file is over 20 MB."))
    given = _typed(sigmas) if isinstance(sigmas, str) else sigmas
    try:
        return evaluate_keypoints(
            BytesIO(truth), BytesIO(results), given, progress=progress, use_area=use_area
        )
    except RecordError:
        raise
    except ValueError as error:
        raise RecordError("", str(error)) from None
    except MemoryError:
        raise RecordError("", _("There is not enough memory for these files.")) from None


def _typed(sigmas: str) -> tuple[float, ...] | None:
    try:
        return tuple(float(part) for part in sigmas.split(",")) if sigmas.strip() else None
    except ValueError:
        raise RecordError("", _("The sigmas must be numbers with commas between.")) from None


def scaled(
    evaluation: KeypointEvaluation,
    factor: float,
    progress: Progress = lambda share: None,
) -> KeypointEvaluation:
    """The same files with every sigma times ``factor``."""
    if factor == 1:
        return evaluation
    sigmas = {c.id: factor * c.sigmas for c in evaluation.truth.categories}
    return with_sigmas(evaluation, sigmas, progress)


def detections(evaluation: KeypointEvaluation) -> int:
    """How many the results have."""
    return sum(len(one.detections.record) for one in evaluation.by_category)


def is_large(setting: Setting) -> bool:
    """Whether what takes a dozen evaluations waits until it is asked for."""
    return detections(setting.evaluation()) > SMALL


@kept_in(LARGE)
def verdicts_of(setting: Setting, threshold: float, area: str) -> tuple[Verdict, ...]:
    """Why each detection counts as it does."""
    evaluation = setting.evaluation()
    with long_work(_("Explaining every detection"), is_large(setting)):
        return evaluation.explain(threshold, area)


@kept
def gains_of(setting: Setting) -> dict[str, np.ndarray]:
    """What mending each kind of error brings, in each of the ten numbers."""
    evaluation, kinds = setting.evaluation(), (*MENDABLE, *BEYOND)
    what = _("Mending one kind of error after the other")
    with long_work(what, is_large(setting)) as progress:
        errors = evaluation.errors()
        return {
            kind: errors.gain(kind, part_of(progress, i, len(kinds)))
            for i, kind in enumerate(kinds)
        }


@kept
def ap_by_factor(setting: Setting) -> tuple[float, ...]:
    """AP with every sigma times each of ``FACTORS``."""
    base = setting.base.evaluation()
    what = _("Evaluating with one σ after the other")
    with long_work(what, is_large(setting)) as progress:
        return tuple(
            float(scaled(base, factor, part_of(progress, i, len(FACTORS))).stats[0])
            for i, factor in enumerate(FACTORS)
        )


def _size(evaluation: KeypointEvaluation) -> int:
    """Bytes of an evaluation, whose arrays lie deeper than those of others."""
    return sum(size_of(value, 9) for value in vars(evaluation).values())


SIZES[KeypointEvaluation] = _size
