"""What a file is called: its page, its variant and its windows, so that a folder can be read."""

from poolviz.pooling import Adaptive, Geometry, Pooled, Sliding
from poolviz.stage.words import slug as slug


def run_name(page: str, run: Pooled) -> str:
    """ "windows-max-k2-s2": the page, the variant, the kernel, the stride, and what is not usual.

    >>> import numpy as np, poolviz as pv
    >>> run_name("windows", pv.pool(np.ones((5, 5)), pv.SoftPool(), pv.Sliding((3, 2), 1, 1)))
    'windows-softpool-k3x2-s1-p1'
    """
    return f"{page}-{slug(type(run.variant).__name__)}-{geometry_name(run.geometry)}"


def geometry_name(geometry: Geometry) -> str:
    """ "k2-s2", "k3-s1-p1-d2-ceil", "out3" or "global".

    >>> geometry_name(Sliding(3, 2, "same_upper")), geometry_name(Adaptive((3, 2)))
    ('k3-s2-same-upper', 'out3x2')
    """
    if isinstance(geometry, Adaptive):
        return f"out{_sides(geometry.output_size)}"
    if not isinstance(geometry, Sliding):
        return slug(type(geometry).__name__)
    stride = geometry.kernel_size if geometry.stride is None else geometry.stride
    parts = [f"k{_sides(geometry.kernel_size)}", f"s{_sides(stride)}"]
    if isinstance(geometry.padding, str):
        parts.append(slug(geometry.padding))
    elif _sides(geometry.padding) != "0":
        parts.append(f"p{_sides(geometry.padding)}")
    if _sides(geometry.dilation) != "1":
        parts.append(f"d{_sides(geometry.dilation)}")
    return "-".join([*parts, "ceil"] if geometry.ceil_mode else parts)


def _sides(value: object) -> str:
    """One number, or those of the axes with "x" between: 2, (2, 2) -> "2"; (2, 3) -> "2x3"."""
    sides = value if isinstance(value, tuple) else (value,)
    texts = ["_".join(map(str, s)) if isinstance(s, tuple) else str(s) for s in sides]
    return texts[0] if len(set(texts)) == 1 else "x".join(texts)
