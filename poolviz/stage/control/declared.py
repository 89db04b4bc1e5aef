"""One thing that can be set, and all of a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from poolviz.stage.control.kind import Kind
from poolviz.stage.control.values import Values


def always(values: Values) -> bool:
    """A control that is there in every state."""
    return True


@dataclass(frozen=True)
class Control:
    """One thing that can be set.

    ``name``: in the link, the API's own; "" keeps it out of links. ``label`` and ``help`` are
    marked with ``N_`` and translated where they are shown; a control without a label is not a
    teacher's to hide or fix. ``folded``: not among the few that
    matter. ``when``: whether it is there in a state. ``key``: what ``Values`` call it, the name
    unless two controls set one thing. ``passing``: where a person stands, not what is computed, as
    the step. ``with_``: the control that it belongs to; a teacher hides and fixes them together.
    ``placed``: it stands where a ``Place`` of the page says. ``near``: nothing depends on it but
    what stands with the picture, so that alone is made anew when it is moved there. ``within``: the
    name of the ``Inquiry`` to which it belongs; it is placed there, and the page's own questions
    are not about it. ``resets``: values by key that a person who moves it sets, too.
    ``elsewhere``: it is set on other pages that share its value; a link holds it, and it is not
    seen here.
    """

    name: str
    label: str
    kind: Kind
    default: Any = None
    help: str = ""
    folded: bool | Callable[[Values], bool] = False
    when: Callable[[Values], bool] = always
    key: str = ""
    passing: bool = False
    with_: str = ""
    placed: bool = False
    near: bool = False
    within: str = ""
    resets: Mapping[str, Any] | None = None
    elsewhere: bool = False

    def __post_init__(self) -> None:
        if self.within:
            object.__setattr__(self, "placed", True)
        if not self.key:
            if not self.name:
                raise ValueError("key must be given where there is no name")
            object.__setattr__(self, "key", self.name)

    def is_folded(self, values: Values) -> bool:
        """Whether it is not among the few that matter in this state."""
        return self.folded(values) if callable(self.folded) else self.folded

    @property
    def bound_by(self) -> str:
        """The name by which a teacher hides or fixes it."""
        return self.with_ or self.name


def values_of(controls: tuple[Control, ...], state: Mapping[str, Any]) -> Values:
    """The value of every control, its default where the state has none."""
    return Values({c.key: state.get(c.key, c.default) for c in controls})


def present(controls: tuple[Control, ...], values: Values) -> tuple[Control, ...]:
    """The controls that are there in this state."""
    return tuple(c for c in controls if c.when(values))
