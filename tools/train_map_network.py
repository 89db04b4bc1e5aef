"""Train the map network of the pose wing: heat maps and affinity fields in four stages.

    python tools/procedural_pictures.py FOLDER --start 100000
    python tools/train_map_network.py FOLDER OUT [--updates 5400] [--seed 0]

After Wei et al., Convolutional Pose Machines, CVPR 2016: each stage sees the features of the
picture and the maps of the stage before, and has a loss of its own. The fourth stage gets what the
first three give as it is, no gradient flows back from it, so they are what they would be alone.
Adam 3e-3 with a cosine, 1,000 updates of 32 pictures, then of 16; squared error, seven times where
a target is above .1, half for the background. Pictures are mirrored (left and right exchanged),
shifted by up to 6 pixels, their gain and colours changed, with noise of up to .06.
OUT receives a checkpoint (torch) at some updates, which tools/export_pose_networks.py folds, writes
as float16 and measures.
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from procedural_pictures import Pictures
from torch import nn
from torch.nn import functional

from poolviz.pose.procedural import LIMBS
from poolviz.pose.skeletons import CROWDPOSE

MAPS = 14 + 1 + 2 * len(LIMBS)
STAGES = 4
SIGMA = WIDTH = 2.5
STRIDE = 4
KEPT = (300, 1000, 3000)
"""Updates after which a checkpoint is kept beside the last, for a page that scrubs."""


def conv(a: int, b: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """Convolution, batch norm, ReLU."""
    return nn.Sequential(
        nn.Conv2d(a, b, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(b), nn.ReLU()
    )


class MapNetwork(nn.Module):
    """(B, 3, 64, 64) -> one (B, 41, 16, 16) a stage: 14 heat maps, background, 13 fields."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            conv(3, 12, 3, 2), conv(12, 16, 3), nn.MaxPool2d(2), conv(16, 32, 3), conv(32, 32, 3)
        )
        first = nn.Sequential(conv(32, 48, 1), nn.Conv2d(48, MAPS, 1))
        later = [
            nn.Sequential(
                conv(32 + MAPS, 32, 1), *(conv(32, 32, 3) for _ in range(4)), nn.Conv2d(32, MAPS, 1)
            )
            for _ in range(STAGES - 1)
        ]
        self.stages = nn.ModuleList([first, *later])

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        seen = self.features(x)
        maps = [self.stages[0](seen)]
        for t, stage in enumerate(self.stages[1:], 2):
            given = torch.cat([seen, maps[-1]], 1)
            maps.append(stage(given.detach() if t == STAGES else given))
        return maps


def targets(joints: torch.Tensor, flags: torch.Tensor) -> torch.Tensor:
    """Joints (B, N, 14, 2) with flags > 0 where labelled -> maps (B, 41, 16, 16).

    Heat: the largest Gaussian over the people. Fields: the limb's direction within ``WIDTH`` of it,
    rounded by as much at both ends, averaged over the people whose limb covers a cell.
    """
    cells = torch.arange(64 // STRIDE) * STRIDE + (STRIDE - 1) / 2
    py, px = torch.meshgrid(cells, cells, indexing="ij")
    there = (flags > 0)[..., None, None]
    dx = px - joints[..., 0, None, None]
    dy = py - joints[..., 1, None, None]
    heat = (torch.exp(-(dx**2 + dy**2) / (2 * SIGMA**2)) * there).amax(1)
    a, b = [limb[0] for limb in LIMBS], [limb[1] for limb in LIMBS]
    u = joints[:, :, b] - joints[:, :, a]
    long = u.norm(dim=-1, keepdim=True).clamp_min(1e-6)
    u = (u / long)[..., None, None, :]
    along = dx[:, :, a] * u[..., 0] + dy[:, :, a] * u[..., 1]
    across = dx[:, :, a] * u[..., 1] - dy[:, :, a] * u[..., 0]
    on = (across.abs() <= WIDTH) & (along >= -WIDTH) & (along <= long[..., None] + WIDTH)
    on = on & there[:, :, a] & there[:, :, b]
    covers = on.sum(1).clamp_min(1)
    field = torch.stack([(on * u[..., c]).sum(1) / covers for c in (0, 1)], 2).flatten(1, 2)
    return torch.cat([heat, 1 - heat.amax(1, keepdim=True), field], 1)


def batch(
    pictures: Pictures, rng: np.random.Generator, size: int, known: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures and targets, augmented."""
    i = np.sort(rng.choice(known, size, replace=False))
    x = pictures.pixels[i].astype(np.float32) / 255
    joints, flags = pictures.joints[i].copy(), pictures.flags[i].copy()
    side = x.shape[1]
    for k in range(size):
        if rng.random() < 0.5:
            x[k] = x[k, :, ::-1]
            joints[k, ..., 0] = side - 1 - joints[k, ..., 0]
            joints[k], flags[k] = joints[k][:, CROWDPOSE.mirror], flags[k][:, CROWDPOSE.mirror]
        sx, sy = rng.integers(-6, 7, 2)
        rows = np.clip(np.arange(side) - sy, 0, side - 1)
        x[k] = x[k][rows][:, np.clip(np.arange(side) - sx, 0, side - 1)]
        joints[k] += sx, sy
    flags[((joints < -0.5) | (joints >= side - 0.5)).any(-1)] = 0
    gain = rng.uniform(0.75, 1.25, (size, 1, 1, 1))
    offset = rng.normal(0, 0.05, (size, 1, 1, 3))
    noise = rng.uniform(0, 0.06, (size, 1, 1, 1)).astype(np.float32)
    x = x * gain + offset + noise * rng.standard_normal(x.shape, dtype=np.float32)
    return (
        torch.from_numpy(x.astype(np.float32)).permute(0, 3, 1, 2),
        targets(torch.from_numpy(joints), torch.from_numpy(flags)),
    )


def loss_of(maps: list[torch.Tensor], target: torch.Tensor) -> torch.Tensor:
    weight = torch.where(target.abs() > 0.1, 7.0, 1.0)
    weight[:, 14] *= 0.5
    each = [(weight * functional.mse_loss(m, target, reduction="none")).mean() for m in maps]
    return torch.stack(each)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--updates", type=int, default=5400)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(given.seed)
    rng = np.random.default_rng(given.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    pictures = Pictures(given.pictures)
    net = MapNetwork()
    net = net.to(memory_format=torch.channels_last)
    adam = torch.optim.Adam(net.parameters(), lr=3e-3)
    begun, spent, mean = time.time(), time.process_time(), torch.zeros(STAGES)
    for step in range(given.updates):
        # The first updates draw from the first pictures, so that training need not wait for all
        known = min(len(pictures), 1000 + 6 * step)
        pictures.wait(known)
        for group in adam.param_groups:
            warm = min(1.0, (step + 1) / 100)
            group["lr"] = 3e-3 * warm * 0.5 * (1 + math.cos(math.pi * step / given.updates))
        x, target = batch(pictures, rng, 32 if step < 1000 else 16, known)
        each = loss_of(net(x.contiguous(memory_format=torch.channels_last)), target)
        adam.zero_grad(set_to_none=True)
        each.sum().backward()
        adam.step()
        mean = 0.98 * mean + 0.02 * each.detach()
        if step % 100 == 99:
            print(
                step + 1, [f"{1e3 * m:.2f}" for m in mean.tolist()], f"{time.time() - begun:.0f} s",
                f"{time.process_time() - spent:.0f} s of the core", flush=True,
            )  # fmt: skip
        if step + 1 in KEPT or step + 1 == given.updates:
            torch.save(net.state_dict(), given.out / f"{step + 1}.pt")
    torch.save(net.state_dict(), given.out / "last.pt")


if __name__ == "__main__":
    main()
