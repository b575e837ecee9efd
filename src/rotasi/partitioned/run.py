"""solve_partitions(): a partitioned dataset, part by part, from Parquet to Parquet."""

from __future__ import annotations

import hashlib
import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from rotasi.engine.executors import (
    HasExecutor,
    ProcessExecutor,
    SteadyExecutor,
    WorkerError,
    is_lost,
)
from rotasi.errors import OutputError, Problem, RosterError
from rotasi.messages import _
from rotasi.model.status import Status
from rotasi.partitioned.dataset import find_parts
from rotasi.partitioned.preflight import find_origins, find_paths, survey
from rotasi.partitioned.worker import Job, Record, stream
from rotasi.policy.document import Policy
from rotasi.progress import Progress
from rotasi.schedule.result import OBJECTIVE_COLUMNS
from rotasi.support.atomic_files import writing
from rotasi.support.cores import count_cores
from rotasi.support.frames import make_frame
from rotasi.support.types import Frame, PathName
from rotasi.support.waiting import wait_a_beat

_FOLDERS = ("schedule", "groups", "partial", "blocks", "records")


@dataclass(frozen=True, eq=False, repr=False)
class Summary:
    """The results of all parts together. `solve_partitions` makes it.

    Parameters
    ----------
    status : Status
        The worst of the parts'.
    partitions : DataFrame, one row per part
        part, status, asn, days, opds (number), optimal, feasible, infeasible, unknown (blocks of
        each status), read, solve, verify, write (seconds), cpu (seconds of the processor), process,
        peak_mib, kept (found from an earlier run).
    objectives : DataFrame
        kind, value, bound, gap, proven: sums over the parts; missing while one has no schedule.
    conflicts : DataFrame
        part, rules, opds, dates, needed, available, text: shortages in infeasible blocks.
    """

    status: Status
    partitions: Frame
    objectives: Frame
    conflicts: Frame

    def __repr__(self) -> str:
        asn = int(self.partitions["asn"].sum())
        rows = zip(self.objectives["kind"], self.objectives["value"], strict=True)
        values = ", ".join(f"{kind} {value}" for kind, value in rows)
        return f"<Summary: {self.status}, {asn} ASN in {len(self.partitions)} parts; {values}>"


def solve_partitions(
    source: PathName,
    policy: Policy,
    target: PathName,
    *,
    previous: PathName | None = None,
    time_limit: float | None = None,
    workers: int | None = None,
    seed: int = 0,
    executor: Executor | HasExecutor | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Solve a partitioned Parquet dataset part by part into another one; needs ``rotasi[parquet]``.

    Each part holds whole OPDs, and no ASN, OPD or group of a rule may span two: so the parts'
    optima are the optimum of all. Memory is bounded by the largest part times the workers.
    Parts that are finished are kept when the run is interrupted; the same call goes on from there.

    Parameters
    ----------
    source : path
        A folder with the folders ``employees`` and, if wanted, ``leave``, ``wishes`` and ``pins``.
        In each, a part is a Parquet file, or a folder of such files named ``key=value``, of the
        same name in every table.
    policy : Policy
    target : path
        Folder of the results; made if it is not there. ``schedule/`` gets one file per part with
        nip, opd, date and status; ``groups/`` those that were formed; ``blocks/`` the proofs;
        ``partial/`` what could be solved of a part that is infeasible; ``records/`` what the next
        run skips; ``summary.json`` and ``partitions.parquet`` are written when all is done.
    previous : path, optional
        The target of the period before. ASN may have changed parts since.
    time_limit : float, optional
        Seconds for the search in each part.
    workers : int, optional
        Parts at work at the same time: processes of one core each. The cores of this machine if
        left out; with an `executor` as many as it takes.
    seed : int
        The same inputs, seed and versions give the same bytes in ``schedule/``, wherever solved.
    executor : concurrent.futures.Executor or distributed.Client, optional
        Where parts run; left running. Its workers must see `source` and `target` by these paths.
    progress : callable, optional
        Called with a `Progress` whenever a part has ended, in the caller's thread.

    Returns
    -------
    Summary
        It lists infeasible parts; all others are solved all the same.

    Raises
    ------
    PolicyError, RosterError
        Before anything is solved, if parts cannot be solved apart. At the end, if tables of a part
        cannot be read: all others are solved then.
    OutputError
        If the target cannot be written, or holds parts that the source lacks.
    VersionError
        If a worker has another rotasi or OR-Tools.
    WorkerError
        At the end, if every worker that took a part was lost: all others are solved then.
    """
    cores = count_cores() if workers is None else workers
    if cores < 1:
        raise ValueError(f"workers is {workers}; give at least 1")
    origin, results = Path(source).resolve(), Path(target).resolve()
    past = None if previous is None else Path(previous).resolve()
    parts = survey(find_parts(origin), policy, past, cores)
    _prepare(results, [part.name for part in parts])
    paths = find_paths(policy)
    jobs = [
        Job(
            part=part,
            policy=policy.to_json(),
            target=str(results),
            key=_key(part.hash(), policy, seed),
            seed=seed,
            time_limit=time_limit,
            rules=paths,
        )
        for part in parts
    ]
    run = _Campaign(jobs, progress)
    if run.waiting:
        with _open(executor, cores) as (steady, at_once):
            run.work(steady, None if executor is not None and workers is None else at_once)
    summary = _summarise([run.records[job.part.name] | {"part": job.part.name} for job in jobs])
    _write(summary, results)
    return summary


def _key(content: str, policy: Policy, seed: int) -> str:
    """Hash of everything that decides the result of a part."""
    versions = [version(package) for package in ("rotasi", "ortools")]
    versions += find_origins(policy)
    decisive = json.dumps([content, policy.hash(), seed, versions])
    return hashlib.sha256(decisive.encode()).hexdigest()


def _prepare(target: Path, names: Sequence[str]) -> None:
    """Make the folders; what is in them must belong to the parts."""
    try:
        for folder in _FOLDERS:
            (target / folder).mkdir(parents=True, exist_ok=True)
        for summary in ("summary.json", "partitions.parquet"):
            (target / summary).unlink(missing_ok=True)  # true again when all is done
    except OSError as error:
        text = _("cannot write {path}: {reason}; nothing was changed")
        raise OutputError(text.format(path=target, reason=error.strerror or error)) from error
    others = sorted({path.stem for path in target.glob("schedule/*.parquet")} - set(names))
    if others:
        text = _("{path} holds parts that the source lacks: {parts}; choose another folder")
        raise OutputError(text.format(path=target, parts=", ".join(others[:5])))


@contextmanager
def _open(executor: Executor | HasExecutor | None, cores: int) -> Iterator[tuple[Executor, int]]:
    if executor is not None:
        yield SteadyExecutor(executor), cores
        return
    processes = ProcessExecutor(cores)
    try:
        yield SteadyExecutor(processes), cores
    finally:
        processes.shutdown(cancel_futures=True)


class _Campaign:
    """The parts on their way through an executor."""

    def __init__(self, jobs: Sequence[Job], progress: Callable[[Progress], None] | None) -> None:
        self.records: dict[str, Record] = {}
        self.waiting: deque[Job] = deque()
        self._problems: list[Problem] = []
        self._doubtful: list[Job] = []
        self._running: dict[Future[Record], Job] = {}
        self._progress, self._total = progress, len(jobs)
        self._begin = time.monotonic()
        for job in jobs:
            found = job.finished()
            if found is None:
                job.forget()
                self.waiting.append(job)
            else:
                self._keep(job, found | {"kept": True})

    def work(self, executor: Executor, at_once: int | None) -> None:
        """Solve what waits; on Ctrl-C keep what is at work, then raise."""
        try:
            self._work(executor, at_once)
            # A worker may have died of a part beside them: alone each shows whether it is the one.
            self.waiting, self._doubtful = deque(self._doubtful), []
            self._work(executor, 1)
        except BaseException:
            for future in self._running:
                future.cancel()
            raise
        if self._problems:
            raise RosterError(self._problems)
        if self._doubtful:
            raise WorkerError([job.part.name for job in self._doubtful])

    def _work(self, executor: Executor, at_once: int | None) -> None:
        while self.waiting or self._running:
            while self.waiting and (at_once is None or len(self._running) < at_once):
                job = self.waiting.popleft()
                self._running[executor.submit(stream, job)] = job
            self._collect()

    def _collect(self) -> None:
        for future in wait_a_beat(self._running):
            job = self._running.pop(future)
            try:
                self._keep(job, future.result() | {"kept": False})
            except RosterError as error:
                self._problems += error.problems
            except Exception as error:
                if not is_lost(error):
                    raise
                self._doubtful.append(job)

    def _keep(self, job: Job, record: Record) -> None:
        self.records[job.part.name] = record
        if self._progress is not None:
            found = [each["status"] for each in self.records.values()]
            news = Progress(
                len(found),
                self._total,
                (job.part.name,),
                record["status"],
                sum(record["seconds"].values()),
                elapsed=time.monotonic() - self._begin,
                proven=found.count(Status.OPTIMAL),
            )
            self._progress(news)


def _summarise(records: Sequence[Record]) -> Summary:
    rows = [
        {name: record[name] for name in ("part", "status", "asn", "days")}
        | {"opds": len(record["opds"])}
        | {status.lower(): count for status, count in record["blocks"].items()}
        | record["seconds"]
        | {name: record[name] for name in ("cpu", "process", "peak_mib", "kept")}
        for record in records
    ]
    conflicts = [
        {"part": record["part"]} | conflict
        for record in records
        for conflict in record["conflicts"]
    ]
    columns = ["part", "rules", "opds", "dates", "needed", "available", "text"]
    return Summary(
        status=Status.worst(record["status"] for record in records),
        partitions=pd.DataFrame(rows),
        objectives=_add_up([record["objectives"] for record in records]),
        conflicts=pd.DataFrame(conflicts, columns=columns),
    )


def _add_up(parts: Sequence[Sequence[Record]]) -> Frame:
    """Values and bounds of the parts' objectives, summed tier by tier.

    No part has a bound behind the first objective that is open in it, so neither has their sum.
    """
    rows = []
    for tier in zip(*parts, strict=True):
        sums: dict[str, Any] = {
            name: None if any(part[name] is None for part in tier) else sum(p[name] for p in tier)
            for name in ("value", "bound", "gap")
        }
        proven = all(part["proven"] for part in tier)
        rows.append({"kind": tier[0]["kind"]} | sums | {"proven": proven})
    return make_frame(rows, OBJECTIVE_COLUMNS)


def _write(summary: Summary, target: Path) -> None:
    with writing(target / "partitions.parquet", force=True) as scratch:
        summary.partitions.to_parquet(scratch, index=False)
    asn = summary.partitions.groupby("status")["asn"].agg(["size", "sum"])
    record = {
        "status": str(summary.status),
        "parts": {status: int(row["size"]) for status, row in asn.iterrows()},
        "asn": {status: int(row["sum"]) for status, row in asn.iterrows()},
        "blocks": {
            status: int(summary.partitions[status.lower()].sum()) for status in map(str, Status)
        },
        "objectives": json.loads(summary.objectives.to_json(orient="records")),
        "conflicts": summary.conflicts.to_dict("records"),
    }
    with writing(target / "summary.json", force=True) as scratch:
        scratch.write_text(json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8")
