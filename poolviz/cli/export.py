"""``python -m poolviz export --url LINK --format gif --out x.gif``: a page's files, no browser."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from poolviz.cli.terminal import positive, progress
from poolviz.text import _, languages

if TYPE_CHECKING:
    from poolviz.stage.offer import Offer
    from poolviz.stage.scene import Scene

PICTURES = ("png", "svg", "pdf")
FORMATS = (*PICTURES, "gif", "html", "csv", "npy", "json", "handout")


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.description = _(
        "What a page offers to take away, from its link: a step as a picture, the run as a GIF or "
        "as a web page that plays by itself, the numbers, the state, a handout."
    )
    parser.epilog = _("Examples: {examples}").format(
        examples="""
  python -m poolviz export --url "windows?kernel_size=3&stride=1" --format gif --out max.gif
  python -m poolviz export --url "https://host/gradients?variant=SoftPool" --format pdf --step 3
  python -m poolviz export --url "windows?variant=Average" --format handout --answers --out a.pdf
  python -m poolviz export --url "compare?experiment=alias" --list
  python -m poolviz export --state windows-state.json --format npy --out - > output.npy
"""
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--url", help=_("the link of a page, or its end: windows?kernel_size=3"))
    source.add_argument("--state", help=_("a state that was saved as JSON"))
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--format", choices=FORMATS, help=_("what to make; a handout is a PDF"))
    what.add_argument("--list", action="store_true", help=_("say what the page offers"))
    parser.add_argument(
        "--out", help=_("the file to write, - for stdout; by default named after what it holds")
    )
    parser.add_argument(
        "--step", type=positive, help=_("the step of a picture, from 1; the link's if left out")
    )
    parser.add_argument("--name", help=_("which of several: a part of its name, see --list"))
    parser.add_argument("--rate", type=_rate, default=2.0, help=_("steps a second of a GIF (2)"))
    parser.add_argument("--answers", action="store_true", help=_("the handout with its answers"))
    parser.add_argument(
        "--questions", action="store_true", help=_("withhold what the page asks about")
    )
    parser.add_argument(
        "--lang",
        choices=tuple(languages()),
        help=_("the language; if left out the link's, else that of the environment"),
    )
    parser.set_defaults(run=run)


def _rate(text: str) -> float:
    from poolviz.figures.export import FASTEST, SLOWEST  # Matplotlib takes long to import

    try:
        rate = float(text)
    except ValueError:
        rate = float("nan")
    if not SLOWEST <= rate <= FASTEST:
        raise argparse.ArgumentTypeError(
            _("a number from {least} to {most} is needed").format(
                least=f"{SLOWEST:g}", most=f"{FASTEST:g}"
            )
        )
    return rate


def run(given: argparse.Namespace) -> None:
    """Run the page, take from it what is asked for, write it."""
    from poolviz.cli import page_files  # every page takes a while to import: only here

    if given.url is not None:
        offers = page_files.offers_of_link(given.url, given.lang, given.questions)
    else:
        data = Path(given.state).read_bytes()
        offers = page_files.offers_of_file(data, given.lang, given.questions)
    if given.list:
        for line in _listed(offers):
            print(line)
        return
    name, make = chosen(offers, given)
    made = make()
    if given.out == "-":
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
        return
    target = Path(given.out or name)
    target.write_bytes(made)
    print(
        _("{file}: {size} kB").format(file=target, size=f"{len(made) / 1000:.1f}"), file=sys.stderr
    )


def chosen(offers: Sequence["Offer"], given: argparse.Namespace) -> tuple[str, Callable[[], bytes]]:
    """The name of the file, and what makes it: the first offer of the wanted kind and name.

    Of several JSON files it is the state, which ``--state`` reads.
    """
    suffix = "pdf" if given.format == "handout" else given.format
    offers = sorted(offers, key=lambda each: getattr(each, "kind", "") != "state")
    for name, make in (found for each in offers for found in files(each, given)):
        if given.name is None or given.name in name:
            return f"{name}.{suffix}", make
    raise ValueError(
        _("The page offers no {format} of this name here; --list says what it offers.").format(
            format=given.format
        )
    )


def files(each: "Offer", given: argparse.Namespace) -> list[tuple[str, Callable[[], bytes]]]:
    """What an offer gives in the wanted format: one file, or none."""
    from poolviz.figures.played import page_bytes
    from poolviz.stage.arrays import csv_bytes, npy_bytes
    from poolviz.stage.offer import Drawn, Made, Numbers, Played

    wanted = given.format
    if isinstance(each, Played) and wanted == "gif":
        return [(each.name, lambda: _film(each.scene, given.rate))]
    if isinstance(each, Played) and wanted == "html":
        step = each.step if given.step is None else given.step - 1
        return [(each.name, lambda: _of_step(page_bytes, each.scene, step))]
    if isinstance(each, Played) and wanted in PICTURES:
        step = each.step if given.step is None else given.step - 1
        return [(f"{each.name}-step-{step + 1}", lambda: _still(each.scene, step, wanted))]
    if isinstance(each, Drawn) and wanted in PICTURES and (given.step is None or given.name):
        return [(each.name, lambda: each.make(wanted))]
    if isinstance(each, Numbers) and wanted in ("csv", "npy"):
        write = csv_bytes if wanted == "csv" else npy_bytes
        return [(each.name, lambda: write(each.values))]
    handout = "answers" if given.answers else "questions"
    kind = handout if wanted == "handout" else wanted
    if isinstance(each, Made) and (each.kind == kind or (each.kind, kind) == ("state", "json")):
        return [(each.name, each.make)]
    return []


def _still(scene: "Scene", step: int, kind: str) -> bytes:
    from poolviz.figures.export import still

    return _of_step(lambda scene, step: still(scene, step, kind), scene, step)


def _of_step(make: Callable[["Scene", int], bytes], scene: "Scene", step: int) -> bytes:
    if step >= len(scene):
        raise ValueError(
            _("--step must be from 1 to {steps} here, got {step}.").format(
                steps=len(scene), step=step + 1
            )
        )
    return make(scene, step)


def _film(scene: "Scene", rate: float) -> bytes:
    """The GIF; where it leaves steps out, the page's sentence about it on stderr."""
    from poolviz.figures.export import animation, thinned

    made = animation(scene, rate, progress())
    if told := thinned(made, scene):
        print(told, file=sys.stderr)
    return made.data


def _listed(offers: Sequence["Offer"]) -> list[str]:
    """A line an offer: its name, and its formats."""
    from poolviz.stage.offer import Made, Numbers, Played

    lines = []
    for each in offers:
        kinds = "csv, npy" if isinstance(each, Numbers) else "png, svg, pdf"
        if isinstance(each, Played):
            kinds = _("png, svg, pdf, gif, html; steps: {steps}").format(steps=len(each.scene))
        elif isinstance(each, Made):
            kinds = {"state": "json", "questions": "handout", "answers": "handout"}.get(
                each.kind, each.kind
            )
        lines.append(f"{each.name:60} {kinds}")
    return lines
