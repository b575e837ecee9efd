"""Rules on each person's own days: quotas and the length of runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from rotasi.messages import _, mark
from rotasi.model.assignment import Breach, Breaches, Statuses, breaches_of_asn, join
from rotasi.model.constraints import Form, Window
from rotasi.model.facts import MISSING, WFH, WFO, Facts, Flags, Groups, Ints, within
from rotasi.rules.base import Change, FlawError, Rule, Texts, describe, nobody
from rotasi.rules.relief import Reach, Relief
from rotasi.rules.spans import Span, find_spans, key_of
from rotasi.tables.schema import PREDICATES

#: By status, how the limit of a run gives way.
_LONGER_RUNS = {
    WFH: mark("allow {people} {new} instead of {old} days remote in a row ({days})"),
    WFO: mark("allow {people} {new} instead of {old} days on site in a row ({days})"),
}

HIGHEST_WEEKLY = 4  # West Java, 2023: at least one day a week in the office

_NO_MAXIMUM = 100_000  # days; more than any span and its history hold
_Days = Annotated[int, Field(ge=0, le=10_000)]
Predicate = Literal["Sangat Kurang", "Kurang", "Butuh Perbaikan", "Baik", "Sangat Baik"]


class Quota(Rule):
    """Bounds on the remote days of each ASN in each week, month or the period.

    Parameters
    ----------
    max_days : int, optional
        Most remote days; per week never above 4. None means no maximum.
    min_days : int
        Fewest remote days.
    per : {"week", "month", "period"}
        ISO week, calendar month, or the whole period.
    max_by_performance : mapping of predicate to int, optional
        Instead of `max_days`; predicates not listed, unknown ones and scores get 0.
    """

    meaning: ClassVar[str] = mark("Quota of remote days")
    kind: Literal["quota"]
    max_days: _Days | None = None
    min_days: _Days = 0
    per: Literal["week", "month", "period"] = "week"
    max_by_performance: Annotated[dict[Predicate, _Days], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _check_bounds(self) -> Self:
        if self.max_days is not None and self.max_by_performance is not None:
            raise FlawError("max_days", mark("give either max_days or max_by_performance"))
        if self.max_days is None and self.max_by_performance is None and not self.min_days:
            raise FlawError("max_days", mark("give max_days, max_by_performance or min_days"))
        by_performance = self.max_by_performance or {}
        maxima = {"max_by_performance": max(by_performance.values(), default=-1)}
        maxima["max_days"] = -1 if self.max_days is None else self.max_days
        if self.min_days > max(maxima.values()) >= 0:
            raise FlawError("min_days", mark("the minimum is above the maximum"), self.min_days)
        for key, days in (*maxima.items(), ("min_days", self.min_days)):
            if self.per == "week" and days > HIGHEST_WEEKLY:
                text = mark("more than 4 remote days a week are never allowed; write 0 … 4")
                raise FlawError(key, text, days)
        return self

    @property
    def may_bar(self) -> bool:
        """Only where the maximum may be 0."""
        return self.max_days == 0 or self.max_by_performance is not None

    @property
    def speaks_of_remote(self) -> bool:
        """Each day barred lowers the minimum."""
        return self.min_days > 0

    @property
    def spares_banned(self) -> bool:
        """So does each day banned."""
        return self.min_days > 0

    def couples(self, facts: Facts) -> Groups:
        """Nobody: each ASN has days of their own."""
        return nobody(facts)

    def bars(self, facts: Facts) -> Flags:
        """The rule's days of those whose maximum is 0, shape (n, d)."""
        barred: Flags = np.logical_and(self.cells(facts), (self.maximum(facts) == 0)[:, None])
        return barred

    def evidence(self, facts: Facts, asn: Ints) -> Texts:
        """The maximum, and the predicate that it comes from."""
        if self.max_by_performance is None:
            return np.full(len(asn), _("the maximum is 0 days"), dtype=object)
        granted, text = self._granted, _("performance {value} (remote days: {days})")

        def write(value: str) -> str:
            return text.format(value=value or _("unknown"), days=granted.get(value, 0))

        return describe(facts.employees["performance"].iloc[asn], write)

    def change(self, facts: Facts, asn: Ints) -> Change | None:
        """A predicate that is granted days, or one that is not."""
        granted = [name for name in PREDICATES if self._granted.get(name)]
        if not granted:
            return None
        names = " / ".join(granted)
        other = _("performance other than {predicates}").format(predicates=names)
        gain = _("performance {predicates}").format(predicates=names)
        return Change("performance", granted[-1], "", gain, other)

    def compile(self, facts: Facts) -> Iterator[Form]:
        """One window per span."""
        members, maximum = self.members(facts), self.maximum(facts)
        for span in self.spans(facts):
            used, width = self.used(facts, span), span.last - span.first + 1
            high = np.where(members, np.maximum(maximum - used, self.settled(facts, span)), width)
            low = np.where(members, np.maximum(self.minimum(facts, span) - used, 0), 0)
            yield Window(self.id, span.first, span.last, low, high, self.penalty or 0)

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """ASN with too many or too few days; a unit is a day over or short, per ASN and span."""
        spans = self.spans(facts)
        members = self.members(facts)[:, None]
        used = _columns([self.used(facts, span) for span in spans], facts)
        found = used + _columns([statuses.remote[:, s.days].sum(axis=1) for s in spans], facts)
        past = used + _columns([self.settled(facts, span) for span in spans], facts)
        granted = np.maximum(self.maximum(facts)[:, None], past)
        asked = _columns([self.minimum(facts, span) for span in spans], facts)
        first = np.array([span.first for span in spans], dtype=np.int64)
        last = np.array([span.last for span in spans], dtype=np.int64)
        over = breaches_of_asn(members & (found > granted), first, last, granted, found)
        short = breaches_of_asn(members & (found < asked), first, last, asked, found)
        return join([over, short])

    def reliefs(self, facts: Facts, statuses: Statuses) -> Iterator[Relief]:
        """The days that an ASN has, as a maximum; or a minimum lower by the days short."""
        most, spans = self.maximum(facts), {span.first: span for span in self.spans(facts)}
        for breach in self.audit(facts, statuses).each():
            used = int(self.used(facts, spans[breach.first])[breach.asn])
            if breach.found > breach.needed:
                yield self._raise_maximum(breach, int(most[breach.asn]), used)
            else:
                yield self._lower_minimum(breach, used)

    def _raise_maximum(self, breach: Breach, most: int, used: int) -> Relief:
        low = min(self.min_days, most) or None  # no more is asked than was granted
        return Relief(
            np.array([breach.asn], dtype=np.int64),
            breach,
            mark("allow {people} {new} instead of {old} remote days in {days}"),
            most,
            breach.found,
            (max(most - used, 0), breach.found - used),
            {"max_days": breach.found, "max_by_performance": None, "min_days": low},
            Reach.SPAN,
        )

    def _lower_minimum(self, breach: Breach, used: int) -> Relief:
        low = self.min_days - breach.units
        bounded = self.max_days is not None or self.max_by_performance is not None
        return Relief(
            np.array([breach.asn], dtype=np.int64),
            breach,
            mark("ask {people} for {new} instead of {old} remote days in {days}"),
            self.min_days,
            low,
            (max(breach.needed - used, 0), max(breach.found - used, 0)),
            {"min_days": low} if low or bounded else {},
            Reach.SPAN,
        )

    def maximum(self, facts: Facts) -> Ints:
        """Most remote days per span, shape (n,)."""
        if self.max_by_performance is None:
            most = _NO_MAXIMUM if self.max_days is None else self.max_days
            return np.full(facts.shape[0], most, dtype=np.int64)
        by_rank = [self._granted.get(predicate, 0) for predicate in PREDICATES]
        return np.array([*by_rank, 0], dtype=np.int64)[facts.performance[0]]

    def minimum(self, facts: Facts, span: Span) -> Ints:
        """Fewest remote days in a span, lowered by each day lost, shape (n,)."""
        if not (self.min_days and span.full):
            return np.zeros(facts.shape[0], dtype=np.int64)
        lost = facts.on_leave | facts.barred | facts.banned | (facts.pins == WFO)
        left = self.min_days - lost[:, span.days].sum(axis=1)
        asked: Ints = np.minimum(np.maximum(left, 0), self.maximum(facts))
        if not self.hard or span.first >= facts.begin:
            return asked
        possible = (~lost & facts.open)[:, span.days].sum(axis=1)
        reachable: Ints = np.minimum(asked, self.settled(facts, span) + possible)
        return reachable

    def used(self, facts: Facts, span: Span) -> Ints:
        """Remote days before the period that fall into the same week or month, shape (n,)."""
        if self.per == "period":
            return np.zeros(facts.shape[0], dtype=np.int64)
        key = key_of(facts.days[span.first : span.first + 1], self.per)
        same = key_of(facts.past.day, self.per) == key
        return facts.count_past_remote(same & within(facts.past.day, self.start, self.end))

    def settled(self, facts: Facts, span: Span) -> Ints:
        """Remote days of a span that are past: what they alone exceed is nobody's fault, (n,)."""
        if not self.hard:
            return np.zeros(facts.shape[0], dtype=np.int64)
        days: Ints = facts.past_remote[:, span.days].sum(axis=1)
        return days

    def spans(self, facts: Facts) -> list[Span]:
        """The spans that hold a day of the rule."""
        return find_spans(facts, self.days(facts), self.per)

    @property
    def _granted(self) -> dict[str, int]:
        """Remote days by predicate; empty where they do not depend on it."""
        return {str(predicate): days for predicate, days in (self.max_by_performance or {}).items()}


class MaxConsecutive(Rule):
    """The longest run of remote days, or of days on site, over consecutive workdays.

    Runs go over weekends, holidays and weeks; leave breaks them; they go on from `previous`.

    Parameters
    ----------
    remote : int, optional
        Most days remote in a row. At least one of the two is given.
    on_site : int, optional
        Most days on site in a row.
    """

    meaning: ClassVar[str] = mark("Longest run of days")
    kind: Literal["max_consecutive"]
    remote: Annotated[int, Field(ge=1, le=10_000)] | None = None
    on_site: Annotated[int, Field(ge=1, le=10_000)] | None = None

    @model_validator(mode="after")
    def _check_limits(self) -> Self:
        if self.remote is None and self.on_site is None:
            raise FlawError("remote", mark("give remote, on_site or both"))
        return self

    @property
    def limits(self) -> list[tuple[int, int]]:
        """Pairs of status code and longest run."""
        pairs = [(WFH, self.remote), (WFO, self.on_site)]
        return [(status, limit) for status, limit in pairs if limit is not None]

    def couples(self, facts: Facts) -> Groups:
        """Nobody: each ASN has days of their own."""
        return nobody(facts)

    def compile(self, facts: Facts) -> Iterator[Form]:
        """A window over each run one day too long: not all of it may have the status."""
        (days,) = np.nonzero(self.days(facts))
        members, past = self.members(facts), self._past(facts)
        for status, limit in self.limits:
            before = _trailing_run(past == status)
            for begin in range(-limit, len(days) - limit):
                first, last = days[max(begin, 0)], days[begin + limit]
                whole = members & ~facts.on_leave[:, first : last + 1].any(axis=1)
                if begin < 0:
                    # All of them, although the longest past run says enough as long as it must
                    # hold: whoever lets it go asks what the others say.
                    whole &= before >= -begin
                yield self._window(int(first), int(last), status, whole)

    def _window(self, first: int, last: int, status: int, whole: Flags) -> Window:
        width = last - first + 1
        low = np.where(whole & (status == WFO), 1, 0).astype(np.int64)
        high = np.where(whole & (status == WFH), width - 1, width).astype(np.int64)
        return Window(self.id, first, last, low, high, self.penalty or 0)

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Runs that are too long; a unit is a day beyond the limit inside the period."""
        runs = [self._audit_runs(facts, statuses, *pair) for pair in self.limits]
        return join([*runs, _nothing()])

    def _audit_runs(self, facts: Facts, statuses: Statuses, status: int, limit: int) -> Breaches:
        """Runs of one status that are too long."""
        (days,) = np.nonzero(self.days(facts))
        members, parts = self.members(facts), [_nothing()]
        run = _trailing_run(self._past(facts) == status)
        inside = np.zeros_like(run)
        for day in days:
            same = members & (statuses.grid[:, day] == status)
            run, inside = np.where(same, run + 1, 0), np.where(same, inside + 1, 0)
            goes_on = (
                statuses.grid[:, day + 1] == status
                if day < days[-1]
                else np.zeros(len(run), dtype=bool)
            )
            parts.append(_long_runs(int(day), run, inside, limit, goes_on))
        return join(parts)

    def reliefs(self, facts: Facts, statuses: Statuses) -> Iterator[Relief]:
        """The length of a run, as the limit of whoever has it."""
        for status, limit in self.limits:
            key = "remote" if status == WFH else "on_site"
            for breach in self._audit_runs(facts, statuses, status, limit).each():
                inside = breach.last - breach.first + 1
                past = breach.found - inside
                yield Relief(
                    np.array([breach.asn], dtype=np.int64),
                    breach,
                    _LONGER_RUNS[status],
                    limit,
                    breach.found,
                    (max(limit - past, 0), inside),
                    {key: breach.found},
                    Reach.ALWAYS,
                )

    def _past(self, facts: Facts) -> Ints:
        """Statuses on the workdays before the period on which the rule held, shape (n, p)."""
        rows = facts.past
        if not len(rows.day):
            return np.empty((facts.shape[0], 0), dtype=np.int64)
        yesterday = np.datetime64(facts.start) - np.timedelta64(1, "D")
        days = facts.calendar.workdays(rows.day.min(), yesterday)
        days = days[within(days, self.start, self.end)]
        # A rule that begins or ended before the period's first workday has no run to go on with.
        if self.start is not None and np.datetime64(self.start) > yesterday:
            days = days[:0]
        known = np.isin(rows.day, days)
        grid = np.full((facts.shape[0], len(days)), MISSING, dtype=np.int64)
        grid[rows.asn[known], np.searchsorted(days, rows.day[known])] = rows.status[known]
        return grid


def _trailing_run(flags: Flags) -> Ints:
    """Length of the run of true values that ends each row, shape (n,)."""
    run: Ints = np.cumprod(flags[:, ::-1], axis=1, dtype=np.int64).sum(axis=1)
    return run


def _long_runs(day: int, run: Ints, inside: Ints, limit: int, goes_on: Flags) -> Breaches:
    """Runs beyond the limit that end on a day."""
    (asn,) = np.nonzero((run > limit) & ~goes_on)
    return Breaches(
        asn,
        np.full(len(asn), "", dtype=object),
        day - inside[asn] + 1,
        np.full(len(asn), day, dtype=np.int64),
        np.full(len(asn), limit, dtype=np.int64),
        run[asn],
        np.minimum(run[asn] - limit, inside[asn]),
    )


def _nothing() -> Breaches:
    none = np.zeros((0, 0), dtype=np.int64)
    return breaches_of_asn(none > 0, none[0:0, 0:0].ravel(), none.ravel(), none, none)


def _columns(parts: list[Ints], facts: Facts) -> Ints:
    """Vectors of shape (n,) side by side, shape (n, w), even if there are none."""
    return np.array(parts, dtype=np.int64).reshape(len(parts), facts.shape[0]).T
