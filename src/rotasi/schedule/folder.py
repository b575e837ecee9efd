"""A schedule as a folder of files: what it holds, and what is kept of a proof."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from rotasi.errors import InputError, Problem, RosterError
from rotasi.exports.protocol import Subject
from rotasi.messages import _
from rotasi.model.facts import MISSING, STATUSES
from rotasi.policy.file_errors import explain_problems
from rotasi.schedule.proof import Kept, describe
from rotasi.support.atomic_files import writing_folder
from rotasi.support.guard import guard
from rotasi.support.places import read_bytes, reading
from rotasi.support.types import PathName
from rotasi.tables.csv_files import write_csv, write_lines, write_texts
from rotasi.tables.schema import TABLES

SCHEMA = 1  # version of the files that a schedule writes

_RECORD, _ROSTER = "provenance.json", "roster"
_MOST_BYTES = 100 * 1024**2  # of that file; one has some kilobytes
_TABLES = {f"{name}.csv" for name in TABLES}
#: Where the tables stand of which messages speak.
_PLACES = {name: f"{name}.csv" for name in ("schedule", "previous", "groups")}
_PLACES |= {name: f"{_ROSTER}/{name}.csv" for name in TABLES} | {"policy": "policy.json"}
_FILES = {
    "schedule.csv", "grid.csv", "summary.csv", "objectives.csv", "blocks.csv", "groups.csv",
    "previous.csv", "policy.json", _RECORD,
}  # fmt: skip


def write_folder(schedule: Subject, folder: PathName, *, force: bool) -> None:
    """Write everything that reading it back needs, and tables for people, all or nothing.

    Parameters
    ----------
    schedule : Schedule
    folder : path
    force : bool
        Replace a schedule that is there already, as a whole.
    """
    with writing_folder(folder, belongs=belongs, force=force) as scratch:
        write_lines(list_lines(schedule), scratch / "schedule.csv")
        grid = schedule.to_grid().rename(columns=lambda day: f"{day:%Y-%m-%d}").reset_index()
        grid.insert(1, "opd", schedule.roster.employees["opd"].to_numpy(object))
        write_csv(grid, scratch / "grid.csv")
        write_csv(schedule.summary(), scratch / "summary.csv")
        write_csv(schedule.objectives, scratch / "objectives.csv")
        write_csv(schedule.blocks.drop(columns="seconds"), scratch / "blocks.csv")
        (scratch / "policy.json").write_text(schedule.policy.to_json(), encoding="utf-8")
        claims = {"schema": SCHEMA, **describe(schedule)}
        record = json.dumps(claims, indent=2, ensure_ascii=False, default=str)
        (scratch / _RECORD).write_text(record, encoding="utf-8")
        schedule.roster.write(scratch / _ROSTER)
        if schedule.places:
            write_csv(schedule.groups(), scratch / "groups.csv")
        if schedule.previous is not None:
            write_csv(schedule.previous, scratch / "previous.csv")


def belongs(entry: Path) -> bool:
    """Whether a file or folder is of a schedule that was written where it stands."""
    if not (entry.parent / _RECORD).is_file():
        return False
    if entry.name == _ROSTER:
        return entry.is_dir() and {file.name for file in entry.iterdir()} <= _TABLES
    return entry.is_file() and entry.name in _FILES


def list_lines(schedule: Subject) -> Iterator[str]:
    """The long form as CSV, all days of an ASN at once: far faster than cell by cell."""
    yield "nip,opd,date,status,schema"
    employees, days = schedule.roster.employees, schedule.instance.facts.days.astype(str)
    ends = np.array([[f"{day},{code},{SCHEMA}" for code in (*STATUSES, "")] for day in days])
    heads = zip(*(write_texts(employees[column]) for column in ("nip", "opd")), strict=True)
    rows = ends.astype(object)[np.arange(len(days)), schedule.grid].tolist()
    known = schedule.grid != MISSING
    for head, row, there in zip(map(",".join, heads), rows, known, strict=True):
        cells = row if there.all() else list(compress(row, there))
        if cells:
            yield f"{head}," + f"\n{head},".join(cells)


def read_record(path: Path) -> tuple[Kept, dict[str, Any]]:
    """Read what a folder keeps of a proof: checked, and as it stands there.

    Raises
    ------
    RosterError
        With every place at which it is damaged; if it is missing, or of a newer version.
    """
    with reading(path, path.name, RosterError):
        content = read_bytes(path, _MOST_BYTES)
    strange = _fail(path, _("this is no folder that a schedule was written to; choose another"))
    claims = guard(lambda: _parse(content), lambda _error: strange)
    schema = claims.pop("schema", None) if isinstance(claims, dict) else None
    if type(schema) is not int:
        raise strange
    if schema > SCHEMA:
        raise _fail(path, _("a newer version of rotasi wrote this file; update rotasi"))
    try:
        return Kept.model_validate(claims), claims
    except ValidationError as error:
        raise RosterError(_list_damage(error, path.name)) from None


def _parse(content: bytes) -> Any:
    claims = json.loads(content.decode("utf-8"))
    json.dumps(claims)  # whatever can be written again, can be sealed
    return claims


def _fail(path: Path, message: str) -> RosterError:
    return RosterError([Problem(message, path.name)])


def _list_damage(error: ValidationError, name: str) -> list[Problem]:
    problems = explain_problems(error, Kept, (name,))
    places = (str(problem.column).removeprefix(f"{name}.") for problem in problems)
    return [
        replace(problem, table=name, column=place)
        for problem, place in zip(problems, places, strict=True)
    ]


@contextmanager
def naming_files() -> Iterator[None]:
    """Have problems of tables name the files of the folder that they stand in."""
    try:
        yield
    except InputError as error:
        raise type(error)(
            [
                replace(each, table=_PLACES.get(str(each.table), each.table))
                for each in error.problems
            ]
        ) from None
