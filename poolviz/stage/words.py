"""Text in texts of another kind: in Markdown, in the names of files."""

import re


def plain(text: str) -> str:
    r"""Text in which Markdown sees nothing to format.

    >>> plain("2*3 [a](b)")
    '2\\*3 \\[a\\](b)'
    """
    for sign in "\\*_[]`$~#<>|":
        text = text.replace(sign, "\\" + sign)
    return text


def slug(text: str) -> str:
    """Text as part of a file's name: small letters, digits, and "-" for the rest.

    >>> slug("Average (count, PAD)"), slug("最大")
    ('average-count-pad', 'x')
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "x"
