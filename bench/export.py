"""What exports cost, and what others feel of them, in processor time: true on a busy machine too.

    python bench/export.py
    python bench/export.py --limit-ms 200    (exit code 1 if others wait longer)

For each kind of picture the time of one file, for GIFs also frames, bytes and the rise of the
process's memory. Then another session's action (a pool, its scene, its wire) runs over and over
while one thread exports without a pause: how long did the export keep the processor during one
action? By so much that action is later, for the two share one interpreter.
"""

import argparse
import gc
import threading
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import psutil

import poolviz as pv
from poolviz.figures.export import FORMATS, animation, frame, still
from poolviz.figures.handout import handout, scene_sheet
from poolviz.samples import sample
from poolviz.stage.scene import Scene
from poolviz.wings.pooling.compare.scene import compare_scene
from poolviz.wings.pooling.core.predict import questions
from poolviz.wings.pooling.core.window_scene import window_scene
from poolviz.wings.pooling.gradients.scene import gradient_scene

ACTIONS = 60


def scenes() -> dict[str, Scene]:
    """From the first view to the largest that is played."""
    x, digit = sample("worked-example"), sample("digit")
    run = pv.pool(x, pv.Max(), pv.Sliding(2))
    padded = pv.pool(x, pv.SoftPool(), pv.Sliding(3, 1, 1))
    several = [pv.pool(x, V(), pv.Sliding(2)) for V in (pv.Max, pv.Average, pv.L2, pv.SoftPool)]
    return {
        "windows, 4 × 4": window_scene(run, "Max"),
        "windows, padding": window_scene(padded, "SoftPool"),
        "gradients, padding": gradient_scene(padded, np.ones((4, 4)), "Gradient"),
        "compare, 4 variants": compare_scene(several),
        "windows, 28 × 28": window_scene(pv.pool(digit, pv.Max(), pv.Sliding(3, 1)), "Max"),
    }


def took(make: Callable[[], object], times: int = 3) -> float:
    """Milliseconds of processor time, the median of a few."""
    spans = []
    for _ in range(times):
        start = time.thread_time()
        make()
        spans.append(1000 * (time.thread_time() - start))
    return float(np.median(spans))


def costs(name: str, scene: Scene) -> None:
    """The line of a scene."""
    last, process, peak = len(scene) - 1, psutil.Process(), [0]
    files = [took(partial(frame, scene, last))]
    files += [took(partial(still, scene, last, kind)) for kind in FORMATS]
    before, start = process.memory_info().rss, time.thread_time()
    made = animation(scene, progress=lambda _: peak.append(process.memory_info().rss - before))
    span = time.thread_time() - start
    print(
        f"{name:22}" + "".join(f"{ms:5.0f} ms" for ms in files)
        + f"   {len(made.steps)} frames, {len(made.data) / 1000:.0f} kB, {span:.1f} s, "
        f"memory + {max(peak) / 1e6:.1f} MB"
    )  # fmt: skip


def action() -> None:
    """About what a run of /windows computes."""
    run = pv.pool(np.random.default_rng(0).random((16, 16)), pv.Max(), pv.Sliding(3, 1))
    assert window_scene(run, "Max").wire


def felt(work: Callable[[], object]) -> np.ndarray:
    """Milliseconds that ``work``, on a thread of its own, kept the processor in each action."""
    stop, started = threading.Event(), threading.Event()

    def on_and_on() -> None:
        started.set()
        while not stop.is_set():
            work()

    other = threading.Thread(target=on_and_on)
    other.start()
    started.wait()
    clock, spans = time.pthread_getcpuclockid(other.ident or 0), []
    for _ in range(ACTIONS):
        time.sleep(0.03)
        start = time.clock_gettime(clock)
        action()
        spans.append(1000 * (time.clock_gettime(clock) - start))
    stop.set()
    other.join()
    return np.array(spans)


def main() -> int:
    """Print both tables; 1 if an action was later than the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit-ms", type=float, help="the most that an action may be later")
    limit = parser.parse_args().limit_ms
    every = scenes()
    gc.collect()
    gc.freeze()  # as app.py does once all is imported
    print(f"{'':22}{'frame':>8}{'PNG':>8}{'SVG':>8}{'PDF':>8}   GIF")
    for name, scene in every.items():
        costs(name, scene)
    large, padded = every["windows, 28 × 28"], every["gradients, padding"]
    run = pv.pool(sample("worked-example"), pv.Max(), pv.Sliding(2))
    sheet = scene_sheet(every["windows, 4 × 4"], 3, (run.variant.formula,), (), questions(run))
    print(f"\nanother session's action, {took(action):.0f} ms alone, is later by:")
    worst = 0.0
    for name, work in (
        ("GIF, 28 × 28", partial(animation, large, most=10)),
        ("GIF with numbers", partial(animation, padded, most=10)),
        ("PNG", partial(still, padded, 15, "png")),
        ("SVG", partial(still, padded, 15, "svg")),
        ("PDF", partial(still, padded, 15, "pdf")),
        ("handout", partial(handout, sheet, True)),
    ):
        late = felt(work)
        worst = max(worst, float(late.max()))
        print(f"{name:22} median {np.median(late):4.0f} ms, p95 {np.percentile(late, 95):4.0f} ms, "
              f"most {late.max():4.0f} ms")  # fmt: skip
    return int(limit is not None and worst > limit)


if __name__ == "__main__":
    raise SystemExit(main())
