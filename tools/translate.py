"""Bring a translation up to date with the source: ``python tools/translate.py zh``.

Extracts the messages of poolviz/ and pages/, adds the new ones to
``assets/locale/zh/LC_MESSAGES/poolviz.po``, drops those that are gone, keeps the rest, and compiles
poolviz.mo beside it, which is what the app reads. A language that is not there yet is begun. Says
how many messages still wait for their translation; a new text never inherits that of a similar one.
"""

import argparse
import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "assets" / "locale"
SOURCES = ("poolviz", "pages")
KEYWORDS: dict[str, None] = {"_": None, "N_": None}
NOTE = "# Translators: "
# Lines of the header that change with each run or say nothing: a run without news changes nothing.
IDLE = tuple(
    f'"{name}'.encode()
    for name in (
        *("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Project-Id-Version"),
        *("Report-Msgid-Bugs-To", "Last-Translator", "Language-Team"),
    )
)


def calls(
    file: Any, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Each ``_("...")``: line, keyword, message, notes to the translators in the line above.

    Read from the syntax tree, so that calls inside f-strings are found under every Python; Babel's
    own extractor reads tokens, in which an f-string is one piece before Python 3.12.
    """
    source = file.read().decode()
    lines = ["", *source.splitlines()]
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(message))]):
                if name in keywords:
                    above = lines[node.lineno - 1].strip()
                    notes = [above.removeprefix(NOTE)] if above.startswith(NOTE) else []
                    yield node.lineno, name, message, notes


def extracted() -> Catalog:
    """Every message of the source, each with the files it stands in."""
    catalog = Catalog(project="poolviz", charset="utf-8", fuzzy=False)
    for folder in SOURCES:
        found = extract_from_dir(ROOT / folder, [("**.py", calls)], keywords=KEYWORDS)
        for file, _line, message, notes, _context in sorted(found, key=lambda each: each[:2]):
            catalog.add(message, locations=[(f"{folder}/{file}", 0)], auto_comments=notes)
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


def save(catalog: Catalog, language: str) -> None:
    """Write the .po, and the .mo that Babel compiles from it."""
    catalog.creation_date = catalog.revision_date = datetime.fromtimestamp(0, UTC)  # the same ever
    path = po_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = BytesIO()
    write_po(text, catalog, width=100, include_lineno=False)
    lines = text.getvalue().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if not line.startswith(IDLE)))
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)


def update(language: str) -> list[str]:
    """Extract, update and compile; the messages that are not translated yet."""
    catalog = translation(language)
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    catalog.header_comment = f"# poolviz in {catalog.locale.get_display_name('en')}"
    save(catalog, language)
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
