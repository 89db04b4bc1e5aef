"""What somebody may put where a number, a name or a sentence is expected."""

import re

SCRIPT = "<script>document.title='gone'</script>"
TEXTS = {
    "nothing": "",
    "a space": " ",
    "a word": "abc",
    "below": "-1",
    "a million million": "1000000000000",
    "ten thousand digits": "9" * 10_000,
    "an infinity": "1e999",
    "no number": "nan",
    "half a number": "1.5.2",
    "other digits": "٣",
    "a fullwidth digit": "３",
    "a null": "1\x002",
    "lines": "1\r\nSet-Cookie: a=b",
    "right to left": "\u202e321",
    "accents piled up": "a" + "\u0301" * 500,
    "bytes that are no text": "\ufffd\ufffe\uffff",
    "script": SCRIPT,
    "an image that acts": '"><img src=x onerror=alert(1)>',
    "a link": "[free pizza](javascript:alert(1))",
    "a picture from elsewhere": "![x](https://evil.example/x.png)",
    "a formula": '=HYPERLINK("https://evil.example")',
    "latex": "$\\href{javascript:alert(1)}{x}$",
    "a template": "{{7*7}}${7*7}%s%n{0.__class__}",
    "a query": "'; DROP TABLE pools; --",
    "a path": "../../../../etc/passwd",
    "python": "__import__('os').system('id')",
    "nested": "[" * 3000 + "]" * 3000,
    "json": '{"__proto__": {"a": 1}}',
    "separators": "_" * 900 + "," * 900 + ";" * 900,
    "a large matrix": "__".join(["_".join(["1"] * 40)] * 40),
    "many numbers": ",".join(["1"] * 2500),
    "true and more": "true,false,None",
}


ACTS = re.compile(
    r"(?<!\\)<script>document|(?<!\\)<img src=x|(?<!\\)\]\((javascript:|https://evil)|(?<!\\)\\href"
)
"""What a browser would act on, had it come from outside. What stands behind a backslash is text."""


def markup(sentence: str) -> list[str]:
    """The pieces of a sentence that would act."""
    return [found.group() for found in ACTS.finditer(sentence)]
