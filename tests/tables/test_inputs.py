"""Nothing that is given to a function of rotasi is changed, whatever the function does with it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import day, history, people, policy, roster, rows
from pandas.testing import assert_frame_equal

import rotasi
from rotasi import Policy, Roster, RosterError, Schedule

RULES = [
    {"kind": "max_remote", "share": 0.5},
    {"kind": "rotation_groups", "groups": 2},
    {"kind": "max_on_site", "count": 1, "penalty": 2},
]
GOALS = [{"kind": kind} for kind in ("wishes", "fairness", "stability", "level_load")]


@dataclass
class Given:
    """One of everything that can be given, in the untidy forms that people have."""

    employees: pd.DataFrame
    leave: pd.DataFrame
    wishes: pd.DataFrame
    pins: pd.DataFrame
    columns: dict[str, str]
    previous: pd.DataFrame
    edited: pd.DataFrame
    attendance: pd.DataFrame
    reports: pd.DataFrame
    roster: Roster
    policy: Policy
    schedule: Schedule

    def frames(self) -> dict[str, pd.DataFrame]:
        """Every frame that can be reached, also inside a roster and a schedule."""
        own = {f.name: getattr(self, f.name) for f in fields(self)}
        inside = {
            f"{name}.{f.name}": getattr(own[name], f.name)
            for name in ("roster", "schedule")
            for f in fields(own[name])
        }
        facts = {"schedule.facts.employees": self.schedule.instance.facts.employees}
        every = own | inside | facts
        return {name: value for name, value in every.items() if isinstance(value, pd.DataFrame)}

    def others(self) -> tuple[Any, ...]:
        """What is no frame, as it compares."""
        arrays = self.schedule.grid.tobytes(), self.schedule.instance.facts.on_leave.tobytes()
        return arrays, dict(self.columns), self.policy.to_dict(), dict(self.schedule.provenance)


@pytest.fixture
def given() -> Given:
    who = people([{"name": " Siti", "applied": "ya", "team": "A", "opd": " X"}, {}, {}, {}])
    who = who.rename(columns={"nip": "NIP"}).set_index(pd.Index([9, 9, 4, 5], name="nomor"))
    away = pd.DataFrame({"NIP": ["b"], "start": ["2026-01-05"], "end": [day(0)], "kind": "sakit"})
    wish = pd.DataFrame({"NIP": ["c ", "a"], "weekday": ["Mon", "Tue"], "weight": [None, "2"]})
    pin = pd.DataFrame({"NIP": ["d"], "date": [day(2)], "status": ["WFO"]}, index=["x"])
    past = history(a="HO", c="OH")
    assert past is not None
    plain = roster(4, leave=[("b", 0, 0)], wishes=[{"nip": "c", "weekday": "Mon"}])
    terms = policy(*RULES, objectives=GOALS, labels={"WFH": "WFA"})
    schedule = rotasi.solve(plain, terms, previous=past, workers=1)
    edited = rows(a="HHOOO", b="LOHHH", c="OOHOO", d="HHOOO").replace({"WFH": "WFA"})
    times = [f"{day(n)} 07:30" for n in range(5)]
    return Given(
        employees=who,
        leave=away,
        wishes=wish,
        pins=pin,
        columns={"NIP": "nip"},
        previous=past.set_index(pd.Index(range(9, 5, -1))),
        edited=edited.sample(frac=1, random_state=1),
        attendance=pd.DataFrame({"nip": "a", "time": times, "place": "Kantor"}),
        reports=pd.DataFrame({"nip": "a", "date": [day(0)], "submitted": ["ya"], "items": ["3"]}),
        roster=plain,
        policy=terms,
        schedule=schedule,
    )


def read_badly(given: Given) -> None:
    with pytest.raises(RosterError):
        Roster.from_frame(given.employees, leave=given.leave.assign(end="?"), columns=given.columns)
    with pytest.raises(RosterError):
        Roster.from_frame(given.employees, leave=given.leave, pins=given.pins)


def read_schedule(given: Given) -> Schedule:
    return Schedule.from_frame(given.edited, given.roster, given.policy, given.previous)


def write(given: Given, folder: Path) -> None:
    given.schedule.write(folder / "all")
    given.schedule.to_csv(folder / "a.csv")
    given.schedule.to_parquet(folder / "a.parquet")
    given.roster.write(folder / "roster")


CALLS: dict[str, Callable[[Given, Path], object]] = {
    "Roster.from_frame": lambda g, _: Roster.from_frame(
        g.employees, leave=g.leave, wishes=g.wishes, pins=g.pins, columns=g.columns
    ),
    "Roster.from_frame, with errors": lambda g, _: read_badly(g),
    "solve": lambda g, _: rotasi.solve(g.roster, g.policy, previous=g.previous, workers=1),
    "solve, after a schedule": lambda g, _: rotasi.solve(
        g.roster, g.policy, previous=g.schedule, workers=1
    ),
    "solve, infeasible": lambda g, _: rotasi.solve(
        g.roster, policy({"kind": "min_on_site", "count": 9}), previous=g.previous, workers=1
    ),
    "verify, a frame": lambda g, _: rotasi.verify(g.edited, g.roster, g.policy, g.previous),
    "verify": lambda g, _: rotasi.verify(g.schedule, g.roster, g.policy),
    "Schedule.from_frame": lambda g, _: read_schedule(g),
    "compare": lambda g, _: rotasi.compare(
        g.roster, {"one": g.policy}, rotasi.claims.BERDAYA_NEWS, previous=g.previous, workers=1
    ),
    "savings": lambda g, _: rotasi.savings(g.schedule, rotasi.claims.BERDAYA_NEWS),
    "accountability": lambda g, _: rotasi.accountability(g.schedule, g.attendance, g.reports),
    "coordination": lambda g, _: rotasi.coordination(g.schedule),
    "frames of a schedule": lambda g, _: (
        g.schedule.to_frame(),
        g.schedule.to_grid(),
        g.schedule.partial(),
        g.schedule.groups(),
        g.schedule.summary(),
        g.schedule.ledger(),
        repr(g.schedule),
    ),
    "files": write,
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.filterwarnings("ignore::rotasi.RotasiWarning")
def test_r40_nothing_that_is_given_changes(given: Given, call: str, tmp_path: Path) -> None:
    frames, others = given.frames(), deepcopy(given.others())
    kept = {name: frame.copy(deep=True) for name, frame in frames.items()}
    assert len(kept) > 12
    CALLS[call](given, tmp_path)
    for name, frame in kept.items():
        assert given.frames()[name] is frames[name]
        assert_frame_equal(frames[name], frame, obj=name)
        assert frames[name].index.names == frame.index.names
    assert given.others() == others


@pytest.mark.filterwarnings("ignore::rotasi.RotasiWarning")
def test_what_is_done_to_a_frame_later_reaches_nothing_that_was_made(given: Given) -> None:
    schedule = rotasi.solve(given.roster, given.policy, previous=given.previous, workers=1)
    edited = read_schedule(given)
    kept = given.previous.copy(deep=True)
    given.previous.iloc[:, 0] = "z"
    given.edited["status"] = "WFO"
    for made in (schedule, edited):
        assert made.previous is not None
        assert_frame_equal(made.previous, kept)
    assert set(edited.to_frame()["status"]) == {"WFO", "WFH", "LEAVE"}


@pytest.mark.filterwarnings("ignore::rotasi.RotasiWarning")
def test_what_is_done_to_a_result_reaches_no_other(given: Given) -> None:
    expected = given.schedule.to_frame()
    for frame in (given.schedule.to_frame(), given.schedule.to_grid(), given.schedule.summary()):
        frame.iloc[:, -1] = frame.iloc[0, -1]
    assert_frame_equal(given.schedule.to_frame(), expected)
