"""Many instances, each held against some relations, on several processes."""

from __future__ import annotations

import random
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from helpers import Instance
from oracle.mip import GaveUpError
from saved import save

from rotasi.errors import RotasiWarning

from .coverage import features
from .drawing import draw
from .relations import RELATIONS
from .shrinking import shrink
from .trial import Trial

CHUNK = 40  # instances per task
MEDIUM = 500  # one instance in so many is a whole office
FOR_MEDIUM = ("mip", "verify")
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
    shrinking : float
        Seconds for making a failing instance smaller before it is saved.
    """

    seed: int
    corpus: Path
    relations: tuple[str, ...] = tuple(RELATIONS)
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


def assignments(plan: Plan, number: int) -> tuple[str, list[str]]:
    """The size of an instance, and the relations that it is held against.

    Every instance meets the MIP, every second one another relation as well, in turn.
    """
    if number % MEDIUM == MEDIUM - 1:
        return "medium", [name for name in FOR_MEDIUM if name in plan.relations]
    others = [name for name in plan.relations if name != "mip"]
    wanted = ["mip"] if "mip" in plan.relations else []
    if others and (number % 2 == 0 or not wanted):
        wanted.append(others[number // 2 % len(others)])
    return "tiny" if "brute-force" in wanted or number % 10 == 1 else "small", wanted


def run(plan: Plan, numbers: Iterable[int]) -> Tally:
    """Try the instances of these numbers, here and now."""
    tally = Tally()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RotasiWarning)
        for number in numbers:
            size, wanted = assignments(plan, number)
            instance = draw(random.Random(f"{plan.seed} {number}"), size)
            tally.sizes[size] += 1
            tally.features.update(features(instance))
            trial = Trial(instance)
            for name in wanted:
                outcome, said = ask(name, trial)
                tally.count(name, outcome)
                if outcome == MISMATCH:
                    tally.mismatches.append(_report(plan, number, name, instance, said))
    return tally


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
    plan: Plan, total: int, processes: int, progress: Callable[[int, Tally], None]
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
