"""A new array form: mypy names every place that has to treat it, and CONTRIBUTING lists them."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from rotasi.model.constraints import Hard, Term

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "rotasi"
#: Where a form is told apart from the others. Elsewhere only forms of one kind are looked for.
ROOMS = ("engine", "explanation", "instance", "model")
FORMS = {form.__name__ for form in (*get_args(Hard), *get_args(Term))}

#: A form that is nothing yet, before the unions of forms.
EXAMPLE = '''
@dataclass(frozen=True)
class Example(ArrayForm):
    """A form that nobody has heard of."""

    rule = ""
    penalty = 0
    group = None

    def take(self, rows: Ints, first: int, last: int) -> Self:
        """Itself."""
        return self

'''


def list_modules(section: str) -> set[str]:
    """The modules in the first column of the table of a section of CONTRIBUTING."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (body,) = re.findall(rf"^## {section}\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"^\| `([\w/]+\.py)` \|", body, re.MULTILINE))


def add_example(constraints: Path) -> None:
    text = constraints.read_text(encoding="utf-8")
    before, unions = text.split("\n#: Forms with a Boolean")
    for union in ("Hard", "Term"):
        assert unions.count(f"\n{union} = ") == 1
        unions = unions.replace(f"\n{union} = ", f"\n{union} = Example | ")
    constraints.write_text(f"{before}{EXAMPLE}\n#: Forms with a Boolean{unions}", encoding="utf-8")


def test_mypy_names_the_modules_that_contributing_lists(tmp_path: Path) -> None:
    copied = tmp_path / "rotasi"
    shutil.copytree(SOURCE, copied, ignore=shutil.ignore_patterns("__pycache__"))
    add_example(copied / "model" / "constraints.py")
    # Without the stubs of other packages this takes a few seconds; the forms are our own classes.
    alone = ("--config-file=", "--no-site-packages", "--ignore-missing-imports", "--no-incremental")
    command = [sys.executable, "-m", "mypy", *alone, f"--cache-dir={tmp_path / 'cache'}", "rotasi"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    named = re.findall(r'rotasi/(\S+):\d+: error: .*"assert_never".*"Example"', said.stdout)
    assert set(named) == list_modules("Adding an array form"), said.stdout + said.stderr


# ---------------------------------------------------------------- nothing is passed over in silence


def asks_for_a_form(node: ast.AST) -> bool:
    """Whether an expression asks by isinstance what form something is."""
    return any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "isinstance"
        and any(isinstance(n, ast.Name) and n.id in FORMS for n in ast.walk(call.args[1]))
        for call in ast.walk(node)
    )


def matches_forms(node: ast.Match) -> bool:
    """Whether a case of a match is a form."""
    patterns = (part for case in node.cases for part in ast.walk(case.pattern))
    return any(
        isinstance(part, ast.MatchClass) and isinstance(part.cls, ast.Name) and part.cls.id in FORMS
        for part in patterns
    )


def ends_with_assert_never(node: ast.Match) -> bool:
    pattern, (first, *_) = node.cases[-1].pattern, node.cases[-1].body
    return ast.unparse(pattern) == "_" and ast.unparse(first).startswith("assert_never(")


def silent_ladders(code: str) -> Iterator[int]:
    """Lines where a form that is not named would be taken for another."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.If) and node.orelse and asks_for_a_form(node.test):
            yield node.lineno
        if isinstance(node, ast.Match) and matches_forms(node) and not ends_with_assert_never(node):
            yield node.lineno


@pytest.mark.parametrize("room", ROOMS)
def test_no_ladder_over_forms_ends_in_a_silent_else(room: str) -> None:
    modules = sorted((SOURCE / room).rglob("*.py"))
    assert modules
    found = [
        f"{module.relative_to(SOURCE)}:{line}"
        for module in modules
        for line in silent_ladders(module.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("if isinstance(form, Window):\n    a()\nelse:\n    b()", [1]),
        ("if x:\n    a()\nelif isinstance(form, Cover | Level):\n    b()\nelse:\n    c()", [3]),
        ("match form:\n    case Window():\n        a()\n    case _:\n        b()", [1]),
        ("match form:\n    case Window():\n        a()", [1]),
        ("match form:\n    case Mask():\n        a()\n    case _:\n        assert_never(form)", []),
        ("if isinstance(form, Mask):\n    a()", []),
        ("if isinstance(text, str):\n    a()\nelse:\n    b()", []),
    ],
)
def test_a_silent_ladder_is_seen(code: str, lines: list[int]) -> None:
    assert list(silent_ladders(code)) == lines
