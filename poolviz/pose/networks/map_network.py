"""The map network of four stages that was trained on procedural people, in NumPy."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from poolviz.pose.networks.convolution import Conv, convolve, max_pool, relu

WEIGHTS = Path(__file__).resolve().parents[3] / "assets" / "weights" / "pose"
LAST = "last"
"""The checkpoint that is shown; the earlier ones carry the number of their update."""

HEATS = 14
BACKGROUND = 14
"""Channel of the background; 0 to 13 are heat maps, from 15 on x and y of limb after limb."""

STRIDE = 4


@dataclass(frozen=True, eq=False)
class MapNetwork:
    """Features of a picture, then stages that see the features and the maps before.

    After Wei et al., Convolutional Pose Machines, CVPR 2016, section 3.2; maps of a stage: 14 heat
    maps, the background, and two channels for each of 13 limbs (Cao et al., CVPR 2017).
    """

    features: tuple[Conv, ...]
    stages: tuple[tuple[Conv, ...], ...]

    @property
    def parameters(self) -> int:
        """How many numbers it was trained to hold, batch norms folded."""
        layers = [*self.features, *(layer for stage in self.stages for layer in stage)]
        return sum(layer.weight.size + layer.bias.size for layer in layers)

    def seen(self, pixels: np.ndarray) -> np.ndarray:
        """Features (B, 32, 16, 16) of pictures (B, 64, 64, 3) with values in 0..1.

        Raises ``ValueError`` for another shape.
        """
        if pixels.ndim != 4 or pixels.shape[1:] != (64, 64, 3):
            raise ValueError(f"pixels must be (B, 64, 64, 3), got {pixels.shape}")
        x = np.moveaxis(pixels.astype(np.float32), -1, 1)
        for i, layer in enumerate(self.features):
            x = relu(convolve(x, layer))
            if i == 1:
                x = max_pool(x)
        return x

    def stage(self, number: int, seen: np.ndarray, before: np.ndarray | None) -> np.ndarray:
        """Maps (B, 41, 16, 16) of a stage, 1 the first, from the features and the maps before."""
        x = seen if before is None else np.concatenate([seen, before], axis=1)
        *hidden, last = self.stages[number - 1]
        for layer in hidden:
            x = relu(convolve(x, layer))
        return convolve(x, last)

    def __call__(self, pixels: np.ndarray, stages: int | None = None) -> np.ndarray:
        """Maps of all stages: (B, 64, 64, 3) to float32 (stages, B, 41, 16, 16)."""
        seen = self.seen(pixels)
        maps: list[np.ndarray] = []
        for number in range(1, (stages or len(self.stages)) + 1):
            maps.append(self.stage(number, seen, maps[-1] if maps else None))
        return np.stack(maps)


@lru_cache(maxsize=6)
def map_network(checkpoint: str = LAST) -> MapNetwork:
    """The trained network, or how it was after fewer updates: ``checkpoints()`` lists them.

    >>> net = map_network()
    >>> net.parameters, net(np.zeros((1, 64, 64, 3))).shape
    (141700, (4, 1, 41, 16, 16))

    Raises ``ValueError`` for a checkpoint that was not kept.
    """
    if checkpoint not in checkpoints():
        raise ValueError(
            f"checkpoint must be one of {', '.join(checkpoints())}, got {checkpoint!r}"
        )
    with np.load(WEIGHTS / f"maps-{checkpoint}.npz", allow_pickle=False) as held:
        stages: dict[str, list[Conv]] = {}
        for name in (name for name in held.files if name.endswith("weight")):
            block = name.split(".")[0]
            weight = held[name].astype(np.float32)
            bias = held[name.replace("weight", "bias")].astype(np.float32)
            first = block == "features" and block not in stages
            stages.setdefault(block, []).append(Conv(weight, bias, 2 if first else 1))
    features = tuple(stages.pop("features"))
    return MapNetwork(features, tuple(tuple(stages[name]) for name in sorted(stages)))


@lru_cache(maxsize=1)
def checkpoints() -> tuple[str, ...]:
    """Updates after which the weights were kept, in order, and ``LAST``."""
    names = [path.stem.removeprefix("maps-") for path in WEIGHTS.glob("maps-*.npz")]
    return (*sorted((name for name in names if name != LAST), key=int), LAST)
