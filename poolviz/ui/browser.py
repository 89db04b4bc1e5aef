"""What travels to the browser: the files of a component, without what only their readers need."""

import re

from poolviz.ui.frame import ASSETS


def sent(name: str) -> str:
    """A file of assets without indentation and comments; one stands on a line, or ends one."""
    lines = (line.strip() for line in (ASSETS / name).read_text("utf-8").splitlines())
    code = (re.sub(r"(?<=[;{,]) // .*", "", line) for line in lines)
    return "\n".join(line for line in code if line and not line.startswith(("//", "/*")))
