"""A stage as code: one line with the changed argument marked, and whole programs."""

from poolviz.wings.attention.core.programs import numpy_program, torch_program
from poolviz.wings.attention.one_function.scene import PLANE
from poolviz.wings.attention.one_function.stages import Stage

MASKS = {
    "window": "window = block[:, None] == block",
    "cross": "cross = (row[:, None] == row) | (col[:, None] == col)",
}


def scale_text(stage: Stage, factor: float) -> str:
    """The scale as it is written, with the factor of the slider.

    >>> from poolviz.wings.attention.one_function.stages import STAGES
    >>> scale_text(STAGES[3], 1.0), scale_text(STAGES[3], 2.5)
    ('1 / 8', '2.5 * 1 / 8')
    """
    return stage.scale_text if factor == 1 else f"{factor:g} * {stage.scale_text}"


def arguments(stage: Stage, factor: float, torch: bool) -> list[tuple[str, str]]:
    """(argument, text) of the call, in order; what is not given is left out."""
    texts = {**stage.texts, "scale": scale_text(stage, factor)}
    if torch:
        texts = {name: text.replace("np.array", "torch.tensor") for name, text in texts.items()}
    shown = [(name, texts[name]) for name in ("q", "k", "v")]
    if stage.heads > 1:
        shown = [(name, f"heads({text})") for name, text in shown]
    if torch:  # a float mask is added: a bias
        mask = stage.mask if stage.mask != "None" else texts["bias"]
        shown.append(("attn_mask", mask))
        return [*shown, ("scale", texts["scale"])]
    return [*shown, *((name, texts[name]) for name in ("mask", "scale", "bias"))]


def line(stage: Stage, factor: float, torch: bool) -> str:
    """The call as Markdown, its changed arguments marked."""
    name = "F.scaled_dot_product_attention" if torch else "attend"
    changed = set(stage.changed)
    if torch and changed & {"mask", "bias"}:
        changed.add("attn_mask")
    if "heads" in changed:
        changed |= {"q", "k", "v"}
    pieces = [f"`y = {name}(`"]
    for i, (argument, text) in enumerate(arguments(stage, factor, torch)):
        code = f"`{'' if argument in 'qkv' else argument + '='}{text}`"
        comma = ", " if i else " "
        pieces.append(comma + (f":orange-background[{code}]" if argument in changed else code))
    return "".join((*pieces, " `)`"))


def programs(stage: Stage, factor: float) -> dict[str, str]:
    """PyTorch and NumPy programs that leave the output ``(4, 4)`` in ``y``, W in ``w``."""
    return {
        "PyTorch": torch_program("\n".join(_lines(stage, factor, True))),
        "NumPy": numpy_program("\n".join(_lines(stage, factor, False))),
    }


def _lines(stage: Stage, factor: float, torch: bool) -> list[str]:
    both = stage.x == "AT"
    lines = [
        f"A = np.array({PLANE.tolist()})",
        "x = np.stack((A.ravel(), A.T.ravel()), -1)" if both else "x = A.reshape(-1, 1)",
        *(["x = torch.tensor(x)"] if torch else []),
    ]
    if stage.mask in MASKS:
        lines.append("row, col = np.divmod(np.arange(16), 4)")
        if stage.mask == "window":
            lines.append("block = row // 2 * 2 + col // 2")
        lines.append(MASKS[stage.mask])
        if torch:
            lines.append(f"{stage.mask} = torch.tensor({stage.mask})")
    if stage.heads > 1:
        lines += [
            "",
            "",
            "def heads(x):",
            '    """(cells, E) -> (E, cells, 1): each column is a head."""',
            "    return x.T[:, :, None]",
            "",
            "",
        ]
    given = arguments(stage, factor, False)
    if torch:
        given = [(name, text.replace("np.array", "torch.tensor")) for name, text in given]
    call = ", ".join(
        text if name in "qkv" else f"{name}={text}"
        for name, text in given
        if (name, text) not in (("mask", "None"), ("bias", "None"))
    )
    lines.append(f"{'y' if torch else 'y, w'} = attend({call})")
    first = "y[0, :, 0]" if stage.heads > 1 else "y[:, 0]"
    lines.append(f"y = {first}.reshape(4, 4)")
    if stage.heads > 1:
        lines.append("z = A + y" if not torch else "z = torch.tensor(A) + y")
    return [*lines, "print(y)", ""]
