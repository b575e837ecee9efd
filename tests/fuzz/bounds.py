"""Searches that are cut short, each in its own way: whatever is claimed all the same must hold.

A value is never better than the optimum. A bound holds for every schedule that is as good as can be
in all objectives before, so it may stand only behind objectives that are proven, and what is proven
is the optimum. The same of each block, and of what is told while blocks are solved.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pandas as pd
from helpers import cp_sat_alone
from oracle.mip import Answer, costs

import rotasi
from rotasi.engine import prove, runner
from rotasi.engine.limits import Limits
from rotasi.engine.solution import Solution
from rotasi.engine.solvers.cpsat import search
from rotasi.engine.solvers.cpsat.question import Question, Reply
from rotasi.model.problem import Problem

from .trial import Trial, agree, demand, values_of

Relation = Callable[[Trial], str]
Row = Mapping[str, Any]

LIMITS = (1e-4, 1e-3, 5e-3, 2e-2)  # seconds
HUNGRY = 0.5  # part of the blocks that get no time
BY_SEARCH = 0.8  # part of the solves without flow and LP, which need no time to cut
TRIES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2)  # units of CP-SAT's deterministic clock
HEAVIEST = (2**31, 2**8, 1)  # with less, more sums are minimised one after the other


def holds_in_little_time(trial: Trial) -> str:
    """However short the limit: nothing is claimed that is not so."""
    limit = trial.rng.choice(LIMITS)
    return _holds(trial, nullcontext(), time_limit=limit, workers=trial.rng.choice([1, 2]))


def holds_where_blocks_starve(trial: Trial) -> str:
    """Some blocks are proven, and others get no time."""
    return _holds(trial, _starving(trial.rng))


def holds_where_searches_stop(trial: Trial) -> str:
    """Each search is stopped or lost after some work."""
    return _holds(trial, _stopping(trial.rng))


def holds_when_interrupted(trial: Trial) -> str:
    """Somebody presses Ctrl-C while blocks are solved."""
    left = trial.rng.randint(1, 3)

    def interrupt(_news: rotasi.Progress) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt

    try:
        return _holds(trial, _by_search(trial.rng), interrupt)
    except KeyboardInterrupt:
        return "interrupted before there was a schedule"


def _holds(
    trial: Trial,
    cut: AbstractContextManager[None],
    listen: Callable[[rotasi.Progress], None] = lambda _news: None,
    **options: Any,
) -> str:
    """Hold a solve that is cut short against the optimum, which is asked for beforehand."""
    best, answer = None if trial.crowd else trial.schedule, trial.answer
    news: list[rotasi.Progress] = []

    def progress(one: rotasi.Progress) -> None:
        news.append(one)
        listen(one)

    # Why there is none is what `--explain` is for.
    with cut, patch("rotasi.solver.find_conflicts", return_value=[]):
        schedule = trial.solve(progress=progress, **options)
    holds_against(trial, answer, schedule)
    if answer.status == "OPTIMAL":
        _news_hold(trial, news)
        if best is not None:
            _blocks_hold(best, schedule, _signs(trial))
    return _tell(schedule)


def holds_against(trial: Trial, answer: Answer, schedule: rotasi.Schedule) -> None:
    """Whatever a schedule claims agrees with the proven optimum."""
    status = schedule.status
    if status in ("OPTIMAL", "FEASIBLE"):
        agree("status", answer.status, "OPTIMAL")
        judgement = trial.judge(schedule)
        agree("broken rules", judgement.violated, set())
        agree("values", values_of(schedule.objectives), judgement.values)
        rows = schedule.objectives.to_dict("records")
        claims_hold(rows, costs(trial.case, answer), _signs(trial))
        agree("OPTIMAL", status == "OPTIMAL", all(row["proven"] for row in rows))
    else:
        demand(not schedule.objectives["proven"].any(), "proven without a schedule")
        demand(bool(schedule.objectives["bound"].isna().all()), "a bound without a schedule")
    if status == "OPTIMAL":
        agree("optimum", values_of(schedule.objectives), answer.values)
    if status == "INFEASIBLE":
        agree("status", answer.status, "INFEASIBLE")


def claims_hold(rows: Sequence[Row], best: Sequence[int], signs: Sequence[int]) -> None:
    """No value is better than the best, and bounds stand where they may and hold.

    Parameters
    ----------
    rows : sequence of mappings
        Value and bound of each objective in turn, and perhaps whether it is proven.
    best : sequence of int
        Costs of the lexicographic optimum.
    signs : sequence of int
        1 where less is better.
    """
    found = [sign * row["value"] for sign, row in zip(signs, rows, strict=True)]
    demand(found >= list(best), f"costs {found} are better than the proven {best}")
    proven = True
    for row, cost, least, sign in zip(rows, found, best, signs, strict=True):
        if not proven:
            agree("a bound behind an open objective", row["bound"], None)
        bound = None if row["bound"] is None else sign * row["bound"]
        demand(bound is None or bound <= least, f"bound {bound} excludes the optimum {least}")
        proven = proven and bound == cost
        agree("proven", row.get("proven", proven), proven)
        if proven:
            agree("a proven cost", cost, least)


def _blocks_hold(best: rotasi.Schedule, schedule: rotasi.Schedule, signs: Sequence[int]) -> None:
    """The same of each block, whose optimum is its share of the whole's."""
    agree("blocks", _keys(schedule.blocks), _keys(best.blocks))
    groups = zip(schedule.blocks.groupby("block"), best.blocks.groupby("block"), strict=True)
    for (_number, block), (_same, optimum) in groups:
        rows = block.to_dict("records")
        least = [sign * value for sign, value in zip(signs, optimum["value"], strict=True)]
        if rows[0]["value"] is None:
            demand(bool(block["bound"].isna().all()), "a bound without a decision")
        else:
            claims_hold(rows, least, signs)
        if rows[0]["status"] == "OPTIMAL":
            agree("a block's optimum", block["value"].tolist(), optimum["value"].tolist())
            agree("a block's bounds", block["bound"].tolist(), optimum["value"].tolist())


def _keys(blocks: pd.DataFrame) -> list[list[object]]:
    return blocks[["block", "opds", "start", "end", "kind"]].to_numpy().tolist()


def _news_hold(trial: Trial, news: Sequence[rotasi.Progress]) -> None:
    least, sign = costs(trial.case, trial.answer)[0], _signs(trial)[0]
    for one in news:
        if one.bound is not None:
            demand(sign * one.bound <= least, f"news of bound {one.bound} exclude the optimum")


def _signs(trial: Trial) -> list[int]:
    """1 for each tier where less is better, else -1."""
    ones = [(kind, 1) for kind, _ in trial.answer.values]
    return costs(trial.case, Answer("", ones)) if ones else []


def _tell(schedule: rotasi.Schedule) -> str:
    """How far it is proven."""
    if schedule.status != "FEASIBLE":
        return str(schedule.status)
    proven = schedule.objectives["proven"].tolist()
    mixed = len(set(schedule.blocks["status"])) > 1
    return f"open at {1 + proven.index(False)}{' in some blocks' * mixed}"


@contextmanager
def _by_search(rng: random.Random) -> Iterator[None]:
    with ExitStack() as stack:
        if rng.random() < BY_SEARCH:
            stack.enter_context(cp_sat_alone())
        yield


@contextmanager
def _starving(rng: random.Random) -> Iterator[None]:
    solve = runner.decide

    def decide(problem: Problem, limits: Limits) -> Solution:
        if rng.random() >= HUNGRY:
            return solve(problem, limits)
        with cp_sat_alone():
            return solve(problem, replace(limits, deadline=0.0))

    with patch.object(runner, "decide", decide):
        yield


@contextmanager
def _stopping(rng: random.Random) -> Iterator[None]:
    class Apart:
        """A process that is stopped, or lost, before it says anything."""

        def __init__(self, _question: Question, _seconds: float | None) -> None:
            self.loss = rng.choice([None, "SIGKILL"])

        def solve(self) -> Reply:
            return Reply("UNKNOWN")

        def stop_search(self) -> None:
            pass

    with (
        _by_search(rng),
        patch.object(search, "Apart", Apart),
        patch.object(search, "_TRY", rng.choice(TRIES)),
        patch.object(prove, "_HEAVIEST_SEARCH", rng.choice(HEAVIEST)),
    ):
        yield


BOUNDS: Mapping[str, Relation] = {
    "time-limit": holds_in_little_time,
    "starving": holds_where_blocks_starve,
    "stopping": holds_where_searches_stop,
    "stopped": holds_when_interrupted,
}
