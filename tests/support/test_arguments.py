"""Every argument of every public function is checked before anything runs."""

from __future__ import annotations

import datetime as dt
import inspect
import io
import math
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import day, policy, roster, written

import rotasi
from rotasi import ArgumentError
from rotasi.support.arguments import checked

NAN = math.nan


class Odd:
    """Of no type that anybody takes."""

    def __repr__(self) -> str:
        raise AssertionError("shown")


ANY: list[Any] = [Odd(), b"x"]
NO_NUMBER = [*ANY, None, "a", "5", True, [1], NAN, math.inf, 1j, 10**5000]
NO_COUNT = [*NO_NUMBER, 1.5, 1.0, np.float64(2), -1, 0, np.int64(-1), np.bool_(True)]
NO_SEED = [*NO_COUNT[:-4], -1, 2**31, np.int64(-1), np.bool_(True)]
NO_SECONDS = [*NO_NUMBER, 0, -1, -0.5, -math.inf, np.float64("nan")]
NO_FLAG = [*ANY, None, 0, 1, "yes", "", [], NAN]
NO_TEXT = [*ANY, None, 5, NAN, True, ["a"], Path("a"), "a\ud800"]
NO_DAY = [*ANY, None, 5, "", "soon", "2026-13-01", "05/01/2026", pd.NaT, NAN]
NO_TABLE = [*ANY, None, 5, "a.csv", [], {"nip": ["a"]}, pd.Series(["a"])]
NO_PATH = [*ANY, None, 5, "", "a\0b", "a\ud800", True, ["a"], io.BytesIO()]
NO_OBJECT = [*ANY, None, 5, "a", {}, [], pd.DataFrame()]
NO_MAPPING = [*ANY, 5, "a", ["a"], {"a": 5}, {5: "a"}, {"\ud800": "a"}, {"a": "\ud800"}]
NO_FUNCTION = [*ANY, 5, "yes", True]


def optional(wrong: list[Any]) -> list[Any]:
    """The same for a parameter that may be left out."""
    return [each for each in wrong if each is not None]


#: What no parameter of a name takes, whoever has it; where two functions differ, with the function.
WRONG: dict[str, list[Any]] = {
    "assumptions": NO_OBJECT,
    "attendance": [*ANY, None, 5, "", []],
    "audience": [*NO_TEXT, "press", ""],
    "ax": [*ANY, 5, "a"],
    "bar_disciplined": NO_FLAG,
    "by": [*ANY, None, 5, [5]],
    "columns": NO_MAPPING,
    "component": NO_TEXT,
    "cross_check": NO_FLAG,
    "employees": NO_TABLE,
    "end": optional(NO_DAY),
    "everyone": NO_FLAG,
    "examples": [*ANY, None, 5, "a", [5]],
    "executor": [*ANY, 5, "a", ThreadPoolExecutor],
    "file": [*ANY, 5, "a"],
    "folder": NO_PATH,
    "force": NO_FLAG,
    "frame": NO_TABLE,
    "from_date": optional(NO_DAY),
    "groups": optional(NO_COUNT[:-6]),
    "key": optional(NO_TEXT),
    "language": [*optional(NO_TEXT), "fr", ""],
    "leave": optional(NO_TABLE),
    "max_by_performance": [*ANY, 5, "a", ["a"]],
    "max_days": NO_COUNT[:-6],
    "min_days": NO_COUNT[:-6],
    "n_asn": [*NO_COUNT, 10_000_001],
    "name": NO_TEXT,
    "news": [*ANY, None, 5, "a", [5]],
    "nip": NO_TEXT,
    "nips": [*ANY, None, 5, "a", ["a"]],
    "number": NO_TEXT,
    "of": NO_TEXT,
    "on_duty": NO_COUNT[:-6],
    "opd": NO_TEXT,
    "opd_services": [*NO_MAPPING, None],
    "other": NO_OBJECT,
    "path": NO_PATH,
    "per_week": [*NO_COUNT, 8],
    "performance": [*ANY, None, NAN, ["Baik"], True],
    "pins": optional(NO_TABLE),
    "place": NO_TEXT,
    "policies": [*ANY, None, 5, "a", [policy()], {"a": 5}, {5: policy()}, {"\ud800": policy()}],
    "policy": NO_OBJECT,
    "previous": [*ANY, 5, [], {}],
    "progress": NO_FUNCTION,
    "reports": [*ANY, None, 5, "", []],
    "require_application": NO_FLAG,
    "roles": [*ANY, None, 5, "operator", [5]],
    "roster": NO_OBJECT,
    "schedule": [*ANY, None, 5, [], {}],
    "schemes": [*ANY, None, 5, [], {"X": 5}, ""],
    "run": NO_COUNT[:-6],
    "leaders": [*ANY, None, 5, "III.a", [5]],
    "seed": NO_SEED,
    "share": [*ANY, None, "a", NAN, True],
    "signatory": optional(NO_MAPPING),
    "source": NO_PATH,
    "start": optional(NO_DAY),
    "status": [*NO_TEXT, "LEAVE", "wfh", ""],
    "subject": NO_TEXT,
    "target": NO_PATH,
    "time_limit": NO_SECONDS,
    "verbose": NO_FLAG,
    "weekday": NO_TEXT,
    "wishes": optional(NO_TABLE),
    "workers": optional(NO_COUNT),
    "zone": NO_TEXT,
    "why.date": [*ANY, None, 5, NAN, "\ud800"],
    "to_ics.nip": optional(NO_TEXT),
    "to_ics.opd": optional(NO_TEXT),
    "to_letter.date": [*ANY, 5, "x", "2026-01-05"],
    "fairness.opd": optional(NO_TEXT),
    "solve.time_limit": optional(NO_SECONDS),
    "revise.time_limit": optional(NO_SECONDS),
    "revise.from_date": NO_DAY,
    "compare.time_limit": optional(NO_SECONDS),
    "compare.assumptions": optional(NO_OBJECT),
    "solve_partitions.time_limit": optional(NO_SECONDS),
    "solve_partitions.previous": optional(NO_PATH),
}

#: What tells by itself what is wrong with all that it is given, by an error of ours.
OWN = {"adapt", "check_rule.cls", "model_validate", "register"}
#: What goes to somebody else, or to a function that is checked.
PASSED_ON = {"progress_bar.options", "load.parameters"}
#: What rules of one's own get and give: arrays, by the thousand.
ARRAYS = "rules"


@pytest.fixture(scope="module")
def given() -> dict[str, Any]:
    """What every parameter that must be given may be."""
    schedule = rotasi.solve(roster(2), policy(), workers=1)
    frame = pd.DataFrame({"nip": ["a"], "opd": "X"})
    known: dict[str, Any] = dict.fromkeys(("path", "folder", "source", "target"), "nowhere/x")
    return known | {
        "schedule": schedule, "other": schedule, "roster": schedule.roster,
        "cls": rotasi.rules.Quota,
        "policy": schedule.policy, "from_date": day(2), "nip": "a", "date": day(0), "opd": "X",
        "policies": {"a": schedule.policy}, "assumptions": rotasi.claims.BKPSDM, "name": "x",
        "attendance": frame, "reports": frame, "frame": frame, "employees": frame, "news": [],
        "nips": frame["nip"], "examples": [], "schemes": {}, "component": "x",
    }  # fmt: skip


def list_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function, and every public method with its class."""
    modules = [getattr(rotasi, name) for name in rotasi.__all__ if name != ARRAYS]
    for each in modules:
        if inspect.ismodule(each):
            yield from list_module(each)
        elif inspect.isclass(each):
            yield from list_methods(each)
        elif callable(each):
            yield each.__name__, each


def list_module(module: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name in getattr(module, "__all__", vars(module)):
        value = getattr(module, name)
        is_ours = getattr(value, "__module__", "").startswith(module.__name__)
        if inspect.isfunction(value) and is_ours and not name.startswith("_"):
            yield name, value


def list_methods(cls: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name in dir(cls):
        value = inspect.getattr_static(cls, name)
        value = getattr(value, "__func__", value)
        if inspect.isfunction(value) and value.__module__.startswith("rotasi") and name[0] != "_":
            yield f"{cls.__name__}.{name}", getattr(cls, name)


FUNCTIONS = dict(list_functions())
CASES = [
    (where, parameter)
    for where, function in FUNCTIONS.items()
    for parameter in inspect.signature(function).parameters
    if parameter != "self"
]


def test_functions_and_methods_are_found() -> None:
    assert len(CASES) > 150
    assert {"solve", "why", "city", "heat_map", "bekasi_2026", "check_rule"} <= set(FUNCTIONS)
    assert {"Roster.read", "Policy.read", "Schedule.to_ics", "Assumptions.read"} <= set(FUNCTIONS)


@pytest.mark.parametrize(("where", "parameter"), CASES, ids=list(map(".".join, CASES)))
def test_whatever_is_wrong_is_told(where: str, parameter: str, given: dict[str, Any]) -> None:
    function, name = FUNCTIONS[where], where.rpartition(".")[2]
    if f"{name}.{parameter}" in PASSED_ON:
        return
    own = not OWN.isdisjoint({name, f"{name}.{parameter}"})
    wrong = [5, None] if own else find_wrong(name, parameter)
    needed = {
        each.name: given["schedule" if where.startswith("Schedule") else "policy"]
        if each.name == "self"
        else given.get(each.name)
        for each in inspect.signature(function).parameters.values()
        if each.default is each.empty and each.kind is not each.VAR_KEYWORD
    }
    if where.startswith("Roster"):
        needed = {key: given["roster"] if key == "self" else v for key, v in needed.items()}
    elif where.startswith("Assumptions"):
        needed = {key: given["assumptions"] if key == "self" else v for key, v in needed.items()}
    for value in wrong:
        with pytest.raises((rotasi.RotasiError, rotasi.testing.CheckError)) as caught:
            function(**needed | {parameter: value})
        if not own:
            told = caught.value
            assert isinstance(told, ArgumentError), (value, told)
            (problem,) = told.problems
            assert (problem.table, problem.column) == (name, parameter)
            assert re.match(rf"{name}: {parameter} is .+; give .+", str(told))


def find_wrong(function: str, parameter: str) -> list[Any]:
    """What a parameter does not take; a new one has to be entered above."""
    for key in (f"{function}.{parameter}", parameter):
        if key in WRONG:
            return WRONG[key]
    pytest.fail(f"say in WRONG what {function}({parameter}=…) does not take")


class TestMessages:
    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (
                lambda: rotasi.solve(roster(), policy(), seed=-1),
                "solve: seed is -1; give a whole number from 0 to 2147483647",
            ),
            (
                lambda: rotasi.solve(roster(), policy(), time_limit=None, workers=1.5),
                "solve: workers is 1.5; give a whole number of at least 1",
            ),
            (
                lambda: rotasi.explain(roster(), policy(), time_limit="5"),
                "explain: time_limit is '5'; give a positive number of seconds",
            ),
            (
                lambda: rotasi.solve(pd.DataFrame({"nip": ["a"]}), policy()),
                "solve: roster is DataFrame; give a Roster; Roster.from_frame makes one of tables",
            ),
            (
                lambda: rotasi.verify(None, roster(), policy()),
                "verify: schedule is None; give a Schedule or a DataFrame or the path of a file or "
                "folder",
            ),
            (
                lambda: roster().from_frame(pd.DataFrame(), columns={"a": 1}),
                "from_frame: columns is dict with 1 in it; give in its place a text",
            ),
            (
                lambda: policy().with_opd_schemes({"B": 5}),
                "with_opd_schemes: schemes is dict with 5 in it; give in its place the path of a "
                "file or folder or a dictionary",
            ),
            (
                lambda: rotasi.compare(roster(), {"\ud800": policy()}),
                r"compare: policies is dict with '\ud800' in it; give in its place a text without "
                "half a surrogate pair, which no file can hold",
            ),
        ],
    )
    def test_name_argument_value_and_what_is_allowed(
        self, call: Callable[[], object], message: str
    ) -> None:
        with pytest.raises(ArgumentError) as caught:
            call()
        assert str(caught.value) == message
        assert isinstance(caught.value, TypeError)
        assert isinstance(caught.value, ValueError)

    def test_all_come_at_once(self) -> None:
        with pytest.raises(ArgumentError) as caught:
            rotasi.solve(roster(), policy(), seed=1.5, workers=0, cross_check="yes")
        assert [each.column for each in caught.value.problems] == ["workers", "seed", "cross_check"]

    def test_show_nobody(self) -> None:
        with pytest.raises(ArgumentError) as caught:
            rotasi.datasets.city("198001012005011001")
        assert "1980" not in str(caught.value)

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda: rotasi.claims.BKPSDM.estimates_of("x"), "component: there is no such"),
            (
                lambda: rotasi.plots.comparison(pd.DataFrame({"policy": ["a"]})),
                "frame: columns are",
            ),
            (lambda: rotasi.plots.progress([]), "news: there is no news to draw"),
        ],
    )
    def test_what_only_the_function_can_judge(
        self, call: Callable[[], object], message: str
    ) -> None:
        with pytest.raises(ArgumentError, match=f"^{message}"):
            call()

    def test_are_short(self) -> None:
        with pytest.raises(ArgumentError) as caught:
            rotasi.datasets.city("x" * 10_000)
        assert len(str(caught.value)) < 200

    def test_python_tells_what_is_missing(self) -> None:
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'policy'"):
            rotasi.solve(roster())
        with pytest.raises(TypeError, match="sede"):
            rotasi.solve(roster(), policy(), sede=1)

    def test_nothing_has_run(self, tmp_path: Path) -> None:
        with pytest.raises(ArgumentError):
            roster().write(tmp_path / "out", force="no")
        assert list(tmp_path.iterdir()) == []


class TestNumPy:
    def test_its_numbers_are_numbers(self) -> None:
        numbers = {"seed": np.int64(3), "workers": np.int8(1), "time_limit": np.float32(60)}
        schedule = rotasi.solve(roster(2), policy(), **numbers, cross_check=np.bool_(False))
        plain = rotasi.solve(roster(2), policy(), seed=3, workers=1, time_limit=60.0)
        assert written(schedule) == written(plain)
        assert schedule.provenance["proof"] == plain.provenance["proof"]
        assert [type(schedule.provenance[name]) for name in numbers] == [int, int, float]

    def test_dates_are_dates(self) -> None:
        schedule = rotasi.solve(roster(2), policy(), workers=1)
        days = (
            day(2),
            "2026-01-07",
            pd.Timestamp(day(2)),
            dt.datetime(2026, 1, 7, 9, tzinfo=dt.UTC),
        )
        revised = [rotasi.revise(schedule, roster(2), policy(), each, workers=1) for each in days]
        assert {each.from_date for each in revised} == {day(2)}


def test_signatures_and_words_stay() -> None:
    @checked
    def show(number: int = 1, *, text: str = "") -> str:
        """What it does."""
        return f"{number} {text}"

    assert str(inspect.signature(show)) == "(number: 'int' = 1, *, text: 'str' = '') -> 'str'"
    assert (show.__doc__, show.__name__) == ("What it does.", "show")
    assert show(2, text="x") == "2 x"


def test_dataclasses_are_no_functions() -> None:
    """What we hand out is made by us: its makers are checked."""
    assert all(is_dataclass(cls) for cls in (rotasi.Schedule, rotasi.Roster, rotasi.Report))
