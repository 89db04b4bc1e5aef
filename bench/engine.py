"""Time of the pooling engine, as ratios: to PyTorch on one thread, and of every variant to Max.

    python bench/engine.py                  # everything, about two minutes
    python bench/engine.py --rounds 10      # rougher and faster
    python bench/engine.py --only headline  # or variants, operators, small

One process, one thread. Rivals take turns in shuffled order and medians are compared, of processor
time, so that whatever else the machine does falls on both or on neither. Without PyTorch, the
comparison with it is left out. Memory is the peak of what NumPy allocates during the call, inputs
not counted, results counted (tracemalloc).

Every call goes through ``pool``. Forward of max with locations is ``run = pool(...); run.output;
run.locations``, against ``max_pool2d(..., return_indices=True)``; backward is ``run.backward(dy)``
against ``torch.autograd.grad`` through a recorded graph.
"""

import argparse
import random
import threading
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from statistics import median

import numpy as np

import poolviz as pv

try:
    import torch
except ImportError:
    torch = None

Call = Callable[[], object]


@dataclass(frozen=True)
class Case:
    """A shape and a geometry."""

    name: str
    shape: tuple[int, ...]
    kernel: int
    stride: int
    padding: int
    effort: float = 1.0

    @property
    def geometry(self) -> pv.Sliding:
        return pv.Sliding(self.kernel, self.stride, self.padding)

    def x(self) -> np.ndarray:
        return np.random.default_rng(0).standard_normal(self.shape, dtype=np.float32)


CASES = (
    Case("1x3x224², k2 s2", (1, 3, 224, 224), 2, 2, 0),
    Case("1x3x224², k3 s2 p1", (1, 3, 224, 224), 3, 2, 1),
    Case("32x64x56², k3 s2 p1", (32, 64, 56, 56), 3, 2, 1, effort=0.1),
)
LIMITS = {
    "max forward with locations": (0.5, 0.5, 0.5),
    "max forward, values only": (0.2, 0.2, 0.4),
    "max backward": (1.2, 1.2, 1.2),
    "average forward": (1.0, 1.0, 1.0),
    "average backward": (1.0, 1.0, 1.0),
}
SLOWEST = 25
"""How many times as long as Max another variant may take."""


def medians(calls: dict[str, Call], rounds: int) -> dict[str, float]:
    """Median processor seconds of each call; each round runs all, in an order of its own."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    order = list(calls)
    for turn in range(rounds + 2):
        random.shuffle(order)
        for name in order:
            start = time.thread_time()
            calls[name]()
            if turn >= 2:
                times[name].append(time.thread_time() - start)
    return {name: median(taken) for name, taken in times.items()}


def peak(call: Call) -> int:
    """Bytes that a call allocates at most, its result included, on a thread that keeps nothing."""
    call()
    tracemalloc.start()
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return highest


def located(x: np.ndarray, variant: pv.Variant, geometry: pv.Geometry) -> object:
    """Values and locations."""
    run = pv.pool(x, variant, geometry)
    return run.output, run.locations


def there_and_back(
    x: np.ndarray, variant: pv.Variant, geometry: pv.Geometry, dy: np.ndarray
) -> object:
    """Values and the gradient."""
    return pv.pool(x, variant, geometry).backward(dy)


def operated(operator: pv.Operator, x: np.ndarray) -> object:
    """Values of an operator."""
    return operator(x).output


def headline(rounds: int) -> None:
    """Max and average against PyTorch; the other variants with a fast path beside them."""
    rows: dict[str, list[str]] = {}
    riders: dict[str, list[str]] = {}
    memory: dict[str, list[str]] = {}
    for column, case in enumerate(CASES):
        n = max(7, round(rounds * case.effort))
        ours, theirs = numpy_calls(case), torch_calls(case)
        for name, call in ours.items():
            memory.setdefault(name, []).append(size(peak(call)))
            rival = theirs.get(name.replace(", values only", " with locations"))
            if rival is None:
                took = medians({"ours": call}, n)
                rows.setdefault(name, []).append(span(took["ours"]))
                continue
            took = medians({"ours": call, "torch": rival}, n)
            ratio, limit = took["ours"] / took["torch"], LIMITS[name][column]
            late = "" if ratio <= limit else f" > {limit}"
            cell = f"**{ratio:.2f}**{late} ({span(took['ours'])} / {span(took['torch'])})"
            rows.setdefault(name, []).append(cell)
        for name, cells in rider_cells(case, n).items():
            riders.setdefault(name, []).append(cells)
    cases = [case.name for case in CASES]
    if torch is not None:
        say("Ratio to PyTorch, one thread (poolviz / PyTorch)", ["", *cases], rows)
    else:
        say("Time (PyTorch is not installed)", ["", *cases], rows)
    say("Peak memory of the call", ["", *cases], memory)
    say("Same kernels, forward and backward, ratio to Max or Average", ["", *cases], riders)


def numpy_calls(case: Case) -> dict[str, Call]:
    """What is measured of poolviz, by name."""
    x, g, largest, mean = case.x(), case.geometry, pv.Max(), pv.Average()
    run, average = pv.pool(x, largest, g), pv.pool(x, mean, g)
    dy = np.ones_like(run.output)
    run.backward(dy)
    return {
        "max forward with locations": lambda: located(x, largest, g),
        "max forward, values only": lambda: pv.pool(x, largest, g, locations=False).output,
        "max backward": lambda: run.backward(dy),
        "average forward": lambda: pv.pool(x, mean, g).output,
        "average backward": lambda: average.backward(dy),
    }


def torch_calls(case: Case) -> dict[str, Call]:
    """The same of PyTorch; empty where it is not installed."""
    if torch is None:
        return {}
    torch.set_num_threads(1)
    F, window = torch.nn.functional, (case.kernel, case.stride, case.padding)
    x = torch.from_numpy(case.x())
    leaf = x.clone().requires_grad_()
    largest, mean = F.max_pool2d(leaf, *window), F.avg_pool2d(leaf, *window)
    dy = torch.ones_like(largest)

    def gradient(y: "torch.Tensor") -> object:
        return torch.autograd.grad(y, leaf, dy, retain_graph=True)

    return {
        "max forward with locations": lambda: F.max_pool2d(x, *window, return_indices=True),
        "max backward": lambda: gradient(largest),
        "average forward": lambda: F.avg_pool2d(x, *window),
        "average backward": lambda: gradient(mean),
    }


def rider_cells(case: Case, rounds: int) -> dict[str, str]:
    """The other variants that name a kernel, against Max or Average on the same input."""
    x, g = case.x(), case.geometry
    cells = {}
    for cls in pv.VARIANTS:
        if cls.kernel is None or cls in (pv.Max, pv.Average):
            continue
        rival = pv.Max() if cls().selects else pv.Average()
        runs = {"it": pv.pool(x, cls(), g), "rival": pv.pool(x, rival, g)}
        dy = np.ones_like(runs["it"].output)
        forward = {
            "it": partial(located, x, cls(), g),
            "rival": partial(located, x, rival, g),
        }
        backward = {name: partial(run.backward, dy) for name, run in runs.items()}
        ahead, back = medians(forward, rounds), medians(backward, rounds)
        cells[cls.__name__] = (
            f"{ahead['it'] / ahead['rival']:.2f} and {back['it'] / back['rival']:.2f} "
            f"x {type(rival).__name__}"
        )
    return cells


def variants(rounds: int) -> None:
    """Every variant, forward and backward, against Max on its fast and on the general path."""
    case = CASES[0]
    x, g = np.abs(case.x()) + np.float32(0.01), case.geometry
    general = type("GeneralMax", (pv.Max,), {"kernel": None})()
    dy = np.ones_like(pv.pool(x, pv.Max(), g).output)
    rows: dict[str, list[str]] = {}
    for variant in (general, *(cls() for cls in pv.VARIANTS)):
        calls: dict[str, Call] = {
            "it": partial(located, x, variant, g),
            "fast": partial(located, x, pv.Max(), g),
            "general": partial(located, x, general, g),
        }
        took = medians(calls, rounds)
        back = medians({"it": partial(there_and_back, x, variant, g, dy)}, rounds)["it"]
        name = "Max, general path" if variant is general else type(variant).__name__
        ratio = took["it"] / took["fast"]
        rows[name] = [
            span(took["it"]),
            f"**{ratio:.1f}**" + (f" > {SLOWEST}" if ratio > SLOWEST else ""),
            f"{took['it'] / took['general']:.1f}",
            span(back),
            size(peak(calls["it"])),
            "kernel" if variant.kernel is not None else "",
        ]
    columns = ["forward", "x Max", "x Max, general path", "forward + backward", "peak", "path"]
    say(f"Every variant, {case.name}, float32, default fields", ["", *columns], rows)


def operators(rounds: int) -> None:
    """Every operator as it is by default, on the same image, against Max with k2 s2."""
    case = CASES[0]
    x = np.abs(case.x()) + np.float32(0.01)
    rows: dict[str, list[str]] = {}
    for cls in pv.OPERATORS:
        calls: dict[str, Call] = {
            "it": partial(operated, cls(), x),
            "fast": partial(located, x, pv.Max(), case.geometry),
        }
        try:
            took = medians(calls, max(3, rounds // 5))
        except ValueError as error:
            rows[cls.__name__] = ["refused", str(error), "", ""]
            continue
        shape = "x".join(str(n) for n in np.shape(cls()(x).output))
        ratio = f"{took['it'] / took['fast']:.1f}"
        rows[cls.__name__] = [span(took["it"]), ratio, shape, size(peak(calls["it"]))]
    columns = ["forward", "x Max", "output", "peak"]
    say("Every operator, 1x3x224², float32, default fields", ["", *columns], rows)


def small(rounds: int) -> None:
    """What the app asks for at each change: output, locations, contributions, backward."""
    rows: dict[str, list[str]] = {}
    for n in (4, 8, 16, 28):
        x = np.random.default_rng(n).uniform(0.1, 1, (n, n))
        for name, g in (("k2 s2", pv.Sliding(2)), ("k3 s1 p1", pv.Sliding(3, 1, 1))):
            calls = {cls.__name__: partial(whole, x, cls(), g) for cls in pv.VARIANTS}
            took = medians(calls, max(5, rounds // 5))
            slowest = max(took, key=lambda name: took[name])
            rows[f"{n}x{n}, {name}"] = [
                span(took["Max"]),
                span(took["Average"]),
                span(median(took.values())),
                f"{span(took[slowest])} ({slowest})",
            ]
    columns = ["Max", "Average", "median of all variants", "slowest"]
    say("Small inputs: all of a run", ["", *columns], rows)


def whole(x: np.ndarray, variant: pv.Variant, geometry: pv.Geometry) -> None:
    """A run, and all that a picture of it needs."""
    run = pv.pool(x, variant, geometry)
    _ = run.output, run.locations, run.contributions()


def span(seconds: float) -> str:
    """Seconds as a person reads them."""
    return f"{seconds * 1e6:.0f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms"


def size(count: int) -> str:
    """Bytes as a person reads them."""
    return f"{count / 1e6:.1f} MB"


def say(title: str, head: Iterable[str], rows: dict[str, list[str]]) -> None:
    """A Markdown table."""
    head = list(head)
    print(f"\n### {title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for name, cells in rows.items():
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Run the parts asked for."""
    parts = {"headline": headline, "variants": variants, "operators": operators, "small": small}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=60, help="measurements of each call")
    parser.add_argument("--only", choices=parts, help="one part only")
    given = parser.parse_args()
    random.seed(0)
    warnings.simplefilter("error")
    beside = f", PyTorch {torch.__version__}" if torch is not None else ""
    print(f"poolviz {version('poolviz')}, NumPy {np.__version__}{beside}")
    for name, part in parts.items():
        if given.only in (None, name):
            part(given.rounds)


if __name__ == "__main__":
    main()
