"""Errors: what they say, what they carry, and that they tell of nobody."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import MONDAY, day, people, policy, roster, rows

import rotasi
from rotasi import errors
from rotasi.errors import Conflict, InfeasibleError, InputError, Problem
from rotasi.instance.resolve import resolve

NIP, NAME = "198001012005011001", "Siti Aminah"


def tell_of_nobody(shown: object) -> bool:
    text = f"{shown} {shown!r}"
    return NIP not in text and NAME not in text


def siti(count: int = 1, **columns: Any) -> pd.DataFrame:
    return people(count, **columns).assign(nip=[NIP] * count, name=NAME)


def away(first: date, last: date, nip: str = NIP) -> pd.DataFrame:
    return pd.DataFrame({"nip": [nip], "start": [first], "end": [last]})


def read_policy(folder: Path, text: str) -> rotasi.Policy:
    path = folder / "policy.toml"
    path.write_text("start = 2026-01-05\nend = 2026-01-09\n" + text, encoding="utf-8")
    return rotasi.Policy.read(path)


#: Each mistake, and the message that a person reads.
MISTAKES: dict[str, tuple[Callable[[Path], object], str]] = {
    "unknown column in scope": (
        lambda _: resolve(roster(), policy({"kind": "never_remote", "scope": {"uint": ["U"]}})),
        "policy, rules[0].scope: 'uint': neither the contract nor the roster has this column "
        "(did you mean 'unit'?)",
    ),
    "max_days = 5": (
        lambda folder: read_policy(folder, '[[rules]]\nkind = "quota"\nmax_days = 5'),
        "policy, rules[0].max_days: 5: more than 4 remote days a week are never allowed; "
        "write 0 … 4",
    ),
    "duplicate NIPs": (
        lambda _: rotasi.Roster.from_frame(siti(3)),
        "employees, row 0, nip: the same NIP stands in rows 0, 1, 2; keep one row per ASN",
    ),
    "dates reversed": (
        lambda _: rotasi.Roster.from_frame(siti(), leave=away(day(1), day(0))),
        "leave, row 0, end: '2026-01-05': leave ends before it starts; swap or correct the dates",
    ),
    "period reversed": (
        lambda _: policy(end=day(-1)),
        "policy, end: '2026-01-04': the end lies before the start; swap them",
    ),
    "share of 50": (
        lambda folder: read_policy(folder, '[[rules]]\nkind = "min_on_site"\nshare = 50'),
        "policy, rules[0].share: 50: a share is a part of one: write 0.5 for 50 %",
    ),
    "leave for an unknown NIP": (
        lambda _: rotasi.Roster.from_frame(people(1), leave=away(MONDAY, MONDAY)),
        "leave, row 0, nip: no employee has this NIP; correct it or add the employee",
    ),
    "empty roster": (
        lambda _: rotasi.Roster.from_frame(siti().iloc[:0]),
        "employees: the table has no rows; at least one ASN is needed",
    ),
    "typo in a key": (
        lambda folder: read_policy(folder, "wekly_cap = 3"),
        "policy, wekly_cap: 3: unknown key (did you mean 'weekly_cap'?)",
    ),
    "pin on a day off": (
        lambda _: resolve(roster(pins=[("a", 5, "H")]), policy(end=day(6))),
        "pins, row 0, date: '2026-01-10': no workday; remove the pin or list the date in "
        "holidays.workdays",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_named_shown_and_followed_by_advice(mistake: str, tmp_path: Path) -> None:
    make, expected = MISTAKES[mistake]
    with pytest.raises(InputError) as caught:
        make(tmp_path)
    assert str(caught.value) == expected
    assert isinstance(caught.value, ValueError)
    assert tell_of_nobody(caught.value)


def test_all_problems_of_a_policy_file_come_in_one_error(tmp_path: Path) -> None:
    rules = ('kind = "quota"\nmax_days = 5', 'kind = "min_onsite"\nshare = 50')
    text = "\n[[rules]]\n".join(["wekly_cap = 3", *rules])
    with pytest.raises(rotasi.PolicyError) as caught:
        read_policy(tmp_path, text)
    assert str(caught.value) == (
        "3 problems:\n"
        "  - policy, rules[0].max_days: 5: more than 4 remote days a week are never allowed; "
        "write 0 … 4\n"
        "  - policy, rules[1]: 'min_onsite': unknown kind (did you mean 'min_on_site'?)\n"
        "  - policy, wekly_cap: 3: unknown key (did you mean 'weekly_cap'?)"
    )


def test_all_problems_of_a_folder_come_in_one_error_with_the_rows_of_a_spreadsheet(
    tmp_path: Path,
) -> None:
    (tmp_path / "employees.csv").write_text(f"nip,opd,name\n{NIP},X,{NAME}\n002,,{NAME}\n", "utf-8")
    (tmp_path / "leave.csv").write_text("nip,start,end\n002,2026-01-05,9/1/2026\n", "utf-8")
    with pytest.raises(rotasi.RosterError) as caught:
        rotasi.Roster.read(tmp_path)
    assert str(caught.value) == (
        "2 problems:\n"
        "  - employees, row 3, opd: the cell is empty; fill it in\n"
        "  - leave, row 2, end: '9/1/2026': write dates as YYYY-MM-DD, such as 2026-01-05"
    )


class TestProblem:
    def test_names_its_place_shows_the_value_and_advises(self) -> None:
        problem = Problem("write Mon … Sun", "wishes", 4, "weekday", "Senin")
        assert str(problem) == "wishes, row 4, weekday: 'Senin': write Mon … Sun"

    @pytest.mark.parametrize("column", ["nip", "name", "kind"])
    def test_keeps_personal_values_for_programs_only(self, column: str) -> None:
        problem = Problem("correct it", "leave", 4, column, NIP)
        assert problem.value == NIP
        assert tell_of_nobody(problem)

    def test_row_zero_is_a_row(self) -> None:
        assert str(Problem("x", "leave", 0)) == "leave, row 0: x"

    def test_without_a_place_says_the_message_only(self) -> None:
        assert str(Problem("nothing goes")) == "nothing goes"


CONFLICT = Conflict(("min_on_site-1",), ("X",), (NIP,), (MONDAY,), 3, 2, "3 needed, 2 there")


@pytest.mark.parametrize(
    "error",
    [
        errors.RosterError([Problem("correct it", "leave", 4, "nip", NIP)]),
        errors.PolicyError([Problem("write a number", "policy", None, "rules[0].share", "x")]),
        InfeasibleError(["X (2026-01-05 – 2026-01-09)"], [CONFLICT]),
        errors.TimeLimitError("time ran out"),
        errors.VerificationError("the result breaks quota-1"),
        errors.OutputError("the folder exists"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_the_way_from_another_process(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert isinstance(again, errors.RotasiError)
    assert tell_of_nobody(again)


def test_an_infeasible_error_carries_its_conflicts() -> None:
    error = InfeasibleError(["X"], [CONFLICT])
    assert error.conflicts == (CONFLICT,)
    assert error.conflicts[0].nips == (NIP,)
    assert str(error).splitlines()[1:] == ["  - 3 needed, 2 there"]


def test_reprs_tell_of_nobody() -> None:
    given, terms_ = rotasi.Roster.from_frame(siti(), leave=away(day(1), day(1))), policy()
    schedule = rotasi.solve(given, terms_, workers=1)
    report = rotasi.verify(rows(**{NIP: "HHHHH"}), given, terms_)
    assert not report
    for shown in (
        given,
        schedule,
        report,
        schedule.instance,
        schedule.instance.facts,
        schedule.provenance,
    ):
        assert tell_of_nobody(shown), type(shown)


def test_errors_of_a_solve_tell_of_nobody() -> None:
    given = rotasi.Roster.from_frame(
        siti(), pins=pd.DataFrame({"nip": [NIP], "date": [MONDAY], "status": ["WFH"]})
    )
    schedule = rotasi.solve(given, policy({"kind": "never_remote"}), workers=1)
    with pytest.raises(InfeasibleError) as caught:
        schedule.to_frame()
    assert caught.value.conflicts[0].nips == (NIP,)
    assert tell_of_nobody(caught.value)
    incomplete = rows(**{NIP: "OO"})
    with pytest.raises(rotasi.RosterError) as found:
        rotasi.Schedule.from_frame(incomplete, given, policy())
    assert tell_of_nobody(found.value)


def test_a_previous_roster_that_cannot_be_read() -> None:
    given, terms_ = roster(), policy()
    with pytest.raises(rotasi.RosterError, match="previous, status: the column is missing"):
        resolve(given, terms_, rows(a="O").drop(columns="status"))
    with pytest.raises(
        rotasi.RosterError, match="previous, row 0, status: write WFO, WFH or LEAVE"
    ):
        resolve(given, terms_, rows(a="O").assign(status="SAKIT"))
    differ = pd.concat([rows(day(-3), a="O"), rows(day(-3), a="H")], ignore_index=True)
    with pytest.raises(rotasi.RosterError, match="two rows of this ASN and date differ"):
        resolve(given, terms_, differ)
