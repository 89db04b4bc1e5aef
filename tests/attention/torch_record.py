"""Record what PyTorch gives for every case: ``python -m tests.attention.torch_record``.

Of each array its product with a fixed direction is kept: the output, and the gradients of the input
and of every parameter.
"""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from tests.attention.cases import CASES

FILE = Path(__file__).parents[1] / "golden" / "attention.json"
SIZES = {"inner", "hidden", "reduction", "biases", "multiple", "scores"}
"""Fields that the shapes of the parameters say."""


def given(block):
    """The input, the second input by name, the parameters, and the upstream gradient's draws."""
    r = np.random.default_rng(0)
    x = r.normal(size=(4, 5, 6))
    low = {"low": r.normal(size=(4, 6, 3))} if block.two_inputs else {}
    return x, low, {name: r.normal(size=shape) for name, shape in block.shapes(4).items()}, r


def along(array):
    """The product of an array with a direction of its size."""
    return float((np.random.default_rng(array.size).normal(size=array.shape) * array).sum())


def recorded(block):
    """Autograd's numbers."""
    import torch

    from tests.attention.torch_blocks import BLOCKS

    x, low, p, r = given(block)
    maps = {name: torch.tensor(each, requires_grad=True) for name, each in (("x", x), *low.items())}
    values = {name: torch.tensor(each, requires_grad=True) for name, each in p.items()}
    how = {name: each for name, each in asdict(block).items() if name not in SIZES}
    second = {name: each for name, each in maps.items() if name != "x"}
    z = BLOCKS[type(block).__name__](maps["x"], values, **second, **how)
    z.backward(torch.tensor(r.normal(size=z.shape)))
    found = {"z": along(z.detach().numpy())}
    for name, each in (maps | values).items():
        found[name] = 0.0 if each.grad is None else along(each.grad.numpy())
    return found


def main():
    import torch

    cases = {each.id: recorded(each.values[0]) for each in CASES}
    text = json.dumps({"torch": torch.__version__, "cases": cases}, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
