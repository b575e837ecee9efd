"""Clocks: the phases of a solve, and contenders that run in turns."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from importlib import import_module
from typing import Any

Clock = Callable[[], float]


class Stopwatch:
    """Seconds per phase; time in a phase inside another counts for the inner one alone."""

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self.seconds: dict[str, float] = {}
        self._clock = clock
        self._inner = [0.0]  # time that phases inside the running ones have taken

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time a piece of work."""
        begin = self._clock()
        self._inner.append(0.0)
        try:
            yield
        finally:
            elapsed = self._clock() - begin
            own = elapsed - self._inner.pop()
            self._inner[-1] += elapsed
            self.seconds[name] = self.seconds.get(name, 0.0) + own

    def wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function that does the same and is timed as a phase."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.phase(name):
                return function(*args, **kwargs)

        return timed

    @contextmanager
    def watching(self, phases: Mapping[str, Sequence[str]]) -> Iterator[None]:
        """Time functions, given as ``module:name`` or ``module:class.name``, whoever calls them."""
        kept: list[tuple[Any, str, Any]] = []
        try:
            for name, places in phases.items():
                for place in places:
                    owner, attribute = _locate(place)
                    kept.append((owner, attribute, getattr(owner, attribute)))
                    setattr(owner, attribute, self.wrap(name, kept[-1][2]))
            yield
        finally:
            for owner, attribute, function in reversed(kept):
                setattr(owner, attribute, function)


def _locate(place: str) -> tuple[Any, str]:
    """The module or class that holds a function, and the function's name in it."""
    module, _, path = place.partition(":")
    *classes, attribute = path.split(".")
    return reduce(getattr, classes, import_module(module)), attribute


@dataclass
class Times:
    """What a contender took, round by round, and what it answered in the first.

    Parameters
    ----------
    answer : object
    seconds : list of float
        By the clock on the wall.
    cpu_seconds : list of float
        Of all threads together; other people's work on the machine hardly changes them.
    """

    answer: Any
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Median of the rounds."""
        return statistics.median(self.seconds)

    @property
    def cpu_median(self) -> float:
        """Median of the rounds, in seconds of one core."""
        return statistics.median(self.cpu_seconds)


def race(
    contenders: Mapping[str, Callable[[], Any]],
    rounds: int,
    budget: float,
    clock: Clock = time.perf_counter,
) -> dict[str, Times]:
    """Let contenders run in turns, so that a change of the machine's mood hits all of them.

    Parameters
    ----------
    contenders : mapping of name to callable
    rounds : int
    budget : float
        Seconds after which no further round begins; the first is always run.
    clock : callable

    Returns
    -------
    dict of name to Times
    """
    begin, found = clock(), dict[str, Times]()
    for number in range(rounds):
        if number and clock() - begin > budget:
            break
        for name, run in contenders.items():
            gc.collect()
            start, start_cpu = clock(), time.process_time()
            answer = run()
            elapsed, cpu = clock() - start, time.process_time() - start_cpu
            times = found.setdefault(name, Times(answer))
            times.seconds.append(elapsed)
            times.cpu_seconds.append(cpu)
    return found
