"""What README, CONTRIBUTING, docs/ and examples/ show is run, and what they list is complete.

How blocks are read stands in CONTRIBUTING.md under "Documentation".
"""

from __future__ import annotations

import doctest
import re
import runpy
import shlex
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import rotasi
from rotasi.cli.main import main
from rotasi.rules import KINDS, Rule
from rotasi.tables.schema import TABLES

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(ROOT.glob("docs/**/*.md")),
]
EXAMPLES = sorted(ROOT.glob("examples/*.py"))
PICTURES = ROOT / "docs" / "pictures"
#: What the page of a preset goes through.
PRESET_SECTIONS = [
    "What the document says",
    "Which rules express it",
    "What it leaves open",
    "The result",
]
#: What a part of a policy is completed with.
PERIOD = {"start": "2026-01-05", "end": "2026-01-30"}

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OUTPUT = re.compile(r"\s*^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`([\w/.-]+\.\w+)`[^`\n]*:\s*\Z")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")
_WORDS = re.compile(r"<text\b[^>]*>([^<]*)</text>")

#: Every test prints what it must; a failure shows the difference.
_CHECKER = doctest.OutputChecker()
_FLAGS = doctest.ELLIPSIS


@dataclass(frozen=True)
class Block:
    """A fenced block of a page.

    Parameters
    ----------
    language, text : str
    line : int
        Where its text begins in the page.
    file : str
        The file that the line before names for it; empty for none.
    output : str or None
        The text block right behind it.
    """

    language: str
    text: str
    line: int
    file: str
    output: str | None


def read_blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    blocks = []
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start()) + 2
        named = _FILE.search(text[: match.start()])
        after = _OUTPUT.match(text, match.end())
        file, output = named[1] if named else "", after[1] if after else None
        blocks.append(Block(match[1], match[2], line, file, output))
    return blocks


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def check(place: str, wanted: str, got: str) -> None:
    """Compare an output with what a page shows; ends of lines and ``...`` are free."""
    wanted, got = (
        "".join(f"{line.rstrip()}\n" for line in text.splitlines()) for text in (wanted, got)
    )
    assert _CHECKER.check_output(wanted, got, _FLAGS), f"{place} shows\n{wanted}but gives\n{got}"


# -------------------------------------------------------------------- pages are run


def run_python(block: Block, place: str, names: dict[str, Any]) -> None:
    printed = StringIO()
    # The line numbers of tracebacks are those of the page.
    code = compile("\n" * (block.line - 1) + block.text, place, "exec", dont_inherit=True)
    with redirect_stdout(printed):
        exec(code, names)
    if block.output is not None or printed.getvalue():
        check(place, block.output or "", printed.getvalue())


def read_commands(text: str) -> Iterator[tuple[str, str]]:
    """Commands of a console block, each with the output below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def run_console(block: Block, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = 0
    for command, output in read_commands(block.text):
        if command == "echo $?":
            check(place, output, f"{code}\n")
            code = 0
            continue
        assert code == 0, f"{place} does not show the exit code {code}"
        program, *arguments = shlex.split(command)
        assert program == "rotasi", f"{place} runs {program}"
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        code = int(ended.value.code or 0)
        check(place, output, capsys.readouterr().out)
    assert code == 0, f"{place} does not show the exit code {code}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_runs(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    names: dict[str, Any] = {"__name__": page.stem}
    for block in read_blocks(page):
        place = f"{name_of(page)}:{block.line}"
        if block.file:
            target = tmp_path / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            run_python(block, place, names)
        elif block.language == "console":
            run_console(block, place, capsys)
        else:
            known = {"diff", "text", "toml", "sh"}
            assert block.language in known, f"{place}: no test reads {block.language}"


def test_output_that_differs_is_noticed() -> None:
    check("here", "a ... c\n", "a b c\n")
    with pytest.raises(AssertionError, match="but gives"):
        check("here", "a ... c\n", "a b d\n")
    with pytest.raises(AssertionError, match="but gives"):
        run_python(Block("python", "print(1)\n", 1, "", "2\n"), "here", {})


# -------------------------------------------------------------------- policies are solved


def read_policies() -> Iterator[tuple[str, dict[str, Any]]]:
    for page in PAGES:
        for block in read_blocks(page):
            if block.language == "toml":
                yield f"{name_of(page)}:{block.line}", tomllib.loads(block.text)


POLICIES = dict(read_policies())


@cache
def small_city() -> rotasi.Roster:
    return rotasi.datasets.city(200)


@pytest.mark.parametrize("place", POLICIES)
def test_a_policy_solves(place: str) -> None:
    policy = rotasi.Policy.model_validate(PERIOD | POLICIES[place])
    schedule = rotasi.solve(small_city(), policy, time_limit=60)
    assert schedule.status in ("OPTIMAL", "FEASIBLE")
    assert rotasi.verify(schedule, small_city(), policy)


# -------------------------------------------------------------------- lists are complete


def read_kinds(table: str) -> dict[str, str]:
    """Pages of rules or objectives by their kind."""
    return {page.stem: page.read_text("utf-8") for page in ROOT.glob(f"docs/{table}/*.md")}


KIND_PAGES = {"rules": read_kinds("rules"), "objectives": read_kinds("objectives")}


def test_every_page_of_a_kind_is_about_one() -> None:
    documented = [*KIND_PAGES["rules"], *KIND_PAGES["objectives"]]
    assert sorted(documented) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_page(kind: str) -> None:
    table = "rules" if issubclass(KINDS[kind], Rule) else "objectives"
    page = KIND_PAGES[table][kind]
    assert page.startswith(f"# `{kind}`\n")
    assert f"```{{clause}} {kind}\n" in page
    assert "\n## By hand\n" in page
    blocks = [tomllib.loads(match[2]) for match in _BLOCK.finditer(page) if match[1] == "toml"]
    shown = chain.from_iterable(block[table] for block in blocks)
    assert kind in {example["kind"] for example in shown}


@pytest.mark.parametrize("table", KIND_PAGES)
def test_every_kind_is_listed(table: str) -> None:
    overview = (ROOT / "docs" / f"{table}.md").read_text("utf-8")
    missing = [
        kind for kind in KIND_PAGES[table] if f"[`{kind}`]({table}/{kind}.md)" not in overview
    ]
    assert missing == []


def test_the_keys_of_every_rule_are_documented() -> None:
    page = (ROOT / "docs" / "rules.md").read_text("utf-8")
    names = [field.alias or name for name, field in Rule.model_fields.items()]
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_key_of_a_policy_is_documented() -> None:
    page = (ROOT / "docs" / "policy.md").read_text("utf-8")
    parts = ("`{}`", "`[{}]`", "`[[{}]]`")
    missing = [
        name
        for name in rotasi.Policy.model_fields
        if not any(part.format(name) in page for part in parts)
    ]
    assert missing == []


def test_every_column_is_documented() -> None:
    page = (ROOT / "docs" / "roster.md").read_text("utf-8")
    names = set(chain.from_iterable(TABLES.values()))
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []


def test_every_preset_is_listed() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert rows == list(rotasi.presets.NAMES)


@pytest.mark.parametrize("name", rotasi.presets.NAMES)
def test_every_preset_has_a_page(name: str) -> None:
    page = (ROOT / "docs" / "presets" / f"{name}.md").read_text("utf-8")
    title, *sections = _HEADING.findall(re.sub(_BLOCK, "", page))
    assert title.startswith(f"`{name}`: ")
    assert sections == PRESET_SECTIONS
    assert f"](../pictures/presets/{name}.svg)" in page


def test_every_page_of_a_preset_is_listed() -> None:
    index = (ROOT / "docs" / "presets" / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| \[`(\w+)`\]\((\w+)\.md\) \|", index, re.MULTILINE)
    assert rows == [(name, name) for name in rotasi.presets.NAMES]
    pages = {page.stem for page in ROOT.glob("docs/presets/*.md")} - {"README"}
    assert pages == set(rotasi.presets.NAMES)


def test_the_map_of_rooms_is_that_of_the_linter() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rooms = page.partition("## Rooms")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`\w+`(?: · `\w+`)*) \|", rooms, re.MULTILINE)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (layers,) = (each["layers"] for each in contracts["contracts"] if each["type"] == "layers")
    assert [re.findall(r"\w+", row) for row in rows] == [re.findall(r"\w+", row) for row in layers]


def test_files_that_pages_for_developers_name_are_there() -> None:
    for page in ("docs/architecture.md", "CONTRIBUTING.md"):
        text = (ROOT / page).read_text("utf-8")
        for name in re.findall(r"`([\w/]+/\w+\.(?:py|po|mo|toml))`", text):
            found = [
                ROOT / start / name for start in ("", "src", "src/rotasi", "src/rotasi/engine")
            ]
            assert any(path.exists() for path in found), f"{page} names {name}"


# -------------------------------------------------------------------- pictures


def test_pictures_of_presets_are_those_of_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = PICTURES / "draw_presets.py"
    monkeypatch.setattr(sys, "argv", [str(script), str(tmp_path)])
    runpy.run_path(str(script), run_name="__main__")
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{name}.svg" for name in rotasi.presets.NAMES
    }
    for drawn in tmp_path.iterdir():
        kept = PICTURES / "presets" / drawn.name
        # Words and figures; other versions of libraries may draw the lines between them otherwise.
        assert _WORDS.findall(kept.read_text("utf-8")) == _WORDS.findall(drawn.read_text("utf-8"))
        assert kept.stat().st_size < 120_000


# -------------------------------------------------------------------- links and examples


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    titles = _HEADING.findall(re.sub(_BLOCK, "", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(_BLOCK, "", page.read_text("utf-8"))
    for path, anchor in _LINK.findall(text):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name_of(page)} links to {path}"
        assert not anchor or anchor in anchors(target), f"{name_of(page)} links to #{anchor}"


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_an_example_runs(
    example: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [str(example), "1000"])
    monkeypatch.setenv("MPLBACKEND", "Agg")
    runpy.run_path(str(example), run_name="__main__")
    assert "<Report: ok>" in capsys.readouterr().out


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_an_example_is_a_notebook(example: Path) -> None:
    cells = example.read_text("utf-8").split("# %%")
    assert cells[0] == ""
    assert cells[1].startswith(" [markdown]\n# # ")
    assert sum(not cell.startswith(" [markdown]") for cell in cells[1:]) >= 4
