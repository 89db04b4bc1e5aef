"""Denoise: every pixel of a noisy picture asks who looks like it, and takes their mean."""

from functools import partial

from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.page import Page
from poolviz.stage.part import (
    CLASS,
    PICTURE,
    Formula,
    Moment,
    Now,
    Numbers,
    Part,
    Play,
    Program,
    Says,
    Stack,
)
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import N_, _
from poolviz.wings.attention.denoise.controls import (
    ABOUT,
    CONTROLS,
    block_of,
    clean_of,
    crop_of,
    fit,
)
from poolviz.wings.attention.denoise.picture import means, noised
from poolviz.wings.attention.denoise.programs import file_name, programs
from poolviz.wings.attention.denoise.questions import (
    Trio,
    context_question,
    patch_question,
    trio,
)
from poolviz.wings.attention.denoise.scene import Asking, denoise_scene
from poolviz.wings.attention.denoise.telling import (
    Denoised,
    at_pixel,
    filters,
    fur,
    heights,
    notice,
    patches,
    shrunk_note,
    windows,
)
from poolviz.wings.pooling.core.controls import matrix_of

ADDRESS = "denoise"
ALIKE = 2
"""The question which patch weighs most is the second."""


def compute(values: Values) -> Denoised:
    """The noisy picture and its non-local means."""
    clean, block = clean_of(values), block_of(values)
    noisy = noised(clean, values["noise"], values["noise.seed"])
    crop = crop_of(values)
    return Denoised(
        clean, noisy, means(noisy, block), block, values["noise"], values["gamma"],
        Asking(noisy, block, crop), matrix_of(values).shape,
    )  # fmt: skip


def three(run: Denoised) -> Trio | None:
    """The pixel and the three patches that are asked about; the block's first half plays openly."""
    return trio(run.asking, len(run.crop) // 2 - 1)


def asked(run: Denoised) -> tuple[Question, ...]:
    """Is more context better; then whose patch weighs most."""
    found = three(run)
    return (context_question(), *(() if found is None else (patch_question(found),)))


def view(run: Denoised) -> tuple[Part, ...]:
    """The picture that asks; other filters; the formula at a pixel; what to notice; code."""
    return (
        Play(partial(_scene, run), name=run.name),
        *shrunk_note(run),
        Now(partial(_patches, run)),
        Formula(run.block.formula),
        Now(partial(at_pixel, run)),
        *filters(run),
        Stack(notice(run), tells=PICTURE),
        *heights(run),
        windows(run),
        fur(run),
        Numbers(run.noisy, _("Input"), name=f"{run.name}-noisy", tells=CLASS),
        Numbers(run.output, _("Denoised"), name=f"{run.name}-denoised", tells=PICTURE),
        _program(run),
        Says(_("Source: {reference}").format(reference=run.block.reference), "caption"),
    )


def _patches(run: Denoised, moment: Moment) -> tuple[Part, ...]:
    """What the second question is about, while it is asked."""
    return patches(run, three(run)) if moment.at == ALIKE - 1 else ()


def _scene(run: Denoised, hidden: int | None) -> Scene:
    return _kept_scene(run, hidden)


@kept
def _kept_scene(run: Denoised, hidden: int | None) -> Scene:
    found = three(run)
    boxed = None if found is None or hidden is None else found.boxed
    scene = denoise_scene(run.asking, run.output, run.clean, hidden, boxed)
    assert scene.wire  # computed here, once
    return scene


def _program(run: Denoised) -> Program:
    def make() -> tuple[dict[str, str], dict[str, object]]:
        return programs(run.noisy, run.block, run.gamma), {file_name(run.noisy): run.noisy}

    return Program(
        _("The same in PyTorch and NumPy"), {"": make},  # type: ignore[dict-item]
        _("For exactly this state: `attend` with patches as queries and keys."), name="code",
    )  # fmt: skip


DENOISE = Page(
    address=ADDRESS,
    wing=N_("Attention"),
    title=N_("Denoise"),
    icon="blur_off",
    shows=N_("See which patches a noisy pixel asks, and how their mean removes the noise."),
    intro=N_("Every pixel takes the mean of pixels whose surroundings look like its own."),
    controls=CONTROLS,
    run=compute,
    view=view,
    questions=asked,
    fit=fit,
    file_name=lambda run: run.name,
    about=ABOUT,
)
