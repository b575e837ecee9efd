"""One part of a dataset, from its files to those of its result: read, solve, verify, write."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import numpy as np
import pandas as pd

from rotasi.errors import Conflict, OutputError, VerificationError
from rotasi.messages import _, use_language
from rotasi.model.facts import MISSING, STATUSES
from rotasi.model.status import Status
from rotasi.partitioned.dataset import Part, count_rows
from rotasi.partitioned.preflight import check_rows, refuse_silent
from rotasi.policy.document import Policy
from rotasi.rules import register
from rotasi.schedule.folder import SCHEMA
from rotasi.schedule.result import Schedule
from rotasi.solver import Options, decide
from rotasi.support.atomic_files import as_output_error, link_or_copy, writing
from rotasi.support.locks import Permit
from rotasi.support.own_files import read_fields

Record = dict[str, Any]

#: What a record tells, and the tables of which it tells one.
_FIELDS = frozenset(
    {"key", "files", "status", "asn", "days", "opds", "blocks", "objectives", "conflicts", "lost"}
    | {"process", "seconds", "cpu", "peak_mib"}
)
_ROSTERS = frozenset({"schedule", "partial"})


@dataclass(frozen=True)
class Job:
    """A part on its way to a worker: paths, text and numbers.

    Parameters
    ----------
    part : Part
    policy : str
        As JSON.
    target : str
        Folder of the results.
    key : str
        Hash of everything that decides the result.
    seed : int
    time_limit : float or None
    permit : Permit
        To write into the target.
    language : str
        Of messages.
    rules : tuple of str
        Where classes of rules from outside stand, as ``module:name``.
    """

    part: Part
    policy: str
    target: str
    key: str
    seed: int
    time_limit: float | None
    permit: Permit
    language: str
    rules: tuple[str, ...] = ()

    def find(self, table: str, suffix: str = ".parquet") -> Path:
        """Path of one of the part's results."""
        return Path(self.target) / table / f"{self.part.name}{suffix}"

    def finished(self) -> Record | None:
        """The record of an earlier run, if it is of the same inputs, proven and undamaged."""
        try:
            record: Record = read_fields(self.find("records", ".json"))
            proven = record["status"] in (Status.OPTIMAL, Status.INFEASIBLE)
            same = record["key"] == self.key and record["asn"] == self.part.rows
            whole = record.keys() >= _FIELDS and not _ROSTERS.isdisjoint(record["files"])
            whole &= all(
                _hash(self.find(table)) == content for table, content in record["files"].items()
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return record if same and proven and whole else None

    def forget(self) -> None:
        """Remove what an earlier run has left: it is out of date."""
        with as_output_error(self.target):
            for path in self._paths():
                path.unlink(missing_ok=True)

    def take_over(self, other: Job) -> None:
        """Have the results of the same part that another job has written elsewhere."""
        self.forget()
        # The record comes last here: it says that the others are there.
        for path, own in reversed([*zip(other._paths(), self._paths(), strict=True)]):
            if path.exists():
                link_or_copy(path, own)

    def check_result(self, record: Record) -> None:
        """Hold what was written against the rows that the part's files say they have."""
        check_rows(self.part, record["asn"])
        if "schedule" in record["files"]:
            rows, wanted = count_rows(self.find("schedule")), self.part.rows * record["days"]
            if rows != wanted:
                raise VerificationError(
                    f"the schedule of the part {self.part.name} has {rows} rows instead of "
                    f"{wanted}; please report this bug"
                )

    def _paths(self) -> list[Path]:
        suffixes = {"records": ".json"}
        return [self.find(folder, suffixes.get(folder, ".parquet")) for folder in _LAST_FIRST]


_LAST_FIRST = ("records", "schedule", "partial", "groups", "blocks")


def stream(job: Job) -> Record:
    """Solve one part. Runs in any process that sees the files.

    Parameters
    ----------
    job : Job

    Returns
    -------
    dict
        What is known of the result; also written beside it, last of all.
    """
    with use_language(job.language):  # that of whoever asks, in any process
        return _stream(job)


def _stream(job: Job) -> Record:
    watch = _Watch()
    for path in job.rules:
        register(resolve_name(path))
    policy = Policy.model_validate(json.loads(job.policy))
    roster, previous = job.part.read()
    watch.stop("read")
    # Of parts, none is refused: those that run out of time are told, and the others go on.
    options = Options(job.time_limit, 1, job.seed, None, None, cross_check=False, verbose=False)
    schedule = decide(roster, policy, previous, options, quiet=True)  # the survey has spoken
    if schedule.provenance["interrupted"]:
        raise KeyboardInterrupt
    refuse_silent(policy, schedule.instance.facts)
    watch.stop("solve")
    watch.move("solve", "verify", schedule.provenance["seconds_verifying"])
    _demand_permit(job)
    # A part that is not whole must not pass for one.
    whole = not (schedule.grid == MISSING).any()
    tables = {"schedule" if whole else "partial": as_table(schedule)}
    if whole and schedule.places:
        tables["groups"] = _as_arrow(schedule.groups())
    files = {table: _write(job.find(table), content) for table, content in tables.items()}
    blocks = schedule.blocks.drop(columns="seconds")  # of one type in all parts, with or without
    _write(job.find("blocks"), _as_arrow(blocks.astype({"value": "Int64", "bound": "Int64"})))
    watch.stop("write")
    figures = {"seconds": watch.seconds, "cpu": watch.cpu(), "peak_mib": peak_memory()}
    record = {"key": job.key, "files": files} | describe(schedule) | figures
    with writing(job.find("records", ".json"), force=True) as scratch:
        scratch.write_text(json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8")
    return record


def _demand_permit(job: Job) -> None:
    """Write nothing for a run that has died: another may be at the target by now."""
    if not job.permit.is_valid():
        text = _("the run that asked for the part {name} has ended; nothing of it is written")
        raise OutputError(text.format(name=job.part.name))


def as_table(schedule: Schedule) -> Any:
    """The long form of a schedule, or of the blocks that were solved, as an Arrow table.

    Built from the compact grid: text is held once per ASN or OPD, not once per row.

    Returns
    -------
    pyarrow.Table
        nip (string), opd (dictionary), date (date32), status (dictionary); by ASN and date.
    """
    import pyarrow as pa

    employees, (n_asn, n_days) = schedule.roster.employees, schedule.grid.shape
    codes, opds = pd.factorize(employees["opd"])
    asn = np.repeat(np.arange(n_asn, dtype=np.int32), n_days)
    dates = np.tile(schedule.instance.facts.days.astype("datetime64[D]"), n_asn)
    status = schedule.grid.ravel()
    if (status == MISSING).any():
        known = status != MISSING
        asn, dates, status = asn[known], dates[known], status[known]
    columns = {
        "nip": pa.array(employees["nip"], pa.string()).take(pa.array(asn)),
        "opd": _categories(codes.astype(np.int32)[asn], opds),
        "date": pa.array(dates),
        "status": _categories(status, STATUSES),
    }
    return pa.table(columns).replace_schema_metadata({"rotasi_schema": str(SCHEMA)})


def describe(schedule: Schedule) -> Record:
    """What there is to know of a part's result, without personal data."""
    blocks = schedule.blocks.drop_duplicates("block")
    counts = blocks["status"].value_counts()
    n_asn, n_days = schedule.grid.shape
    return {
        "status": str(schedule.status),
        "asn": n_asn,
        "days": n_days,
        "opds": sorted(set(schedule.roster.employees["opd"])),
        "blocks": {status: int(counts.get(status, 0)) for status in Status},
        "objectives": json.loads(schedule.objectives.to_json(orient="records")),
        "conflicts": [_tell(conflict) for conflict in schedule.conflicts],
        "lost": list(schedule.provenance["lost"]),
        "process": os.getpid(),
    }


def peak_memory() -> float | None:
    """Most MiB that this process has held so far; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)


class _Watch:
    """Seconds of one phase after the other, and of the processor in all."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last, self._cpu = time.perf_counter(), time.process_time()

    def cpu(self) -> float:
        return time.process_time() - self._cpu

    def stop(self, phase: str) -> None:
        now = time.perf_counter()
        self.seconds[phase], self._last = now - self._last, now

    def move(self, phase: str, inner: str, seconds: float) -> None:
        """Count what a phase inside another has taken for itself."""
        self.seconds[phase] -= seconds
        self.seconds[inner] = seconds


def _categories(codes: Any, values: Any) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(values, pa.string()))


def _write(path: Path, table: Any) -> str:
    """Write a table, whole or not at all; give the SHA-256 of the file."""
    import pyarrow.parquet as pq

    with writing(path, force=True) as scratch:
        # A dictionary of a part's NIPs outgrows the usual page; beyond it they stand row by row.
        pq.write_table(table, scratch, compression="zstd", dictionary_pagesize_limit=2**26)
        return _hash(scratch)


def _as_arrow(frame: pd.DataFrame) -> Any:
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tell(conflict: Conflict) -> Record:
    return {
        "rules": list(conflict.rules),
        "opds": list(conflict.opds),
        "dates": [day.isoformat() for day in conflict.dates],
        "needed": conflict.needed,
        "available": conflict.available,
        "text": conflict.text,
    }
