"""What the pages offer to take away: what the files are called, and that a state brings it back."""

from argparse import Namespace
from collections import Counter
from contextvars import copy_context

import pytest

from poolviz.cli.export import FORMATS, files
from poolviz.stage.offer import Made, Offer
from poolviz.ui.experiments import EXPERIMENTS
from poolviz.ui.frame import ENTRIES
from poolviz.ui.headless import offers_of_file, offers_of_link
from poolviz.wings.kinds import KINDS

PAGES = tuple(entry.address for entry in ENTRIES)
LINKS = (
    *PAGES,
    "adaptive?output_size=3",
    "coco-eval?noise=2&threshold=0.75&area=medium",
    "catalogue?card=Max",
    "catalogue?card=KMax",
    *(f"compare?experiment={name}" for name in EXPERIMENTS),
    *(f"practise?kind={kind}" for kind in KINDS),
)


def file_names(offers: list[Offer]) -> list[str]:
    """Every file that can be taken, with its ending."""
    asked = [(kind, False) for kind in FORMATS] + [("handout", True)]
    return [
        f"{name}.{'pdf' if kind == 'handout' else kind}"
        for kind, answers in asked
        for each in offers
        for name, _make in files(each, Namespace(format=kind, answers=answers, step=None, name=""))
    ]


@pytest.mark.parametrize("link", LINKS)
def test_no_two_files_share_a_name_and_each_has_it_in_every_language(link):
    english, chinese = (
        file_names(copy_context().run(offers_of_link, link, code)) for code in ("en", "zh")
    )
    assert [name for name, n in Counter(english).items() if n > 1] == []
    assert chinese == english


@pytest.mark.parametrize("link", LINKS)
def test_a_saved_state_offers_what_its_link_offers(link):
    offers = offers_of_link(link)
    states = [each for each in offers if isinstance(each, Made) and each.kind == "state"]
    for each in states:
        assert file_names(offers_of_file(each.make())) == file_names(offers)
    assert len(states) == (link not in ("home", "teach"))


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
