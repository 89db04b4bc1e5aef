"""What a parser asks of peaks, links and people; each implementation's answers, as data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """Every number of a parser; ``share`` is exceeded by the passing samples unless ``reached``.

    ``samples`` 0 stands for round(sqrt(5·max(|dx|, |dy|))), kept in 5 to 25. ``score`` is the mean
    of "all" samples or of the "passing" ones; ``punished`` adds min(H/(2·length) - 1, 0).
    ``apart``: peaks of one map nearer than that, in cells, go to the higher one.
    """

    title: str
    source: str
    peaks: str = "ties"
    threshold: float = 0.1
    blur: float = 0.0
    apart: float = 0.0
    samples: int = 10
    both_ends: bool = True
    passes: float = 0.05
    share: float = 0.8
    reached: bool = False
    score: str = "all"
    punished: bool = True
    least_score: float = 0.0
    match: str = "greedy"
    merges: bool = True
    parts: int = 4
    mean: float = 0.4

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("peaks", self.peaks, ("ties", "loose", "strict")),
            ("score", self.score, ("all", "passing")),
            ("match", self.match, ("greedy", "optimal")),
        ):
            if value not in allowed:
                raise ValueError(f"{name} must be one of {allowed}, got {value!r}")
        if self.samples < 0 or self.samples == 1:
            raise ValueError(f"samples must be 0 or at least 2, got {self.samples}")


EXACT = Rules(
    "poolviz", "ties broken one way: exact on perfect maps", threshold=0.15, share=0.7,
    reached=True, punished=False, mean=0.2,
)  # fmt: skip
"""What the pages start from."""
RULES: tuple[Rules, ...] = (
    EXACT,
    Rules("CMU, Python ports", "Realtime_Multi-Person_Pose_Estimation", peaks="loose", blur=3.0),
    Rules(
        "CMU, Matlab", "Realtime_Multi-Person_Pose_Estimation", score="passing", merges=False,
        parts=3, mean=0.2,
    ),
    Rules(
        "tf-pose, C++", "tf-pose-estimation", threshold=0.05, both_ends=False, share=0.6, mean=0.3,
    ),
    Rules(
        "lightweight", "lightweight-human-pose-estimation", peaks="strict", apart=6.0,
        score="passing", punished=False, merges=False, parts=3, mean=0.2,
    ),
    Rules(
        "OpenPose, C++", "openpose", threshold=0.05, samples=0, share=0.95, score="passing",
        punished=False, least_score=1e-6, parts=3, mean=0.4,
    ),
    Rules(
        "OpenPose, COCO challenge", "openpose", threshold=0.05, samples=0, share=0.75,
        score="passing", punished=False, least_score=1e-6, parts=2, mean=0.05,
    ),
)  # fmt: skip
"""As read in each one's code, in menu order."""
