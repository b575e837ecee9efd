"""The pages become a site: without warnings, without anything from elsewhere, and whole."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import rotasi
from rotasi.rules import KINDS, Rule

pytest.importorskip("sphinx")

#: Built once: by one of the processes that run the tests.
pytestmark = pytest.mark.xdist_group("site")

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(
    page.relative_to(DOCS).with_suffix("").as_posix()
    for page in DOCS.rglob("*.md")
    if page.parent.name != "pictures"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as ``make docs`` builds it; a warning is an error."""
    out = tmp_path_factory.mktemp("site")
    options = ["-q", "-W", "--keep-going", "-d", str(out / "doctrees")]
    ended = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, str(DOCS), str(out / "html")],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return out / "html"


def read(site: Path, page: str) -> str:
    return (site / f"{page}.html").read_text("utf-8")


def test_every_page_is_reached_from_the_first(site: Path) -> None:
    menu = re.findall(r'class="reference internal" href="([\w/-]+)\.html"', read(site, "index"))
    assert sorted({*menu, "index"}) == PAGES


def test_nothing_comes_from_elsewhere(site: Path) -> None:
    for page in PAGES:
        loaded = re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', read(site, page))
        assert [each for each in loaded if ":" in each] == [], page


def test_no_formula_is_left_as_it_was_typed(site: Path) -> None:
    for page in PAGES:
        prose = re.sub(r"<(script|pre|svg|code).*?</\1>", "", read(site, page), flags=re.DOTALL)
        assert "$" not in prose, page
    assert 'MathML" display="block">' in read(site, "rules/quota")


def test_no_page_tells_where_it_was_made(site: Path) -> None:
    for file in site.rglob("*.*"):
        if file.suffix in {".html", ".js", ".inv"}:
            text = file.read_text("utf-8", errors="replace")
            assert str(ROOT) not in text, file.name
            assert str(site) not in text, file.name


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_tells_every_parameter(site: Path, kind: str) -> None:
    is_rule = issubclass(KINDS[kind], Rule)
    page = read(site, f"rules/{kind}" if is_rule else f"objectives/{kind}")
    common = Rule.model_fields if is_rule else {"kind"}
    fields = KINDS[kind].model_fields.items()
    own = [field.alias or name for name, field in fields if name not in common]
    rows = re.findall(r"<tr class=\"row-\w+\"><td><p><code[^>]*><span class=\"pre\">(\w+)<", page)
    assert rows == own
    assert ("Unit when soft:" in page) is is_rule


def test_the_api_names_everything_public(site: Path) -> None:
    page = read(site, "api")
    anchors = set(re.findall(r'id="(?:module-)?rotasi\.(\w+)"', page))
    assert anchors >= set(rotasi.__all__)
