"""Run blocks on an executor: time budget, progress, interruption."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np

from rotasi.engine.executors import is_lost
from rotasi.engine.prove import confirm_infeasible, decide
from rotasi.engine.reductions.symmetry import deal, fold
from rotasi.engine.solvers.cpsat.search import Search, Stop
from rotasi.model.constraints import Flags, Places
from rotasi.model.evaluation import evaluate, is_allowed, is_contradictory
from rotasi.model.problem import Problem
from rotasi.model.status import Status
from rotasi.support.cancellation import Interruption

_log = logging.getLogger(__name__)

_HEARTBEAT = 0.2  # seconds between two chances to notice Ctrl-C
_PATIENCE = 0.5  # seconds that the news of a worker may take at the end of the time limit
_SILENT = "TimeoutError"


@dataclass(frozen=True)
class Task:
    """One block on its way to a worker: plain arrays and numbers.

    Parameters
    ----------
    problem : Problem
    seed : int
    seconds : float or None
        How long the search may take.
    """

    problem: Problem
    seed: int
    seconds: float | None


@dataclass(frozen=True)
class Outcome:
    """What became of a block.

    Parameters
    ----------
    status : Status
    remote : ndarray of bool, shape (n, d), or None
    costs, gaps : tuple of int
        Per tier, the cost, and by how much it exceeds its proven lower bound; empty without a
        decision.
    classes : int
        Classes that the block's ASN folded into.
    seconds : float
    places : mapping of str to ndarray of int64, shape (n,)
        By rule, the part of its group that each ASN belongs to, where groups had to be formed.
    lost : tuple of str
        What ended each worker or process that was lost on the way.
    """

    status: Status
    remote: Flags | None
    costs: tuple[int, ...]
    gaps: tuple[int, ...]
    classes: int
    seconds: float
    places: Places = field(default_factory=dict)
    lost: tuple[str, ...] = ()


def solve_block(task: Task, stop: Stop | None = None) -> Outcome:
    """Fold, decide and deal one block. Runs in any thread or process."""
    begin = time.monotonic()
    deadline = None if task.seconds is None else begin + task.seconds
    problem = task.problem
    search = Search(task.seed, deadline, stop or Stop())
    if not (problem.free.any() or problem.draws):
        return _settle(problem, search, begin)
    folding = fold(problem)
    decision = decide(folding.problem, search)
    remote: Flags | None = None
    costs: tuple[int, ...] = ()
    places: Places = {}
    if decision.plan is not None:
        remote = deal(folding, decision.plan.remote)
        counts = remote.astype(np.int64)
        places = {rule: part[folding.of] for rule, part in decision.plan.places.items()}
        known = problem.place(places)
        costs = tuple(evaluate(known, tier, counts) for tier in known.tiers)
    return Outcome(
        status=decision.status,
        remote=remote,
        costs=costs,
        gaps=decision.gaps,
        classes=len(folding.problem.size),
        seconds=time.monotonic() - begin,
        places=places,
        lost=tuple(search.lost),
    )


def _settle(problem: Problem, search: Search, begin: float) -> Outcome:
    """The outcome of a block in which the masks decide every cell."""
    counts = problem.low.astype(np.int64)
    if is_contradictory(problem) or not is_allowed(problem, counts):
        status = confirm_infeasible(problem, search).status
        return Outcome(status, None, (), (), 0, time.monotonic() - begin)
    return Outcome(
        status=Status.OPTIMAL,
        remote=counts > 0,
        costs=tuple(evaluate(problem, tier, counts) for tier in problem.tiers),
        gaps=(0,) * len(problem.tiers),
        classes=0,
        seconds=time.monotonic() - begin,
    )


class Run:
    """All blocks on their way through an executor.

    Parameters
    ----------
    problems : sequence of Problem
    seed : int
    deadline : float or None
        For all of it, on the clock of ``time.monotonic``.
    workers : int
        Blocks at work at the same time.
    executor : Executor or None
        Somebody else's, left running; without one, threads of our own are used.
    report : callable
        ``(index, outcome)``, called in the caller's thread whenever a block has ended.
    interruption : Interruption
        Once it is asked to, the run ends with what was found until then.
    """

    def __init__(
        self,
        problems: Sequence[Problem],
        *,
        seed: int,
        deadline: float | None,
        workers: int,
        executor: Executor | None,
        report: Callable[[int, Outcome], None],
        interruption: Interruption,
    ) -> None:
        self.interrupted = False
        self._interruption = interruption
        self._problems = problems
        self._seed = seed
        self._deadline = deadline
        self._workers = workers
        self._executor = executor
        self._report = report
        self._waiting = self._order()
        self._running: dict[Future[Outcome], int] = {}
        self._found: dict[int, Outcome] = {}
        self._lost: dict[int, str] = {}
        self._stop = Stop()

    def outcomes(self) -> list[Outcome]:
        """Solve every block; after Ctrl-C give what was found until then.

        Returns
        -------
        list of Outcome
            In the order of the problems.
        """
        with self._open() as own:
            try:
                self._work(own)
            except KeyboardInterrupt:
                self.interrupted = True
                self._wind_up(own)
            except BaseException:
                self._stop.ask()  # nobody will want the answers of the other blocks
                raise
        return [self._found[number] for number in range(len(self._problems))]

    def _order(self) -> list[int]:
        """Large blocks first keeps all workers busy; small ones first saves time for the large."""
        size = [problem.free.sum() for problem in self._problems]
        return sorted(range(len(size)), key=size.__getitem__, reverse=self._deadline is not None)

    @contextmanager
    def _open(self) -> Iterator[Executor]:
        own = ThreadPoolExecutor(self._workers, thread_name_prefix="rotasi")
        hurry = False
        try:
            yield own
        except KeyboardInterrupt:
            hurry = True  # asked twice: nobody waits for searches that do not end
            raise
        finally:
            own.shutdown(wait=not hurry, cancel_futures=True)

    def _work(self, own: Executor) -> None:
        while self._waiting or self._running:
            while self._waiting and len(self._running) < self._workers:
                self._launch(own)
            ended, _ = wait(self._running, timeout=_HEARTBEAT, return_when=FIRST_COMPLETED)
            for future in ended:
                self._collect(future)
            if self.interrupted:
                self._stop.ask()  # again: a search may have begun since
            elif self._interruption.asked:
                raise KeyboardInterrupt
            elif self._is_overdue():
                self._settle_rest(_SILENT)

    def _launch(self, own: Executor) -> None:
        number = self._waiting.pop()
        task = Task(self._problems[number], self._seed, self._share())
        if self._executor is None or number in self._lost:
            future = own.submit(solve_block, task, self._stop)
        else:
            # It may live in other processes, where a stop of ours does not reach.
            future = self._executor.submit(solve_block, task)
        self._running[future] = number

    def _collect(self, future: Future[Outcome]) -> None:
        """Keep an outcome; a block whose every worker was lost is solved here."""
        number = self._running.pop(future)
        try:
            self._keep(number, future.result())
        except Exception as error:
            if not is_lost(error) or number in self._lost:
                raise
            self._lost[number] = type(error).__name__
            self._waiting.append(number)

    def _is_overdue(self) -> bool:
        """Whether another's worker keeps silent for longer than the time limit."""
        if self._executor is None or self._deadline is None:
            return False
        return time.monotonic() > self._deadline + _PATIENCE

    def _share(self) -> float | None:
        """An even part of the time left: what easy blocks do not use goes to those behind."""
        if self._deadline is None:
            return None
        left = max(self._deadline - time.monotonic(), 0.0)
        return min(left, left * self._workers / (len(self._waiting) + 1))

    def _wind_up(self, own: Executor) -> None:
        self._stop.ask()
        if self._executor is None:
            self._work(own)
        else:
            self._settle_rest()

    def _settle_rest(self, reason: str | None = None) -> None:
        """Give the blocks that are not done what is known of them without a search."""
        for future, number in self._running.items():
            future.cancel()
            self._waiting.append(number)
            if reason is not None:
                self._lost[number] = reason
        self._running.clear()
        while self._waiting:
            number = self._waiting.pop()
            self._keep(number, solve_block(Task(self._problems[number], self._seed, 0.0)))

    def _keep(self, number: int, outcome: Outcome) -> None:
        if number in self._lost:
            outcome = replace(outcome, lost=(self._lost[number], *outcome.lost))
        self._found[number] = outcome
        try:
            self._report(number, outcome)
        except Exception:  # noqa: BLE001 - somebody's progress bar must not cost the answer
            if not self._complained:
                _log.exception("the progress callback failed; the solve goes on")
            self._complained = True

    _complained = False
