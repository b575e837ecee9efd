"""Column types of the roster tables: how each reads what people write, vectorised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.messages import mark
from rotasi.support.calendar import WEEKDAYS
from rotasi.support.text import as_text

PREDICATES = ("Sangat Kurang", "Kurang", "Butuh Perbaikan", "Baik", "Sangat Baik")
SERVICES = ("administrative", "frontline", "essential", "field")
ECHELONS = tuple(f"{level}.{step}" for level in ("I", "II", "III", "IV") for step in "ab")


_YES = ("true", "ya", "y", "1", "yes", "1.0")
_NO = ("false", "tidak", "t", "0", "no", "0.0")

Bad = npt.NDArray[np.bool_]
Reader = Callable[[pd.Series], tuple[pd.Series, Bad]]


@dataclass(frozen=True)
class Column:
    """One column of a roster table.

    Parameters
    ----------
    read : callable
        ``Series -> (values, bad)``: typed values, and which of them cannot be read.
    advice : str
        What to write instead, shown for each bad value (a message id).
    required : bool
        Whether a table without the column, or an empty cell in it, is an error.
    """

    read: Reader
    advice: str
    required: bool = False


def _once_per_value(read: Reader) -> Reader:
    """Have a reader look at each distinct value once: columns repeat few values many times."""

    @wraps(read)
    def reader(values: pd.Series) -> tuple[pd.Series, Bad]:
        try:
            codes, unique = pd.factorize(values, use_na_sentinel=False)
        except TypeError:  # cells that are lists and the like
            codes, unique = pd.factorize(values.map(str), use_na_sentinel=False)
        firsts = values.index[~pd.Series(codes).duplicated().to_numpy()]
        typed, bad = read(pd.Series(unique, index=firsts, name=values.name))
        return pd.Series(typed.array.take(codes), index=values.index), bad[codes]

    return reader


def read_text(values: pd.Series) -> tuple[pd.Series, Bad]:
    """Text, stripped, in Unicode form NFKC; missing reads as empty."""
    return as_text(values), np.zeros(len(values), dtype=bool)


def read_nip(values: pd.Series) -> tuple[pd.Series, Bad]:
    """Text; integers pass if they have 18 digits, floats never (their digits are lost)."""
    text = as_text(values)
    if isinstance(values.dtype, pd.StringDtype):
        return text, np.zeros(len(values), dtype=bool)
    kinds = pd.api.types.infer_dtype(values, skipna=True)
    if kinds in ("string", "empty", "categorical"):
        return text, np.zeros(len(values), dtype=bool)
    whole = values.map(lambda cell: isinstance(cell, int | np.integer)).to_numpy(bool)
    worded = values.map(lambda cell: isinstance(cell, str)).to_numpy(bool)
    long = (text.str.len() == 18).to_numpy(bool)
    return text, ~(worded | (whole & long) | values.isna().to_numpy(bool))


@_once_per_value
def read_flag(values: pd.Series) -> tuple[pd.Series, Bad]:
    """Yes or no, in any of the usual words; missing stays missing (dtype ``boolean``)."""
    words = as_text(values).str.lower()
    yes, no = words.isin(_YES).to_numpy(bool), words.isin(_NO).to_numpy(bool)
    empty = (words == "").to_numpy(bool)
    flags = pd.Series(pd.arrays.BooleanArray(yes, ~(yes | no)), index=values.index)
    return flags, ~(yes | no | empty)


@_once_per_value
def read_date(values: pd.Series) -> tuple[pd.Series, Bad]:
    """Dates, as ``2026-01-05`` or date cells; no guessing of day and month, or of time zones."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_localize(None)
        # Midnight elsewhere, such as in UTC, may be another day here.
        at_midnight = (values == values.dt.normalize()) | values.isna()
        return values.astype("datetime64[s]"), ~at_midnight.to_numpy(bool)
    if pd.api.types.is_datetime64_dtype(values.dtype):
        dates = values.dt.normalize().astype("datetime64[s]")
        return dates.where(known := _within_years(dates)), ~known.to_numpy(bool)
    text = as_text(values).str.removesuffix(" 00:00:00").str.removesuffix("T00:00:00")
    shaped = text.str.fullmatch(r"\d{4}-\d{2}-\d{2}").to_numpy(bool)
    dates = pd.to_datetime(text.where(shaped), format="%Y-%m-%d", errors="coerce")
    dates = dates.where(_within_years(dates))
    bad = ((text != "") & dates.isna()).to_numpy(bool)
    return dates.astype("datetime64[s]"), bad


def _within_years(dates: pd.Series) -> pd.Series:
    """Whether each date is one of the years 1 to 9999, which calendars know, or missing."""
    known: pd.Series = dates.isna() | dates.dt.year.between(1, 9999)
    return known


@_once_per_value
def read_weight(values: pd.Series) -> tuple[pd.Series, Bad]:
    """Integers from -10 to 10; empty reads as 1."""
    text = as_text(values)
    numbers = pd.to_numeric(text.where(text != "", "1"), errors="coerce")
    whole = numbers.where(numbers.between(-10, 10) & (numbers % 1 == 0))
    return whole.fillna(0).astype("int64"), whole.isna().to_numpy(bool)


@_once_per_value
def read_performance(values: pd.Series) -> tuple[pd.Series, Bad]:
    """An SKP predicate in its usual spelling, or a score from 0 to 100, kept as text."""
    text = as_text(values)
    spelling = {predicate.lower(): predicate for predicate in PREDICATES}
    predicates = text.str.lower().map(spelling)
    scores = pd.to_numeric(text.where(text != ""), errors="coerce").between(0, 100)
    bad = ((text != "") & predicates.isna() & ~scores).to_numpy(bool)
    return predicates.where(predicates.notna(), text).astype("str"), bad


def one_of(*choices: str, empty: bool = True) -> Reader:
    """A reader of text that must be one of the choices, or empty where that is allowed."""

    @_once_per_value
    def read(values: pd.Series) -> tuple[pd.Series, Bad]:
        text = as_text(values)
        known = text.isin(choices) | ((text == "") & empty)
        return text, ~known.to_numpy(bool)

    return read


def performance_scale(
    performance: pd.Series,
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float64]]:
    """Split performance into its two incomparable scales.

    Parameters
    ----------
    performance : Series of str, shape (n,)
        Predicates or scores as text; empty = unknown.

    Returns
    -------
    ranks : ndarray of int8, shape (n,)
        Position in ``PREDICATES``; -1 where there is no predicate.
    scores : ndarray of float64, shape (n,)
        Scores from 0 to 100; NaN where there is none.
    """
    order = {predicate: rank for rank, predicate in enumerate(PREDICATES)}
    ranks = performance.map(order).fillna(-1).to_numpy(np.int8)
    scores = pd.to_numeric(performance.where(ranks < 0), errors="coerce").to_numpy(np.float64)
    return np.asarray(ranks, np.int8), np.asarray(scores, np.float64)


_TEXT = Column(read_text, "")
_NIP = Column(
    read_nip,
    mark(
        "not a text NIP; read the column as text (dtype=str), numbers lose leading zeros or digits"
    ),
    required=True,
)
_FLAG = Column(read_flag, mark("write Ya or Tidak (or true, false, 1, 0)"))
_DATE = Column(read_date, mark("write dates as YYYY-MM-DD, such as 2026-01-05"))
_DAY = Column(_DATE.read, _DATE.advice, required=True)

#: Every table and its columns: the single list of what a roster holds.
TABLES: dict[str, dict[str, Column]] = {
    "employees": {
        "nip": _NIP,
        "opd": Column(read_text, mark("name the OPD"), required=True),
        "name": _TEXT,
        "unit": _TEXT,
        "position": _TEXT,
        "echelon": Column(one_of(*ECHELONS), mark("write II.a … IV.b, or leave it empty")),
        "service": Column(one_of(*SERVICES), mark("write one of: ") + ", ".join(SERVICES)),
        "skills": _TEXT,
        "site": _TEXT,
        "team": _TEXT,
        "performance": Column(
            read_performance,
            mark("write an SKP predicate (Sangat Baik … Sangat Kurang) or a score from 0 to 100"),
        ),
        "applied": _FLAG,
        "disciplined": _FLAG,
        "joined": _DATE,
    },
    "leave": {"nip": _NIP, "start": _DAY, "end": _DAY, "kind": _TEXT},
    "wishes": {
        "nip": _NIP,
        "date": _DATE,
        "weekday": Column(one_of(*WEEKDAYS), mark("write Mon … Sun")),
        "weight": Column(read_weight, mark("write a whole number from -10 to 10")),
    },
    "pins": {
        "nip": _NIP,
        "date": _DAY,
        "status": Column(
            one_of("WFO", "WFH", empty=False), mark("write WFO or WFH"), required=True
        ),
    },
}
