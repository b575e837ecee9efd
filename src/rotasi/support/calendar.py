"""Which dates are workdays: public holidays and cuti bersama, frozen once, and the exceptions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.messages import _

Days = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

#: Where a country's collective leave (cuti bersama) lives among the categories of `holidays`.
_COLLECTIVE_LEAVE = {"ID": "government"}
_NAMES_IN = {"ID": "id"}


@dataclass(frozen=True)
class Year:
    """The holidays of one year, frozen: look-ups never add years as a side effect.

    Parameters
    ----------
    names : mapping of date to str
        Public holidays and collective leave, named in the country's language.
    estimated : frozenset of date
        Those whose date is an astronomical estimate, not yet decreed.
    collective_leave : bool
        Whether the year has any collective leave; false for years without a decree.
    """

    names: Mapping[date, str]
    estimated: frozenset[date]
    collective_leave: bool


@lru_cache(maxsize=256)
def read_year(country: str, year: int) -> Year:
    """Holidays of a country in a year, from the package ``holidays``.

    Parameters
    ----------
    country : str
        ISO 3166 code, such as ``"ID"``.
    year : int

    Returns
    -------
    Year

    Raises
    ------
    LookupError
        If the package knows no such country, or no holidays of that year.
    """
    import holidays  # 50 ms; only those who ask for holidays pay for it
    from holidays.registry import EntityLoader

    if country not in EntityLoader.get_country_codes(include_aliases=True):
        raise LookupError(
            _(
                "no holidays are known for country {country!r}; use an ISO code such as 'ID', or ''"
            ).format(country=country)
        )
    language = _NAMES_IN.get(country)
    load = partial(holidays.country_holidays, country, years=year, language=language)
    public = load()
    if not public:
        raise LookupError(
            _(
                "no holidays are known for {country} in {year}; set country = '' and list them"
            ).format(country=country, year=year)
        )
    category = _COLLECTIVE_LEAVE.get(country)
    collective = load(categories=(category,)) if category else {}
    names = {**public, **collective}
    label = (getattr(public, "estimated_label", "") or "%s (estimated)").replace("%s", "").strip()
    estimated = frozenset(day for day, name in names.items() if label in name)
    return Year(MappingProxyType(names), estimated, bool(collective) or category is None)


@dataclass(frozen=True)
class Calendar:
    """The rule that says which dates are worked.

    Parameters
    ----------
    weekdays : frozenset of int
        Weekdays that are worked, Monday = 0.
    country : str
        Country whose holidays are off; empty for none.
    extra : frozenset of date
        Further days off.
    worked : frozenset of date
        Dates that are worked after all; they beat everything else.
    """

    weekdays: frozenset[int]
    country: str = "ID"
    extra: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def are_workdays(self, days: Days) -> Flags:
        """Tell which of the given dates are workdays.

        Parameters
        ----------
        days : ndarray of datetime64[D], shape (n_days,)

        Returns
        -------
        ndarray of bool, shape (n_days,)

        Raises
        ------
        LookupError
            If the holidays of a year are not known.
        """
        off = _sort_days(self.extra | self._holidays(days))
        regular = np.isin(weekday_of(days), list(self.weekdays)) & ~np.isin(days, off)
        return regular | np.isin(days, _sort_days(self.worked))

    def workdays(self, first: np.datetime64, last: np.datetime64) -> Days:
        """Workdays from `first` to `last`, both included, as datetime64[D] in order."""
        days = np.arange(first, last + np.timedelta64(1, "D"))
        return days[self.are_workdays(days)]

    def notices(self, first: date, last: date) -> tuple[str, ...]:
        """What is uncertain about the holidays of a period, in words for people."""
        if not self.country:
            return ()
        found = []
        for year in range(first.year, last.year + 1):
            known = read_year(self.country, year)
            if not known.collective_leave:
                found.append(
                    _(
                        "no cuti bersama is decreed for {year} yet; list it in holidays.extra"
                    ).format(year=year)
                )
            found += [
                _("the date of {name} on {day} is an estimate").format(
                    name=known.names[day].split(" (")[0], day=day.isoformat()
                )
                for day in sorted(known.estimated)
                if first <= day <= last
            ]
        return tuple(found)

    def _holidays(self, days: Days) -> frozenset[date]:
        years = np.unique(days.astype("datetime64[Y]")).astype(int) + 1970
        if not self.country:
            return frozenset()
        return frozenset().union(*(read_year(self.country, int(year)).names for year in years))


def weekday_of(days: Days) -> npt.NDArray[np.int64]:
    """Weekday of each date, Monday = 0."""
    return (days.astype("datetime64[D]").astype(np.int64) + 3) % 7


def week_of(days: Days) -> Days:
    """Monday of each date's ISO week: a key that needs no year boundary."""
    whole = days.astype("datetime64[D]")
    monday: Days = whole - weekday_of(whole).astype("timedelta64[D]")
    return monday


def month_of(days: Days) -> npt.NDArray[np.datetime64]:
    """Calendar month of each date, as datetime64[M]."""
    return days.astype("datetime64[M]")


def as_date(day: np.datetime64) -> date:
    """A plain date from a datetime64."""
    return day.astype("datetime64[D]").item()  # type: ignore[no-any-return]


def _sort_days(dates: Collection[date]) -> Days:
    return np.array(sorted(dates), dtype="datetime64[D]")


def as_days(dates: pd.Series) -> Days:
    """A date column as datetime64[D]."""
    return dates.to_numpy().astype("datetime64[D]")


def locate_days(days: Days, axis: Days) -> npt.NDArray[np.int64]:
    """Position of each date on a sorted day axis; -1 where it is not on it."""
    place = np.searchsorted(axis, days)
    place[place == len(axis)] = 0
    return np.where(axis[place] == days, place, -1)
