"""Help pages, their examples, the version and completion."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import pytest
from terminal import furnish, run, run_line

from rotasi import presets
from rotasi.cli.commands import app
from rotasi.cli.commands.examples import EXAMPLES

COMMANDS = [command.name for command in app.registered_commands]
PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that examples name, with a schedule."""
    folder = tmp_path_factory.mktemp("furnished")
    furnish(folder)
    roster, policy = folder / "roster", folder / "policy.toml"
    assert run("solve", roster, "--policy", policy, "--out", folder / "schedule").code == 0
    return folder


def test_every_command_has_an_example() -> None:
    assert list(EXAMPLES) == COMMANDS


@pytest.mark.parametrize("line", [*chain.from_iterable(EXAMPLES.values())])
def test_an_example_runs(
    line: str, furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(furnished, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    if line in EXAMPLES["solve"]:
        shutil.rmtree("schedule")
    ended = run_line(line, "--lang", "en")
    assert (ended.code, "error" in ended.err) == (0, False), ended.err


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_the_examples_in_one_line_each(command: str) -> None:
    shown = run(command, "--help", "--lang", "en")
    assert shown.code == 0
    lines = [line.strip() for line in shown.out.splitlines()]
    assert set(EXAMPLES[command]) <= set(lines)
    assert {"Example:", "Examples:"} & set(lines)


@pytest.fixture(scope="module")
def indonesian() -> dict[str, str]:
    """Help pages in Indonesian, by command: a process speaks one language on them."""
    code = (
        "import json; from terminal import run; from rotasi.cli.commands import app\n"
        "names = [command.name for command in app.registered_commands]\n"
        "print(json.dumps({name: run(name, '--help').out for name in names}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[1],
        env=os.environ | {"ROTASI_LANGUAGE": "id", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
    )
    pages: dict[str, str] = json.loads(done.stdout)
    return pages


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_translated(command: str, indonesian: dict[str, str]) -> None:
    """No sentence of the English page is left."""
    english = run(command, "--help", "--lang", "en").out
    left = sentences_of(english) & sentences_of(indonesian[command])
    assert left - {*EXAMPLES[command]} == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented(command: str) -> None:
    page = PAGE.read_text("utf-8")
    options = re.findall(r"--[a-z-]+", run(command, "--help", "--lang", "en").out)
    assert {name for name in options if f"`{name}" not in page} == set()
    assert f"## `{command}`" in page


def test_the_version_is_that_of_the_package() -> None:
    assert run("--version").out == f"rotasi {version('rotasi')}\n"


@pytest.fixture
def no_detection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell is named, as these tests may be started by any program."""
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")


@pytest.mark.usefixtures("no_detection")
@pytest.mark.parametrize(
    ("shell", "sign"),
    [
        ("bash", "complete -o default -F _rotasi_completion rotasi"),
        ("zsh", "#compdef rotasi"),
        ("fish", "complete --command rotasi"),
    ],
)
def test_a_completion_script_is_shown(shell: str, sign: str, tmp_path: Path) -> None:
    """Where the shell is there, it reads the script without complaint."""
    shown = run("--show-completion", shell)
    assert sign in shown.out
    assert "_ROTASI_COMPLETE" in shown.out
    (tmp_path / "script").write_text(shown.out)
    if shutil.which(shell):
        subprocess.run([shell, "-n", str(tmp_path / "script")], check=True)


@pytest.mark.usefixtures("no_detection")
def test_completion_is_installed_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert run("--install-completion", "bash").code == 0
    assert "rotasi.sh" in (tmp_path / ".bashrc").read_text()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("rotasi ", COMMANDS),
        ("rotasi sa", ["savings"]),
        ("rotasi solve roster --pol", ["--policy"]),
        ("rotasi solve roster --policy ", list(presets.NAMES)),
        ("rotasi presets bekasi_2", ["bekasi_2026"]),
        ("rotasi export schedule --format x", ["xlsx"]),
    ],
)
def test_words_are_completed(
    words: str, wanted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_ROTASI_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    shown = run()
    assert (shown.out.split(), shown.err) == (wanted, "")


def sentences_of(page: str) -> set[str]:
    """Lines of a help page with words in a row, but the one on its usage."""
    lines = [re.sub(r".* {2,}", "", line.strip(" │")) for line in page.splitlines()]
    return {each for each in lines if re.search(r"[a-z]{3,} [a-z]{2,}", each)} - {lines[1].strip()}
