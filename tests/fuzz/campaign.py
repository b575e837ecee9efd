"""Many instances, each held against some relations, on several processes."""

from __future__ import annotations

import random
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

from helpers import Instance
from oracle.mip import GaveUpError
from saved import save

from rotasi.errors import RotasiWarning

from .coverage import features
from .drawing import draw_family
from .relations import RELATIONS
from .shrinking import shrink
from .trial import Trial

FAMILY = 4  # instances with the same roster: reading it takes a quarter of the time
CHUNK = 10 * FAMILY  # instances per task
MEDIUM, TINY = 100, 8  # one family in so many
FOR_MEDIUM = ("mip", "verify", "time-limit")
GAVE_UP, MISMATCH = "oracle gave up", "mismatch"


@dataclass(frozen=True)
class Plan:
    """What a campaign runs; equal plans run the same.

    Parameters
    ----------
    seed : int
    relations : tuple of str
        Each instance is held against the MIP, if that is among them, and one other in turn.
    corpus : Path
        Where failing instances are saved.
    size : str
        Of all instances; if empty, sizes are mixed.
    shrinking : float
        Seconds for making a failing instance smaller before it is saved.
    """

    seed: int
    corpus: Path
    relations: tuple[str, ...] = tuple(RELATIONS)
    size: str = ""
    shrinking: float = 30.0


@dataclass
class Tally:
    """What was met: outcomes by relation, features of instances, mismatches in words."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    features: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)

    def count(self, relation: str, outcome: str) -> None:
        """Note an outcome; that a relation says nothing of an instance is none."""
        if outcome:
            self.outcomes.setdefault(relation, Counter())[outcome] += 1

    def add(self, other: Tally) -> None:
        """Take in what another process met."""
        for relation, outcomes in other.outcomes.items():
            self.outcomes.setdefault(relation, Counter()).update(outcomes)
        self.features += other.features
        self.sizes += other.sizes
        self.mismatches += other.mismatches


def size_of(plan: Plan, number: int) -> str:
    """The size of an instance: one family in so many is tiny, and few are whole offices."""
    if plan.size:
        return plan.size
    family = number // FAMILY
    if family % MEDIUM == MEDIUM - 1:
        return "medium"
    return "tiny" if family % TINY == 0 else "small"


def wanted_of(plan: Plan, number: int) -> list[str]:
    """The relations of an instance: the MIP, and of every second one another in turn."""
    wanted = ["mip"] if "mip" in plan.relations else []
    if number % 2 and wanted:
        return wanted
    size, others = size_of(plan, number), [name for name in plan.relations if name != "mip"]
    if size == "medium":
        return [name for name in plan.relations if name in FOR_MEDIUM]
    if size == "tiny" and "brute-force" in others:
        return [*wanted, "brute-force"]
    others = [name for name in others if name != "brute-force"]
    tiny = FAMILY * (1 + number // FAMILY // TINY)  # which take no turn
    turn = (number - tiny) // 2
    return [*wanted, others[turn % len(others)]] if others else wanted


def run(plan: Plan, numbers: Iterable[int]) -> Tally:
    """Try the instances of these numbers, here and now."""
    tally = Tally()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RotasiWarning)
        for number, trial in trials(plan, numbers):
            tally.sizes[size_of(plan, number)] += 1
            tally.features.update(features(trial.instance))
            for name in wanted_of(plan, number):
                outcome, said = ask(name, trial)
                tally.count(name, outcome)
                if outcome == MISMATCH:
                    tally.mismatches.append(_report(plan, number, name, trial.instance, said))
    return tally


def trials(plan: Plan, numbers: Iterable[int]) -> Iterator[tuple[int, Trial]]:
    """The instances of these numbers; neighbours of one family share their roster."""
    for family, members in groupby(numbers, key=lambda number: number // FAMILY):
        rng = random.Random(f"{plan.seed} {family}")
        instances = draw_family(rng, size_of(plan, family * FAMILY), FAMILY)
        first = Trial(instances[0])
        for number in members:
            yield number, first.other(instances[number % FAMILY])


def ask(name: str, trial: Trial) -> tuple[str, str]:
    """What a relation meets, and in words why it does not hold."""
    trial.relation = name
    try:
        return RELATIONS[name](trial), ""
    except GaveUpError:
        return GAVE_UP, ""
    except Exception as error:  # noqa: BLE001, whatever is raised is what is looked for
        return MISMATCH, f"{type(error).__name__}: {error}"


def _report(plan: Plan, number: int, name: str, instance: Instance, said: str) -> str:
    """Save the instance, made smaller, and tell where."""
    kind = said.partition(":")[0]

    def fails(candidate: Instance) -> bool:
        outcome, words = ask(name, Trial(candidate))
        return outcome == MISMATCH and words.partition(":")[0] == kind

    smallest = shrink(instance, fails, plan.shrinking) if fails(instance) else instance
    path = save(smallest, f"fuzz {name}", plan.corpus)
    return f"{name}, instance {number} of seed {plan.seed}, saved as {path}\n    {said}"


def conduct(
    plan: Plan,
    total: int,
    processes: int,
    progress: Callable[[int, Tally], None],
    run: Callable[[Plan, Iterable[int]], Tally] = run,
) -> Tally:
    """Try instances 0 … total - 1 on several processes; `progress` hears of every chunk."""
    tally, done = Tally(), 0
    chunks = [range(first, min(first + CHUNK, total)) for first in range(0, total, CHUNK)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        tasks = {pool.submit(run, plan, chunk): chunk for chunk in chunks}
        for task in as_completed(tasks):
            tally.add(task.result())
            done += len(tasks[task])
            progress(done, tally)
    return tally
