"""Faults of the user's place: files and folders that the system does not give."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import people, policy, roster

import rotasi
from rotasi import OutputError, PolicyError, RosterError
from rotasi.cli.main import main

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
NOBODY = 65534
NOWHERE = Path(tempfile.gettempdir())  # nothing gets so far as to be written there
FRAME = pd.DataFrame({"nip": ["a"], "time": ["2026-01-05 08:00"], "place": ["home"]})


@pytest.fixture(scope="module")
def schedule() -> rotasi.Schedule:
    return rotasi.solve(roster(2), policy(), workers=1)


#: What reads a place.
READERS: dict[str, Callable[[rotasi.Schedule, Path], object]] = {
    "roster": lambda _, path: rotasi.Roster.read(path),
    "policy": lambda _, path: rotasi.Policy.read(path),
    "assumptions": lambda _, path: rotasi.Assumptions.read(path),
    "schedule": lambda _, path: rotasi.Schedule.read(path),
    "rows": lambda s, path: rotasi.verify(path, s.roster, s.policy),
    "schemes": lambda s, path: s.policy.with_opd_schemes(path),
    "scheme": lambda s, path: s.policy.with_opd_schemes({"X": path}),
    "attendance": lambda s, path: rotasi.accountability(s, path, FRAME),
    "calendar": lambda s, path: s.to_ics(NOWHERE / "x.ics", previous=path, key="k" * 16),
    "parts": lambda s, path: rotasi.solve_partitions(path, s.policy, NOWHERE / "out"),
}
#: What writes to a place.
WRITERS: dict[str, Callable[[rotasi.Schedule, Path], object]] = {
    "roster": lambda s, path: s.roster.write(path),
    "schedule": lambda s, path: s.write(path),
    "csv": lambda s, path: s.to_csv(path),
    "parquet": lambda s, path: s.to_parquet(path),
    "workbook": lambda s, path: s.to_excel(path),
    "page": lambda s, path: s.to_html(path),
    "pages": lambda s, path: s.to_html(path),
    "letter": lambda s, path: s.to_letter(path, opd="X"),
    "calendar": lambda s, path: s.to_ics(path),
}


def _loop(folder: Path, suffix: str) -> Path:
    (folder / f"a{suffix}").symlink_to(folder / f"b{suffix}")
    (folder / f"b{suffix}").symlink_to(folder / f"a{suffix}")
    return folder / f"a{suffix}"


def _in_a_file(folder: Path, suffix: str) -> Path:
    (folder / "file").touch()
    return folder / "file" / f"x{suffix}"


#: Places that nobody can read or write, whatever their rights.
PLACES: dict[str, Callable[[Path, str], Path]] = {
    "a name that is too long": lambda folder, suffix: folder / ("x" * 300 + suffix),
    "a link to itself": _loop,
    "below a link to itself": lambda folder, suffix: _loop(folder, suffix) / f"x{suffix}",
    "in a file": _in_a_file,
    "of nobody's home": lambda _, suffix: Path(f"~nobody-of-this-name/x{suffix}"),
}
_SUFFIXES_WRITTEN = {"page": ".html"}
_SUFFIXES = {"roster": ".csv", "rows": ".csv", "attendance": ".csv", "schedule": "", "parts": ""}


@POSIX
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("reader", READERS)
def test_e17_what_cannot_be_read(
    schedule: rotasi.Schedule, tmp_path: Path, reader: str, place: str
) -> None:
    path = PLACES[place](tmp_path, _SUFFIXES.get(reader, ".toml"))
    with pytest.raises((RosterError, PolicyError)) as caught:
        READERS[reader](schedule, path)
    assert str(path) in str(caught.value)


@POSIX
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("writer", WRITERS)
def test_e17_where_nothing_can_be_written(
    schedule: rotasi.Schedule, tmp_path: Path, writer: str, place: str
) -> None:
    with pytest.raises(OutputError) as caught:
        WRITERS[writer](schedule, PLACES[place](tmp_path, _SUFFIXES_WRITTEN.get(writer, "")))
    assert str(caught.value)


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Be somebody to whom a folder says nothing."""
    user = os.geteuid()
    folder.chmod(0)
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(stat.S_IRWXU)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may enter: those of pytest are its user's own."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    (made / "shut").mkdir()
    yield made
    shutil.rmtree(made)


@POSIX
@pytest.mark.parametrize(
    ("reader", "name"),
    [(reader, f"shut/x{_SUFFIXES.get(reader, '.toml')}") for reader in READERS]
    + [(reader, "shut") for reader in ("roster", "schedule", "schemes", "parts")],
)
def test_e17_a_folder_without_rights_is_not_read(
    schedule: rotasi.Schedule, folder: Path, reader: str, name: str
) -> None:
    path = folder / name
    with pytest.raises((RosterError, PolicyError)):
        READERS[reader](schedule, path)  # what is loaded when first used, is loaded as ourselves
    with without_rights(folder / "shut"), pytest.raises((RosterError, PolicyError)) as caught:
        READERS[reader](schedule, path)
    assert "Permission denied; ask its owner for the rights" in str(caught.value)
    assert str(folder / "shut") in str(caught.value)


@POSIX
@pytest.mark.parametrize("writer", WRITERS)
def test_e17_a_folder_without_rights_is_not_written_to(
    schedule: rotasi.Schedule, folder: Path, writer: str
) -> None:
    suffix = _SUFFIXES_WRITTEN.get(writer, "")
    WRITERS[writer](schedule, folder / "shut" / f"warm{suffix}")
    with without_rights(folder / "shut"), pytest.raises(OutputError) as caught:
        WRITERS[writer](schedule, folder / "shut" / f"x{suffix}")
    assert str(folder / "shut") in str(caught.value)


@POSIX
@pytest.mark.parametrize(
    "arguments",
    [
        ["solve", "{shut}", "--policy", "bekasi_2026", "--out", "{free}/out"],
        ["solve", "{free}/roster", "--policy", "bekasi_2026", "--out", "{shut}/out"],
        ["solve", "{free}/roster", "--policy", "bekasi_2026", "--out", "{shut}"],
        ["solve", "{free}/roster", "--policy", "{shut}/x.toml", "--out", "{free}/out"],
        ["solve", "{free}/roster", "--policy", "bekasi_2026", "--out", "{loop}"],
        ["verify", "{free}/roster", "{shut}", "--policy", "bekasi_2026"],
        ["export", "{shut}", "--out", "{free}/x.csv"],
        ["demo", "--out", "{shut}/demo"],
    ],
    ids=" ".join,
)
def test_e17_the_command_ends_with_2(
    folder: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    free = folder / "free"
    rotasi.Roster.from_frame(people(2)).write(free / "roster")
    names = {"shut": folder / "shut", "free": free, "loop": _loop(folder, "")}
    given = [each.format(**names) for each in arguments]
    with pytest.raises(SystemExit):
        main(["presets"])
    with without_rights(folder / "shut"), pytest.raises(SystemExit) as ended:
        main(given)
    told = capsys.readouterr().err
    assert ended.value.code == 2, told
    assert "bug" not in told
    assert "Error" not in told


def test_e17_what_the_system_refuses_elsewhere_is_no_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Standard input is copied to the system's folder for passing files, which is full."""

    def full(*_all: Any, **_more: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rotasi.cli.commands.reading.read_roster", full)
    monkeypatch.setattr("rotasi.cli.commands.solving.read_roster", full)
    with pytest.raises(SystemExit) as ended:
        main(["solve", "-", "--policy", "bekasi_2026", "--out", str(tmp_path / "out")])
    assert ended.value.code == 2
    assert "No space left on device; free some space" in capsys.readouterr().err


class TestRoster:
    """Written as everything else is: never over what is there, unless it is asked for."""

    def test_e18_replaces_nothing_unasked(self, tmp_path: Path) -> None:
        target = tmp_path / "deep" / "roster"
        roster(2).write(target)
        kept = (target / "employees.csv").read_bytes()
        with pytest.raises(OutputError, match="is not empty"):
            roster(3).write(target)
        assert (target / "employees.csv").read_bytes() == kept
        roster(3).write(target, force=True)
        assert len(rotasi.Roster.read(target)) == 3

    def test_e18_is_written_whole_or_not_at_all(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_all: Any) -> None:
            raise OSError(28, "No space left on device")

        roster(2).write(tmp_path / "roster")
        before = {each.name: each.read_bytes() for each in (tmp_path / "roster").iterdir()}
        monkeypatch.setattr("rotasi.tables.roster.write_csv", full)
        with pytest.raises(OutputError, match="No space left on device; free some space"):
            roster(3).write(tmp_path / "roster", force=True)
        assert {e.name: e.read_bytes() for e in (tmp_path / "roster").iterdir()} == before
