"""The trained networks of the pose wing against the same graph in PyTorch, in one process.

    python bench/pose.py [--repeat 30] [--at-most 15 60]

Milliseconds of the processor a picture, one thread each: the map network with three and with four
stages, and the stacked hourglass; where PyTorch is installed the ratio to its convolutions with the
same weights. ``--at-most`` fails where the three stages or the hourglass take longer.
"""

import argparse
import os
import time
from collections.abc import Callable

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from poolviz.pose.networks.map_network import map_network
from poolviz.pose.networks.stacked import cropped, stacked_hourglass
from poolviz.pose.procedural import draw_people


def timed(run: Callable[[], object], repeat: int) -> float:
    """The best of so many runs, in milliseconds of the processor."""
    run()
    best = np.inf
    for _ in range(repeat):
        begun = time.process_time()
        run()
        best = min(best, time.process_time() - begun)
    return 1e3 * float(best)


def in_torch(pixels: np.ndarray, stages: int) -> Callable[[], object] | None:
    """The map network in PyTorch with the shipped weights, None without PyTorch."""
    try:
        import torch
        from torch.nn.functional import conv2d, max_pool2d, relu
    except ImportError:
        return None
    torch.set_num_threads(1)
    net = map_network()

    def layers(convs):  # type: ignore[no-untyped-def]
        return [(torch.from_numpy(w), torch.from_numpy(b), s, w.shape[2] // 2) for w, b, s in convs]

    features, blocks = layers(net.features), [layers(stage) for stage in net.stages[:stages]]
    x0 = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()

    @torch.inference_mode()
    def run() -> object:
        x = x0
        for i, layer in enumerate(features):
            x = relu(conv2d(x, *layer))
            if i == 1:
                x = max_pool2d(x, 2)
        seen, maps = x, []
        for block in blocks:
            x = torch.cat([seen, maps[-1]], 1) if maps else seen
            for layer in block[:-1]:
                x = relu(conv2d(x, *layer))
            maps.append(conv2d(x, *block[-1]))
        return maps

    return run


def main() -> None:
    """Measure, print, and fail where it is too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=30)
    parser.add_argument("--at-most", type=float, nargs=2, metavar=("STAGES", "HOURGLASS"))
    given = parser.parse_args()
    pixels, crop = draw_people(0, 1).pixels[None], cropped(0).pixels[None]
    net, hourglass = map_network(), stacked_hourglass()
    took = {}
    for stages in (3, 4):
        took[stages] = timed(lambda n=stages: net(pixels, n), given.repeat)  # type: ignore[misc]
        other = in_torch(pixels, stages)
        told = "" if other is None else f", {took[stages] / timed(other, given.repeat):.2f} x torch"
        print(f"map network, {stages} stages: {took[stages]:.1f} ms{told}")
    slow = timed(lambda: hourglass(crop), given.repeat)
    print(f"stacked hourglass: {slow:.1f} ms")
    if given.at_most and (took[3] > given.at_most[0] or slow > given.at_most[1]):
        raise SystemExit("too slow")


if __name__ == "__main__":
    main()
