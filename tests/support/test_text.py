"""Texts that cannot be written as UTF-8 end in an error that names their place."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from helpers import policy, roster

import rotasi
from rotasi import Roster
from rotasi.errors import Problem, RosterError
from rotasi.support.text import as_text

HALF = "a\ud800"


def rows(**cells: str) -> pd.DataFrame:
    """Two rows of a schedule; cells replace those of the second."""
    good = {"nip": "a", "date": "2026-01-05", "status": "WFH"}
    kept = {
        name: pd.Series([good[name], cells.get(name, good[name])], dtype=object) for name in good
    }
    return pd.DataFrame(kept).set_axis(["x", "y"], axis=0)


def refused(call: Callable[[], object]) -> Problem:
    with pytest.raises(RosterError, match="half a surrogate pair") as caught:
        call()
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("dtype", [object, pd.StringDtype("python")])
def test_clean_text_can_be_written(dtype: object) -> None:
    values = pd.Series(["a", None, HALF], dtype=dtype, index=[5, 6, 7], name="opd")
    for storage in ("auto", "python"):  # with Arrow, if it is installed, and without it
        with pd.option_context("mode.string_storage", storage):
            found = refused(lambda: as_text(values))
        assert (found.row, found.column, found.value) == (7, "opd", HALF)


def test_what_may_be_personal_is_not_shown() -> None:
    assert refused(lambda: as_text(pd.Series([HALF], dtype=object))).value is None
    nips = pd.Series([HALF], dtype=object, name="nip")
    assert HALF not in str(refused(lambda: as_text(nips)))


@pytest.mark.parametrize("column", ["nip", "date", "status"])
@pytest.mark.parametrize(
    ("table", "call"),
    [
        ("schedule", lambda frame: rotasi.verify(frame, roster(2), policy())),
        ("schedule", lambda frame: rotasi.Schedule.from_frame(frame, roster(2), policy())),
        ("previous", lambda frame: rotasi.solve(roster(2), policy(), previous=frame)),
        ("previous", lambda frame: rotasi.explain(roster(2), policy(), previous=frame)),
    ],
)
def test_a_cell_of_a_schedule(
    table: str, call: Callable[[pd.DataFrame], object], column: str
) -> None:
    found = refused(lambda: call(rows(**{column: HALF})))
    assert (found.table, found.row, found.column) == (table, "y", column)


@pytest.mark.parametrize("column", ["time", "place"])
def test_a_cell_of_records_of_attendance(column: str) -> None:
    schedule = rotasi.solve(roster(2), policy(), workers=1)
    records = pd.DataFrame(
        {"nip": "a", "time": "2026-01-05 07:00", "place": "office"}, index=[3, 4]
    )
    records = records.astype(object)
    records.loc[4, column] = HALF
    reports = pd.DataFrame({"nip": [], "date": [], "submitted": [], "items": []}, dtype=object)
    found = refused(lambda: rotasi.accountability(schedule, records, reports))
    assert (found.table, found.row, found.column) == ("attendance", 4, column)


def test_a_heading() -> None:
    frame = pd.DataFrame([["a", "X", 1]]).set_axis(
        pd.Index(["nip", "opd", HALF], dtype=object), axis=1
    )
    found = refused(lambda: Roster.from_frame(frame))
    assert (found.table, found.column) == ("employees", r"'a\ud800'")


def test_nobody_has_such_a_nip() -> None:
    assert refused(lambda: roster(2).locate(pd.Series([HALF], dtype=object))).row == 0
