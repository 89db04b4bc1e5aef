"""Non-local means: patches ask which other patches look like them. No parameters at all."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from poolviz.attention.block import Block, Choices, Cost, Made, Names
from poolviz.attention.flow import Grid, Parameters, Value
from poolviz.attention.worked import Worked
from poolviz.pooling.variant import param
from poolviz.text import N_

__all__ = ["NonLocalMeans"]


@dataclass(frozen=True)
class NonLocalMeans(Block):
    """NLM(u)_i = sum_j w_ij u_j / sum_j w_ij, w_ij = exp(-max(D_ij - 2 sigma^2, 0) / h^2).

    D is the mean squared difference of the s x s patches around i and j, over all channels;
    borders are reflected without repeating the edge. j runs over the search window of i that lies
    in the picture; ``window`` 0 is the whole picture. out = u + gamma (NLM(u) - u).

    It is ``attend`` with patches / s as queries and keys, scale 2 / h^2 and bias -|key|^2 / h^2.
    Computed offset by offset, without N x N numbers.

    Source: Buades, Coll & Morel, CVPR 2005, eq. 1.

    >>> block = NonLocalMeans(patch=1, window=3, h=1.0)
    >>> block(np.array([[[0.0, 0.0], [0.0, 1.0]]]), {}).output.round(6).tolist()
    [[[0.109232, 0.109232], [0.109232, 0.475367]]]
    """

    patch: int = param(
        3, N_("Rows and columns of the patches that are compared; odd."), low=1, high=15,
        title=N_("Patch"),
    )  # fmt: skip
    window: int = param(
        11, N_("Rows and columns of the search window; odd, or 0 for the whole picture."), low=0,
        high=255, title=N_("Search window"),
    )  # fmt: skip
    h: float = param(
        0.0941, N_("How different patches may be; about 1.2 times the noise."), low=0, high=100,
        open_low=True, title="h",
    )  # fmt: skip
    sigma: float = param(
        0.0, N_("The noise whose share 2σ² is taken off the distance first; 0: nothing is."), low=0,
        high=100, title="σ",
    )  # fmt: skip
    gamma: float = param(
        1.0, N_("How much of the difference to the mean is added; 0 leaves the picture."), low=-4,
        high=4, title="γ",
    )  # fmt: skip

    title = N_("Non-local means")
    family = N_("Non-local")
    formula = (
        r"y_i = \frac{\sum_j w_{ij}\,u_j}{\sum_j w_{ij}}, \quad "
        r"w_{ij} = e^{-\|P_i - P_j\|^2 / (s^2 h^2)}"
    )
    gradient = (
        r"dw_{ij} = \frac{dy_i\,(u_j - y_i)}{\sum_j w_{ij}}, \quad "
        r"dD_{ij} = -\frac{w_{ij}}{h^2}\,dw_{ij}"
    )
    reference = "Buades, Coll & Morel, CVPR 2005"
    year = 2005
    page = "denoise"
    names = Names(elsewhere="skimage.restoration.denoise_nl_means, cv2.fastNlMeansDenoising")
    choices = Choices(
        N_("the patch around each cell"), N_("the patches of its search window"),
        N_("softmax of minus the squared difference over h²"), N_("the cells themselves"),
        N_("taken in the cell's place"),
    )  # fmt: skip
    worked = Worked(
        "X2",
        (0.433641, 0.416783, 0.676960, 11.777450),
        (1.157290, -0.127782, 0.755330, 16.0),
        (),
        (("h", 0.5), ("window", 3)),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("patch", "window"):
            value = getattr(self, name)
            if value % 2 == 0 and value:
                raise ValueError(f"{name} must be odd, got {value}")

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        return {}

    def forward(self, x: Value, grid: Grid, p: Parameters, low: object) -> Made:
        run = _Search(self, x.array, grid)

        def back(d: np.ndarray) -> np.ndarray:
            return (1 - self.gamma) * d + self.gamma * run.back(d)

        mean = Value(run.mean)
        out = x.array + self.gamma * (run.mean - x.array)
        return Made(Value(out, (x, back)), grid, (), {"mean": mean})

    def reach(self, grid: Grid) -> Grid:
        """How far the search window reaches, in rows and columns."""
        if not self.window:
            return grid[0] - 1, grid[1] - 1
        far = self.window // 2
        return min(far, grid[0] - 1), min(far, grid[1] - 1)

    def patches(self, x: np.ndarray) -> np.ndarray:
        """Maps ``(..., C, H, W)`` -> queries and keys ``(..., H W, C s^2)``: patches / (s √C)."""
        edge = self.patch // 2
        padded = reflected(np.asarray(x), edge)
        cells = np.lib.stride_tricks.sliding_window_view(padded, (self.patch,) * 2, axis=(-2, -1))
        cells = np.moveaxis(cells, -5, -3)  # (..., H, W, C, s, s)
        n = cells.shape[-5] * cells.shape[-4]
        flat = cells.reshape(*cells.shape[:-5], n, -1)
        return flat / (self.patch * np.sqrt(cells.shape[-3]))

    def weights_of(self, x: np.ndarray, row: int, col: int) -> np.ndarray:
        """What one cell takes of each cell of maps ``(C, H, W)``: ``(H, W)``, 0 outside its window.

        >>> w = NonLocalMeans(patch=1, window=3, h=1.0).weights_of(np.zeros((1, 4, 4)), 0, 0)
        >>> w[:2, :2].tolist(), w.sum().item()
        ([[0.25, 0.25], [0.25, 0.25]], 1.0)
        """
        grid = x.shape[-2:]
        keys = self.patches(np.asarray(x, np.float64)).reshape(*grid, -1)
        distance = ((keys - keys[row, col]) ** 2).sum(-1)
        w = np.exp(-np.maximum(distance - 2 * self.sigma**2, 0) / self.h**2)
        r, c = np.indices(grid)
        far = self.reach((grid[0], grid[1]))
        w[(abs(r - row) > far[0]) | (abs(c - col) > far[1])] = 0
        return w / w.sum()

    def lines(self) -> str:
        s, far = self.patch, self.window // 2
        near = f"(abs(row[:, None] - row) <= {far}) & (abs(col[:, None] - col) <= {far})"
        lines = [
            "row, col = places(*x.shape[1:])",
            f"near = {near}" if self.window else "near = (row[:, None] == row) | True",
            f"q = patches(x, {s}) / ({s} * len(x) ** 0.5)",
        ]
        if self.sigma:
            lines += [
                "d = total((q[:, None] - q) ** 2, -1)",
                f"bias = -clipped(d - {2 * self.sigma**2!r}, 0, 1e300) / {self.h**2!r}",
                "y = attend(0 * q, q, tokens(x), near, scale=1.0, bias=bias)",
            ]
        else:
            lines += [
                f"bias = -total(q * q, 1) / {self.h**2!r}",
                f"y = attend(q, q, tokens(x), near, scale={2 / self.h**2!r}, bias=bias)",
            ]
        return "\n".join((*lines, f"z = x + {self.gamma} * (maps(y, x) - x)"))

    def entries(self, channels: int, grid: Grid) -> int:
        far = self.reach(grid)
        return grid[0] * grid[1] * (2 * far[0] + 1) * (2 * far[1] + 1)

    def receipt(self, channels: int, grid: Grid) -> tuple[Cost, ...]:
        pairs = self.entries(channels, grid)
        return Cost("D", pairs * channels), Cost("w u", pairs * channels)


Region = tuple[slice, slice]
_Offset = tuple[Region, Region, np.ndarray, tuple[np.ndarray, np.ndarray]]


@dataclass(eq=False)
class _Search:
    """The sums over offsets: for each, one shifted difference, box sums of its square, one exp."""

    block: NonLocalMeans
    tokens: np.ndarray
    grid: Grid

    def __post_init__(self) -> None:
        u = self._maps(self.tokens)
        self.total = np.zeros_like(u[..., :1, :, :])
        self.y = np.zeros_like(u)
        for here, there, some, _parts in self._offsets(half=True):
            # both ask each other with one weight: the cells here those there, and those there these
            for asks, asked in ((here, there), (there, here))[: 1 if here == there else 2]:
                self.total[..., asks[0], asks[1]] += some
                self.y[..., asks[0], asks[1]] += some * u[..., asked[0], asked[1]]
        self.y /= self.total
        self.mean = self._tokens(self.y)

    def _maps(self, tokens: np.ndarray) -> np.ndarray:
        return np.swapaxes(tokens, -1, -2).reshape(*tokens.shape[:-2], tokens.shape[-1], *self.grid)

    def _tokens(self, maps: np.ndarray) -> np.ndarray:
        return np.swapaxes(maps.reshape(*maps.shape[:-2], -1), -1, -2)

    def _offsets(self, half: bool = False) -> Iterator[_Offset]:
        """Each offset, or each without its opposite: the cells that have a cell there, those cells,
        their weights ``(..., 1, h, w)``, and the difference of the padded maps with the mask of
        where D counts."""
        block, (h, w) = self.block, self.grid
        padded = reflected(self._maps(self.tokens), block.patch // 2)
        far = block.reach(self.grid)
        for dr in range(0 if half else -far[0], far[0] + 1):
            for dc in range(0 if half and dr == 0 else -far[1], far[1] + 1):
                here, there = _overlap(h, w, dr, dc)
                first, second = (_grown(each, block.patch // 2) for each in (here, there))
                difference = padded[..., first[0], first[1]] - padded[..., second[0], second[1]]
                squared = difference**2
                if squared.shape[-3] > 1:
                    squared = squared.mean(-3, keepdims=True)
                over = _boxes(squared, block.patch) / block.patch**2 - 2 * block.sigma**2
                some = np.exp(-np.maximum(over, 0) / block.h**2)
                yield here, there, some, (difference, over > 0)

    def back(self, d: np.ndarray) -> np.ndarray:
        """What dy gives u, by way of the values and by way of the weights."""
        block, (h, w) = self.block, self.grid
        dy = self._maps(d) / self.total
        edge = block.patch // 2
        du = np.zeros_like(self._maps(self.tokens))
        dpadded = np.zeros((*du.shape[:-2], h + 2 * edge, w + 2 * edge), du.dtype)
        channels = du.shape[-3]
        u = self._maps(self.tokens)
        for here, there, weights, (difference, counts) in self._offsets():
            asks = dy[..., here[0], here[1]]
            du[..., there[0], there[1]] += weights * asks
            apart = u[..., there[0], there[1]] - self.y[..., here[0], here[1]]
            dw = (asks * apart).sum(-3, keepdims=True)
            dd = -dw * weights / block.h**2 * counts / block.patch**2
            spread = _boxes(_framed(dd, 2 * edge), block.patch)  # the box sum's own transpose
            part = spread * 2 * difference / channels
            first, second = (_grown(each, edge) for each in (here, there))
            dpadded[..., first[0], first[1]] += part
            dpadded[..., second[0], second[1]] -= part
        return self._tokens(du + _folded(dpadded, edge))


def reflected(u: np.ndarray, edge: int) -> np.ndarray:
    """Maps with a border that mirrors them, the edge itself not repeated."""
    pads = [(0, 0)] * (u.ndim - 2) + [(edge, edge)] * 2
    return np.pad(u, pads, mode="reflect")


def _folded(padded: np.ndarray, edge: int) -> np.ndarray:
    """What a border gives back to the cells that it mirrors: the transpose of ``reflected``."""
    for axis in (-2, -1):
        n = padded.shape[axis] - 2 * edge
        at = np.pad(np.arange(n), edge, mode="reflect")
        moved = np.moveaxis(padded, axis, 0)
        folded = np.zeros((n, *moved.shape[1:]), padded.dtype)
        np.add.at(folded, at, moved)
        padded = np.moveaxis(folded, 0, axis)
    return padded


def _overlap(h: int, w: int, dr: int, dc: int) -> tuple[Region, Region]:
    """The cells that have a cell at this offset, and those cells."""
    rows = slice(max(0, -dr), min(h, h - dr)), slice(max(0, dr), min(h, h + dr))
    cols = slice(max(0, -dc), min(w, w - dc)), slice(max(0, dc), min(w, w + dc))
    return (rows[0], cols[0]), (rows[1], cols[1])


def _grown(region: Region, edge: int) -> Region:
    """The same cells with their patches, in the padded maps."""
    rows, cols = region
    return slice(rows.start, rows.stop + 2 * edge), slice(cols.start, cols.stop + 2 * edge)


def _framed(maps: np.ndarray, edge: int) -> np.ndarray:
    pads = [(0, 0)] * (maps.ndim - 2) + [(edge, edge)] * 2
    return np.pad(maps, pads)


def _boxes(maps: np.ndarray, size: int) -> np.ndarray:
    """Sums of size x size boxes: along rows, then along columns, shifted maps added up."""
    rows, cols = (n - size + 1 for n in maps.shape[-2:])
    total = maps[..., :rows, :].copy()
    for i in range(1, size):
        total += maps[..., i : i + rows, :]
    boxes = total[..., :cols].copy()
    for i in range(1, size):
        boxes += total[..., i : i + cols]
    return boxes
