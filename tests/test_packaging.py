"""The project as a stranger finds it: two ranges that agree, two commands, settings, floors."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import poolviz

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
README = (ROOT / "README.md").read_text()
CONFIG = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())


def test_requirements_for_community_cloud_are_those_of_pyproject():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert wanted == PROJECT["project"]["dependencies"]


def test_the_two_commands_stand_alone_in_fenced_blocks():
    fenced = "\n".join(re.findall(r"```[a-z]*\n(.*?)```", README, re.S)).splitlines()
    assert fenced.count("pip install -e . && streamlit run app.py") == 1
    assert fenced.count('pip install -e ".[test]" && pytest') == 1


def test_torch_is_not_a_requirement():
    extras = PROJECT["project"]["optional-dependencies"]
    everything = PROJECT["project"]["dependencies"] + [r for rs in extras.values() for r in rs]
    assert not [r for r in everything if r.startswith("torch")]


def test_the_readme_names_only_files_that_exist():
    for path in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / path).exists(), path


def test_server_settings():
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["server"]["showEmailPrompt"] is False
    assert CONFIG["server"]["maxUploadSize"] == 5
    assert CONFIG["server"]["enableXsrfProtection"] is True
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert {"light", "dark"} <= set(CONFIG["theme"])


def test_every_uploader_says_its_limit_and_one_page_takes_more():
    limits = {}
    for path in (ROOT / "poolviz/ui").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "file_uploader":
                given = {k.arg: ast.unparse(k.value) for k in call.keywords}
                limits.setdefault(path.stem, set()).add(given["max_upload_size"])
    assert limits.pop("uploads") == {"kind.most_mb"}  # of controls, whose kind says it
    assert set.union(*limits.values()) == {"5"}


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "least"), [("textColor", 7), ("linkColor", 4.5)])
@pytest.mark.parametrize("back", ["backgroundColor", "secondaryBackgroundColor"])
def test_the_theme_can_be_read(scheme, front, least, back):
    theme = CONFIG["theme"][scheme]
    light, dark = sorted((_luminance(theme[front]), _luminance(theme[back])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least


@pytest.mark.parametrize(
    ("file", "code", "named"),
    [
        ("poolviz/pooling/x.py", "import streamlit\n", "streamlit"),
        ("poolviz/stage/x.py", "from streamlit import session_state\n", "streamlit"),
        ("poolviz/stage/x.py", "import plotly.express\n", "plotly"),
        ("poolviz/pooling/x.py", "from matplotlib.figure import Figure\n", "matplotlib"),
        ("poolviz/ui/x.py", "import matplotlib\n", "matplotlib"),
        ("poolviz/ui/x.py", "import plotly\n", "plotly"),
        ("poolviz/figures/x.py", "import matplotlib.pyplot\n", "pyplot"),
        ("poolviz/figures/x.py", "import streamlit\n", "streamlit"),
        ("pages/pooling/x.py", "import plotly\n", "plotly"),
    ],
)
def test_the_linter_holds_the_floors_apart(file, code, named):
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251"]
    found = subprocess.run(
        [*command, "--stdin-filename", file, "-"],
        input=code,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert found.returncode == 1
    assert named in found.stdout


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("poolviz/ui/x.py", "import streamlit\n"),
        ("pages/pooling/x.py", "import streamlit\n"),
        ("app.py", "import streamlit\n"),
        ("poolviz/figures/x.py", "import plotly\nfrom matplotlib.figure import Figure\n"),
    ],
)
def test_each_floor_may_use_its_own_tools(file, code):
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251"]
    found = subprocess.run(
        [*command, "--stdin-filename", file, "-"],
        input=code,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert found.returncode == 0, found.stdout


def test_no_page_lies_directly_in_pages():
    assert not list((ROOT / "pages").glob("*.py"))


def test_typed_and_versioned():
    assert (ROOT / "poolviz/py.typed").exists()
    assert re.fullmatch(r"\d+\.\d+\.\d+", poolviz.__version__)
