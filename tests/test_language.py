"""Both languages are complete: the catalogue holds every message, the pages show nothing else."""

import ast
import gettext
import json
import re
import zlib
from base64 import b64decode
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from poolviz.glossary import TERMS, ordered
from poolviz.pose import SKELETONS
from poolviz.text import LOCALE, SOURCE, _, language, languages, translated, use_language
from poolviz.wings.pages import BY_ADDRESS
from poolviz.wings.pose.oks.posing import JOINTS, readable
from tests.ui.app import PAGES
from tools.translate import KEYWORDS, SOURCES, extracted, po_file, save, translation, update

ROOT = Path(__file__).resolve().parents[1]
OTHERS = sorted(path.name for path in LOCALE.iterdir())


@cache
def spoken() -> dict[Path, ast.Module]:
    """Every module that may speak to a person."""
    return {p: ast.parse(p.read_text()) for s in SOURCES for p in (ROOT / s).rglob("*.py")}


@cache
def source() -> Catalog:
    """The messages of the source, extracted once."""
    return extracted()


@pytest.fixture
def chinese() -> Iterator[None]:
    use_language("zh")
    yield
    use_language(SOURCE)


def test_chinese_is_spoken_and_an_unknown_language_is_english(chinese):
    assert languages() == {"en": "English", "zh": "中文"}
    assert (language(), _("Stride"), _("")) == ("zh", "步幅", "")
    use_language("tlh")
    assert (language(), _("Stride")) == ("en", "Stride")


@pytest.mark.parametrize("code", OTHERS)
class TestCatalogue:
    """What `python tools/translate.py CODE` keeps; it also says what is missing."""

    def test_it_holds_exactly_the_messages_of_the_source(self, code):
        ids = {m.id for m in translation(code) if m.id}
        wanted = {m.id for m in source() if m.id}
        assert not wanted - ids, "run: python tools/translate.py " + code
        assert not ids - wanted, "stale; run: python tools/translate.py " + code
        assert not translation(code).obsolete

    def test_every_message_is_translated_and_none_is_a_guess(self, code):
        assert not [m.id for m in translation(code) if m.id and not m.string]
        assert not [m.id for m in translation(code) if m.fuzzy]

    def test_the_compiled_file_says_the_same(self, code):
        compiled = gettext.translation("poolviz", LOCALE, [code])
        found = {m.id: compiled.gettext(m.id) for m in translation(code) if m.id}
        assert found == {m.id: m.string for m in translation(code) if m.id}

    def test_placeholders_and_marks_are_kept(self, code):
        def signs(text):
            marks = {mark: text.count(mark) for mark in ("$", "`", "**", "<br>")}
            return set(re.findall(r"\{.*?\}", text)), marks

        pairs = [(m.id, m.string) for m in translation(code) if m.id]
        assert not [(one, other) for one, other in pairs if signs(one) != signs(other)]


def test_a_third_language_is_one_command(tmp_path, monkeypatch):
    monkeypatch.setattr("tools.translate.LOCALE", tmp_path)
    monkeypatch.setattr("tools.translate.extracted", source)
    monkeypatch.setattr("poolviz.text.LOCALE", tmp_path)
    waiting = update("fr")
    assert len(waiting) == sum(1 for m in source() if m.id)
    begun = translation("fr")
    begun["Stride"].string, begun["the name of this language"].string = "Pas", "français"
    save(begun, "fr")
    files = po_file("fr"), po_file("fr").with_suffix(".mo")
    kept = [file.read_bytes() for file in files]
    assert len(update("fr")) == len(waiting) - 2
    assert [file.read_bytes() for file in files] == kept
    assert gettext.translation("poolviz", tmp_path, ["fr"]).gettext("Stride") == "Pas"
    assert languages.__wrapped__() == {"en": "English", "fr": "français"}


def test_chinese_punctuation_and_spaces():
    wrong = re.compile(
        r"[一-鿿][,;:?!()]|[,;:?!)][一-鿿]"  # a half-width mark beside a character
        r"|[一-鿿] [一-鿿]|[，。：；？！（）] | [，。：；？！（）]"  # a space that nobody hears
        r"|[一-鿿][A-Za-z0-9]|[A-Za-z0-9][一-鿿]"  # none between two scripts
    )
    assert not [m.string for m in translation("zh") if m.id and wrong.search(m.string)]


# Fields, formulas and page names that are English in every language, and a title that says it.
NAMED = re.compile(
    r"\{variant\} pooling|\{.*?\}|⌈.*?⌉|“.*?”|ceil_mode|\S+=\S+|assets/\S+"
    r"|(?:[Bb]atch|[Ll]ayer) norm|\b(?:norm|mask) must|, mask and bias must"
)
EXEMPT = {
    ("annotation", "must be an object with images, annotations and categories, got {got}."): "JSON",
    ("keypoint", "keypoints must be a list of names."): "JSON",
    ("window", "“page” must name a page, such as windows."): "an address",
    ("identity", "Only the average has this identity. Global max keeps one cell a map."): "algebra",
    ("match", ", {luck} match by accident: a zero was filled in where a zero had been"): "equal",
    ("precision", "average precision"): "a term of its own",
    ("softmax", "Softmax"): "a family, and a name begins with a capital",
}
"""(term, message) -> in what other sense the message uses the word."""


def test_a_term_of_the_glossary_has_one_chinese_word():
    pairs = [(m.id, NAMED.sub("", m.id), m.string) for m in translation("zh") if m.id]
    wrong = []
    for term in TERMS:
        word = translated(term.name, "zh")
        english = re.compile(rf"\b{re.escape(term.name)}s?\b", re.IGNORECASE)
        wrong += [
            (term.name, word, message, chinese)
            for message, text, chinese in pairs
            if english.search(text) and word not in chinese and (term.name, message) not in EXEMPT
        ]
    assert not wrong


def test_the_glossary_is_sorted_searched_and_leads_to_pages(chinese):
    addresses = set(BY_ADDRESS)
    assert {term.page for term in TERMS} <= addresses
    assert len({term.name for term in TERMS}) == len(TERMS) >= 50
    words = [next(iter(term.words().values())) for term in ordered()]
    assert words.index("步幅") < words.index("池化") < words.index("窗口")  # bù, chí, chuāng
    assert "stride" in [term.name for term in ordered("步幅")]
    assert {term.name for term in ordered("STRIDE")} >= {"stride"}
    assert not ordered("no such thing")
    use_language(SOURCE)
    names = [term.name.casefold() for term in ordered()]
    assert names == sorted(names)


def test_the_joints_of_every_skeleton_are_marked():
    assert set(JOINTS) == {readable(name) for each in SKELETONS for name in each.names}


# Where text reaches a person, and how.
FLOORS = tuple(
    f"poolviz/{floor}" for floor in ("ui", "stage", "wings", "figures", "readers", "exercises")
)
SHOWS = {"Panel": 1} | dict.fromkeys(
    (
        *("title", "header", "subheader", "write", "caption", "markdown", "metric", "badge"),
        *("info", "error", "warning", "success", "toast", "spinner", "status", "dialog"),
        *("button", "download_button", "link_button", "form_submit_button", "page_link"),
        *("selectbox", "multiselect", "radio", "segmented_control", "pills", "toggle", "checkbox"),
        *("text_input", "text_area", "number_input", "slider", "file_uploader"),
        *("expander", "popover", "tabs", "Choice", "Question", "Line", "Bar"),
    ),
    0,
)
"""What shows a text -> which of its arguments that is."""
SAYS = frozenset(["label", "help", "placeholder", "caption", "alt", "title", "heading", "note"])
PROSE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
WORD = re.compile(r"[A-Za-z]{3,}")
MARKUP = re.compile(r":[a-z-]+\[|`[^`]*`")
SAME_EVERYWHERE = {
    r"\w*(snippet|code|programs)\w*\.py|\w+\.py: '(import|export) ": "code is code everywhere",
    r"(keras|levels|numpy|operators|plan|torch|translate|way)\.py": "parts of programs",
    r"(headers|mishap|process|streamlit_patches)\.py": "said to who runs the server, in its log",
    r"(image|packed)\.py: '\w+ must be": "said to who calls the function",
    r"\w+\.py: ['\"](</?\w+|outline:|px;)|thumbnail\.py: ": "markup and styles",
    r"\w+\.py: '(offset points|outside lower center|https:)": "Matplotlib's words; an address",
    r"\w+\.py: '(new seed|windows'|dx more )": "a key, the address of a page",
    r"words\.py: 'CJK": "names of Unicode",
    r"lettering\.py: '(DejaVu|poolviz) Sans": "names of fonts",
    r".*(ICML|ICLR|CVPR|Nature|PAMI)": "sources",
    r".*'(PyTorch|Keras|NumPy|pycocotools|TensorFlow Lite)('$|: `)": "names of libraries",
    r"controls\.py: '(We expected|This film|Niemand|one two three)": "sentences to be pooled",
    r"(planes|marks)\.py: '\w+ must be": "said to who calls the function",
    r"printed\.py: '\(\?:Parameter": "a pattern",
    r"telling\.py: 'dV = W": "a formula",
}
"""file: text -> why it is not translated; everything else that a person reads is."""


def untranslated(path: Path, tree: ast.Module) -> Iterator[str]:
    """Texts that look like prose, or stand where a person reads, and pass no gettext."""
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        chain = [node]
        while chain[-1] in above:
            chain.append(above[chain[-1]])
        docstring = isinstance(chain[1], ast.Expr)
        marked = any(isinstance(n, ast.Call) and _called(n) in KEYWORDS for n in chain)
        for_programmers = not {"readers", "ui", "cli"} & set(path.parts) and any(
            isinstance(n, ast.Raise | ast.Assert) for n in chain
        )
        if docstring or marked or for_programmers:
            continue
        text = MARKUP.sub("", node.value)
        if PROSE.search(text) or (_stands_before_a_person(chain) and WORD.search(text)):
            yield f"{path.name}:{node.lineno}: {node.value!r}"


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _stands_before_a_person(chain: list[ast.AST]) -> bool:
    """Whether a text is the first argument, or a speaking one, of what shows it."""
    pieces = (ast.Constant, ast.JoinedStr, ast.FormattedValue, ast.BinOp, ast.IfExp, ast.List)
    for inner, outer in pairwise(chain):
        if isinstance(outer, ast.keyword):
            return outer.arg in SAYS
        if isinstance(outer, ast.Call):
            place = SHOWS.get(_called(outer), len(outer.args))
            return inner in outer.args[place : place + 1]
        if not isinstance(outer, pieces):
            return False
    return False


def test_no_text_stands_outside_gettext():
    found = [
        line
        for path, tree in spoken().items()
        if str(path.relative_to(ROOT)).startswith((*FLOORS, "pages"))
        for line in untranslated(path, tree)
        if not any(re.match(allowed, re.sub(r":\d+:", ":", line)) for allowed in SAME_EVERYWHERE)
    ]
    assert not found


def test_messages_are_whole_and_asked_for_when_they_are_shown():
    """No f-string or sum is translated, and no module keeps what was said at its import."""
    wrong = []
    for path, tree in spoken().items():
        within = {
            node
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.Lambda)
            for node in ast.walk(function)
        }
        page = path.is_relative_to(ROOT / "pages")
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) in KEYWORDS:
                said = node.args[0]
                composed = isinstance(said, ast.JoinedStr | ast.IfExp | ast.BinOp) and any(
                    isinstance(part, ast.Constant) for part in ast.walk(said)
                )
                early = _called(node) == "_" and node not in within and not page
                if composed or early:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong


def test_no_box_falls_back_on_the_english_of_streamlit():
    boxes = {
        f"{path.name}:{node.lineno}": {keyword.arg for keyword in node.keywords}
        for path, tree in spoken().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) == "multiselect"
    }
    assert not [place for place, given in boxes.items() if "placeholder" not in given]


# What stays English on a Chinese page.
CODE = re.compile(r"`[^`]*`|\$\$[^$]*\$\$|\$[^$]*\$|“[^”]*”|https?://\S+")
SENTENCE = re.compile(r"[A-Za-z][A-Za-z'’-]*[a-z](?:[ ,;:]+[A-Za-z][a-z'’-]*){2,}")
NAMES = (
    r"Network in Network",
    r"We expected nothing, but this wonderful film",
    r"[A-Z]\w+((, [A-Z]\w+)+| et al)",  # authors, frameworks
    *(re.escape(term.name) + "$" for term in TERMS),  # the glossary has both words
)
SILENT = {"jsContent", "cssContent", "codeText", "arrowData", "id", "url", "key"}


def scene_texts(packed: bytes) -> str:
    """The header of a scene and its sentences, without arrays: bytes of a picture look like "
    "words."""
    start = 4 + int.from_bytes(packed[:4], "little")
    narration = json.loads(packed[4:start])["narration"]
    first = start + narration["at"]
    return (packed[4:start] + packed[first : first + narration["shape"][0]]).decode()


def shown(value: object) -> Iterator[str]:
    """Every text in what was sent to the browser, that of a scene too."""
    match value:
        case dict():
            for key, item in value.items():
                if key == "scene" and isinstance(item, str) and len(item) > 200:
                    yield scene_texts(zlib.decompress(b64decode(item)))
                elif key not in SILENT:
                    yield from shown(item)
        case list():
            for item in value:
                yield from shown(item)
        case str() if value.startswith(("{", "[")) and value.endswith(("}", "]")):
            try:
                yield from shown(json.loads(value))
            except ValueError:
                yield value
        case str():
            yield value


def spoken_by(page) -> Iterator[str]:
    """The texts of a page's elements: labels, help, options, tables, what components are sent."""
    waiting = [page._tree]
    while waiting:
        node = waiting.pop()
        waiting += getattr(node, "children", {}).values()
        kind, proto = type(node).__name__, getattr(node, "proto", None)
        if proto is None or kind in ("Html", "Code", "Latex"):
            continue
        if kind in ("Dataframe", "Table"):
            frame = node.value
            yield from map(str, (*frame.columns, *frame.index, *frame.to_numpy().ravel()))
        yield from shown(MessageToDict(proto))


@pytest.fixture(scope="module")
def visit() -> AppTest:
    """One visit in Chinese, which the tests take from page to page.

    AppTest reads what is chosen through ``format_func``, outside the page: hence ``chinese`` too.
    """
    page = AppTest.from_file(ROOT / "poolviz/ui/shell.py", default_timeout=30)
    page.query_params["lang"] = "zh"
    return page.run()


@pytest.mark.parametrize("name", PAGES)
def test_a_chinese_page_is_chinese(visit, chinese, name):
    page = visit.switch_page(PAGES[name]).run()
    assert not [error.message for error in page.exception]
    said = list(spoken_by(page))
    assert sum(len(re.findall("[一-鿿]", text)) for text in said) > 100
    left = [
        found
        for text in said
        for found in SENTENCE.findall(CODE.sub("", text))
        if not any(re.match(name, found) for name in NAMES)
    ]
    assert not left
