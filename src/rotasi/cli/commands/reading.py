"""What commands are given, read: by name, from a file or folder, or from standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import rotasi
from rotasi import claims, presets
from rotasi.errors import OutputError, PolicyError, Problem
from rotasi.messages import _
from rotasi.support.atomic_files import (
    Belongs,
    as_output_error,
    check_file,
    check_folder,
    resolve_target,
)
from rotasi.support.places import resolve_place
from rotasi.tables.readers import read_frame, read_schedule

_PIPE = Path("-")
_FILES = {".toml", ".json"}


def read_roster(path: Path) -> rotasi.Roster:
    """Read a roster from a path, or from standard input."""
    if path != _PIPE:
        return rotasi.Roster.read(path)
    from rotasi.cli.stdin import read_piped

    return read_piped(sys.stdin.buffer)


def read_rows(path: Path) -> Any:
    """Read the rows of a schedule as CSV from standard input; a path is read by who takes it."""
    if path != _PIPE:
        return path
    with TemporaryDirectory(prefix="rotasi-") as folder:
        copy = Path(folder) / "schedule.csv"
        copy.write_bytes(sys.stdin.buffer.read())
        return read_frame(copy, "schedule")


def read_previous(path: Path | None) -> Any:
    """Read the rows of the roster before, if there is one."""
    return None if path is None else read_schedule(path, "previous")[0]


def read_policy(name: str) -> rotasi.Policy:
    """Read a policy from a file, or take a preset."""
    if Path(name).suffix.lower() in _FILES:
        return rotasi.Policy.read(name)
    if name in presets.NAMES:
        return presets.load(name)
    text = _("neither a file that ends in .toml or .json nor a preset; the presets are {names}")
    raise _fail(text.format(names=", ".join(presets.NAMES)), "policy", name)


def read_policies(names: list[str]) -> dict[str, rotasi.Policy]:
    """Read policies by their short names, or by the full ones where short ones are alike."""
    short = [Path(name).stem if Path(name).suffix.lower() in _FILES else name for name in names]
    alike = len(set(short)) < len(short)
    if len(set(names)) < len(names):
        raise _fail(_("name each policy once"), "policy", ", ".join(names))
    return dict(zip(names if alike else short, map(read_policy, names), strict=True))


def read_assumptions(name: str) -> rotasi.Assumptions:
    """Read assumptions from a file, or take a set of claims."""
    if Path(name).suffix.lower() in _FILES:
        return rotasi.Assumptions.read(name)
    if name in claims.SETS:
        return claims.SETS[name]
    text = _("neither a file that ends in .toml or .json nor a set of claims; these are {names}")
    raise _fail(text.format(names=", ".join(claims.SETS)), "assumptions", name)


def check_out(out: Path, inputs: Sequence[Path | None], *, belongs: Belongs, force: bool) -> None:
    """Refuse a folder to write to, before long work, that holds files or is an input."""
    check_apart(out, inputs)
    check_folder(out, belongs=belongs, force=force)


def check_table(out: Path | None, inputs: Sequence[Path], *, force: bool) -> None:
    """Refuse a file to write a table to, before long work."""
    if out is None:
        return
    if out.suffix.lower() != ".csv":
        raise OutputError(
            _("{path}: tables are written as CSV; end the name in .csv").format(path=out)
        )
    check_file(out, force=force)
    check_apart(out, inputs)


def check_apart(out: Path, inputs: Sequence[Path | None]) -> None:
    """Refuse to write over what is read: the same place, or a file in a folder of inputs."""
    target, places = resolve_target(out), []
    for path in filter(None, inputs):
        with suppress(OSError):  # whoever reads it says what is wrong
            places.append(resolve_place(path))
    with as_output_error(out):
        there = target.exists()
    if any(target == place or (there and place in target.parents) for place in places):
        text = _("{path} is read from; write to another folder")
        raise OutputError(text.format(path=out))


def _fail(message: str, table: str, value: str) -> PolicyError:
    return PolicyError([Problem(message, table, value=value)])
