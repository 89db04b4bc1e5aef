"""Text that was typed, in texts that are Markdown."""


def plain(text: str) -> str:
    r"""Text in which Markdown sees nothing to format.

    >>> plain("2*3 [a](b)")
    '2\\*3 \\[a\\](b)'
    """
    for sign in "\\*_[]`$~#<>|":
        text = text.replace(sign, "\\" + sign)
    return text
