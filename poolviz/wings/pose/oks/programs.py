"""The code that a person would write for exactly this state: NumPy, and pycocotools."""

import numpy as np

from poolviz.wings.pose.oks.posing import Posing

NUMPY = """import numpy as np

gt = np.array({gt})
pred = np.array({pred})
v = np.array({v})  # flags of the ground truth
k = {k}
area = {area}

d2 = ((pred - gt) ** 2).sum(axis=1)
ks = np.exp(-d2 / (2 * area * k**2))
oks = ks[v > 0].mean()
print(oks)
"""

BARE = """import numpy as np

pred = np.array({pred})
x, y, w, h = {bbox}
k = {k}
area = {area}

# Nothing is labelled: the distance to the box, enlarged by its own size on every side.
low, high = np.array([x - w, y - h]), np.array([x + 2 * w, y + 2 * h])
beyond = np.maximum(low - pred, 0) + np.maximum(pred - high, 0)
oks = np.exp(-(beyond**2).sum(axis=1) / (2 * area * k**2)).mean()
print(oks)
"""

COCO = """import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

truth = {truth}  # x, y, v
found = {found}  # x, y, score (never read)

coco = COCO()
coco.dataset = {{
    "images": [{{"id": 1}}],
    "categories": [{{"id": 1}}],
    "annotations": [{{
        "id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0,
        "area": {area},
        "bbox": {bbox},
        "num_keypoints": {labelled},
        "keypoints": truth,
    }}],
}}
coco.createIndex()
results = coco.loadRes(
    [{{"image_id": 1, "category_id": 1, "score": 1.0, "keypoints": found}}]
)
run = COCOeval(coco, results, "keypoints")
run.params.kpt_oks_sigmas = {sigmas}  # k = 2 sigma
run.evaluate()
oks = run.ious[1, 1][0, 0]
print(oks)
"""


def numpy_code(posing: Posing) -> str:
    """A program that prints the OKS of this state with NumPy alone, as ``oks``."""
    template = BARE if posing.bare else NUMPY
    return template.format(
        gt=_rows(posing.person.points),
        pred=_rows(posing.pred),
        v=list(posing.visibility),
        k=_k(posing),
        area=repr(posing.area),
        bbox=_row(posing.person.bbox),
    )


def pycocotools_code(posing: Posing) -> str:
    """A program that has pycocotools compute the OKS of this state, as ``oks``."""
    truth = np.column_stack([posing.person.points, posing.visibility])
    if posing.factor == 2:
        sigmas = f"np.array({_sigmas(posing)})"
    elif posing.factor == 1:
        sigmas = f"np.array({_sigmas(posing)}) / 2"
    else:
        sigmas = f"np.full({len(posing.sigmas)}, 0.5)"
    return COCO.format(
        truth=_triples(truth),
        found=_triples(np.column_stack([posing.pred, np.ones(len(posing.pred))])),
        area=repr(posing.area),
        bbox=_row(posing.person.bbox),
        labelled=sum(v > 0 for v in posing.visibility),
        sigmas=sigmas,
    )


def _k(posing: Posing) -> str:
    if not posing.factor:
        return "1.0"
    factor = "2 * " if posing.factor == 2 else ""
    return f"{factor}np.array({_sigmas(posing)})"


def _sigmas(posing: Posing) -> str:
    return _listed([f"{sigma:.6g}" for sigma in posing.sigmas], 9)


def _text(value: float) -> str:
    short = repr(round(float(value), 6))
    return short.removesuffix(".0") if float(short) == float(value) else repr(float(value))


def _row(values: object) -> str:
    return "[" + ", ".join(_text(v) for v in np.asarray(values).ravel()) + "]"


def _rows(points: np.ndarray) -> str:
    return _listed([_row(point) for point in points], 4)


def _triples(triples: np.ndarray) -> str:
    return _listed([_row(triple)[1:-1] for triple in triples], 4, ",  ")


def _listed(cells: list[str], each: int, join: str = ", ") -> str:
    """A list in Python, so many cells a line."""
    lines = [join.join(cells[i : i + each]) for i in range(0, len(cells), each)]
    return "[\n    " + ",\n    ".join(lines) + ",\n]"
