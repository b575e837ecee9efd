"""Small rosters, policies and histories that a person can check by hand."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

from rotasi import Policy, Roster, Schedule
from rotasi.engine import runner
from rotasi.engine.limits import Limits
from rotasi.engine.solution import Solution
from rotasi.model.evaluation import evaluate, is_allowed
from rotasi.model.facts import LEAVE, STATUSES, Facts
from rotasi.model.problem import Problem
from rotasi.testing.readings import form_groups

Row = dict[str, Any]
#: Tables, policy and previous, in the form that the oracle takes.
Instance = tuple[dict[str, pd.DataFrame], Row, pd.DataFrame | None]

MONDAY = date(2026, 1, 5)  # ISO week 2 of 2026, a plain week
LETTERS = {"H": "WFH", "O": "WFO", "L": "LEAVE"}


def day(number: int) -> date:
    """The n-th day after Monday, 5 January 2026; negative before it."""
    return MONDAY + timedelta(days=number)


def people(who: int | str | list[Row], **columns: Any) -> pd.DataFrame:
    """Employees a, b, c … of the OPD X, or those of a text, or as the rows say.

    >>> people("ab", unit="U")
      nip opd unit
    0   a   X    U
    1   b   X    U
    """
    nips = who if isinstance(who, str) else "abcdefghijklmnopqrst"[: _count(who)]
    own = who if isinstance(who, list) else [{}] * len(nips)
    rows = [{"nip": nip, "opd": "X"} | columns | row for nip, row in zip(nips, own, strict=True)]
    return pd.DataFrame(rows, dtype=object)


def _count(who: int | list[Row]) -> int:
    return who if isinstance(who, int) else len(who)


def roster(
    who: int | str | list[Row] | pd.DataFrame = 1,
    leave: Iterable[tuple[str, int, int]] = (),
    pins: Iterable[tuple[str, int, str]] = (),
    wishes: Iterable[Row] = (),
) -> Roster:
    """People with leave and pins on days counted from Monday."""
    given = tables(who, leave, pins, wishes)
    return Roster.from_frame(given.pop("employees"), **given)


def tables(
    who: int | str | list[Row] | pd.DataFrame = 1,
    leave: Iterable[tuple[str, int, int]] = (),
    pins: Iterable[tuple[str, int, str]] = (),
    wishes: Iterable[Row] = (),
) -> dict[str, pd.DataFrame]:
    """The same as tables; those without rows are left out."""
    rows = {
        "leave": [{"nip": nip, "start": day(a), "end": day(b)} for nip, a, b in leave],
        "pins": [{"nip": nip, "date": day(n), "status": LETTERS[s]} for nip, n, s in pins],
        "wishes": list(wishes),
    }
    employees = who if isinstance(who, pd.DataFrame) else people(who)
    return {"employees": employees} | {
        name: pd.DataFrame(found, dtype=object) for name, found in rows.items() if found
    }


def terms(*rules: Row, **settings: Any) -> Row:
    """A policy as a dictionary: Monday to Friday without holidays, unless said otherwise."""
    return {
        "start": MONDAY,
        "end": day(4),
        "holidays": {"country": ""},
        "rules": list(rules),
    } | settings


def policy(*rules: Row, **settings: Any) -> Policy:
    """The same as a Policy."""
    return Policy.model_validate(terms(*rules, **settings))


def history(start: date = MONDAY, **letters: str) -> pd.DataFrame | None:
    """Rows of previous on the calendar days before a date; a dot is a day without a row.

    ``history(a="HO..")`` has a remote on Thursday and on site on Friday.
    """
    rows = [
        {"nip": nip, "date": start - timedelta(days=len(text) - n), "status": LETTERS[letter]}
        for nip, text in letters.items()
        for n, letter in enumerate(text)
        if letter != "."
    ]
    return pd.DataFrame(rows, dtype=object) if rows else None


def rows(start: date = MONDAY, **letters: str) -> pd.DataFrame:
    """Rows of nip, date, status: one letter per calendar day from a date on."""
    found = [
        {"nip": nip, "date": start + timedelta(days=n), "status": LETTERS[letter]}
        for nip, text in letters.items()
        for n, letter in enumerate(text)
        if letter != "."
    ]
    return pd.DataFrame(found)


def written(schedule: Schedule) -> dict[str, str]:
    """A schedule as one letter per workday: ``{"a": "HHOOL"}``."""
    short = {status: letter for letter, status in LETTERS.items()}
    return {nip: "".join(short[s] for s in days) for nip, days in schedule.to_grid().T.items()}


def values(schedule: Schedule) -> dict[str, int]:
    """Values of the objectives by kind."""
    return dict(zip(schedule.objectives["kind"], schedule.objectives["value"], strict=True))


def goals(*kinds: str, **parameters: Any) -> list[Row]:
    """Objectives of these kinds."""
    return [{"kind": kind} | parameters for kind in kinds]


def unpack(instance: Instance) -> tuple[Roster, Policy, pd.DataFrame | None]:
    """An instance of the oracle as rotasi takes it."""
    given, terms_, previous = instance
    return Roster.from_frame(**given), Policy.model_validate(terms_), previous


def ints(*values: int) -> np.ndarray:
    """Integers as an array."""
    return np.array(values, dtype=np.int64)


def names(*labels: str) -> np.ndarray:
    """Texts as an array of objects."""
    return np.array(labels, dtype=object)


def cells(*rows: str) -> np.ndarray:
    """A row per text and a cell per letter, flagged where it is an x."""
    return np.array([[letter == "x" for letter in row] for row in rows])


def every_decision(facts: Facts) -> Iterator[np.ndarray]:
    """Every way to be remote or not on the ASN-days not on leave, as 0 and 1, shape (n, d)."""
    free = ~facts.on_leave
    for bits in product((0, 1), repeat=int(free.sum())):
        remote = np.zeros(facts.shape, dtype=np.int64)
        remote[free] = bits
        yield remote


def grid_of(facts: Facts, remote: np.ndarray) -> np.ndarray:
    """A decision as status codes."""
    return np.where(facts.on_leave, LEAVE, remote).astype(np.int8)


def assignment_of(facts: Facts, grid: np.ndarray) -> Mapping[tuple[str, date], str]:
    """A grid as the oracle takes it."""
    days = [day.item() for day in facts.days.astype("datetime64[D]")]
    keys = product(facts.employees["nip"], days)
    return {key: STATUSES[code] for key, code in zip(keys, grid.ravel().tolist(), strict=True)}


def crossing(count: int, seed: int = 0) -> tuple[Roster, Policy]:
    """Units, sites and positions that cross, runs and wishes: for a hundred ASN a long search."""
    rng = random.Random(seed)
    columns = {"unit": "ABCDEFG", "site": "PQRST", "position": "uvwxyz"}
    who = [
        {"nip": f"{n:03}", "opd": "X"}
        | {name: rng.choice(kinds) for name, kinds in columns.items()}
        for n in range(count)
    ]
    wishes = [
        {"nip": row["nip"], "date": day(7 * week + number), "weight": rng.randint(-10, 10)}
        for row in who
        for week in range(4)
        for number in rng.sample(range(5), 2)
    ]
    rules: list[dict[str, Any]] = [
        {"kind": "min_on_site", "by": [name], "share": 0.55} for name in columns
    ]
    rules.append({"kind": "max_consecutive", "remote": 2})
    rules.append({"kind": "max_on_site", "by": ["unit", "site"], "share": 0.8, "penalty": 3})
    terms = policy(*rules, end=day(25))
    return Roster.from_frame(pd.DataFrame(who), wishes=pd.DataFrame(wishes)), terms


def allows(problem: Problem, remote: np.ndarray) -> bool:
    """Whether a decision keeps everything hard in a problem."""
    return is_allowed(form_groups(problem, remote), remote)


def costs(problem: Problem, remote: np.ndarray) -> list[int]:
    """What a decision costs, tier by tier."""
    known = form_groups(problem, remote)
    return [evaluate(known, tier, remote) for tier in known.tiers]


@contextmanager
def cp_sat_alone() -> Iterator[None]:
    """Inside, nothing is proven by a flow or an LP."""
    with ExitStack() as stack:
        for other in ("find_by_flow", "relax"):
            stack.enter_context(patch(f"rotasi.engine.prove.{other}", return_value=None))
        yield


@contextmanager
def starving(*opds: str) -> Iterator[None]:
    """Inside, blocks of these OPDs get what is known without a search, and all others an answer."""
    solve = runner.decide

    def decide(problem: Problem, limits: Limits) -> Solution:
        if not {problem.opds[number] for number in problem.opd} & set(opds):
            return solve(problem, limits)
        with cp_sat_alone():
            return solve(problem, replace(limits, deadline=0.0))

    with patch.object(runner, "decide", decide):
        yield
