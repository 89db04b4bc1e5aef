"""Train the tiny stacked hourglass of the pose wing: one person's crop to 14 heat maps.

    python tools/procedural_pictures.py FOLDER --side 96 --start 200000 --count 12000
    python tools/train_hourglass.py FOLDER OUT [--updates 10000] [--seed 0]

After Newell et al., ECCV 2016: 7x7/2 to 16, R(16, 32), pool, R(32, 40), two modules of order 3
(16-8-4-2) of width 40, a loss for each. Crops are squares, 1.3 times the longer side of the joints'
box, moved by 8 % and scaled by e^.22 (standard deviations), mirrored half the time. Heat maps have
a standard deviation of one cell; the loss is squared error, seven times where a target is above .1.
OUT receives checkpoints (torch); the last lines say how often a joint of 400 fresh crops is found
within .1 of the box, and how often it lies on the other side's instead. ``--resume`` goes on.
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

from poolviz.pose.networks.measures import on_the_other_side, peaks
from poolviz.pose.networks.stacked import box_of, crop, cropped, placed
from poolviz.pose.skeletons import CROWDPOSE

SIDE, CELLS, WIDTH, ORDER, STACKS, JOINTS = 64, 16, 40, 3, 2, 14
FRESH, HOW_MANY = 0, 400


class Residual(nn.Module):
    """Pre-activation: batch norm, ReLU, convolution, three times, and a shortcut."""

    def __init__(self, a: int, b: int) -> None:
        super().__init__()
        half = b // 2
        self.norms = nn.ModuleList([nn.BatchNorm2d(c) for c in (a, half, half)])
        self.convs = nn.ModuleList(
            [nn.Conv2d(a, half, 1), nn.Conv2d(half, half, 3, padding=1), nn.Conv2d(half, b, 1)]
        )
        self.skip = nn.Conv2d(a, b, 1) if a != b else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = x
        for norm, conv in zip(self.norms, self.convs, strict=True):
            y = conv(functional.relu(norm(y)))
        return y + self.skip(x)


class Module(nn.Module):
    """One hourglass."""

    def __init__(self, order: int, c: int) -> None:
        super().__init__()
        self.up, self.down = Residual(c, c), Residual(c, c)
        self.inner = Module(order - 1, c) if order > 1 else Residual(c, c)
        self.back = Residual(c, c)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        low = self.back(self.inner(self.down(functional.max_pool2d(x, 2))))
        return self.up(x) + functional.interpolate(low, scale_factor=2, mode="nearest")


class Hourglasses(nn.Module):
    """(B, 3, 64, 64) -> a (B, 14, 16, 16) for each stack."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 16, 7, 2, 3, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
            Residual(16, 32), nn.MaxPool2d(2), Residual(32, WIDTH),
        )  # fmt: skip
        self.modules_ = nn.ModuleList([Module(ORDER, WIDTH) for _ in range(STACKS)])
        self.after = nn.ModuleList(
            [
                nn.Sequential(
                    Residual(WIDTH, WIDTH), nn.Conv2d(WIDTH, WIDTH, 1, bias=False),
                    nn.BatchNorm2d(WIDTH), nn.ReLU(),
                )
                for _ in range(STACKS)
            ]
        )  # fmt: skip
        self.heads = nn.ModuleList([nn.Conv2d(WIDTH, JOINTS, 1) for _ in range(STACKS)])
        self.again = nn.ModuleList([nn.Conv2d(WIDTH, WIDTH, 1) for _ in range(STACKS - 1)])
        self.told = nn.ModuleList([nn.Conv2d(JOINTS, WIDTH, 1) for _ in range(STACKS - 1)])

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        x, maps = self.stem(x), []
        for i, module in enumerate(self.modules_):
            seen = self.after[i](module(x))
            maps.append(self.heads[i](seen))
            if i < STACKS - 1:
                x = x + self.again[i](seen) + self.told[i](maps[-1])
        return maps


def targets(joints: torch.Tensor, flags: torch.Tensor) -> torch.Tensor:
    """One Gaussian of one cell for each labelled joint, (B, 14, 16, 16)."""
    cell = (joints + 0.5) * CELLS / SIDE - 0.5
    grid = torch.arange(CELLS, dtype=joints.dtype)
    gx = torch.exp(-((grid - cell[..., 0, None]) ** 2) / 2)
    gy = torch.exp(-((grid - cell[..., 1, None]) ** 2) / 2)
    return gy[..., :, None] * gx[..., None, :] * (flags > 0)[..., None, None]


def batch(
    pictures: Pictures, rng: np.random.Generator, size: int, known: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Crops and targets, augmented."""
    x = np.empty((size, SIDE, SIDE, 3), np.float32)
    joints, flags = np.empty((size, JOINTS, 2), np.float32), np.empty((size, JOINTS), np.int8)
    for k in range(size):
        people: np.ndarray = np.zeros(0, int)
        while not len(people):
            i = int(rng.integers(known))
            people = np.flatnonzero((pictures.flags[i] > 0).sum(1) >= 8)
        who = int(rng.choice(people))
        joints[k], flags[k] = pictures.joints[i, who], pictures.flags[i, who]
        middle, side = box_of(joints[k], flags[k])
        middle = middle + rng.normal(0, 0.08, 2) * side
        side *= float(np.exp(np.clip(rng.normal(0, 0.22), -0.5, 0.5)))
        x[k], joints[k] = (
            crop(pictures.pixels[i], middle, side) / 255,
            placed(joints[k], middle, side),
        )
        if rng.random() < 0.5:
            x[k] = x[k, :, ::-1]
            joints[k, :, 0] = SIDE - 1 - joints[k, :, 0]
            joints[k], flags[k] = (
                joints[k][list(CROWDPOSE.mirror)],
                flags[k][list(CROWDPOSE.mirror)],
            )
    x = x * rng.uniform(0.75, 1.25, (size, 1, 1, 1)) + rng.normal(0, 0.05, (size, 1, 1, 3))
    noise = rng.uniform(0, 0.06, (size, 1, 1, 1)).astype(np.float32)
    x = (x + noise * rng.standard_normal(x.shape, dtype=np.float32)).astype(np.float32)
    picture = torch.from_numpy(x).permute(0, 3, 1, 2)
    return picture, targets(torch.from_numpy(joints), torch.from_numpy(flags))


@torch.no_grad()
def measured(net: Hourglasses) -> dict[str, list[float]]:
    """Shares of labelled joints of fresh crops: found, and on the other side's, for each stack."""
    net.eval()
    drawn = [cropped(seed) for seed in range(FRESH, FRESH + HOW_MANY)]
    x = torch.from_numpy(np.stack([each.pixels for each in drawn])).permute(0, 3, 1, 2)
    truth, tall = (np.concatenate([getattr(d, k) for d in drawn]) for k in ("joints", "heights"))
    seen = np.concatenate([each.flags for each in drawn]) > 0
    found: dict[str, list[float]] = {"found": [], "other": []}
    for maps in net(x):
        at = peaks(maps.numpy())
        near = np.linalg.norm(at - truth, axis=-1) <= 0.1 * tall[:, None]
        found["found"].append(round(100 * float(near[seen].mean()), 1))
        other = on_the_other_side(at, truth, tall)
        found["other"].append(round(100 * float(other[seen].mean()), 1))
    net.train()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--updates", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(given.seed)
    rng = np.random.default_rng(given.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    pictures = Pictures(given.pictures)
    net = Hourglasses().to(memory_format=torch.channels_last)
    adam = torch.optim.Adam(net.parameters(), lr=3e-3)
    first = 0
    if given.resume:
        held = torch.load(given.out / "state.pt")
        net.load_state_dict(held["net"])
        adam.load_state_dict(held["adam"])
        first = held["step"]
    print(sum(p.numel() for p in net.parameters()), "numbers", flush=True)
    begun, spent, mean = time.time(), time.process_time(), torch.zeros(STACKS)
    for step in range(first, given.updates):
        known = min(len(pictures), 1000 + 6 * step)
        pictures.wait(known)
        for group in adam.param_groups:
            warm = min(1.0, (step + 1) / 100)
            group["lr"] = 3e-3 * warm * 0.5 * (1 + math.cos(math.pi * step / given.updates))
        x, target = batch(pictures, rng, given.batch, known)
        weight = torch.where(target > 0.1, 7.0, 1.0)
        maps = net(x.contiguous(memory_format=torch.channels_last))
        each = torch.stack(
            [(weight * functional.mse_loss(m, target, reduction="none")).mean() for m in maps]
        )
        adam.zero_grad(set_to_none=True)
        each.sum().backward()
        adam.step()
        mean = 0.98 * mean + 0.02 * each.detach()
        if step % 100 == 99:
            print(
                step + 1, [f"{1e3 * m:.2f}" for m in mean.tolist()], f"{time.time() - begun:.0f} s",
                f"{time.process_time() - spent:.0f} s of the core", flush=True,
            )  # fmt: skip
        if step % 500 == 499 or step + 1 == given.updates:
            state = {"net": net.state_dict(), "adam": adam.state_dict(), "step": step + 1}
            torch.save(state, given.out / "state.pt")
            print(step + 1, measured(net), flush=True)


if __name__ == "__main__":
    main()
