"""Changes of one operator that the tests must notice, and which test notices each first.

    python tools/mutations.py                  every mutation, two at a time
    python tools/mutations.py pose matching    those whose file or text has one of these words

Each is made in a copy of the repository, never in the repository itself, and only where its tests
pass without it: a test that fails anyway notices nothing. The exit code is 1 where they do not,
where a mutation survives, or can no longer be made because the line has changed: then it is to be
rewritten here, or taken out if what it says is no longer computed. A change that makes no
difference (a guard against what another one has caught) does not belong here.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parents[1]
AT_ONCE = 2


@dataclass(frozen=True)
class Mutation:
    """In ``file`` the text ``old``, which stands there once, becomes ``new``.

    ``tests``: the files of tests that hold what it breaks, the likeliest first.
    """

    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.file}: {' '.join(self.old.split())} -> {' '.join(self.new.split())}"

    def applied(self, root: Path) -> str:
        """The text of the file with the change in it."""
        text = (root / self.file).read_text()
        times = text.count(self.old)
        if times != 1:
            raise ValueError(f"{self.file} must have {self.old!r} once, got {times} times")
        return text.replace(self.old, self.new)


def _each(
    folder: str, tests: tuple[str, ...], *changes: tuple[str, str, str]
) -> tuple[Mutation, ...]:
    return tuple(Mutation(f"{folder}/{file}", old, new, tests) for file, old, new in changes)


WINDOWS = ("tests/pooling/test_windows.py", "tests/pooling/test_oracle.py")
KERNELS = ("tests/pooling/test_kernels.py", "tests/pooling/test_oracle.py")
VARIANTS = (
    "tests/pooling/test_worked.py",
    "tests/pooling/test_variants_worked.py",
    "tests/pooling/test_variants_laws.py",
    "tests/pooling/test_laws.py",
    "tests/pooling/test_conventions.py",
    "tests/pooling/test_gradients.py",
)
UNPOOLING = ("tests/pooling/test_unpooling.py", "tests/pooling/test_laws.py")
OPERATORS = ("tests/pooling/test_operators.py", "tests/pooling/test_operator_laws.py")
OKS = ("tests/pose/metrics/test_oks.py",)
COCO = (
    "tests/pose/metrics/test_coco.py",
    "tests/pose/metrics/test_verdicts.py",
    "tests/pose/metrics/test_errors.py",
    "tests/pose/metrics/test_walk.py",
)
WING = "poolviz/wings/pooling"
HERE = "tests/wings/pooling"

ATTEND = ("tests/attention/test_attend.py", "tests/attention/test_blocks.py")
BLOCKS = ("tests/attention/test_torch_golden.py", "tests/attention/test_cost.py")
ATTENTION = (
    *_each(
        "poolviz/attention",
        ATTEND,
        ("attend.py", "1 / sqrt(max(arrays[0].shape[-1], 1))", "1 / max(arrays[0].shape[-1], 1)"),
        ("attended.py", "        dq *= self.scale\n", ""),
        (
            "attended.py",
            "        return bool(most <= HARMLESS)",
            "        return bool(most <= 1e9)",
        ),
        ("attended.py", "np.copyto(ds, 0, where=~_some(self.mask, some))", "pass"),
        ("attended.py", "return q @ ((k @ v) / max(k.shape[-1], 1))", "return q @ (k @ v)"),
        (
            "rows.py",
            "np.copyto(scores, -np.inf, where=~allowed)",
            "np.copyto(scores, 0, where=~allowed)",
        ),
        (
            "rows.py",
            "share = np.asarray(1 / np.maximum(count, 1), scores.dtype)",
            "share = np.asarray(1 / scores.shape[-1], scores.dtype)",
        ),
        ("rows.py", "            dw *= self.positive\n", "            pass\n"),
        ("rows.py", "np.where(scores == np.inf, 0, -np.inf)", "np.where(scores == np.inf, 0, 0)"),
        (
            "rows.py",
            "return np.where(total[..., 0] == 0, 0, np.exp(entropy))",
            "return np.exp(entropy)",
        ),
    ),
    *_each(
        "poolviz/attention",
        BLOCKS,
        ("cross.py", "        column -= np.swapaxes(top, -1, -2)[..., None]\n", ""),
        ("cross.py", "column[..., cell, cell] = -np.inf", "column[..., cell, 0] = -np.inf"),
        ("flow.py", "both = n - n.mean(-1, keepdims=True) - unit", "both = n - unit"),
        ("flow.py", "(x, lambda d: d * (x.array > 0))", "(x, lambda d: d * (x.array >= -1))"),
        (
            "nonlocal_block.py",
            'before = self.subsample and self.pool_at == "before"\n        seen',
            'before = self.subsample and self.pool_at == "after"\n        seen',
        ),
        (
            "nonlocal_block.py",
            'z = linear(y, p["z.weight"], p["z.bias"])',
            'z = linear(y, p["z.weight"])',
        ),
        (
            "context.py",
            'return ("mul", "add") if self.fusion == "both"',
            'return ("add", "mul") if self.fusion == "both"',
        ),
        ("context.py", "return near + by if near < 0.9 * exact else near", "return near"),
        ("cbam.py", 'for how in self.order.split(", ")', 'for how in ("avg", "max")'),
        (
            "dual.py",
            'return {"scale": 1.0 if self.sign == "paper" else -1.0}',
            'return {"scale": 1.0}',
        ),
        (
            "dual.py",
            'keys = grid[0] + grid[1] - (self.scores == "H+W-1")',
            "keys = grid[0] + grid[1]",
        ),
        (
            "pyramid.py",
            "linear(joined([context, x], axis=-1)",
            "linear(joined([x, context], axis=-1)",
        ),
        (
            "heads.py",
            "return np.tri(n, dtype=bool) if self.causal",
            "return np.tri(n, k=1, dtype=bool) if self.causal",
        ),
        (
            "denoise.py",
            "over = _boxes(squared, block.patch) / block.patch**2 - 2 * block.sigma**2",
            "over = _boxes(squared, block.patch) / block.patch**2",
        ),
        (
            "denoise.py",
            "        return self._tokens(du + _folded(dpadded, edge))",
            "        return self._tokens(du)",
        ),
    ),
)

MUTATIONS = (
    *ATTENTION,
    # The engine: where windows lie.
    *_each(
        "poolviz/pooling",
        WINDOWS,
        (
            "windows.py",
            "late = out * self.stride >= self.length + self.before",
            "late = out * self.stride > self.length + self.before",
        ),
        ("windows.py", "out = room // self.stride + 1", "out = -(-room // self.stride) + 1"),
        (
            "windows.py",
            "inside = (at >= 0) & (at < self.length)",
            "inside = (at >= 0) & (at <= self.length)",
        ),
        (
            "windows.py",
            "padded = (at >= -self.before) & (at < self.length + self.after)",
            "padded = (at >= -self.before) & (at <= self.length + self.after)",
        ),
        (
            "windows.py",
            "-(-(i + 1) * n // max(o, 1))",
            "(i + 1) * n // max(o, 1)",
        ),
        ("windows.py", "np.array([0, n - (o - 1) * stride])", "np.array([0, n - o * stride + 1])"),
        (
            "windows.py",
            "total = max((-(-n // stride) - 1) * stride + effective - n, 0)",
            "total = (-(-n // stride) - 1) * stride + effective - n",
        ),
        ("windows.py", 'if rule == "same_upper" else', 'if rule != "same_upper" else'),
        ("layout.py", "where=outside < 0)", "where=outside < -1)"),
        ("layout.py", "prod(self.in_shape[axis + 1 :])", "prod(self.in_shape[axis:])"),
    ),
    # The engine: windows that only other frameworks have.
    *_each(
        "poolviz/pooling",
        ("tests/pooling/test_other_frameworks.py", *WINDOWS),
        ("windows.py", "inside &= at % self.base == 0", "inside &= at % self.base <= 1"),
        ("windows.py", "self.base * (self.n - 1) + 1 if", "self.base * self.n if"),
        ("windows.py", "out += self.ceil_padding or not late", "out += not late"),
        ("windows.py", "np.minimum(i + 1, n % o)", "np.minimum(i, n % o)"),
        ("windows.py", "np.where(flat, np.arange", "np.where(~flat, np.arange"),
        ("arguments.py", "if max(pair) >= span and not wide", "if max(pair) > span and not wide"),
        ("filters.py", "np.clip(at, 0, self.n - 1)", "np.clip(at, 1, self.n - 1)"),
        (
            "filters.py",
            "np.where((at >= 0) & (at < self.n), at, PADDING)",
            "np.where((at >= 0) & (at < self.n), at, 0)",
        ),
        ("random_windows.py", "range(self.grid, n - n % self.grid", "range(self.grid, n"),
        ("random_windows.py", "padding=self.stride // 2)", "padding=0)"),
        ("ranks.py", "self.halved and self.alpha != 0", "self.halved"),
        ("pairs.py", "np.square(v).sum(-1, keepdims=True) / total if", "1 if"),
        ("rmac.py", "/ short - 0.4)", "/ short - 0.6)"),
        ("rmac.py", "max(count - 1, 1)", "count"),
    ),
    # The engine: cells and hyper-parameters at the ends of their range.
    *_each(
        "poolviz/pooling",
        ("tests/pooling/test_extremes.py", "tests/pooling/test_declared_ranges.py"),
        ("norms.py", "not 0.5 <= p <= 16", "not 0 <= p <= 16"),
        ("norms.py", "np.where(a < unit / 2, np.log", "np.where(a <= unit, np.log"),
        ("norms.py", "if p < 1e-30:", "if p < 0:"),
        ("softmax.py", "2 * pull * (a / 2 - y / 2)", "pull * (a / 2 - y / 2)"),
        ("exponential.py", "if abs(r) < limits.tiny:", "if abs(r) < 0:"),
        ("importance.py", "scaled(w, valid, least=self.eps)", "scaled(w, valid)"),
        ("averages.py", "if not np.isfinite(y).all():", "if np.isfinite(y).all():"),
        ("kernels.py", "np.copyto(y, parts /", "np.copyto(y, 2 * parts /"),
        ("variant.py", "finite = abs(value) != inf", "finite = value != inf"),
        ("variant.py", "len(value) % self.rows(declared)", "self.rows(declared) % len(value)"),
        ("pairs.py", "np.float64 if run.x.dtype == np.uint64", "np.int64 if run.x.dtype == 0"),
        ("array.py", "except (TypeError, RuntimeError) as", "except TypeError as"),
    ),
    # The engine: forward and backward, and the fast paths.
    *_each(
        "poolviz/pooling",
        ("tests/pooling/test_oracle.py", *VARIANTS),
        (
            "engine.py",
            "return self.windows.index >= -1 if self",
            "return self.windows.index > -1 if self",
        ),
        (
            "ways_back.py",
            "np.where((local == 0) | (dy == 0), 0, flow)",
            "np.where((local == 0) & (dy == 0), 0, flow)",
        ),
        (
            "selecting.py",
            "last = w.shape[-1] - 1 - nan[..., ::-1].argmax(-1)",
            "last = nan.argmax(-1)",
        ),
        (
            "selecting.py",
            "position = (ladder <= at[..., None]).sum(-1)",
            "position = (ladder < at[..., None]).sum(-1)",
        ),
        ("selecting.py", "seen = valid & (w >= 0) & (a.max", "seen = valid & (w > 0) & (a.max"),
        ("ranks.py", "low, high = n // 2 + 1, n - n // 2", "low, high = n // 2, n - n // 2"),
    ),
    *_each(
        "poolviz/pooling",
        KERNELS,
        (
            "taps.py",
            "high = min(line.out, (line.n - 1 - shift) // line.stride + 1)",
            "high = min(line.out, (line.n - 1 - shift) // line.stride)",
        ),
        (
            "taps.py",
            "low = max(0, -(shift // line.stride))",
            "low = max(0, -(shift // line.stride) - 1)",
        ),
        ("kernels.py", "odd = np.isnan(y) | (y == empty)", "odd = np.isnan(y)"),
        ("kernels.py", "if not (low > 0 or high < 0):", "if not (low > 0 or high <= 0):"),
        (
            "kernels.py",
            "at, flow = at[at >= 0], flow[at >= 0]",
            "at, flow = at[at > 0], flow[at > 0]",
        ),
        (
            "contest.py",
            "max(0, -((residue - axis.before) // axis.stride))",
            "max(0, (axis.before - residue) // axis.stride)",
        ),
    ),
    # Unpooling and the operators with a shape of their own.
    *_each(
        "poolviz/pooling",
        UNPOOLING,
        ("unpool.py", "kept = place >= 0", "kept = place > 0"),
        (
            "unpooling.py",
            "if not (n - 1) * k < given < (n + 1) * k:",
            "if not (n - 1) * k <= given < (n + 1) * k:",
        ),
        ("unpooling.py", "last = size - 1 - valid[..., ::-1].argmax(-1)", "last = size - 1"),
        (
            "unpooling.py",
            "RoundTrip(run.x, output, same & remembered, same & ~remembered)",
            "RoundTrip(run.x, output, same & remembered, same)",
        ),
    ),
    *_each(
        "poolviz/pooling",
        OPERATORS,
        (
            "sequences.py",
            "-(-(self.layers - self.layer) * length // self.layers)",
            "(self.layers - self.layer) * length // self.layers",
        ),
        ("regions.py", "[i * n // b, -(-(i + 1) * n // b)]", "[i * n // b, (i + 1) * n // b]"),
        ("filters.py", "- (self.kernel - 1) // 2", "- self.kernel // 2"),
        ("sequences.py", "(np.cumsum(equal, -1) <= room)", "(np.cumsum(equal, -1) < room)"),
    ),
    # Keypoints.
    *_each(
        "poolviz/pose/metrics",
        OKS,
        ("oks.py", "labelled = v > 0", "labelled = v > 1"),
        (
            "oks.py",
            "high = (bbox[..., :2] + bbox[..., 2:] * 2)",
            "high = (bbox[..., :2] + bbox[..., 2:])",
        ),
        (
            "oks.py",
            "short, over = np.maximum(low - pred, 0), np.maximum(pred - high, 0)",
            "short, over = np.maximum(low - pred, 0), np.minimum(pred - high, 0)",
        ),
        ("oks.py", "np.maximum(r - 1, 0)", "np.maximum(r, 0)"),
    ),
    *_each(
        "poolviz/pose/metrics",
        COCO,
        (
            "matching.py",
            "best_first = np.lexsort((-g, -s, d))",
            "best_first = np.lexsort((g, -s, d))",
        ),
        ("matching.py", "take = ~taken[person] | crowd", "take = ~taken[person] & ~crowd"),
        ("matching.py", "take &= (s[at][:, None] >= least)", "take &= (s[at][:, None] > least)"),
        (
            "matching.py",
            "order[rank < max_dets], rank[rank < max_dets]",
            "order[rank <= max_dets], rank[rank <= max_dets]",
        ),
        ("errors.py", "(mine == best) & (mine >= GOOD)", "(mine == best) & (mine > GOOD)"),
        ("errors.py", "[best < NEAR,", "[best <= NEAR,"),
        ("evaluated.py", "defined = values > -1", "defined = values > 0"),
    ),
    *_each(
        "poolviz/pose/metrics",
        ("tests/pose/metrics/test_similarities.py",),
        (
            "similarities.py",
            "enough = (seen.sum(axis=-1) >= 2)[..., None]",
            "enough = (seen.sum(axis=-1) > 2)[..., None]",
        ),
        ("similarities.py", "own + other - shared)", "own + other)"),
    ),
    # Scenes.
    *_each(
        "poolviz/stage",
        ("tests/stage/test_scene.py",),
        (
            "scene.py",
            "seen.flat[cells[: s + 1][cells[: s + 1] >= 0]] = True",
            "seen.flat[cells[:s][cells[:s] >= 0]] = True",
        ),
        (
            "scene.py",
            "cells, added = track.cells[: s + 1], track.added[: s + 1]",
            "cells, added = track.cells[:s], track.added[:s]",
        ),
        (
            "panel.py",
            "np.asarray(self.kind) == Kind.SECRET, np.nan",
            "np.asarray(self.kind) == Kind.OUTSIDE, np.nan",
        ),
    ),
    *_each(
        WING,
        (f"{HERE}/test_windows.py", f"{HERE}/test_gradients.py", f"{HERE}/test_unpooling.py"),
        (
            "core/window_scene.py",
            "known = np.arange(steps) < hidden",
            "known = np.arange(steps) <= hidden",
        ),
        (
            "core/window_scene.py",
            "return (low, high) if high > low else",
            "return (low, high) if high >= low else",
        ),
        (
            "core/window_scene.py",
            "(min(first, -pad[0]), max(last, n + pad[1])) if whole",
            "(min(first, -pad[0]), max(last, n)) if whole",
        ),
        (
            "gradients/scene.py",
            "np.where((local == 0) | (here == 0), 0, local * here)",
            "np.where((local == 0) & (here == 0), 0, local * here)",
        ),
        (
            "gradients/scene.py",
            "inside = index_of(run, cells) >= 0",
            "inside = index_of(run, cells) > 0",
        ),
        (
            "gradients/scene.py",
            "known = np.arange(len(cells)) < (",
            "known = np.arange(len(cells)) <= (",
        ),
        (
            "unpooling/scene.py",
            'if before and done.duplicates == "last":',
            'if before and done.duplicates != "last":',
        ),
        ("unpooling/scene.py", "known = np.arange(len(at)) < (", "known = np.arange(len(at)) <= ("),
    ),
    # Questions: a wrong choice must not be marked right, and what is not answered not be shown.
    *_each(
        "poolviz/stage",
        (f"{HERE}/test_predict.py", f"{HERE}/test_gradients.py", "tests/test_project.py"),
        ("question.py", "in asked[answered:] if", "in asked[answered + 1 :] if"),
        ("question.py", "if len(kept) < most:", "if len(kept) <= most:"),
        ("question.py", "right = (row, col) in self.cells", "right = (col, row) in self.cells"),
    ),
    *_each(
        WING,
        (f"{HERE}/test_predict.py",),
        (
            "core/predict.py",
            "row, col = divmod(at, run.x.shape[1])",
            "row, col = divmod(at, run.x.shape[0])",
        ),
        ("core/predict.py", "bool(y >= high),", "bool(y > high),"),
        ("core/predict.py", "bool(y <= low),", "bool(y < low),"),
        ("core/predict.py", "bool(mean < y < high),", "bool(mean < y <= high),"),
        (
            "core/predict.py",
            "moved = int((after != run.output).sum())",
            "moved = int((after > run.output).sum())",
        ),
        ("core/predict.py", "if gap > 1)", "if gap >= 1)"),
        (
            "core/predict.py",
            "stride = 1 if max(axis.stride for axis in axes) > 1 else 2",
            "stride = 1 if min(axis.stride for axis in axes) > 1 else 2",
        ),
    ),
    *_each(
        WING,
        (f"{HERE}/test_gradients.py",),
        (
            "gradients/questions.py",
            "row, column = divmod(at, run.x.shape[1])",
            "row, column = divmod(at, run.x.shape[0])",
        ),
        ("gradients/questions.py", "slope >= part),", "slope > 2 * part),"),
        ("gradients/questions.py", "slope < -1e-9),", "slope > -1e-9),"),
    ),
    *_each(
        WING,
        (f"{HERE}/test_adaptive.py", f"{HERE}/test_sequences.py", f"{HERE}/test_compare.py"),
        (
            "adaptive/scene.py",
            "return line.n - (line.out - 1) * stride, stride",
            "return line.n - line.out * stride, stride",
        ),
        ("sequences/scene.py", "bool((np.diff(row) >= 0).all())", "bool((np.diff(row) > 0).all())"),
        ("compare/scene.py", "if few.reached < many.reached:", "if few.reached > many.reached:"),
        (
            "compare/scene.py",
            "lost = [each for each in found if not np.isclose(",
            "lost = [each for each in found if np.isclose(",
        ),
        ("compare/scene.py", "bool(v == top) or", "bool(v <= top) or"),
    ),
    # Programs that a person takes away.
    *_each(
        f"{WING}/programs",
        (f"{HERE}/test_snippets.py", f"{HERE}/test_operator_code.py", f"{HERE}/test_way_code.py"),
        ("keras.py", 'if p.duplicates == "sum":', 'if p.duplicates != "sum":'),
        ("keras.py", "if p.loops or dilated or infinite else", "if p.loops or infinite else"),
        (
            "keras.py",
            "place: n for n, place in enumerate(at.tolist())",
            "place: n for n, place in reversed([*enumerate(at.tolist())])",
        ),
        (
            "keras.py",
            '"dx = tape.gradient(y, x, output_gradients=dy)"',
            '"dx = tape.gradient(y, x)"',
        ),
        (
            "torch.py",
            "return abs(line.n - default) < line.stride",
            "return abs(line.n - default) <= line.stride",
        ),
        ("torch.py", "a.before == a.after <= most", "a.before <= a.after <= most"),
        ("plan.py", 'if rule == "equal" or n % out == 0:', 'if rule == "equal" or n % out >= 0:'),
        ("numpy.py", 'fill = "" if p.fill == 0 else', 'fill = "" if p.fill <= 0 else'),
    ),
    # Pages.
    Mutation(
        "poolviz/ui/share.py",
        "return any(given == old and now - t < OVERTAKEN",
        "return not any(given == old and now - t < OVERTAKEN",
        ("tests/ui/test_share.py", "tests/ui/test_inputs.py"),
    ),
)


class Copies:
    """Copies of the repository in which one mutation at a time is tried."""

    def __init__(self, folder: Path, count: int) -> None:
        self.free: SimpleQueue[Path] = SimpleQueue()
        self.unchanged: dict[tuple[str, ...], str] = {}
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout
        for number in range(count):
            root = folder / str(number)
            for name in filter(None, names.decode().split("\0")):
                if (ROOT / name).is_file():  # a file that was removed is still listed
                    (root / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(ROOT / name, root / name)
            self.free.put(root)

    def noticed(self, mutation: Mutation) -> str:
        """The test that fails first; empty where none does. They pass without the mutation."""
        root = self.free.get()
        try:
            before = (root / mutation.file).read_text()
            failing = self._failing_anyway(root, mutation.tests)
            if failing:
                raise RuntimeError(f"it fails without the mutation: {failing}")
            _write(root / mutation.file, mutation.applied(root))
            try:
                return _first_failure(root, mutation.tests)
            finally:
                _write(root / mutation.file, before)
        finally:
            self.free.put(root)

    def _failing_anyway(self, root: Path, tests: tuple[str, ...]) -> str:
        if tests not in self.unchanged:
            self.unchanged[tests] = _first_failure(root, tests)
        return self.unchanged[tests]


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()  # the change may be as long and as old as what was compiled


def _first_failure(root: Path, tests: tuple[str, ...]) -> str:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", "-rfE"]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    run = subprocess.run(
        [*command, *tests], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if run.returncode == 0:
        return ""
    found = re.search(r"^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$", run.stdout, re.MULTILINE)
    if run.returncode != 1 or found is None:
        raise RuntimeError(f"pytest did not run {tests}:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return found[1]


def _row(copies: Copies, mutation: Mutation) -> bool:
    try:
        test = copies.noticed(mutation)
    except (ValueError, RuntimeError) as error:
        test, mark = str(error), "CANNOT BE TRIED"
    else:
        mark = "noticed" if test else "SURVIVES"
    print(f"{mark:8}  {mutation.name}\n          {test}", flush=True)
    return mark == "noticed"


def main(words: list[str]) -> int:
    chosen = [m for m in MUTATIONS if not words or any(word in m.name for word in words)]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        copies = Copies(Path(folder), AT_ONCE)
        rows = list(pool.map(lambda mutation: _row(copies, mutation), chosen))
    print(f"{sum(rows)} of {len(rows)} noticed")
    return 0 if all(rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
