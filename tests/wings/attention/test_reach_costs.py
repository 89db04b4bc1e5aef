"""/reach: fewer keys and what they give away, and the receipts."""

import numpy as np
import pytest

from poolviz.stage.part import Fold, Moment, Table
from poolviz.wings.attention.reach import anchors
from poolviz.wings.attention.reach.bill import short
from poolviz.wings.attention.reach.controls import read_pyramid
from poolviz.wings.attention.reach.receipts import BLOCKS, inside_resnet
from tests.wings.attention.test_reach import shown, values_of

ERRORS = {
    "photograph": (1.00, 0.090, 0.051, 0.034, 0.017),
    "cat": (1.00, 0.575, 0.404, 0.251, 0.072),
    "digit": (1.01, 0.376, 0.335, 0.315, 0.141),
    "go-board": (1.00, 0.988, 0.978, 0.966, 0.737),
}
"""Relative error of y: S = 1, 50, 110, 225, and every second row and column (facts 5.5)."""


@pytest.mark.parametrize("name", ERRORS)
def test_anchors_in_place_of_keys(name):
    """To one in the last digit: the facts' own centring differs in the fourth."""
    found = anchors.errors()[name]
    np.testing.assert_allclose(found[1:], ERRORS[name][1:], atol=1e-3)
    assert found[0] == pytest.approx(ERRORS[name][0], abs=5e-3)


def test_pictures_have_the_sizes_of_the_facts():
    sizes = {name: anchors.picture_of(name).shape for name in anchors.PICTURES}
    assert sizes == {
        "photograph": (32, 32), "cat": (32, 32), "digit": (28, 28), "go-board": (19, 19),
    }  # fmt: skip
    keys = [anchors.of_picture("cat", sizes).keys for sizes in (*anchors.PYRAMIDS, ())]
    assert keys == [1, 50, 110, 225, 256]


def test_as_many_bins_as_cells_are_full_attention():
    x = np.random.default_rng(1).random((8, 8))
    assert anchors.anchored("map", x, (8,)).error < 1e-12
    assert anchors.anchored("map", np.ones((1, 3)), (1,)).error == 0


TOTALS = [
    ("nonlocal", {"channels": 1024, "sizes": (14, 14)}, 900_759_552),
    ("nonlocal-after", {"channels": 1024, "sizes": (14, 14)}, 841_752_576),
    ("nonlocal-before", {"channels": 1024, "sizes": (14, 14)}, 533_471_232),
    ("position", {}, 108_152_013_952),
    ("criss-cross", {"loops": 1}, 8_269_080_832),
    ("context", {"channels": 1024, "sizes": (14, 14)}, 1_064_960),
    ("pyramid", {"channels": 2048, "sizes": (96, 96)}, 2 * 19_846_397_952),
]


@pytest.mark.parametrize(("name", "given", "flops"), TOTALS)
def test_a_receipt_adds_up_to_what_the_facts_count(name, given, flops):
    bill = values_of(name, **given)
    assert bill.total == sum(line.macs for line in bill.lines) == flops
    assert values_of(name, **given, convention="MAC").total * 2 == flops


def test_criss_cross_with_exactly_its_keys():
    totals = [values_of("criss-cross", loops=r, scores="H+W-1").total for r in (1, 2, 3)]
    assert [round(each / 1e9, 3) for each in totals] == [8.258, 16.516, 24.775]


@pytest.mark.parametrize("name", ["position", "nonlocal"])
def test_where_all_ask_all_a_doubled_side_is_16_times_the_weights(name):
    bill = values_of(name)
    assert bill.doubled.entries == 16 * bill.entries
    assert bill.doubled.memory == 16 * bill.memory


def test_resnet_rows():
    rows = inside_resnet()
    assert [row.parameters for row in rows] == [
        25_557_032, 27_658_792, 26_607_657, 25_690_345, 28_078_773, 35_557_941, 28_088_024,
        28_089_624,
    ]  # fmt: skip
    assert len({row.title for row in rows}) == len(rows)


def test_counts_are_written_with_their_prefix():
    assert short(108_152_013_952, "FLOP") == "108.15 GFLOP"
    assert short(999, "MAC") == "999 MAC"


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_has_its_receipt_on_the_page(block):
    tables = [p for p in shown(Moment(), block=block) if isinstance(p, Table)]
    bill = next(table for table in tables if "MAC" in table.columns and "share" in table.columns)
    lines = [int(text.replace(",", "")) for text in bill.columns["MAC"]]
    assert sum(lines[:-1]) == lines[-1]


def test_resnet_stands_in_a_box_of_its_own():
    fold = next(p for p in shown(Moment()) if isinstance(p, Fold) and p.name == "resnet")
    table = next(part for part in fold.make() if isinstance(part, Table))
    assert table.columns["parameters"][0] == "25,557,032"


def test_what_a_pyramid_may_be():
    assert read_pyramid("1, 4,8,12") == (1, 4, 8, 12)
    for text in ("0", "13", "a", "", "1,2,3,4,5,6,7"):
        with pytest.raises(ValueError, match="needed"):
            read_pyramid(text)
