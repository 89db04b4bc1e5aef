"""Record what PyTorch computes: values, locations and gradients of its pooling functions.

Run it in an environment of its own, with PyTorch and NumPy and without poolviz:

    python tests/golden/record_torch.py

It writes ``torch.npz`` beside itself. Every array is cut out of one bank of recorded numbers with
few digits, so that ties occur and the file stays small; ``special`` cases have NaN, infinities and
signed zeros among them. One thread, float64.
"""

import json
from itertools import product
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

SEED = 20
# operator: how many settings of rank 1, 2 and 3
WANTED = {
    "max": (70, 110, 60),
    "avg": (60, 90, 50),
    "lp": (25, 30, 20),
    "adaptive_max": (12, 25, 15),
    "adaptive_avg": (12, 25, 15),
    "fractional_max": (0, 50, 0),
    "max_unpool": (15, 25, 15),
}
SIDES = {1: (1, 13), 2: (1, 9), 3: (1, 6)}


def function(name, rank):
    return getattr(F, f"{name}{rank}d")


def each(rng, rank, low, high):
    """One number an axis, or the same for all: both are common."""
    if rng.random() < 0.5:
        return [int(rng.integers(low, high))] * rank
    return [int(v) for v in rng.integers(low, high, rank)]


def setting(rng, operator, rank):
    """A random, valid setting: shape of x and the arguments as JSON can hold them."""
    shape = [int(rng.integers(1, 3)), int(rng.integers(1, 3)), *rng.integers(*SIDES[rank], rank)]
    case = {"operator": operator, "rank": rank, "shape": [int(n) for n in shape]}
    sides = case["shape"][2:]
    if operator in ("max", "adaptive_max"):
        case["special"] = bool(rng.random() < 0.25)
    if operator.startswith("adaptive"):
        return case | {"output_size": each(rng, rank, 1, max(sides) + 3)}
    kernel = each(rng, rank, 1, 5)
    if operator == "fractional_max":
        kernel = [min(k, n) for k, n in zip(kernel, sides, strict=True)]
        size = [int(rng.integers(1, n - k + 2)) for k, n in zip(kernel, sides, strict=True)]
        return case | {"kernel": kernel, "output_size": size}
    stride = kernel if rng.random() < 0.3 else each(rng, rank, 1, 5)
    case |= {"kernel": kernel, "stride": stride, "padding": [0] * rank, "dilation": [1] * rank}
    case["ceil"] = bool(rng.random() < 0.5)
    if operator == "max" and not case["special"] and rng.random() < 0.6:
        case["dilation"] = each(rng, rank, 1, 4)
    if operator in ("max", "avg", "max_unpool") and rng.random() < 0.7:
        spans = [d * (k - 1) + 1 for k, d in zip(kernel, case["dilation"], strict=True)]
        case["padding"] = [int(rng.integers(0, span // 2 + 1)) for span in spans]
    if operator == "avg":
        case["count_include_pad"] = bool(rng.random() < 0.5)
        if rng.random() < 0.3:
            case["divisor_override"] = int(rng.integers(1, 9))
            if rank == 1:
                del case["divisor_override"]
    if operator == "lp":
        case["p"] = float(rng.choice([1, 1.5, 2, 3, 4]))
    return case


def key(case):
    names = ("operator", "rank", "kernel", "stride", "padding", "dilation", "ceil", "output_size")
    return json.dumps([case.get(name) for name in names])


class Bank:
    """Numbers with one decimal; a case names the place where its numbers start."""

    def __init__(self, rng):
        self.real = rng.integers(-50, 50, 4096) / 10
        odd = rng.choice([np.nan, np.inf, -np.inf, 0.0, -0.0], 4096)
        self.special = np.where(rng.random(4096) < 0.2, odd, self.real)
        self.sent = rng.integers(-9, 10, 4096).astype(float)

    def cut(self, bank, at, shape):
        size = int(np.prod(shape))
        return torch.from_numpy(np.resize(np.roll(bank, -at), size).reshape(shape).copy())


def record(case, bank):
    """(output, locations or None, gradient); raises RuntimeError where torch refuses."""
    rank, operator = case["rank"], case["operator"]
    numbers = bank.special if case.get("special") else bank.real
    x = bank.cut(numbers, case["at"], case["shape"])
    if operator == "lp" and case["p"] not in (1, 2, 4):
        x = x.abs()
    x.requires_grad_(True)
    sliding = [case.get(name) for name in ("kernel", "stride", "padding")]
    if operator == "max":
        y, at = function("max_pool", rank)(
            x, *sliding, case["dilation"], case["ceil"], return_indices=True
        )
    elif operator == "avg":
        options = [case["divisor_override"]] if "divisor_override" in case else []
        args = (x, *sliding, case["ceil"], case["count_include_pad"], *options)
        y, at = function("avg_pool", rank)(*args), None
    elif operator == "lp":
        size, step = (a[0] if rank == 1 else a for a in sliding[:2])  # lp_pool1d takes ints alone
        y, at = function("lp_pool", rank)(x, case["p"], size, step, case["ceil"]), None
    elif operator == "adaptive_max":
        y, at = function("adaptive_max_pool", rank)(x, case["output_size"], return_indices=True)
    elif operator == "adaptive_avg":
        y, at = function("adaptive_avg_pool", rank)(x, case["output_size"]), None
    elif operator == "fractional_max":
        samples = torch.tensor(case["samples"], dtype=torch.float64).expand(*x.shape[:2], rank)
        y, at = function("fractional_max_pool", rank)(
            x, case["kernel"], case["output_size"], return_indices=True, _random_samples=samples
        )
    else:
        with torch.no_grad():
            values, where = function("max_pool", rank)(
                x, *sliding, 1, case["ceil"], return_indices=True
            )
        values = values.clone().requires_grad_(True)
        size = case["shape"][2:]
        y = function("max_unpool", rank)(values, where, *sliding, output_size=size)
        x, at = values, where
    # A window of padding alone has no gradient to send; torch would send it to some cell.
    dy = bank.cut(bank.sent, case["at"], y.shape)
    dy = dy if case.get("special") else dy * torch.isfinite(y)
    if operator == "lp":  # at 0 nothing is sent, and rounding decides whether a signed sum is 0
        dy = dy * (y.abs() > 1e-9)
    y.backward(dy)
    return y.detach().numpy(), None if at is None else at.numpy(), x.grad.numpy()


def main():
    torch.set_num_threads(1)
    rng = np.random.default_rng(SEED)
    bank = Bank(rng)
    cases, results, seen = [], [], set()
    for operator, rank in product(WANTED, (1, 2, 3)):
        done = 0
        while done < WANTED[operator][rank - 1]:
            case = setting(rng, operator, rank)
            case["at"] = int(rng.integers(0, 4096))
            if operator == "fractional_max":
                case["samples"] = [round(float(u), 3) for u in rng.random(rank)]
            if key(case) in seen:
                continue
            try:
                results.append(record(case, bank))
            except (RuntimeError, ValueError):
                continue  # torch refuses: the kernel does not fit, or the output would be empty
            seen.add(key(case))
            cases.append(case | {"out": list(results[-1][0].shape)})
            if operator == "max_unpool":
                cases[-1]["pooled"] = list(results[-1][2].shape)
            done += 1

    def flat(column, dtype):
        parts = [r[column].ravel() for r in results if r[column] is not None]
        return np.concatenate(parts).astype(dtype)

    about = {"torch": torch.__version__, "numpy": np.__version__, "seed": SEED}
    target = Path(__file__).with_name("torch.npz")
    np.savez_compressed(
        target,
        about=json.dumps(about),
        cases=json.dumps(cases, separators=(",", ":")),
        real=bank.real,
        special=bank.special,
        sent=bank.sent,
        outputs=flat(0, np.float64),
        locations=flat(1, np.int32),
        gradients=flat(2, np.float64),
    )
    print(f"{len(cases)} cases, {target.stat().st_size} bytes, {about}")


if __name__ == "__main__":
    main()
