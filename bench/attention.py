"""Time of the attention engine, as ratios: to PyTorch's fused CPU kernel, and of block to block.

    python bench/attention.py               # everything, about a minute
    python bench/attention.py --rounds 10   # rougher and faster

One process, one thread, d = e = 64, float32. Rivals take turns in shuffled order and medians of
processor time are compared (bench/engine.py). A ratio above its limit is named, and the exit code
is 1 then. Without PyTorch, the comparison with it is left out.
"""

import argparse
import os
import random
import sys
import warnings
from importlib.metadata import version

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # read when NumPy is loaded

import numpy as np  # noqa: E402
from engine import Call, medians, peak, say, size, span  # noqa: E402

import poolviz as pv  # noqa: E402

try:
    import torch
except ImportError:
    torch = None

SIZES = (196, 784, 3136)
LIMITS = {"forward": (0.9, 1.6, 1.6), "forward and backward": (1.1, 1.1, 1.1)}
"""Of the ratio to scaled_dot_product_attention, at each size."""
FASTER = 15
"""How many times as fast criss-cross attention is than the full block, at 56 x 56, at least."""
MOST = 100_000_000
"""Bytes of a forward at N = 9409, at most."""


def there_and_back(x: list[np.ndarray], dy: np.ndarray) -> object:
    """Output and gradients."""
    run = pv.attend(*x)
    return run.output, run.backward(dy)


def rivals(n: int) -> dict[str, tuple[Call, Call | None]]:
    """What is measured at a size, and PyTorch's."""
    r = np.random.default_rng(0)
    x = [r.standard_normal((n, 64), dtype=np.float32) for _each in range(3)]
    dy = np.ones((n, 64), np.float32)
    ours: dict[str, Call] = {
        "forward": lambda: pv.attend(*x).output,
        "forward and backward": lambda: there_and_back(x, dy),
    }
    if torch is None:
        return {name: (call, None) for name, call in ours.items()}
    torch.set_num_threads(1)
    attention = torch.nn.functional.scaled_dot_product_attention
    given = [torch.from_numpy(each)[None, None] for each in x]
    leaves = [each.clone().requires_grad_() for each in given]
    upstream = torch.ones(1, 1, n, 64)
    theirs: dict[str, Call] = {
        "forward": lambda: attention(*given),
        "forward and backward": lambda: torch.autograd.grad(attention(*leaves), leaves, upstream),
    }
    return {name: (call, theirs[name]) for name, call in ours.items()}


def headline(rounds: int) -> bool:
    """``attend`` against SDPA; whether all stay below their limits."""
    rows: dict[str, list[str]] = {name: [] for name in LIMITS}
    kept = True
    for column, n in enumerate(SIZES):
        for name, (mine, theirs) in rivals(n).items():
            turns = max(7, round(rounds * min(1, 400 / n)))
            took = medians({"ours": mine} | ({"torch": theirs} if theirs else {}), turns)
            if theirs is None:
                rows[name].append(span(took["ours"]))
                continue
            ratio, limit = took["ours"] / took["torch"], LIMITS[name][column]
            late = "" if ratio <= limit else f" > {limit}"
            kept = kept and not late
            cell = f"**{ratio:.2f}**{late} ({span(took['ours'])} / {span(took['torch'])})"
            rows[name].append(cell)
    title = "Ratio to PyTorch's fused kernel" if torch is not None else "Time"
    say(title, ["", *(f"N = {n}" for n in SIZES)], rows)
    return kept


def blocks(rounds: int) -> bool:
    """Criss-cross against the full block, and the memory of a forward at 97 x 97."""
    r, side, channels = np.random.default_rng(0), 56, 64
    x = r.standard_normal((channels, side, side), dtype=np.float32)
    pair = {"cross": pv.CrissCross(1, inner=64), "full": pv.PositionAttention(64)}
    p = pair["full"].init(channels)
    took = medians(
        {name: lambda block=block: block(x, p).output for name, block in pair.items()},
        max(7, rounds // 10),
    )
    faster = took["full"] / took["cross"]
    large = [r.standard_normal((97 * 97, 64), dtype=np.float32) for _each in range(3)]
    highest = peak(lambda: pv.attend(*large).output)
    rows = {
        f"criss-cross at {side} x {side}": [f"**{faster:.1f}** times as fast as the full block"],
        "memory of a forward at N = 9409": [size(highest)],
    }
    say("Blocks", ["", ""], rows)
    return faster >= FASTER and highest < MOST


def every_block(rounds: int) -> bool:
    """Each block forward and backward on one map of 64 channels, 28 x 28, ratio to SE."""
    x = np.random.default_rng(0).standard_normal((64, 28, 28), dtype=np.float32)

    def call(block: pv.Block) -> Call:
        p, low = block.init(64), ({"low": x} if block.two_inputs else {})
        run = block(x, p, **low)
        dz = np.ones_like(run.output)
        return lambda: block(x, p, **low).backward(dz)

    took = medians({b.__name__: call(b()) for b in pv.BLOCKS}, max(3, rounds // 20))
    least = took["SqueezeExcitation"]
    rows = {name: [f"{time / least:.1f}", span(time)] for name, time in took.items()}
    say("Every block there and back, 64 x 28 x 28", ["", "ratio to SE", ""], rows)
    return True


def main() -> int:
    """Run all parts; 1 if one goes beyond its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=100, help="measurements of each call")
    given = parser.parse_args()
    random.seed(0)
    warnings.simplefilter("error")
    beside = f", PyTorch {torch.__version__}" if torch is not None else ""
    print(f"poolviz {version('poolviz')}, NumPy {np.__version__}{beside}")
    kept = [part(given.rounds) for part in (headline, blocks, every_block)]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
