"""Pictures to take away: the step on the screen, or the run, drawn when they are asked for."""

from collections.abc import Callable

import streamlit as st

from poolviz.figures.export import LONGEST, animation, still
from poolviz.scenes.scene import Scene
from poolviz.text import _, language, use_language

KINDS = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}


def pictures(scene: Scene, step: int, name: str, key: str) -> None:
    """A folded row of buttons: the step as PNG, SVG or PDF, the run as GIF.

    Nothing is drawn before a person clicks; ``name`` begins the files' names.
    """
    with st.popover(_("Save this picture")):
        for kind, mime in KINDS.items():
            st.download_button(
                _("This step as {kind}").format(kind=kind.upper()),
                _spoken(lambda kind=kind: still(scene, step, kind)),  # type: ignore[misc]
                f"{name}-step-{step + 1}.{kind}",
                mime,
                key=f"{key}.{kind}",
                on_click="ignore",
                width="stretch",
            )
        st.download_button(
            _("The run as GIF"),
            _spoken(lambda: animation(scene)),
            f"{name}.gif",
            "image/gif",
            key=f"{key}.gif",
            on_click="ignore",
            width="stretch",
        )
        if len(scene) > LONGEST:
            st.caption(
                _("The GIF shows {most} of the {steps} steps, evenly spread.").format(
                    most=LONGEST, steps=len(scene)
                )
            )


def _spoken(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """make, in the language of this page: Streamlit calls it on a thread of its own."""
    code = language()

    def drawn() -> bytes:
        use_language(code)
        return make()

    return drawn
