"""What the pages offer to take away: what the files are called, and that a state brings it back."""

from argparse import Namespace
from collections import Counter
from contextvars import copy_context
from functools import cache

import pytest

from poolviz.cli.export import FORMATS, files
from poolviz.cli.page_files import offers_of_file, offers_of_link
from poolviz.stage.offer import Made, Offer
from poolviz.wings.pages import BY_ADDRESS, KINDS
from poolviz.wings.pooling.compare.experiments import EXPERIMENTS

PAGES = tuple(BY_ADDRESS)
LINKS = (
    *PAGES,
    "adaptive?output_size=3",
    "coco-eval?noise=2&threshold=0.75&area=medium",
    "catalogue?card=Max",
    "catalogue?card=KMax",
    *(f"compare?experiment={name}" for name in EXPERIMENTS),
    *(f"practise?kind={kind}" for kind in KINDS),
)
OF_EACH_FORM = (
    *(f"compare?experiment={name}" for name in EXPERIMENTS),
    *(f"practise?kind={kind}" for kind in ("find-output", "gradient", "location", "oks")),
)
"""Of the exercises one for each way in which they are shown and answered."""


def file_names(offers: list[Offer]) -> list[str]:
    """Every file that can be taken, with its ending."""
    asked = [(kind, False) for kind in FORMATS] + [("handout", True)]
    return [
        f"{name}.{'pdf' if kind == 'handout' else kind}"
        for kind, answers in asked
        for each in offers
        for name, _make in files(each, Namespace(format=kind, answers=answers, step=None, name=""))
    ]


@cache
def english(link: str) -> list[Offer]:
    """What a page offers, for the tests below; none of them takes anything away from it."""
    return copy_context().run(offers_of_link, link, "en")


@pytest.mark.parametrize("link", LINKS)
def test_no_two_files_share_a_name(link):
    assert [name for name, n in Counter(file_names(english(link))).items() if n > 1] == []


@pytest.mark.parametrize("link", [*PAGES, "catalogue?card=KMax", *OF_EACH_FORM])
def test_a_file_has_its_name_in_every_language(link):
    assert file_names(copy_context().run(offers_of_link, link, "zh")) == file_names(english(link))


@pytest.mark.parametrize("link", LINKS)
def test_a_saved_state_offers_what_its_link_offers(link):
    offers = english(link)
    states = [each for each in offers if isinstance(each, Made) and each.kind == "state"]
    for each in states:
        assert file_names(offers_of_file(each.make())) == file_names(offers)
    assert len(states) == 1


def test_a_file_says_what_it_holds():
    named = file_names(offers_of_link("coco-eval?threshold=0.75&area=medium"))
    assert {
        "coco-curves-oks-0.75-medium.png",
        "coco-levels-oks-0.75-medium.pdf",
        "coco-detections-oks-0.75-medium.csv",
        "coco-evaluation-oks-0.75-medium.json",
        *("coco-curves.csv", "coco-annotations.json", "coco-results.json"),
    } <= set(named)
    assert "oks-442619-joints.csv" in file_names(offers_of_link("oks"))
    assert "experiment-shift-digit.png" in file_names(
        offers_of_link("compare?experiment=shift&picture=digit")
    )
    assert "practise-value-7-max-k2-s2.gif" in file_names(offers_of_link("practise?exercise=7"))
