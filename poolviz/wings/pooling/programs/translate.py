"""Lines of NumPy in the words of PyTorch and Keras.

The lines are those that variants declare (``poolviz.pooling.code``): they use few functions, and
these mean the same everywhere but for the names below.
"""

import ast
from collections.abc import Callable
from typing import ClassVar

HELPERS = {
    "softmax": (
        "def softmax(z):\n"
        "    e = np.exp(z - np.max(z, -1, keepdims=True))\n"
        "    return e / np.sum(e, -1, keepdims=True)\n"
    ),
    "sigmoid": "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n",
}
"""Functions that the frameworks have and NumPy does not."""


def helpers(text: str) -> str:
    """The helpers that some lines of NumPy call, defined."""
    return "".join(f"\n{each}\n" for name, each in HELPERS.items() if f"{name}(" in text)


def to_torch(text: str) -> str:
    """Lines of NumPy in PyTorch's words.

    >>> to_torch("y = np.max(a, -1)  # the largest")
    'y = torch.max(a, -1).values  # the largest'
    """
    return _translated(text, _Torch())


def to_keras(text: str) -> str:
    """Lines of NumPy in Keras' words.

    >>> to_keras("s = np.sort(a, -1)")
    's = ops.sort(a, -1)'
    """
    return _translated(text, _Keras())


def _translated(text: str, rules: ast.NodeTransformer) -> str:
    lines = []
    for line in text.split("\n"):
        code, mark, comment = line.partition("  # ")
        lines.append(ast.unparse(rules.visit(ast.parse(code))) + mark + comment)
    return "\n".join(lines)


def _attribute(module: str, name: str) -> ast.Attribute:
    return ast.Attribute(ast.Name(module, ast.Load()), name, ast.Load())


class _Rules(ast.NodeTransformer):
    module = ""
    helpers: tuple[str, ...] = ("softmax", "sigmoid")
    names: ClassVar[dict[str, str]] = {}

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "np":
            return _attribute(self.module, self.names.get(node.attr, node.attr))
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in self.helpers:
            node.func = _attribute(self.module, node.func.id)
            if node.func.attr == "softmax":
                node.args.append(ast.UnaryOp(ast.USub(), ast.Constant(1)))
        special: Callable[[ast.Call], ast.expr] | None = getattr(self, f"call_{name}", None)
        return special(node) if special else node


class _Torch(_Rules):
    module = "torch"
    names: ClassVar[dict[str, str]] = {"take_along_axis": "take_along_dim", "array": "tensor"}

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        self.generic_visit(node)
        return ast.keyword("keepdim", node.value) if node.arg == "keepdims" else node

    def _extreme(self, node: ast.Call) -> ast.expr:
        assert isinstance(node.func, ast.Attribute)
        if node.keywords:
            node.func.attr = f"a{node.func.attr}"
            return node
        return ast.Attribute(node, "values", ast.Load())

    call_max = call_min = _extreme

    def call_sort(self, node: ast.Call) -> ast.expr:
        return ast.Attribute(node, "values", ast.Load())

    def call_argsort(self, node: ast.Call) -> ast.expr:
        node.keywords.insert(0, ast.keyword("dim", node.args.pop()))
        return node

    def _bounded(self, node: ast.Call) -> ast.expr:
        assert isinstance(node.func, ast.Attribute)
        limit = "min" if node.func.attr == "maximum" else "max"
        return ast.Call(
            _attribute("torch", "clamp"), node.args[:1], [ast.keyword(limit, node.args[1])]
        )

    call_maximum = call_minimum = _bounded


class _Keras(_Rules):
    module = "ops"

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr in ("nan", "inf"):
            return ast.Call(ast.Name("float", ast.Load()), [ast.Constant(node.attr)], [])
        if node.attr == "T":
            return ast.Call(_attribute("ops", "transpose"), [node.value], [])
        return super().visit_Attribute(node)

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        if node.arg == "dtype":
            return ast.keyword("dtype", ast.Constant("float32"))
        return node

    def call_argsort(self, node: ast.Call) -> ast.expr:
        node.keywords = []
        return node
