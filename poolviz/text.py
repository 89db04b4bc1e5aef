"""Language: every sentence that a person reads passes through ``_``.

English is the source. A translation is looked up in ``assets/locale`` for the language of the
current context, so that sessions in different languages do not meet.
"""

import gettext
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[1] / "assets" / "locale"
SOURCE = "en"

_language: ContextVar[str] = ContextVar("poolviz_language", default=SOURCE)


def use_language(code: str) -> None:
    """Speak ``code`` (say "zh") from here on in this context; unknown codes speak English."""
    _language.set(code)


def language() -> str:
    """The code of the language spoken in this context."""
    return _language.get()


def _(message: str) -> str:
    """The message in the current language.

    >>> _("Play")
    'Play'
    """
    return _catalogue(_language.get()).gettext(message)


def N_(message: str) -> str:
    """Mark a message where it is declared; ``_`` translates it where it is shown."""
    return message


@lru_cache(maxsize=8)
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation("poolviz", LOCALE, [code], fallback=True)
