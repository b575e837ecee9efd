"""From roster, policy and previous roster to the facts that rules speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import zip_longest

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.errors import PolicyError, Problem, RosterError
from rotasi.messages import _
from rotasi.model.facts import LEAVE, MISSING, STATUSES, WFH, WFO, Facts, Flags, History, Ints
from rotasi.policy.document import Policy
from rotasi.rules import KINDS, Objective, Rule
from rotasi.rules.objectives import Changes
from rotasi.support.calendar import WEEKDAYS, Days, weekday_of
from rotasi.support.text import as_text, as_word, near
from rotasi.tables.column_checks import positions, problems_at
from rotasi.tables.roster import Roster
from rotasi.tables.schema import TABLES, read_date, read_nip

Frame = pd.DataFrame


@dataclass(frozen=True, eq=False, repr=False)
class Instance:
    """A roster under a policy, resolved.

    Parameters
    ----------
    policy : Policy
    facts : Facts
    notices : tuple of str
        What is allowed but probably not meant, and what is uncertain, in words for people.
    from_date : date or None
        The first day of a revision of `previous`.
    """

    policy: Policy
    facts: Facts
    notices: tuple[str, ...]
    from_date: date | None = None

    @property
    def leading(self) -> tuple[Objective, ...]:
        """Objectives before the penalty of soft rules: the changes of a revision."""
        return () if self.from_date is None else (Changes(kind="changes"),)


def resolve(
    roster: Roster, policy: Policy, previous: Frame | None = None, from_date: date | None = None
) -> Instance:
    """Bring roster, policy and previous roster onto the axes (ASN, workday).

    Parameters
    ----------
    roster : Roster
    policy : Policy
    previous : DataFrame of nip, date, status, optional
        Rows before the period are history, rows inside it serve stability.
    from_date : date, optional
        Revise `previous`: its days before this date are past, and as they were.

    Returns
    -------
    Instance

    Raises
    ------
    PolicyError
        If the policy names unknown columns or holidays, or its period has no workday.
    RosterError
        If a pin falls on a day off, or `previous` cannot be read.
    """
    _demand(roster, policy)
    _check_kinds(policy)
    check_columns(roster, policy)
    days = find_days(policy)
    employees = roster.employees.assign(service=find_services(roster.employees, policy))
    past, inside = _read_previous(previous, roster, policy, days)
    begin = 0 if from_date is None else int(np.searchsorted(days, np.datetime64(from_date)))
    on_leave, inside = _settle(_mark_leave(roster, days), inside, begin)
    shape = (len(employees), len(days))
    facts = Facts(
        employees=employees,
        calendar=policy.calendar,
        start=policy.start,
        end=policy.end,
        days=days,
        on_leave=on_leave,
        pins=_read_pins(roster, policy, days),
        wishes=_sum_wishes(roster, days),
        past=past,
        previous=inside,
        barred=np.zeros(shape, dtype=bool),
        banned=np.zeros(shape, dtype=bool),
        begin=begin,
    )
    barred = _unite(policy, facts, lambda rule: rule.bars(facts))
    banned = _unite(policy, facts, lambda rule: rule.bans(facts))
    facts = replace(facts, barred=barred, banned=banned)
    uncertain = policy.calendar.notices(policy.start, policy.end)
    notices = (*_find_unreached(roster, policy, facts), *uncertain)
    return Instance(policy, facts, notices, from_date)


def _demand(roster: object, policy: object) -> None:
    if not isinstance(roster, Roster):
        raise TypeError(_("give a Roster; Roster.from_frame makes one of tables"))
    if not isinstance(policy, Policy):
        raise TypeError(_("give a Policy; Policy.model_validate makes one of a dictionary"))


def _check_kinds(policy: Policy) -> None:
    """Refuse rules that were slipped in: what is not registered, nothing could read again."""
    message = _("no class is registered for this kind; rotasi.register adds one")
    clauses: list[Rule | Objective] = [*policy.rules, *policy.objectives]
    unknown = sorted({clause.kind for clause in clauses} - set(KINDS))
    if unknown:
        raise PolicyError([Problem(message, "policy", column="kind", value=k) for k in unknown])


def read_statuses(values: pd.Series, policy: Policy) -> npt.NDArray[np.int8]:
    """Status codes from codes or the policy's labels; MISSING where neither fits."""
    labels = policy.labels
    words = dict(
        zip(("CUTI", labels.WFO, labels.WFH, labels.LEAVE), (LEAVE, WFO, WFH, LEAVE), strict=True)
    )
    words |= {code: number for number, code in enumerate(STATUSES)}
    codes = as_text(values).map(words).fillna(MISSING)
    return np.asarray(codes, dtype=np.int8)


def read_rows(frame: Frame, table: str) -> Frame:
    """Check that a frame has nip, date and status, and read the first two.

    Parameters
    ----------
    frame : DataFrame
    table : str
        What to call it in messages.

    Returns
    -------
    DataFrame of nip (str), date (datetime64), status (as given)

    Raises
    ------
    RosterError
    """
    given = list(frame.columns)
    missing, twice = _("the column is missing"), _("the column stands twice; keep one")
    problems = [
        Problem(twice if column in given else missing, table, column=column)
        for column in ("nip", "date", "status")
        if given.count(column) != 1
    ]
    if problems:
        raise RosterError(problems)
    nips, no_nip = read_nip(frame["nip"])
    dates, no_date = read_date(frame["date"])
    no_date |= dates.isna().to_numpy(bool)
    for column, bad in (("nip", no_nip), ("date", no_date)):
        problems += problems_at(table, column, frame[column], bad, _(TABLES["pins"][column].advice))
    if problems:
        raise RosterError(problems)
    return Frame({"nip": nips, "date": dates, "status": frame["status"]})


def as_days(dates: pd.Series) -> Days:
    """A date column as datetime64[D]."""
    return dates.to_numpy().astype("datetime64[D]")


def locate(days: Days, axis: Days) -> Ints:
    """Position of each date on a sorted day axis; -1 where it is not on it."""
    place = np.searchsorted(axis, days)
    place[place == len(axis)] = 0
    return np.where(axis[place] == days, place, -1)


def check_columns(roster: Roster, policy: Policy) -> None:
    """Raise `PolicyError` if the policy names a column that nobody knows."""
    known = [str(column) for column in roster.employees.columns]
    problems = []
    clauses: list[tuple[str, Rule | Objective]] = [
        # A rule that an OPD proposed stands in no file of the policy, so its id names its place.
        *(
            (rule.id if rule.proposed_by else f"rules[{i}]", rule)
            for i, rule in enumerate(policy.rules)
        ),
        *((f"objectives[{i}]", goal) for i, goal in enumerate(policy.objectives)),
    ]
    for place, clause in clauses:
        for key, columns in clause.columns.items():
            message = _("neither the contract nor the roster has this column")
            problems += [
                Problem(message + near(name, known), "policy", column=f"{place}.{key}", value=name)
                for name in columns
                if name not in known
            ]
    if problems:
        raise PolicyError(problems)


def find_days(policy: Policy) -> Days:
    """The workdays of a policy's period; `PolicyError` if there is none."""
    try:
        days = policy.calendar.workdays(np.datetime64(policy.start), np.datetime64(policy.end))
    except LookupError as error:
        raise PolicyError([Problem(str(error.args[0]), "policy", column="holidays")]) from None
    if not len(days):
        message = _("the period has no workday; check start, end, workdays and holidays")
        raise PolicyError([Problem(message, "policy", column="start")])
    return days


def find_services(employees: Frame, policy: Policy) -> pd.Series:
    """The service of each ASN: their own, else that of their OPD, else administrative."""
    opds = employees["opd"].unique()
    given = {as_word(opd): service for opd, service in policy.opd_services.items()}
    services = {opd: given.get(opd, "administrative") for opd in opds}
    by_opd = employees["opd"].map(services)
    return employees["service"].where(employees["service"] != "", by_opd)


def _mark_leave(roster: Roster, days: Days) -> Flags:
    asn = positions(roster.leave["nip"], roster.employees)
    first = np.searchsorted(days, as_days(roster.leave["start"]), side="left")
    beyond = np.searchsorted(days, as_days(roster.leave["end"]), side="right")
    steps = np.zeros((len(roster), len(days) + 1), dtype=np.int64)
    np.add.at(steps, (asn, first), 1)
    np.add.at(steps, (asn, beyond), -1)
    return steps.cumsum(axis=1)[:, :-1] > 0


def _settle(
    on_leave: Flags, previous: npt.NDArray[np.int8], begin: int
) -> tuple[Flags, npt.NDArray[np.int8]]:
    """Leave and previous statuses with the days before `begin` as they were.

    New leave wins. Who had no row on a past day was not there: like leave, that breaks runs and
    lowers minima, but no row comes of it.
    """
    past = np.arange(on_leave.shape[1]) < begin
    known = previous != MISSING
    settled = np.where(past & on_leave & known, LEAVE, previous).astype(np.int8)
    away = np.where(past, ~known | (settled == LEAVE), on_leave)
    return away, settled


def _read_pins(roster: Roster, policy: Policy, days: Days) -> npt.NDArray[np.int8]:
    grid = np.full((len(roster), len(days)), MISSING, dtype=np.int8)
    pins = roster.pins
    dates = as_days(pins["date"])
    inside = (dates >= np.datetime64(policy.start)) & (dates <= np.datetime64(policy.end))
    place = locate(dates, days)
    off = inside & (place < 0)
    if off.any():
        message = _("no workday; remove the pin or list the date in holidays.workdays")
        found = zip(pins.index[off], dates[off].astype(str), strict=True)
        raise RosterError([Problem(message, "pins", row, "date", str(day)) for row, day in found])
    asn = positions(pins["nip"], roster.employees)[inside]
    grid[asn, place[inside]] = read_statuses(pins["status"], policy)[inside]
    return grid


def _sum_wishes(roster: Roster, days: Days) -> Ints:
    wishes = roster.wishes
    total = np.zeros((len(roster), len(days)), dtype=np.int64)
    asn = positions(wishes["nip"], roster.employees)
    weight = wishes["weight"].to_numpy(np.int64)
    dated = wishes["date"].notna().to_numpy(bool)
    place = np.where(dated, locate(as_days(wishes["date"].fillna(pd.Timestamp(0))), days), -1)
    np.add.at(total, (asn[place >= 0], place[place >= 0]), weight[place >= 0])
    by_weekday = np.zeros((len(roster), len(WEEKDAYS)), dtype=np.int64)
    weekday = wishes["weekday"].map({name: i for i, name in enumerate(WEEKDAYS)})
    weekly = ~dated & weekday.notna().to_numpy(bool)
    np.add.at(by_weekday, (asn[weekly], weekday[weekly].to_numpy(np.int64)), weight[weekly])
    return total + by_weekday[:, weekday_of(days)]


def _read_previous(
    previous: Frame | None, roster: Roster, policy: Policy, days: Days
) -> tuple[History, npt.NDArray[np.int8]]:
    grid = np.full((len(roster), len(days)), MISSING, dtype=np.int8)
    if previous is None or not len(previous):
        none = np.zeros(0, dtype=np.int64)
        return History(none, none.astype("datetime64[D]"), none.astype(np.int8)), grid
    rows = read_rows(previous, "previous")
    status = read_statuses(rows["status"], policy)
    _check_previous(rows, status)
    asn, day = positions(rows["nip"], roster.employees), as_days(rows["date"])
    kept = (asn >= 0) & ~rows.duplicated(["nip", "date"]).to_numpy(bool)
    before = kept & (day < np.datetime64(policy.start))
    place = locate(day, days)
    inside = kept & (place >= 0)
    grid[asn[inside], place[inside]] = status[inside]
    return History(asn[before], day[before], status[before]), grid


def _check_previous(rows: Frame, status: npt.NDArray[np.int8]) -> None:
    problems = [
        Problem(_("write WFO, WFH or LEAVE"), "previous", row, "status")
        for row in rows.index[status == MISSING]
    ]
    coded = rows.assign(status=status)
    differ = coded.groupby(["nip", "date"])["status"].transform("nunique") > 1
    problems += [
        Problem(_("two rows of this ASN and date differ; keep one"), "previous", row, "status")
        for row in rows.index[differ]
    ]
    if problems:
        raise RosterError(problems)


def _unite(policy: Policy, facts: Facts, reach: Callable[[Rule], Flags | None]) -> Flags:
    """Cells that any hard rule reaches."""
    cells = np.zeros(facts.shape, dtype=bool)
    for rule in policy.all_rules:
        found = reach(rule) if rule.hard else None
        if found is not None:
            cells |= found
    return cells


def _find_unreached(roster: Roster, policy: Policy, facts: Facts) -> list[str]:
    """Rules and services without effect: a protection must not vanish in silence."""
    found = []
    for rule in policy.rules:
        if not rule.members(facts).any():
            text = _("rule {rule} reaches nobody").format(rule=rule.id)
            found.append(text + _hints(rule, facts))
            continue
        if not rule.days(facts).any():
            found.append(_("rule {rule} meets no workday of the period").format(rule=rule.id))
        found += _find_misspelt(rule, facts)
    opds = sorted(roster.employees["opd"].unique())
    for opd in policy.opd_services:
        if as_word(opd) not in opds:
            text = _("opd_services names {opd!r}, which no employee belongs to").format(opd=opd)
            found.append(text + near(opd, opds))
    return found


_SURE = 0.8  # how alike two words must be for one to be a misspelling of the other
#: Columns of codes, of which a roster need not hold all: a near one is no misspelling.
_CODED = frozenset({"echelon", "service", "performance"})


def _find_misspelt(rule: Rule, facts: Facts) -> Iterator[str]:
    """Values of a scope or exception that nobody has, though somebody has nearly the same."""
    text = _("rule {rule}: nobody has {column} {value!r}")
    for scope in (rule.scope, rule.except_):
        for column, word, known in _find_absent_values(scope, facts):
            meant = [name for name in known if _is_misspelt(word, name)]
            if meant and column not in _CODED:
                yield text.format(rule=rule.id, column=column, value=word) + near(word, meant)


def _is_misspelt(word: str, name: str) -> bool:
    """Whether a word is nearly a name: word by word, as names of a series differ in one of them."""
    pairs = zip_longest(word.casefold().split(), name.casefold().split(), fillvalue="")
    return all(SequenceMatcher(None, one, other).ratio() >= _SURE for one, other in pairs)


def _hints(rule: Rule, facts: Facts) -> str:
    """The nearest names for values of the scope that nobody has."""
    absent = _find_absent_values(rule.scope, facts)
    return "".join(dict.fromkeys(near(word, known) for _column, word, known in absent))


def _find_absent_values(
    scope: Mapping[str, Sequence[object]], facts: Facts
) -> Iterator[tuple[str, str, list[str]]]:
    """Values that nobody has: column, value, and those that somebody has."""
    for column, values in scope.items():
        if column in ("nip", "name"):
            continue  # a near NIP or name would tell on somebody else
        texts = facts.text(column)
        if column not in TABLES["employees"]:  # may be an address or another number of a person
            texts = texts[texts.duplicated()]
        known = sorted({tag for text in texts.unique() for tag in text.split(";")} - {""})
        for word in map(as_word, values):
            if word not in known:
                yield column, word, known
