"""CONTRIBUTING.md is followed: what it says must be added, and nothing else, is asked for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")

#: What fails once a class is in the list, by what it asks for; each is one of the page's steps.
ASKED = {
    "third reading": "tests/rules/test_rules_exhaustive.py::test_every_kind_has_corners",
    "page": "tests/test_docs.py::test_every_kind_has_a_page[on_site_after_leave]",
    "translation": "tests/test_messages.py::TestCatalogue::test_holds_the_texts_of_the_sources",
    "parameters": "tests/policy/test_policy.py::TestEveryKind",
    "a roster that breaks it": "tests/schedule/test_verification.py::"
    "test_every_rule_kind_and_every_standing_rule_is_planted",
}


def section(title: str) -> str:
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def python_of(text: str) -> str:
    found = re.search(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(before) == 1, before
    path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The source and what tests it, to be changed."""
    for name in ("src", "tests", "docs", "examples"):
        ignored = shutil.ignore_patterns("__pycache__", "corpus", "versions", "pictures")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for name in ("pyproject.toml", "CONTRIBUTING.md", "README.md"):
        shutil.copy2(ROOT / name, tmp_path)
    return tmp_path


def run(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_rule_asks_for_what_the_page_says(copy: Path) -> None:
    rules = copy / "src" / "rotasi" / "rules"
    (rules / "after_leave.py").write_text(
        '"""On site after leave."""\n\n' + python_of(section("Adding a rule")), encoding="utf-8"
    )
    edit(rules / "registry.py", "    Stability,\n)\n\n\nclass", "    Stability,\n    OnSiteAfterLeave,\n)\n\n\nclass")  # fmt: skip  # noqa: E501
    first = "from rotasi.rules.base import Rule\n"
    own = "from rotasi.rules.after_leave import OnSiteAfterLeave\n"
    edit(rules / "registry.py", first, own + first)
    ended = run(copy, "-m", "pytest", "-p", "no:cacheprovider", "-rf", *ASKED.values())
    failed = set(re.findall(r"^FAILED (\S+)", ended.stdout, re.MULTILINE))
    for step, test in ASKED.items():
        assert step in section("Adding a rule")
        assert any(name.startswith(test) for name in failed), (test, ended.stdout)
