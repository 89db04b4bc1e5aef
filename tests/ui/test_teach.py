"""A teacher's link: what it asks for is read, shown, held, and made; languages are chosen."""

import re
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from poolviz.figures.qr import BORDER, DENSE, qr, qr_pdf, qr_png, qr_svg, squares
from poolviz.stage import class_link
from poolviz.stage.class_link import Wish, bindable, known_names, preview, spoken
from poolviz.stage.lesson import Lesson, read_lesson
from poolviz.stage.link import LONGEST
from poolviz.text import languages, use_language
from poolviz.wings.pages import BY_ADDRESS
from poolviz.wings.pooling.catalogue.cards import years
from poolviz.wings.pooling.compare.experiments import EXPERIMENTS
from tests.ui.app import (
    PAGES,
    ROOT,
    choose,
    everything,
    nodes,
    open_page,
    sent,
    shared,
    texts,
    unfold,
)

SUBJECTS = {address: page for address, page in BY_ADDRESS.items() if not page.tells}


def complaints(lesson, lang):
    return class_link.complaints(lesson, lang, BY_ADDRESS)


def read_link(text):
    return class_link.read_link(text, SUBJECTS)


# Reading the link


@pytest.mark.parametrize(
    ("given", "lesson"),
    [
        ((), Lesson()),
        (("1", "hidden"), Lesson(True, True)),
        (("TRUE", "Hidden"), Lesson(True, True)),
        (("0", "shown"), Lesson()),
        (("yes", "secret"), Lesson(refused=("present", "answers"))),
        (("", "", "a, b,,a", "c"), Lesson(hidden=frozenset("ab"), fixed=frozenset("c"))),
        (("", "", "matrix"), Lesson(hidden=frozenset({"sample"}))),
    ],
)
def test_a_lesson_is_read_from_four_texts(given, lesson):
    assert read_lesson(*given) == lesson


def test_long_and_many_names_are_cut():
    lesson = read_lesson("", "", "x" * 9000, ",".join(map(str, range(9000))))
    assert {len(name) for name in lesson.hidden} == {40}
    assert len(lesson.fixed) == 64


def test_hidden_answers_take_the_mode_away():
    lesson = read_lesson("", "hidden")
    assert not lesson.shows("mode")
    assert lesson.holds("mode")
    assert lesson.shows("stride")
    assert lesson.binds
    assert not read_lesson("1", "", "", "lang").binds  # a language keeps nothing back


@pytest.mark.parametrize(
    ("lesson", "lang", "said"),
    [
        (read_lesson("1", "hidden", "stride,p,lang", "variant,mode"), "en", []),
        (read_lesson("maybe"), None, ["“present”"]),
        (read_lesson("", "", "nonsense", "__class__"), None, ["__class__, nonsense"]),
        (read_lesson(), "tlh", ["“lang”"]),
        (read_lesson(), "<script>", ["“lang”"]),
    ],
)
def test_what_cannot_be_used_is_said(lesson, lang, said):
    told = complaints(lesson, lang)
    assert len(told) == len(said)
    assert all(part in sentence for part, sentence in zip(said, told, strict=True))


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "en"), ("en-GB", "en"), ("EN_us", "en"), ("zh", "zh"), ("zh-CN", "zh"),
        ("zh-Hans", "zh"), ("zh_Hans_CN", "zh"), ("zh-TW", "zh"), ("ZH-hant-tw", "zh"),
        ("tlh", None), ("", None), (None, None), ("zhx", None), ("../zh", None), ("zh/..", None),
        ("<b>zh", None), ("-zh", None), ("z" * 9000, None), ("en\x00", None),
    ],
)  # fmt: skip
def test_a_languages_tag_finds_what_is_spoken_here(tag, code):
    assert spoken(tag) == code


# Making the link


def test_every_page_with_a_link_is_a_subject():
    names = known_names(BY_ADDRESS)
    assert names >= {"lang", "mode", "stride", "draw_seed", "between", "families", "kind"}
    for page in SUBJECTS.values():
        assert set(bindable(page, page.values({}))) <= names


WISHES = [
    Wish(SUBJECTS["windows"], {}),
    Wish(SUBJECTS["windows"], {"variant": "Average", "kernel_size": "2,3", "step": "2"},
         Lesson(True, True, frozenset({"stride"}), frozenset({"variant"}))),
    Wish(SUBJECTS["gradients"], {"mode": "watch"}, Lesson(fixed=frozenset({"upstream", "mode"}))),
    Wish(SUBJECTS["oks"], {"k": "1"}, Lesson(present=True), "en"),
    Wish(SUBJECTS["sequences"], {"text": "a & b = c?"}, Lesson(fixed=frozenset({"text"}))),
    Wish(SUBJECTS["windows"], {"sample": "own", "matrix": "1_2__3_4"}),
    Wish(SUBJECTS["home"], {}, Lesson(present=True), "en"),
    Wish(SUBJECTS["glossary"], {"search": "pool"}, Lesson(hidden=frozenset({"search"}))),
]  # fmt: skip


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish.link(""))
@pytest.mark.parametrize("here", ["https://a.example/sub/teach", "http://127.0.0.1:8501/teach", ""])
def test_a_link_that_is_made_is_read_back(wish, here):
    link = wish.link(here)
    again = read_link(link)
    assert again.notes == ()
    assert again.wish.parameters() == wish.parameters()
    assert again.wish.link(here) == link


def test_everybody_predicts_where_answers_are_hidden():
    wish = Wish(SUBJECTS["windows"], {"mode": "watch"}, Lesson(answers_hidden=True))
    assert wish.link("https://a.example/teach") == "https://a.example/windows?answers=hidden"


HOSTILE = [
    "javascript:windows", "data:text/html,windows", "file:///windows", "ftp://a/windows",
    "windows?", "windows",
    "https://a.example/../etc/passwd", "//evil.example", "http://[", "?k=3",
    "https://a.example/teach", "https://a.example/WINDOWS\x00",
    "x" * (LONGEST + 1), "/windows?" + "&".join(f"a{i}=1" for i in range(300)),
    "https://a.example/windows%2f..", "<script>alert(1)</script>", "https://a.example/windows;x",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:30])
def test_only_this_apps_pages_are_taken(text):
    try:
        link = read_link(text).wish.link("https://b.example/teach")
    except ValueError:
        link = "https://b.example/windows"
    assert link in ("https://b.example/windows", "https://b.example/")


def test_only_known_parameters_with_usable_values_are_taken():
    pasted = read_link(
        "https://evil.example/x/windows?kernel_size=3&kernel_size=<b>&stride=0&evil=1&lang=tlh"
        "&answers=hidden&hide=stride,evil&__proto__=1&embed=true#javascript:alert(1)"
    )
    assert pasted.wish.link("https://b.example/teach") == (
        "https://b.example/windows?answers=hidden&hide=stride"
    )
    assert len(pasted.notes) == 3
    assert "evil, __proto__, embed" in pasted.notes[-1]


def test_what_students_see_is_said_in_sentences():
    wish = WISHES[1]
    told = preview(wish)
    assert "variant = Average" in told[0]
    assert "step 3" in told[2]
    assert told[3:] == [
        "Not on the page: Stride (stride).",
        "On the page, but it cannot be moved: Variant (variant).",
    ]


def test_a_code_holds_a_link_or_says_that_it_cannot():
    link = WISHES[1].link("https://pooling.school.example/teach")
    code = qr(link)
    assert code is not None
    assert squares(code) <= DENSE
    assert qr_svg(code).count("<svg") == 1
    png = qr_png(code)
    assert png.startswith(b"\x89PNG")
    width = int.from_bytes(png[16:20], "big")
    assert width >= 1000
    assert width % (squares(code) + 2 * BORDER) == 0
    pdf = qr_pdf(code)
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page ") == 1
    assert qr("x" * 2954) is None


def test_the_code_is_had_as_png_svg_and_pdf():
    labels = [b.proto.label for b in unfold(open_page("teach")).get("download_button")]
    assert {"PNG", "SVG", "PDF"} <= set(labels)


# On the pages


def test_the_page_makes_a_link_from_the_wing_as_it_was_left():
    at = open_page("windows", variant="Average", kernel_size="3", mode="watch")
    at.switch_page(PAGES["teach"]).run()
    assert not at.exception
    at.toggle(key="control.present").set_value(True).run()
    at.toggle(key="control.answers").set_value(True).run()
    at.multiselect(key="control.hide").select("stride").run()
    at.multiselect(key="control.fix").select("variant").run()
    assert "stride" not in at.multiselect(key="control.fix").options
    link = at.code[0].value
    assert link.startswith("/windows?")
    assert read_link(link).wish.parameters() == {
        "variant": "Average", "kernel_size": "3",
        "present": "1", "answers": "hidden", "hide": "stride", "fix": "variant",
    }  # fmt: skip
    assert "kernel_size = 3" in texts(at).replace("\\", "")
    at.text_input(key="control.pasted").set_value("javascript:alert(1)").run()
    assert "does not lead" in texts(at)
    at.text_input(key="control.pasted").set_value("https://x.example/oks?k=1&present=1").run()
    assert not at.exception
    assert at.code[0].value == "/oks?k=1&present=1"
    matrix = ";".join([",".join(["0.123456789012"] * 16)] * 16)
    at.text_input(key="control.pasted").set_value(f"/windows?matrix={matrix}").run()
    assert "too many for a QR code" in texts(at)


SHOWN = {
    "windows": ({}, {"sample": "random"}, {"variant": "Stochastic"}, {"sample": "photograph"}),
    "gradients": ({}, {"sample": "ties"}, {"sample": "photograph"}),
    "unpooling": (
        {"kernel_size": "3", "stride": "1"},
        {"between": "gain"},
        {"between": "noise"},
        {"between": "convolution"},
        {"sample": "photograph"},
    ),
    "global": ({}, {"class": "1"}),
    "sequences": ({}, {"pool": "DynamicKMax"}, {"pool": "ChunkMax"}),
    "compare": (
        {"sample": "photograph"},
        {"experiment": "noise"},
        {"experiment": "alias"},
    ),
    "reach": ({}, {"mask": "own"}, {"block": "criss-cross"}, {"block": "context"}),
}
"""States of a page in which each of its controls is there at least once."""
KEYS = {
    "with": "control.others",
    "draw_seed": r"control.\w+.seed",
    "picture": r"control.(levels|picture_used|shown|picture|own)(\.\w+)?",
    "class": "control.shown_class",
    "unpooling.noise": "control.(noise|sigma)",
    "noise_seed": r"control.noise_seed(\.new)?",
    "area": "control.(area|area_number|area_kind)",
    "sigmas": "control.(sigmas|sigma)",
    "search": "(control.words|glossary.search)",
    "ties": r"control.(\w+.ties|gradient_ties)",
    "variant": "control.(variant|every_variant)",
    "seed": r"(([a-z]+_)?input_(seed|new_seed)|control.seed|control.noise.seed(\.new)?)",
}
"""Whose keys are not made of their names; of one page, or of all."""


def belongs(key: str, name: str, address: str) -> bool:
    """Whether a widget of this key is a part of the control of this name."""
    usual = rf"(control\.(\w+\.)?|([a-z]+_)?input_){name}(\.\d+)*"
    return bool(re.fullmatch(KEYS.get(f"{address}.{name}", KEYS.get(name, usual)), key))


def widgets(at: AppTest) -> dict[str, bool]:
    """The keys of everything on the page that has one, and whether it can be moved."""
    return {
        getattr(node, "key", None) or "": not getattr(node, "disabled", False) for node in nodes(at)
    }


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=lambda subject: subject.address)
def test_what_a_link_hides_is_not_there_and_what_it_fixes_is_not_moved(subject):
    """Every other control is hidden while the rest is fixed, and the other way round."""
    seen, offered = set(), set()
    for query in SHOWN.get(subject.address, ({},)):
        at = open_page(subject.address.replace("-", "_"), mode="watch", **query)
        state = at.session_state[f"{subject.keeps}_state"]
        before, controls = widgets(at), bindable(subject, subject.values(state))
        offered |= set(controls)
        own = {
            name: {key for key in before if belongs(key, name, subject.address)}
            for name in controls
        }
        new = [name for name in controls if own[name] and name not in seen]
        seen |= set(new)
        for hidden, fixed in ((new[::2], new[1::2]), (new[1::2], new[::2])):
            at.query_params["hide"], at.query_params["fix"] = ",".join(hidden), ",".join(fixed)
            at.run()
            assert not at.exception
            now = widgets(at)
            for name in hidden:
                assert not [key for key in now if belongs(key, name, subject.address)], name
            for name in fixed:
                assert not [
                    key for key, free in now.items() if free and belongs(key, name, subject.address)
                ], name
        at.query_params["hide"], at.query_params["fix"] = "", ""
        at.run()
        for name in new:
            assert own[name] <= set(widgets(at)), name
    assert offered == seen


def test_practise_offers_what_it_has():
    page = SUBJECTS["practise"]
    assert tuple(bindable(page, page.values({}))) == ("kind", "exercise")


def test_what_a_link_fixes_no_control_moves():
    at = open_page("windows", variant="Average", kernel_size="3", fix="variant,sample,mode",
                   hide="kernel_size,stride", mode="watch")  # fmt: skip
    assert at.selectbox(key="control.variant").disabled
    assert at.selectbox(key="input_sample").disabled
    assert at.segmented_control(key="control.mode").disabled
    keys = {widget.key for widget in at.number_input}
    assert not keys & {"control.kernel_size", "control.stride", "input_rows"}
    assert not [e for e in at.expander if e.label in ("Your own f", "Your own numbers or picture")]
    before = shared(at)
    state = at.session_state["pooling_state"]  # as if some control had moved it all the same
    state.update(variant="Max", mode="predict", sample="ramp", kernel_size=(2, 2), stride=(1, 1))
    at.run()
    assert at.session_state["pooling_state"]["variant"] == "Average"
    assert at.session_state["pooling_state"]["mode"] == "watch"
    assert at.session_state["pooling_state"]["sample"] == "worked-example"
    assert shared(at) == before
    assert "hide=kernel_size,stride" in before
    at.selectbox(key="control.padding").set_value("1").run()  # what is free can be moved
    assert at.session_state["pooling_state"]["padding"] == (1, 1)
    assert not at.exception


def test_filters_weights_and_the_block_that_is_shown_are_controls_too():
    at = open_page("catalogue", search="max", fix="search,since", hide="families")
    assert at.text_input(key="control.words").disabled
    assert at.slider(key="control.since").disabled
    assert "catalogue.families" not in [group.key for group in at.button_group]
    state = at.session_state["catalogue_state"]
    state.update(words="x", until=1990)
    at.run()
    assert (state["words"], state["until"]) == ("max", years()[-1])
    at = open_page("global", mode="watch", fix="weights_0", hide="weights_1")
    moved = [s for s in at.slider if (s.key or "").startswith("control.weights_")]
    assert len(moved) == 6
    assert all(s.disabled for s in moved)
    at.segmented_control(key="control.shown_class").set_value(1).run()
    assert not [s for s in at.slider if (s.key or "").startswith("control.weights_")]
    at = open_page("windows", sample="photograph", region="3", fix="region")
    assert at.slider(key="control.region.0").disabled
    at = open_page("windows", sample="photograph", region="3", hide="region")
    assert not [s for s in at.slider if (s.key or "").startswith("control.region")]
    assert not at.exception


def test_unknown_names_fall_back_with_a_sentence():
    at = open_page("windows", hide="nonsense", fix="<b>x</b>", present="perhaps")
    assert not at.exception
    assert len(at.warning) == 2
    assert at.number_input(key="control.kernel_size")


def test_a_class_is_asked_about_the_step_of_its_link():
    at = open_page("windows", answers="hidden", step="2", mode="watch")
    plain = open_page("windows", step="2", mode="predict")
    assert "output row 1, column 0" in texts(at)
    assert "the window of row 1, column 0" in texts(
        open_page("unpooling", answers="hidden", step="2")
    )
    assert sent(at)["scene"] == sent(plain)["scene"]
    choose(at, "windows.0", 0)
    assert "You chose 0" in texts(at)
    assert sent(at)["scene"] == sent(plain)["scene"]
    assert not at.success
    assert not at.error
    assert not at.get("download_button") or not [
        b for b in at.get("download_button") if "Output" in b.proto.label
    ]
    at.session_state["windows"] = {"at": {"step": 3, "panel": "", "cell": -1, "n": 5}}
    at.run()
    assert "output row 1, column 0" in texts(at)
    assert "step=2" in shared(at)
    assert "answers=hidden" in shared(at)


QUESTIONS = [
    *((a.replace("-", "_"), {}) for a in SUBJECTS if a not in ("compare", "practise")),
    *(("compare", {"experiment": name}) for name in EXPERIMENTS),
]
"""Every page with its first questions; those of /practise are in its own test."""
NAMES = ("Max", "Average", "left eye", "0", "3", "4", "5", "13", "36")
"""Right choices that other things on the page are called too, or that its sizes hold: they tell
nothing where they stand alone."""


def asked(at: AppTest) -> dict[str, list[str]]:
    """Key of a first question -> its choices."""
    found: dict[str, list[str]] = {}
    for group in at.button_group:
        if re.fullmatch(r".+\.0", group.key or ""):
            found[group.key] = [label.replace("\\", "") for label in group.options]
    return found


def right_choices(name: str, query: dict[str, str]) -> list[tuple[str, str]]:
    """Label and reason of the right choice of each first question, as the open page tells them."""
    at, told, found = open_page(name, unfolded=False, **query), set(), []
    for question, labels in asked(at).items():
        choose(at, question, 0)
        now = {str(e.value).replace("\\", "") for e in (*at.success, *at.error)}
        (said,), told = now - told, now
        right = f"**✓ {labels[0]}** Right. "
        if said.startswith(right):
            found.append((labels[0], said.removeprefix(right)))
        else:
            label = next(each for each in labels if f" Right is **✓ {each}**: " in said)
            found.append((label, said.partition(f" Right is **✓ {label}**: ")[2]))
    return found


def stands(label: str, text: str) -> bool:
    """Whether a text holds a label as it is, not as a part of a word or of a number."""
    return bool(re.search(rf"(?<![\w.,]){re.escape(label)}(?!\w|[.,]\d)", text))


@pytest.mark.parametrize(("name", "query"), QUESTIONS)
def test_no_page_tells_an_answer_that_its_link_hides(name, query):
    right = right_choices(name, query)
    assert right or name in ("home", "glossary")
    at = unfold(open_page(name, answers="hidden", mode="watch", **query))
    assert not at.exception
    choices = [label for labels in asked(at).values() for label in labels]
    sent = [text.replace("\\", "") for text in everything(at)]
    said = [
        text for text in sent if "?**" not in text and text not in choices and "<style" not in text
    ]
    for label, why in right:
        assert label in choices
        assert not [text for text in sent if why in text]
        if label not in NAMES:
            assert not [text for text in said if stands(label, text)]
    assert "What to notice" not in sent
    assert not [block for block in at.code if "import" in block.value]
    offered = [b.proto.label for b in at.get("download_button")]
    assert not [each for each in offered if "answers" in each]
    if name != "coco_eval":  # it asks what another detection does to the numbers that it shows
        assert not [each for each in offered if "CSV" in each or ".npy" in each]


@pytest.mark.parametrize("name", [a.replace("-", "_") for a in SUBJECTS])
def test_every_page_keeps_answers_hidden_on_the_projector(name):
    at = open_page(name, answers="hidden", present="1", mode="watch", fix="lang", lang="en")
    assert not at.exception
    assert not [w for w in at.segmented_control if w.key == "control.mode"]
    if open_ := list(asked(at)):
        choose(at, open_[0], 0)
        assert "Your teacher will say" in texts(at)
    assert "What to notice" not in texts(at)
    assert not at.exception
    assert not at.success


# Language


@pytest.fixture
def read_in() -> Iterator[Callable[[str], None]]:
    """AppTest looks a menu's options up in the language of the test, not of the page."""
    yield use_language
    use_language("en")


def test_a_language_is_chosen_lasts_and_is_left_out_where_it_comes_by_itself(read_in):
    code = next(code for code in languages() if code != "en")
    at = open_page("windows")
    at.selectbox(key="frame.language").set_value(code).run()
    assert "Windows" not in at.title[0].value
    assert at.query_params["lang"] in (code, [code])
    read_in(code)
    del at.query_params["lang"]  # as a change of page does
    at.switch_page(PAGES["gradients"]).run()
    assert "Gradients" not in at.title[0].value
    assert at.query_params["lang"] in (code, [code])
    at.selectbox(key="frame.language").set_value("en").run()
    assert at.title[0].value == "Gradients"
    assert "lang" not in at.query_params


def test_the_link_wins_over_the_browser_and_can_fix_the_language():
    at = open_page("windows", lang="zh-TW", fix="lang")
    assert at.selectbox(key="frame.language").disabled
    assert "Windows" not in at.title[0].value
    hostile = open_page("windows", lang="<script>")
    assert hostile.title[0].value == "Windows"
    assert len(hostile.warning) == 1


@pytest.mark.parametrize("locale", ["zh-CN", "zh-Hans", "zh-TW"])
def test_the_browsers_language_is_spoken(locale):
    at = AppTest.from_file(ROOT / "poolviz/ui/shell.py", default_timeout=30)
    at.context = {"locale": locale}
    at.run()
    assert at.selectbox(key="frame.language").value == "zh"
    assert "lang" not in at.query_params
