"""docs/faults*.md speak of each case once, and of no test that is not there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("faults*.md"))
ROWS = [
    cells
    for page in PAGES
    for line in page.read_text("utf-8").splitlines()
    if re.fullmatch(r"[A-Z]\d\d", (cells := line.strip("| ").split(" | "))[0].strip())
]
CASES = {
    "R": range(1, 51),
    "P": range(1, 24),
    "K": range(1, 16),
    "S": range(1, 31),
    "W": range(1, 13),
    "E": range(1, 24),
    "C": range(1, 12),
    "N": range(1, 28),
}


@cache
def list_tests() -> set[str]:
    """Names of all tests."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        found |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return found


@pytest.mark.parametrize("group", CASES)
def test_every_case_stands_there_once(group: str) -> None:
    numbers = Counter(row[0] for row in ROWS if row[0].startswith(group))
    assert numbers == {f"{group}{number:02}": 1 for number in CASES[group]}


def test_every_test_that_is_named_exists() -> None:
    named = {name for row in ROWS for name in re.findall(r"`(test_\w+)`", row[-1])}
    assert len(named) > 70
    assert named <= list_tests()


def test_every_case_names_a_test_or_says_why_not() -> None:
    silent = [row[0] for row in ROWS if row[-1] == "–"]
    assert [row[0] for row in ROWS if not re.search("`test_|^–$", row[-1])] == []
    assert {"R35", "K13"} <= set(silent)


def test_every_test_that_bears_a_number_is_named() -> None:
    """A test of one of these groups that no row names is a row that is out of date."""
    page = "".join(page.read_text("utf-8") for page in PAGES)
    numbered = {name for name in list_tests() if re.match(r"test_[rpk]\d\d_", name)}
    assert {name for name in numbered if f"`{name}`" not in page} == set()


def test_promises_name_tests_that_exist() -> None:
    text = (ROOT / "docs" / "promises.md").read_text("utf-8")
    named = re.findall(r"`(test_\w+)`", text)
    assert len(named) > 40
    assert [name for name in named if name not in list_tests()] == []
    paths = re.findall(r"`(tests/[\w/.]+)`", text)
    assert [path for path in paths if not (ROOT / path).exists()] == []
