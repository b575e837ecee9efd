"""The notebooks of examples/ run in a kernel, top to bottom, and show what they promise.

`tests/test_docs.py` runs all of them as scripts; here they are notebooks.
"""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "examples"
EXAMPLES = sorted(FOLDER.glob("*.py"))
#: What a reader learns to do, and in which notebook.
SUBJECTS = {
    "ten_lines": ["solve", "verify"],
    "sepuluh_baris": ["solve", "verify"],
    "five_policies": ["compare", "estimate", "plots"],
    "no_schedule": ["explain", "why"],
    "late_changes": ["revise"],
    "many_opds": ["solve_partitions", "plots"],
}


def read(name: str) -> nbformat.NotebookNode:
    return jupytext.read(FOLDER / f"{name}.py")


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_notebook_runs_in_a_kernel() -> None:
    notebook = read("sepuluh_baris")
    again = "_ = rotasi.solve(daftar, kebijakan, progress=rotasi.progress_bar())"
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in (again, "jadwal")]
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = outputs(notebook)
    assert [output for output in shown if output.output_type == "error"] == []
    text = "".join(output.text for output in shown if output.output_type == "stream")
    assert "<Report: ok>" in text
    data = [output.data for output in shown if "data" in output]
    assert any("image/png" in each for each in data)
    assert "<table>" in data[-1]["text/html"]
    assert "100%" in str(notebook.cells[-2].outputs)  # of the bar


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_notebook_is_about_its_subject(name: str) -> None:
    code = "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "code")
    assert [each for each in SUBJECTS[name] if f"rotasi.{each}" not in code] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_cells_are_short_and_explained(example: Path) -> None:
    cells = jupytext.read(example).cells
    kinds = [cell.cell_type for cell in cells]
    assert kinds[0] == "markdown"
    assert max(len(cell.source.splitlines()) for cell in cells) <= 40
    assert kinds.count("markdown") >= 3


def test_the_first_notebook_takes_ten_lines() -> None:
    """In both languages, and the same ones but for their names."""
    lines = []
    for name in ("ten_lines", "sepuluh_baris"):
        code = [cell.source for cell in read(name).cells if cell.cell_type == "code"]
        statements = compile(code[1], name, "exec", flags=1024).body  # ast.PyCF_ONLY_AST
        lines.append(len(statements))
        assert len(re.findall("rotasi", code[1])) == 3
    assert lines[0] == lines[1] <= 10
