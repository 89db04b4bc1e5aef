"""No page counts one thing in the plural: "1 maps", "1 cells"."""

import re

import pytest

from poolviz.readers import pack_matrix
from poolviz.stage import address
from poolviz.stage.part import ALL, Chart, Moment, Play, Says, Table, walk
from poolviz.wings.pages import BY_ADDRESS

THINGS = (
    "maps classes weights biases cells windows outputs words numbers joints keypoints steps rows "
    "columns similarities features gradients comparisons layers labels"
)
ONE = re.compile(rf"(?<![\w.,/×·^+−-])(?<!× )1(?:</b>)? ({'|'.join(THINGS.split())})\b")
LONE = pack_matrix([[7.0]])
CASES = [
    ("global", {"channels": "1", "classes": "1", "rows_of_maps": "1", "cols_of_maps": "1"}),
    ("adaptive", {"output_size": "1", "sample": "ramp"}),
    ("windows", {"kernel_size": "2", "padding": "1", "sample": "worked-example"}),
    ("windows", {"matrix": LONE, "sample": "own", "kernel_size": "1"}),
    ("gradients", {"variant": "SoftPool", "kernel_size": "2", "stride": "2"}),
    ("gradients", {"matrix": LONE, "sample": "own", "kernel_size": "1"}),
    ("unpooling", {"matrix": LONE, "sample": "own", "kernel_size": "1"}),
    ("sequences", {"text": "one", "k": "1"}),
    ("compare", {"kernel_size": "3", "stride": "1"}),
    ("compare", {"matrix": LONE, "sample": "own", "kernel_size": "1"}),
]


def said(page, values):
    """Everything that a person can read or hear there once all is answered."""
    run = page.result(values)
    for step in (0, 1):
        for part in walk(page.parts(values), Moment(ALL, step)):
            if isinstance(part, Says):
                yield part.text
            elif isinstance(part, Chart):
                yield part.alt
            elif isinstance(part, Table):
                yield from map(str, part.columns)
            elif isinstance(part, Play):
                yield from part.scene(None).narration
    for question in page.questions(run):
        yield question.text
        yield from (f"{choice.label} {choice.why}" for choice in question.choices)


@pytest.mark.parametrize(("name", "given"), CASES, ids=lambda case: str(case)[:40])
def test_one_thing_is_no_plural(name, given):
    page = BY_ADDRESS[name]
    values, _complaints = address.read(page, given)
    values, _told = address.settle(page, values)
    for text in said(page, values):
        assert not ONE.search(str(text)), text
