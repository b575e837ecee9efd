"""Solve blocks: one after the other, or on an executor within a time budget."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from rotasi.engine.executors import HasExecutor, SteadyExecutor, is_lost
from rotasi.engine.limits import Limits
from rotasi.engine.prove import confirm_infeasible, decide, fall_back
from rotasi.engine.reductions.symmetry import fold, unfold
from rotasi.engine.solution import Solution, Statistics
from rotasi.model.evaluation import evaluate, is_allowed, is_contradictory
from rotasi.model.problem import Block, Problem
from rotasi.model.status import Status
from rotasi.support.cancellation import Cancellation
from rotasi.support.waiting import wait_a_beat

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
        How long the search may take; negative if its time has been over for as long.
    """

    problem: Problem
    seed: int
    seconds: float | None


class Listener(Protocol):
    """Whoever waits for blocks; called in the thread of the runner."""

    def begin(self, blocks: Sequence[Block]) -> None:
        """Hear what is to be solved."""

    def end(self, number: int, solution: Solution) -> None:
        """Hear what became of a block."""


def solve_block(task: Task, cancellation: Cancellation | None = None) -> Solution:
    """Fold, decide and unfold one block. Runs in any thread or process."""
    begin = time.monotonic()
    deadline = None if task.seconds is None else begin + task.seconds
    limits = Limits(task.seed, deadline, cancellation or Cancellation())
    problem, classes = task.problem, 0
    if not limits.has_patience():
        solution = fall_back(problem)
    elif problem.free.any() or problem.draws:
        folding = fold(problem)
        solution = unfold(problem, folding, decide(folding.problem, limits))
        classes = len(folding.problem.size)
    else:
        solution = _settle(problem, limits)
    statistics = Statistics(classes, time.monotonic() - begin, tuple(limits.lost))
    return replace(solution, statistics=statistics)


def _settle(problem: Problem, limits: Limits) -> Solution:
    """The solution of a block in which the masks decide every cell."""
    remote = problem.low.astype(np.int64)
    if is_contradictory(problem) or not is_allowed(problem, remote):
        return confirm_infeasible(problem, limits)
    costs = tuple(evaluate(problem, tier, remote) for tier in problem.tiers)
    return Solution(Status.OPTIMAL, remote, costs=costs, gaps=(0,) * len(costs))


def run_in_turn(blocks: Sequence[Block], limits: Limits) -> list[Solution]:
    """Solve blocks one after the other in this thread, up to the first that is infeasible."""
    solutions: list[Solution] = []
    for block in blocks:
        task = Task(block.problem, limits.seed, limits.remaining())
        solutions.append(solve_block(task, limits.cancellation))
        if solutions[-1].status is Status.INFEASIBLE:
            break
    unasked = [Solution(Status.UNKNOWN)] * (len(blocks) - len(solutions))
    return solutions + unasked


@dataclass(frozen=True)
class SideBySide:
    """Solves blocks at the same time, on threads of its own or on somebody else's executor.

    Parameters
    ----------
    workers : int
        Blocks at work at the same time.
    executor : Executor, distributed.Client or None
        Left running; without one, threads are used.
    listener : Listener
    """

    workers: int
    executor: Executor | HasExecutor | None
    listener: Listener

    def __call__(self, blocks: Sequence[Block], limits: Limits) -> list[Solution]:
        """Solve every block; once asked to stop, give what was found until then."""
        self.listener.begin(blocks)
        steady = None if self.executor is None else SteadyExecutor(self.executor)
        problems = [block.problem for block in blocks]
        return _Run(problems, limits, self.workers, steady, self.listener).solutions()


class _Run:
    """Problems on their way through an executor."""

    def __init__(
        self,
        problems: Sequence[Problem],
        limits: Limits,
        workers: int,
        executor: Executor | None,
        listener: Listener,
    ) -> None:
        self._problems = problems
        self._limits = limits
        self._workers = workers
        self._executor = executor
        self._listener = listener
        self._waiting = self._order()
        self._running: dict[Future[Solution], int] = {}
        self._found: dict[int, Solution] = {}
        self._lost: dict[int, str] = {}

    def solutions(self) -> list[Solution]:
        """The solutions in the order of the problems."""
        with self._open() as own:
            try:
                self._work(own)
            except KeyboardInterrupt:
                if self._limits.cancellation.asked:
                    raise  # asked twice: nobody wants to wait
                self._limits.cancellation.ask()  # it was no handler of ours that raised it
                self._work(own)
            except BaseException:
                self._limits.cancellation.ask()  # nobody will want the other solutions
                raise
        return [self._found[number] for number in range(len(self._problems))]

    def _order(self) -> list[int]:
        """Large blocks first keeps all workers busy; small ones first saves time for the large."""
        size = [problem.free.sum() for problem in self._problems]
        small_first = self._limits.deadline is not None  # the last in the list begins
        return sorted(range(len(size)), key=size.__getitem__, reverse=small_first)

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
            if self._limits.cancellation.asked:
                self._limits.cancellation.ask()  # again: a search may have begun since
                if self._executor is not None:  # it may be where no token of ours reaches
                    self._settle_rest()
                    return
            while self._waiting and len(self._running) < self._workers:
                self._launch(own)
            for future in wait_a_beat(self._running):
                self._collect(future)
            if self._is_overdue():
                self._settle_rest(_SILENT)

    def _launch(self, own: Executor) -> None:
        number = self._waiting.pop()
        task = Task(self._problems[number], self._limits.seed, self._share())
        if self._executor is None or number in self._lost:
            future = own.submit(solve_block, task, self._limits.cancellation)
        else:
            future = self._executor.submit(solve_block, task)
        self._running[future] = number

    def _collect(self, future: Future[Solution]) -> None:
        """Keep a solution; a block whose every worker was lost is solved here."""
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
        if self._executor is None or self._limits.deadline is None:
            return False
        return time.monotonic() > self._limits.deadline + _PATIENCE

    def _share(self) -> float | None:
        """An even part of the time left: what easy blocks do not use goes to those behind."""
        left = self._limits.remaining()
        if left is None:
            return None
        return min(left, left * self._workers / (len(self._waiting) + 1))

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
            seconds = min(self._limits.remaining() or 0.0, 0.0)
            task = Task(self._problems[number], self._limits.seed, seconds)
            self._keep(number, solve_block(task))

    def _keep(self, number: int, solution: Solution) -> None:
        if number in self._lost:
            lost = (self._lost[number], *solution.statistics.lost)
            solution = replace(solution, statistics=replace(solution.statistics, lost=lost))
        self._found[number] = solution
        self._listener.end(number, solution)
