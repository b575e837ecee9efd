"""The ledger of eligibility: who may be remote, by which rule, on what evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.instance.resolve import Instance
from rotasi.instance.wording import name_rule
from rotasi.messages import _
from rotasi.model.constraints import Mask, Window
from rotasi.model.facts import MISSING, WFH, WFO, Facts, Flags, Grid, Ints
from rotasi.rules import Rule
from rotasi.rules.base import Texts
from rotasi.support.types import Frame

GRANTED, PARTIAL, REFUSED = "granted", "partial", "refused"

_NEVER = 10_000  # what a bar weighs that no evidence lifts; more than a policy has rules
_NOBODY = np.zeros(0, dtype=np.int64)


def make_ledger(instance: Instance, grid: Grid) -> Frame:
    """Make the ledger of an instance and of its roster, if there is one.

    Parameters
    ----------
    instance : Instance
    grid : ndarray of int8, shape (n, d)
        Status codes; MISSING where there is no roster.

    Returns
    -------
    DataFrame, one row per ASN
        As `Schedule.ledger` describes it.
    """
    people = instance.facts.employees[["nip", "name", "opd"]].reset_index(drop=True)
    if not (people["name"] != "").any():
        people = people.drop(columns="name")
    decisions, grants = _decide(instance), _read_grants(instance, grid)
    applications = _judge_applications(instance.facts, grants, decisions)
    return pd.concat([people, decisions, applications, _count(grants)], axis=1)


@dataclass(frozen=True)
class _Barring:
    """A hard rule and the ASN-days that it takes remote work away from, shape (n, d)."""

    rule: Rule
    cells: Flags
    column: str  # that holds the evidence it rests on; empty = none

    @cached_property
    def asn(self) -> Ints:
        """Whom it bars on any day."""
        return np.flatnonzero(self.cells.any(axis=1))

    def accepts(self, facts: Facts, whom: Flags) -> Ints:
        """Whom of the given ASN it might bar on evidence."""
        if not self.column or not self.rule.days(facts).any():
            return _NOBODY
        return np.flatnonzero(whom & self.rule.members(facts))

    def again(self, facts: Facts, columns: set[str]) -> Flags:
        """The cells under other facts, of which only some columns differ."""
        looked_at = {self.column, *chain.from_iterable(self.rule.columns.values())}
        cells = None if looked_at.isdisjoint(columns) else self.rule.bars(facts)
        return self.cells if cells is None else cells


def _find_bars(instance: Instance) -> list[_Barring]:
    """The hard rules that may bar, law first, then in the policy's order."""
    bars = []
    for rule in sorted(instance.policy.all_rules, key=lambda rule: rule.rank):
        cells = rule.bars(instance.facts) if rule.hard else None
        if cells is not None:
            change = rule.change(instance.facts, _NOBODY)
            bars.append(_Barring(rule, cells, change.column if change else ""))
    return bars


def _decide(instance: Instance) -> Frame:
    """Who may be remote, which rule decides, what it saw and what would change it."""
    facts, bars = instance.facts, _find_bars(instance)
    chosen = _choose(bars, facts)
    rules = [bar.rule for bar in bars]
    evidence, also = _see(facts, bars, chosen)
    return Frame(
        {
            "may_be_remote": facts.may_be_remote,
            "days_open": np.logical_not(facts.barred).sum(axis=1),
            "rule": _pick([rule.id for rule in rules], chosen),
            "text": _pick([name_rule(rule) for rule in rules], chosen),
            "source": _pick([rule.source for rule in rules], chosen),
            "evidence": _text(evidence),
            "also": _text(also),
            "would_change": _text(_find_changes(facts, bars)),
        }
    )


def _choose(bars: list[_Barring], facts: Facts) -> Ints:
    """For each ASN the first of the rules that bar on the most days; -1 = none bars."""
    chosen = np.full(facts.shape[0], -1, dtype=np.int64)
    most = np.zeros(facts.shape[0], dtype=np.int64)
    for number, bar in enumerate(bars):
        days = bar.cells.sum(axis=1)
        chosen[days > most] = number
        most = np.maximum(most, days)
    return chosen


def _pick(words: list[str], chosen: Ints) -> pd.Series:
    """The word of each ASN's rule; empty where there is none."""
    return _text(np.array([*words, ""], dtype=object)[chosen])


def _see(facts: Facts, bars: list[_Barring], chosen: Ints) -> tuple[Texts, Texts]:
    """What the rules saw, the deciding one first, and the ids of the others that bar.

    Of those whom no rule bars it is what the rules that rest on evidence accepted.
    """
    seen, others, also = (_blank(facts) for _number in range(3))
    for number, bar in enumerate(bars):
        decides = chosen[bar.asn] == number
        words = bar.rule.evidence(facts, bar.asn)
        _append(seen, bar.asn[decides], words[decides])
        _append(others, bar.asn[~decides], words[~decides])
        _append(also, bar.asn[~decides], bar.rule.id, ", ")
        accepted = bar.accepts(facts, chosen < 0)
        _append(seen, accepted, bar.rule.evidence(facts, accepted))
    _append(seen, np.arange(len(seen)), others)
    return seen, also


def _find_changes(facts: Facts, bars: list[_Barring]) -> Texts:
    """The evidence that would open a day to those who have none, or close all to the others."""
    texts = _blank(facts)
    _add_gains(texts, facts, bars)
    for bar in bars:
        _add_loss(texts, facts, bars, bar)
    return texts


def _add_gains(texts: Texts, facts: Facts, bars: list[_Barring]) -> None:
    """All that those without an open day would have to show for the day that asks the least."""
    asks = np.zeros(facts.shape, dtype=np.int64)
    for bar in bars:
        asks += bar.cells * (1 if bar.column else _NEVER)
    day = asks.argmin(axis=1)
    closed = np.flatnonzero(~facts.may_be_remote & (asks.min(axis=1) < _NEVER))
    changed, columns, gains = facts, set[str](), []
    for bar in bars:
        asked = closed[bar.cells[closed, day[closed]]]
        change = bar.rule.change(facts, asked)
        if change is not None and len(asked):
            # What a stricter rule asks for is not lowered again.
            failing = asked[bar.again(changed, columns)[asked, day[asked]]]
            changed = _with(changed, change.column, failing, change.passes)
            columns.add(change.column)
            gains.append((asked, change.gain))
    # Other evidence may also bring an ASN into the scope of another rule.
    opened = np.logical_not(_unite(bars, changed, columns).all(axis=1))
    for asked, gain in gains:
        _append(texts, asked, np.where(opened[asked], gain, ""), _(", and "))


def _add_loss(texts: Texts, facts: Facts, bars: list[_Barring], bar: _Barring) -> None:
    """What alone would have a rule close all days to those who have one."""
    asn = bar.accepts(facts, facts.may_be_remote)
    change = bar.rule.change(facts, asn)
    if change is not None and len(asn):
        changed = _with(facts, change.column, asn, change.fails)
        lost = _unite(bars, changed, {change.column})[asn].all(axis=1)
        _append(texts, asn, np.where(lost, change.loss, ""), _(", or "))


def _with(facts: Facts, column: str, asn: Ints, value: object) -> Facts:
    """The facts if some ASN had other evidence."""
    values = facts.employees[column].copy()
    values.iloc[asn] = value
    return replace(facts, employees=facts.employees.assign(**{column: values}))


def _unite(bars: list[_Barring], facts: Facts, columns: set[str]) -> Flags:
    """ASN-days that any rule bars, under facts of which only some columns differ."""
    barred = np.zeros(facts.shape, dtype=bool)
    for bar in bars:
        barred |= bar.again(facts, columns)
    return barred


@dataclass(frozen=True)
class _Grants:
    """What each ASN got, arrays of shape (n,).

    Parameters
    ----------
    known : ndarray of bool
        Whether there is a roster.
    days, wishes, granted : ndarray of int64
        Remote days, workdays wished remote, and days that are both.
    room : ndarray of bool
        Whether leave, pins and their own rules would allow one more remote day.
    """

    known: Flags
    days: Ints
    wishes: Ints
    granted: Ints
    room: Flags


def _read_grants(instance: Instance, grid: Grid) -> _Grants:
    remote = grid == WFH
    wished = (instance.facts.wishes > 0) & ~instance.facts.on_leave
    return _Grants(
        known=(grid != MISSING).all(axis=1),
        days=remote.sum(axis=1),
        wishes=wished.sum(axis=1),
        granted=(wished & remote).sum(axis=1),
        room=np.asarray(_find_room(instance, remote).any(axis=1)),
    )


def _find_room(instance: Instance, remote: Flags) -> Flags:
    """ASN-days that could be remote too, by leave, pins and the ASN's own rules, shape (n, d).

    Own rules are those of masks and windows, the forms that speak of one ASN at a time.
    """
    facts = instance.facts
    room: Flags = ~(remote | facts.on_leave | np.equal(facts.pins, WFO))
    until = np.pad(remote.cumsum(axis=1), ((0, 0), (1, 0)))
    own = (rule for rule in instance.policy.all_rules if rule.hard)
    for form in chain.from_iterable(rule.compile(facts) for rule in own):
        if isinstance(form, Mask) and not form.remote:
            room &= ~form.cells
        if isinstance(form, Window):
            used = until[:, form.last + 1] - until[:, form.first]
            room[:, form.first : form.last + 1] &= (used < form.high)[:, None]
    return room


def _judge_applications(facts: Facts, grants: _Grants, decisions: Frame) -> Frame:
    """What became of each ASN's application, and why it was not granted in full."""
    applied = facts.employees["applied"].fillna(False).to_numpy(bool)
    barred = applied & ~facts.may_be_remote
    answered = applied & facts.may_be_remote & grants.known
    none = answered & (grants.days == 0)
    full = np.where(grants.wishes > 0, grants.granted == grants.wishes, ~grants.room)
    partial = answered & ~none & ~full
    verdicts = np.select([barred | none, partial, answered], [REFUSED, PARTIAL, GRANTED], "")
    reasons = _blank(facts)
    reasons[barred] = (decisions["text"] + ": " + decisions["evidence"])[barred]
    reasons[none & grants.room] = _("the roster gives no day, though own rules leave some")
    reasons[none & ~grants.room] = _("leave, pins and own rules leave no day")
    reasons[partial] = _explain_parts(grants, np.flatnonzero(partial))
    return Frame({"application": _text(verdicts), "reason": _text(reasons)})


def _explain_parts(grants: _Grants, asn: Ints) -> list[str]:
    """How much of their applications the ASN got."""
    wished, other = (
        _("wished days: {wishes}, of these remote: {granted}"),
        _("remote days: {days}; own rules would leave more"),
    )
    numbers = zip(grants.wishes[asn], grants.granted[asn], grants.days[asn], strict=True)
    return [
        (wished if wishes else other).format(wishes=wishes, granted=granted, days=days)
        for wishes, granted, days in numbers
    ]


def _count(grants: _Grants) -> Frame:
    """The figures; empty where there is no roster."""
    days, granted = (
        pd.Series(pd.arrays.IntegerArray(numbers, ~grants.known))
        for numbers in (grants.days, grants.granted)
    )
    return Frame({"remote_days": days, "wishes": grants.wishes, "wishes_granted": granted})


def _blank(facts: Facts) -> Texts:
    return np.full(facts.shape[0], "", dtype=object)


def _text(words: npt.ArrayLike) -> pd.Series:
    return pd.Series(words, dtype="str")


def _append(texts: Texts, rows: Ints, words: Texts | str, joint: str = "; ") -> None:
    """Add words to the texts of some rows, behind a joint where there are words already."""
    before = texts[rows]
    joints = np.where((before != "") & (np.asarray(words, dtype=object) != ""), joint, "")
    texts[rows] = before + joints.astype(object) + words
