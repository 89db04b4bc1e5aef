"""What counts as an array."""

import numpy as np


def array(name: str, value: object) -> np.ndarray:
    """value as an array of real numbers or booleans, or a ``ValueError`` that names it."""
    try:
        a = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must be a rectangular array of numbers: {error}") from None
    except (TypeError, RuntimeError) as error:  # a tensor of bfloat16, with a gradient, on a GPU
        raise ValueError(
            f"{name} must be an array that NumPy can read, got {type(value).__name__}; of a "
            f"PyTorch tensor pass {name}.detach().cpu().float() ({error})"
        ) from None
    if a.dtype.kind not in "fiub":
        raise ValueError(f"{name} must be an array of real numbers, got dtype {a.dtype}")
    return a.astype(a.dtype.newbyteorder("="), copy=False)
