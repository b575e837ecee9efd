"""solve_partitions(): a partitioned dataset, part by part, from Parquet to Parquet."""

from __future__ import annotations

import hashlib
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version

from rotasi.engine.executors import (
    HasExecutor,
    ProcessExecutor,
    SteadyExecutor,
    WorkerError,
    demand_main_guard,
    is_lost,
)
from rotasi.errors import Problem, RosterError
from rotasi.messages import _, language
from rotasi.model.status import Status
from rotasi.partitioned.dataset import Dataset, File, Part, explore
from rotasi.partitioned.origin import make_origin
from rotasi.partitioned.preflight import find_origins, find_paths, survey
from rotasi.partitioned.summary import Summary, summarise, write_summary
from rotasi.partitioned.target import Target, check_apart, check_files, opening
from rotasi.partitioned.worker import Job, Record, stream
from rotasi.policy.document import Policy
from rotasi.progress import Progress, tolerant
from rotasi.support.arguments import Cores, Seconds, Seed, checked
from rotasi.support.atomic_files import as_output_error, resolve_target
from rotasi.support.cores import count_cores
from rotasi.support.notices import give_notice
from rotasi.support.places import reading, resolve_place
from rotasi.support.types import PathName
from rotasi.support.waiting import wait_a_beat


@checked
def solve_partitions(
    source: PathName,
    policy: Policy,
    target: PathName,
    *,
    previous: PathName | None = None,
    time_limit: Seconds | None = None,
    workers: Cores | None = None,
    seed: Seed = 0,
    executor: Executor | HasExecutor | None = None,
    progress: Callable[[Progress], None] | None = None,
    force: bool = False,
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
        same name in every table. What else lies there is refused if it may hold somebody, and told
        if not.
    policy : Policy
    target : path
        Folder of the results; made if it is not there. ``schedule/`` gets one file per part with
        nip, opd, date and status; ``groups/`` those that were formed; ``blocks/`` the proofs;
        ``partial/`` what could be solved of a part that is infeasible; ``records/`` what the next
        run skips; ``summary.json`` and ``partitions.parquet`` are written when all is done. Whole
        results stay until those that replace them are whole.
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
        Called with a `Progress` whenever a part has ended, in the caller's thread. Whatever it
        raises is logged once, and the run goes on.
    force : bool
        Replace results of another policy or dataset, once the new ones are whole. What is of
        somebody else among them is refused all the same, so that nobody loses it.

    Returns
    -------
    Summary
        It lists infeasible parts; all others are solved all the same.

    Raises
    ------
    PolicyError, RosterError
        Before anything is solved, if parts cannot be solved apart, or a file that may hold somebody
        would not be read. At the end, if tables of a part cannot be read, or a file has changed,
        come or gone meanwhile: all others are solved then.
    OutputError
        If the target cannot be written, another run is at it, it would be read as well, or it holds
        results of another policy or dataset, or parts that the source lacks, without `force`.
    VersionError
        If a worker has another rotasi or OR-Tools.
    WorkerError
        At the end, if every worker that took a part was lost: all others are solved then.
    """
    if executor is None:
        demand_main_guard()
    cores = count_cores() if workers is None else workers
    results = resolve_target(target)
    past = None
    if previous is not None:
        with reading(previous, "previous", RosterError):
            past = resolve_place(previous)
    with reading(source, "employees", RosterError):
        origin = resolve_place(source)
        check_apart(results, origin, past)
    apart = [results] if past is None else [results, past]
    found = explore(origin, apart)
    _warn(found.notices)
    parts = survey(found.parts, policy, past, cores)
    check_files(results, (file.path for part in parts for file in part.every))
    hashes = [part.hash() for part in parts]
    names = [part.name for part in parts]
    settings = _Settings(policy, seed, time_limit)
    with opening(results, make_origin(policy.hash(), origin, hashes)) as place:
        with as_output_error(results):
            given = [settings.give(part, place) for part in parts]
            jobs, kept = _begin(given, place, force=force)
        run = _Campaign(jobs, kept, progress)
        if run.waiting:
            with _open(executor, cores) as (steady, at_once):
                run.work(steady, None if executor is not None and workers is None else at_once)
        summary = _conclude(run, found, explore(origin, apart))
        write_summary(summary, place.place)
        place.finish(names)
    return summary


def _warn(notices: Iterable[str]) -> None:
    for notice in notices:
        give_notice(notice)


@dataclass(frozen=True)
class _Settings:
    """What all parts of a run are solved with."""

    policy: Policy
    seed: int
    time_limit: float | None

    def give(self, part: Part, target: Target) -> Job:
        """The work on a part."""
        return Job(
            part=part,
            policy=self.policy.to_json(),
            target=str(target.root),
            key=_key(part.hash(), self.policy, self.seed),
            seed=self.seed,
            time_limit=self.time_limit,
            permit=target.permit,
            language=language(),
            rules=find_paths(self.policy),
        )


def _begin(
    jobs: Sequence[Job], target: Target, *, force: bool
) -> tuple[list[Job], dict[str, Record]]:
    """Have every job write where results go; give the records of what is finished there."""
    names, keys = [job.part.name for job in jobs], {job.key for job in jobs}
    target.check(names, keys, force=force)
    known = _find_finished(jobs)
    target.begin(names, all_done=len(known) == len(jobs), force=force)
    if target.place == target.root:
        return list(jobs), known
    moved = [replace(job, target=str(target.place)) for job in jobs]
    found = _find_finished(moved)
    for job, other in zip(jobs, moved, strict=True):
        name = job.part.name
        if name in known and name not in found:
            other.take_over(job)
            found[name] = known[name]
    return moved, found


def _find_finished(jobs: Iterable[Job]) -> dict[str, Record]:
    """The record of each part that need not be solved; to look for it reads all its results."""
    records = ((job.part.name, job.finished()) for job in jobs)
    return {name: record for name, record in records if record is not None}


def _conclude(run: _Campaign, before: Dataset, now: Dataset) -> Summary:
    """Put the results together, if they are those of everybody in the dataset."""
    changed = sorted(set(now.paths) ^ set(before.paths))
    if changed:
        text = _("{file} came or went while the run was at work; start it again")
        problems = [Problem(text.format(file=File(path).name)) for path in changed]
        raise RosterError(problems)
    for job in run.jobs:
        job.part.check_files()
        job.check_result(run.records[job.part.name])
    records = [run.records[job.part.name] | {"part": job.part.name} for job in run.jobs]
    _warn(text for record in records if not record["kept"] for text in record["lost"])
    return summarise(records)


def _key(content: str, policy: Policy, seed: int) -> str:
    """Hash of everything that decides the result of a part."""
    versions = [version(package) for package in ("rotasi", "ortools")]
    versions += find_origins(policy)
    decisive = json.dumps([content, policy.hash(), seed, versions])
    return hashlib.sha256(decisive.encode()).hexdigest()


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

    def __init__(
        self,
        jobs: Sequence[Job],
        kept: Mapping[str, Record],
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self.jobs = jobs
        self.records: dict[str, Record] = {}
        self.waiting: deque[Job] = deque()
        self._problems: list[Problem] = []
        self._doubtful: list[Job] = []
        self._running: dict[Future[Record], Job] = {}
        self._progress, self._total = tolerant(progress), len(jobs)
        self._begin = time.monotonic()
        for job in jobs:
            if job.part.name in kept:
                self._keep(job, kept[job.part.name] | {"kept": True})
            else:
                job.forget()
                self.waiting.append(job)

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
                record = future.result()
            except RosterError as error:
                self._problems += error.problems
            except Exception as error:
                if not is_lost(error):
                    raise
                self._doubtful.append(job)
            else:
                self._keep(job, record | {"kept": False})

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
