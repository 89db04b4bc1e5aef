"""Bring a translation up to date with the source: ``python tools/translate.py zh``.

Extracts the messages of poolviz/ and pages/, adds the new ones to
``assets/locale/zh/LC_MESSAGES/poolviz.po``, drops those that are gone, keeps the rest, and compiles
poolviz.mo beside it, which is what the app reads. A language that is not there yet is begun. Says
how many messages still wait for their translation; a new text never inherits that of a similar one.
"""

import argparse
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "assets" / "locale"
SOURCES = ("poolviz", "pages")
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None}
# Lines of the header that change with each run or say nothing: a run without news changes nothing.
IDLE = tuple(
    f'"{name}'.encode()
    for name in (
        *("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Project-Id-Version"),
        *("Report-Msgid-Bugs-To", "Last-Translator", "Language-Team"),
    )
)


def extracted() -> Catalog:
    """Every message of the source, each with the files it stands in."""
    catalog = Catalog(project="poolviz", charset="utf-8", fuzzy=False)
    for folder in SOURCES:
        found = extract_from_dir(
            ROOT / folder,
            [("**.py", "python")],
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for file, _line, message, notes, context in sorted(found, key=lambda each: each[:2]):
            place = [(f"{folder}/{file}", 0)]
            catalog.add(message, locations=place, auto_comments=notes, context=context)
    return catalog


def po_file(language: str) -> Path:
    """Where the translation into ``language`` stands."""
    return LOCALE / language / "LC_MESSAGES" / "poolviz.po"


def translation(language: str) -> Catalog:
    """The translation as its .po has it; an empty one where there is none yet."""
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language, project="poolviz", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> list[str]:
    """Extract, update and compile; the messages that are not translated yet."""
    catalog = translation(language)
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    catalog.header_comment = f"# poolviz in {catalog.locale.get_display_name('en')}"
    path = po_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = BytesIO()
    write_po(text, catalog, width=100, omit_header=False, include_lineno=False)
    lines = text.getvalue().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if not line.startswith(IDLE)))
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    return [str(m.id) for m in catalog if m.id and (not m.string or m.fuzzy)]


def main() -> None:
    parser = argparse.ArgumentParser(description="Update and compile a translation.")
    parser.add_argument("language", help='code of the language, say "zh" or "fr"')
    language = parser.parse_args().language
    waiting = update(language)
    total = sum(1 for m in translation(language) if m.id)
    print(f"{po_file(language).relative_to(ROOT)}: {total} messages, {len(waiting)} to translate")
    for message in waiting[:20]:
        print(f"  {message}")


if __name__ == "__main__":
    main()
