"""Home: the first minute, then what this is and where to go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from poolviz.figures.thumbnail import thumbnail
from poolviz.pooling import Average, Max, Pooled, Sliding, pool
from poolviz.samples import sample
from poolviz.stage.control import Control, Silent, Values
from poolviz.stage.link import whole
from poolviz.stage.page import Page
from poolviz.stage.part import (
    ALL,
    Formula,
    Moment,
    Now,
    Numbers,
    Part,
    Play,
    Says,
    Stop,
    Way,
    first_play,
)
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import N_, _
from poolviz.wings.pooling.core.filenames import run_name
from poolviz.wings.pooling.core.predict import window_question
from poolviz.wings.pooling.core.window_scene import window_scene

ADDRESS = "home"
WAY = ("windows", "gradients", "unpooling", "sequences", "compare")
"""Addresses of pages, in the order in which one leads to the next."""


@dataclass(frozen=True, eq=False)
class Run:
    """The worked example under max and under average."""

    runs: tuple[Pooled, ...]

    @property
    def name(self) -> str:
        """What its files are called."""
        return run_name(ADDRESS, self.runs[0])


def compute(values: Values) -> Run:
    """Max and average of the worked example, windows of 2 x 2."""
    x = sample("worked-example")
    return Run(tuple(pool(x, variant, Sliding(2)) for variant in (Max(), Average())))


def asked(run: Run) -> tuple[Question, ...]:
    """What becomes of the first window, by either."""
    first, second = (window_question(each, (0, 0), most=3) for each in run.runs)
    return (
        replace(first, step=0, onwards=_("The same window, average?")),
        replace(second, step=0, onwards=_("Move the window"), lands=1),
    )


def _played(run: Run, moment: Moment) -> tuple[Part, ...]:
    """The run that is asked about; at the end the first one, all of it shown."""
    done = moment.at >= len(run.runs)
    this = run.runs[0 if done else moment.at]
    seen = int(moment.answered > moment.at)

    def scene(hidden: int | None) -> Scene:
        return window_scene(
            this, _(this.variant.title), hidden_from=None if hidden is None else seen
        )

    return (Play(scene, name=run_name(ADDRESS, this)),)


def view(run: Run, pages: Sequence[Page]) -> tuple[Part, ...]:
    """The first minute, and the pages as cards."""
    ended = _("Max kept the largest cell, average the mean of all. Press Play, or step on.")
    about = _(
        "Put in your own matrix or picture, choose any pooling, and watch the window move. Every "
        "number is computed by tested code that agrees with PyTorch, and every state has a link "
        "that you can hand to a class. Nothing you enter is stored."
    )
    on_the_way = {page.address: page for page in pages if page.address in WAY}
    stops = (on_the_way[address] for address in WAY if address in on_the_way)
    rest = [page for page in pages if page.shows and page.address not in WAY]
    return (
        Now(partial(_played, run)),
        Says(ended, "success", tells=ALL),
        Numbers(run.runs[0].output, _("Output"), name=f"{run.name}-output", tells=ALL),
        *(Formula(each.variant.formula, screen=False) for each in run.runs),
        Says(_("One way through"), "heading"),
        Way(tuple(Stop(p.address, _(p.title), _(p.shows), partial(_picture, p)) for p in stops)),
        Says(_("And beside it"), "heading"),
        Says("\n".join(_grouped(rest))),
        Says(about, "caption"),
    )


def _picture(page: Page) -> str:
    """The first scene of a page as a visitor finds it, small."""
    play = first_play(page.parts(page.values({})), Moment())
    return "" if play is None else thumbnail(play.scene(0))


def _grouped(pages: Sequence[Page]) -> Iterator[str]:
    """The pages of a wing as an entry of a list."""
    for wing in dict.fromkeys(page.wing for page in pages):
        there = (page for page in pages if page.wing == wing)
        links = (f"[**{_(page.title)}**]({page.address}): {_(page.shows)}" for page in there)
        yield f"- **{_(wing)}**\n    - " + "\n    - ".join(links)


def home_page(pages: Sequence[Page]) -> Page:
    """The page; ``pages`` are those that it leads to."""
    return Page(
        address=ADDRESS,
        wing=N_("Start"),
        title=N_("Home"),
        heading=N_("See how pooling works"),
        icon="home",
        intro=N_(
            "A neural network shrinks a picture by looking at one small window at a time and "
            "writing down one number for it. Which number? Predict it, then see."
        ),
        controls=(Control("", "", Silent(whole(0, 3)), 0, key="step", passing=True),),
        run=compute,
        view=partial(view, pages=pages),
        questions=asked,
        file_name=lambda run: run.name,
    )
