"""Pictures of procedural people on disk, made once and shared by the training scripts.

    python tools/procedural_pictures.py FOLDER [--count 14000] [--side 64] [--start 0]

One array a file: ``pixels`` uint8 (N, side, side, 3), ``joints`` float32 (N, 4, 14, 2), ``flags``
int8 (N, 4, 14), 0 where there is nobody, and ``ready``, how many are written so far: a training can
start on the first thousands while the rest is drawn. Picture i is the seed start + i.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from poolviz.pose.procedural import draw_people


def create(folder: Path, count: int, side: int, start: int) -> None:
    """Draw, and say every 250 pictures how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    store = np.lib.format.open_memmap
    pixels = store(folder / "pixels.npy", "w+", np.uint8, (count, side, side, 3))
    joints = store(folder / "joints.npy", "w+", np.float32, (count, 4, 14, 2))
    flags = store(folder / "flags.npy", "w+", np.int8, (count, 4, 14))
    ready = store(folder / "ready.npy", "w+", np.int64, (1,))
    for i in range(count):
        people = draw_people(start + i, side=side)
        pixels[i] = np.rint(people.pixels * 255)
        joints[i, : len(people.joints)] = people.joints
        flags[i, : len(people.joints)] = people.flags
        if i % 250 == 249 or i == count - 1:
            ready[0] = i + 1


class Pictures:
    """What :func:`create` wrote; ``wait(n)`` returns when n pictures are there."""

    def __init__(self, folder: Path) -> None:
        while not (folder / "ready.npy").exists():
            time.sleep(1)
        self.pixels = np.load(folder / "pixels.npy", mmap_mode="r")
        self.joints = np.load(folder / "joints.npy", mmap_mode="r")
        self.flags = np.load(folder / "flags.npy", mmap_mode="r")
        self._ready = np.load(folder / "ready.npy", mmap_mode="r")

    def __len__(self) -> int:
        return len(self.pixels)

    def wait(self, count: int) -> None:
        while self._ready[0] < count:
            time.sleep(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=14_000)
    parser.add_argument("--side", type=int, default=64)
    parser.add_argument("--start", type=int, default=0)
    given = parser.parse_args()
    create(given.folder, given.count, given.side, given.start)
