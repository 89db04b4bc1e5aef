"""Cards as one component: a dozen pictures and buttons for the price of one element."""

from html import escape

from poolviz.stage.part import Card
from poolviz.ui.browser import component, sent

_mount = component(
    "deck", html="<ul></ul>", css=sent("deck/deck.css"), js=sent("deck/deck.js")
)  # fmt: skip


def deck(cards: tuple[Card, ...], key: str) -> Card | None:
    """The cards; gives the one whose button has just been pressed."""
    told = _mount(
        key=key,
        data={"cards": "".join(map(_item, cards))},
        on_opened_change=lambda: None,  # without it the browser's word does not come through
        width="stretch",
        height="content",
    )
    return next((c for c in cards if c.button and c.name == told.opened), None)


def _item(card: Card) -> str:
    if not card.button:
        return f"<li>{card.face()}</li>"
    button = f"<button name='{escape(card.name)}'>{escape(card.button)}</button>"
    return f"<li class='opens'>{card.face()}{button}</li>"
