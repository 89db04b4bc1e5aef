"""Language: every sentence that a person reads passes through ``_``.

English is the source. A translation is looked up in ``assets/locale`` for the language of the
current context, so that sessions in different languages do not meet. tools/translate.py keeps the
files there up to date with the source.
"""

import gettext
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import cache, reduce
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[1] / "assets" / "locale"
SOURCE = "en"

_language: ContextVar[str] = ContextVar("poolviz_language")
_ask: list[Callable[[], str]] = [lambda: SOURCE]


def use_language(code: str) -> None:
    """Speak ``code`` (say "zh") from here on in this context; unknown codes speak English."""
    _language.set(code if code in languages() else SOURCE)


def language() -> str:
    """The code of the language spoken in this context, else what ``ask_for_language`` answers."""
    return _language.get("") or _ask[0]()


def keep_language() -> None:
    """Ask no more in this context: what is spoken now is spoken until ``use_language``."""
    _language.set(language())


def ask_for_language(ask: Callable[[], str]) -> None:
    """Ask ``ask`` for the code in every context in which no language was set, at each sentence.

    A server runs callbacks and fragments in threads of their own, before or without what sets it.
    """
    _ask[0] = ask


def _(message: str) -> str:
    """The message in the current language.

    >>> _("Play")
    'Play'
    """
    return translated(message, language())


def together(sentences: Iterable[str]) -> str:
    """Whole sentences one after the other, as the language spoken sets them.

    >>> together(["One.", "Two."]), listed(["a", "b", "c"]), clauses(["a = 1", "b = 2"])
    ('One. Two.', 'a, b, c', 'a = 1; b = 2')
    """
    return _run(_("{one} {next}"), sentences)


def listed(things: Iterable[str]) -> str:
    """Several things in a row, with the commas of the language spoken."""
    return _run(_("{one}, {next}"), things)


def clauses(parts: Iterable[str]) -> str:
    """Several clauses in a row, with the semicolons of the language spoken."""
    return _run(_("{one}; {next}"), parts)


def titled(name: str, text: str) -> str:
    """A text with its name before it, "rows: 2".

    >>> titled("rows", "2")
    'rows: 2'
    """
    return _("{name}: {text}").format(name=name, text=text)


def counted(n: int, one: str, several: str) -> str:
    """A number of things: ``one`` where there is one, else ``several``; ``{n}`` is the number.

    >>> [counted(n, "{n} map", "{n} maps") for n in (1, 2, 1000)]
    ['1 map', '2 maps', '1,000 maps']
    """
    return (one if n == 1 else several).replace("{n}", f"{n:,}")


def _run(pair: str, parts: Iterable[str]) -> str:
    one, *others = [*parts] or [""]
    return reduce(lambda one, next: pair.format(one=one, next=next), others, one)


def N_(message: str) -> str:
    """Mark a message where it is declared; ``_`` translates it where it is shown."""
    return message


def translated(message: str, code: str) -> str:
    """The message in the language ``code``, whatever language is spoken."""
    # The empty message is what gettext files a catalogue's header under.
    return _catalogue(code).gettext(message) if message else ""


@cache
def languages() -> dict[str, str]:
    """The languages spoken here: code -> what its speakers call it, English first.

    >>> languages()["en"]
    'English'
    """
    # Translators: as its speakers write it, say "français"
    own_name = N_("the name of this language")
    spoken = sorted(path.parents[1].name for path in LOCALE.glob("*/LC_MESSAGES/poolviz.mo"))
    return {SOURCE: "English"} | {code: translated(own_name, code) for code in spoken}


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation("poolviz", LOCALE, [code], fallback=True)
