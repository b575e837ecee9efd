"""The list of judged mutants is read, compared and kept up to date."""

from __future__ import annotations

import ast
from collections import Counter

from judge_mutants import PAGE, Mutant, judge, read_change, read_judged

DIFF = """\
--- src/rotasi/problem.py
+++ src/rotasi/problem.py
@@ -1,3 +1,3 @@
 def fold(problem):
-    rows = - 1
+    rows = + 1
     return rows
"""
ONE = Mutant("rotasi.model.problem.fold", ("- rows = - 1", "+ rows = + 1"))
OTHER = Mutant("rotasi.model.problem.fold", ("- rows = - 1", "+ rows = None"))


def lines_of(function: str) -> set[str]:
    """Lines of a function or method, stripped: ``rotasi.module.function``."""
    names = function.split(".")
    path = PAGE.parents[1] / "src"
    while not path.is_file():
        part = names.pop(0)
        path = path / part if (path / part).is_dir() else path / f"{part}.py"
    text = path.read_text("utf-8")
    node: ast.AST = ast.parse(text)
    for name in names:
        inside = {getattr(child, "name", ""): child for child in ast.iter_child_nodes(node)}
        node = inside[name]
    return {line.strip() for line in (ast.get_source_segment(text, node) or "").splitlines()}


def test_what_a_mutant_changes_is_read_without_heading_and_indentation() -> None:
    assert read_change(DIFF) == ONE.change


def test_a_printed_mutant_can_be_copied_to_the_page() -> None:
    assert read_judged(f"# Title\n\n## Judged\n\n{ONE}\n\nWhy.\n\n{OTHER}\n\nWhy.\n") == [
        ONE,
        OTHER,
    ]


def test_survivors_must_be_judged_and_the_judged_must_survive() -> None:
    assert judge([(ONE, "killed"), (OTHER, "survived")], [OTHER]) == []
    (unjudged,) = judge([(ONE, "timeout"), (OTHER, "survived")], [OTHER])
    assert unjudged.startswith("timeout, not judged:\n### `rotasi.model.problem.fold`\n")
    (stale,) = judge([(ONE, "killed"), (OTHER, "survived")], [ONE, OTHER])
    assert stale.startswith("judged, but no survivor:\n")


def test_every_judged_line_still_stands_in_its_function_and_is_judged_once() -> None:
    judged = read_judged(PAGE.read_text("utf-8"))
    assert judged
    for mutant in judged:
        old = {line[2:] for line in mutant.change if line.startswith("-")}
        assert old <= lines_of(mutant.function), mutant
    assert max(Counter(judged).values()) == 1
