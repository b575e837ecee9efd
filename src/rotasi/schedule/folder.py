"""A schedule as a folder of files: what it holds, and what is kept of a proof."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import compress
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rotasi.errors import Problem, RosterError
from rotasi.exports.protocol import Subject
from rotasi.messages import _
from rotasi.model.facts import MISSING, STATUSES
from rotasi.support.atomic_files import writing_folder
from rotasi.tables.csv_files import write_csv, write_lines, write_texts
from rotasi.tables.schema import TABLES

SCHEMA = 1  # version of the files that a schedule writes

#: What differs from run to run is not written: the same inputs give the same bytes.
_PASSING = frozenset({"seconds_verifying", "workers"})


_RECORD, _ROSTER = "provenance.json", "roster"
_TABLES = {f"{name}.csv" for name in TABLES}
_FILES = {
    "schedule.csv", "grid.csv", "summary.csv", "objectives.csv", "blocks.csv", "groups.csv",
    "previous.csv", "policy.json", _RECORD,
}  # fmt: skip


def write_folder(schedule: Subject, folder: str | PathLike[str], *, force: bool) -> None:
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
        record = json.dumps(_record(schedule), indent=2, ensure_ascii=False, default=str)
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


def hash_grid(grid: npt.NDArray[np.int8]) -> str:
    """SHA-256 of status codes, as hexadecimal text."""
    return hashlib.sha256(np.ascontiguousarray(grid).tobytes()).hexdigest()


def _record(schedule: Subject) -> dict[str, Any]:
    """What a file keeps of a schedule's proof."""
    blocks = schedule.blocks.drop(columns="seconds").assign(
        start=schedule.blocks["start"].astype(str), end=schedule.blocks["end"].astype(str)
    )
    return {
        "schema": SCHEMA,
        "status": str(schedule.status),
        "grid": hash_grid(schedule.grid),
        "from_date": schedule.from_date and schedule.from_date.isoformat(),
        "previous": schedule.previous is not None,
        "objectives": schedule.objectives.to_dict("records"),
        "blocks": blocks.to_dict("records"),
        "provenance": {k: v for k, v in schedule.provenance.items() if k not in _PASSING},
    }


def read_record(path: Path) -> dict[str, Any]:
    """Read what a folder keeps of a proof.

    Raises
    ------
    RosterError
        If it is damaged, missing, or of a newer version.
    """
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        newer = record["schema"] > SCHEMA
        lacking = {"status", "grid", "previous", "objectives", "blocks", "provenance"} - set(record)
    except (OSError, ValueError, KeyError, TypeError):
        newer, lacking = False, {"schema"}
    if newer:
        message = _("a newer version of rotasi wrote this file; update rotasi")
        raise RosterError([Problem(message, "schedule", value=path.name)])
    if lacking:
        message = _("this is no folder that a schedule was written to; choose another")
        raise RosterError([Problem(message, "schedule", value=path.name)])
    return record
