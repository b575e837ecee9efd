"""why(): what keeps an ASN from being remote on a day, or what it would cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

import numpy as np
import pandas as pd

from rotasi.engine.limits import Limits
from rotasi.engine.reductions.decomposition import split
from rotasi.errors import Conflict, Problem, RosterError, VerificationError
from rotasi.explanation.constraint_system import ConstraintSystem, open_system
from rotasi.explanation.describe import describe
from rotasi.explanation.elements import ASKED
from rotasi.explanation.minimal_conflicts import find_cores
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import Instance, resolve
from rotasi.instance.wording import Words, count_objective, name_objective, name_rule
from rotasi.messages import _, mark
from rotasi.model.assignment import Statuses
from rotasi.model.constraints import Flags, Mask, Places
from rotasi.model.evaluation import evaluate
from rotasi.model.facts import LEAVE, MISSING, WFH, WFO
from rotasi.model.problem import Block
from rotasi.model.problem import Problem as Arrays
from rotasi.model.status import Status
from rotasi.policy.document import Policy
from rotasi.rules import Rule
from rotasi.schedule.proof import is_of
from rotasi.schedule.result import Schedule
from rotasi.schedule.verification import audit, read_grid
from rotasi.support.arguments import Seconds, as_day, checked, one_of
from rotasi.support.calendar import as_days, locate_days
from rotasi.support.notebook_html import show_table, show_text
from rotasi.support.text import as_text
from rotasi.support.types import Frame
from rotasi.tables.roster import Roster
from rotasi.tables.schema import read_date

_WANTED = {"WFH": WFH, "WFO": WFO}
Wanted = Annotated[str, one_of(mark("WFH or WFO"), *_WANTED)]


@dataclass(frozen=True, repr=False)
class Reason:
    """Why an ASN has not the status that is asked for; `why` makes it.

    Parameters
    ----------
    possible : bool or None
        Whether a roster that keeps every hard rule has it; None = undecided in time.
    rules : tuple of str
        Ids of the hard rules that forbid it; ``leave`` or ``pin`` for what always holds.
    evidence : str
        What these rules saw, in words.
    cost : DataFrame of kind, before, after, difference
        If it is possible: each objective of the part of the roster that it touches, as the
        schedule has it and at best with the status asked for, in natural sign.
    text : str
        The answer in a sentence: for the personnel agency, as it tells the evidence; without NIPs
        and names.
    conflict : Conflict or None
        If several rules together forbid it: the smallest set of demands that does.
    """

    possible: bool | None
    rules: tuple[str, ...]
    evidence: str
    cost: Frame
    text: str
    conflict: Conflict | None = None

    def __repr__(self) -> str:
        return f"<Reason: {self.text}>"

    def _repr_html_(self) -> str:
        if self.cost.empty:
            return show_text(self.text)
        headings = [_("objective"), _("now"), _("with it"), _("difference")]
        figures = self.cost[["kind", "before", "after", "difference"]].to_numpy(object).tolist()
        return show_table(self.text, headings, [[name_objective(k), *v] for k, *v in figures])


@checked
def why(
    schedule: Schedule,
    roster: Roster,
    policy: Policy,
    nip: str,
    date: date | str,
    status: Wanted = "WFH",
    *,
    time_limit: Seconds = 60,
) -> Reason:
    """Tell why an ASN has not a status on a day: the rule that forbids it, or what it would cost.

    Parameters
    ----------
    schedule : Schedule
    roster : Roster
    policy : Policy
    nip : str
    date : date or str
        ISO text will do; of a date with a time, the date counts.
    status : {"WFH", "WFO"}
    time_limit : float
        Seconds for solving again.

    Returns
    -------
    Reason
        If no rule forbids the status, the cost is exact: the part of the roster that it touches is
        solved again with it, to proven optimality.

    Raises
    ------
    RosterError
        If no employee has the NIP, the date cannot be read, or it is no workday of the period.
    InfeasibleError, TimeLimitError
        If the schedule holds no roster.
    UndecidedError
        If the rotation groups of a table, which names none, could not be found.
    VerificationError
        If the roster that is priced fails its own check, which is a bug.
    ArgumentError
        If an argument is of a wrong type or out of range, such as a status that is neither.

    Examples
    --------
    >>> import pandas as pd, rotasi
    >>> people = pd.DataFrame({"nip": ["a", "b"], "opd": "Bappeda", "applied": [True, False]})
    >>> roster = rotasi.Roster.from_frame(people)
    >>> policy = rotasi.Policy.model_validate({
    ...     "start": "2026-01-05", "end": "2026-01-05",
    ...     "rules": [{"kind": "require_application"}],
    ... })
    >>> schedule = rotasi.solve(roster, policy)
    >>> rotasi.why(schedule, roster, policy, "b", "2026-01-05").rules
    ('require_application-1',)
    """
    schedule.raise_for_status()
    limits = Limits.begin(time_limit)
    instance = resolve(roster, policy, schedule.previous, schedule.from_date)
    row, day = _find_cell(roster, instance, nip, date)
    proven = schedule.status is Status.OPTIMAL and is_of(schedule, roster, policy)
    question = _Question(instance, row, day, status == "WFH", proven)
    grid, _faults = read_grid(schedule.to_frame(), roster, instance)
    if instance.facts.on_leave[row, day]:
        return _refuse(question, [], ("leave",), _("on leave"))
    if grid[row, day] == _WANTED[status]:
        return Reason(True, (), "", _no_cost(), _("that is the status in the roster already"))
    if day < instance.facts.begin:
        return _refuse(question, [], ("pin",), _("decided before the revision"))
    if (grid[:, day] == MISSING).all():
        text = _("the schedule has no row of this date; give that of this roster and policy")
        raise RosterError([Problem(text, "schedule", column="date", value=str(date))])
    forbidding = list(question.forbidding())
    if question.pinned or forbidding:
        return _refuse(question, forbidding)
    return _solve_again(question, Statuses(grid, schedule.places), limits)


@dataclass(frozen=True)
class _Question:
    """An ASN-day, whether it is to be remote, and whether the roster is proven to be the best."""

    instance: Instance
    row: int
    day: int
    remote: bool
    proven: bool

    @property
    def pinned(self) -> bool:
        """Whether a pin decides otherwise."""
        return bool(self.instance.facts.pins[self.row, self.day] == (WFO if self.remote else WFH))

    def forbidding(self) -> Iterator[Rule]:
        """Hard rules each of which forbids it alone, the strongest first."""
        facts, at = self.instance.facts, (self.row, self.day)
        for rule in sorted(self.instance.policy.all_rules, key=lambda rule: rule.rank):
            if not rule.hard:
                continue
            reaches = [rule.bars(facts), rule.bans(facts)] if self.remote else []
            forms = (form for form in rule.compile(facts) if isinstance(form, Mask))
            reaches += [form.cells for form in forms if form.remote is not self.remote]
            if any(cells is not None and cells[at] for cells in reaches):
                yield rule

    def mask(self) -> Mask:
        """What is asked for, as a form."""
        cells = np.zeros(self.instance.facts.shape, dtype=bool)
        cells[self.row, self.day] = True
        return Mask(ASKED, cells, self.remote)


def _find_cell(roster: Roster, instance: Instance, nip: str, day: date | str) -> tuple[int, int]:
    """Row and day of what is asked about."""
    row = int(roster.locate(as_text(pd.Series([nip])))[0])
    given = as_day(day) if isinstance(day, date) and day == day else day  # NaT is not itself
    dates, bad = read_date(pd.Series([given], dtype=object))
    problems = []
    if row < 0:
        problems.append(Problem(_("no employee has this NIP"), "why", column="nip"))
    if bad[0] or dates.isna()[0]:
        text = _("write dates as YYYY-MM-DD, such as 2026-01-05")
        problems.append(Problem(text, "why", column="date", value=str(day)))
    elif (place := int(locate_days(as_days(dates), instance.facts.days)[0])) < 0:
        text = _("the date is no workday of the period")
        problems.append(Problem(text, "why", column="date", value=str(day)))
    if problems:
        raise RosterError(problems)
    return row, place


def _refuse(
    question: _Question, rules: Sequence[Rule], standing: tuple[str, ...] = (), words: str = ""
) -> Reason:
    """What single rules, or what always holds, forbid."""
    facts, row = question.instance.facts, np.array([question.row])
    names, texts, evidence = list(standing), [words] * bool(words), []
    if question.pinned:
        names.append("pin")
        texts.append(_("decided already by a pin"))
    for rule in rules:
        names.append(rule.id)
        bars = rule.bars(facts)
        if bars is not None and bars[question.row, question.day]:
            evidence.append(str(rule.evidence(facts, row)[0]))
        source = f" [{rule.source}]" if rule.source else ""
        texts.append(f"{name_rule(rule)} ({rule.id}){source}")
    seen = "; ".join(dict.fromkeys(evidence))
    text = _("not possible: {rules}").format(rules="; ".join(texts))
    text += f" – {seen}" if seen else ""
    return Reason(False, tuple(names), seen, _no_cost(), text)


def _solve_again(question: _Question, statuses: Statuses, limits: Limits) -> Reason:
    """Solve the part of the roster that is touched again, with what is asked for."""
    problem = compile_problem(question.instance)
    block = _find_block(problem, question)
    system = open_system(question.instance)
    asked = replace(
        system, forms=(*system.forms, question.mask()), numbers=(*system.numbers, -1)
    ).take(block.rows, block.first, block.last)
    part = problem.take(block.rows, block.first, block.last)
    answer = asked.ask(limits, part.tiers)
    if answer.status is Status.INFEASIBLE:
        return _explain(asked, question, limits)
    if answer.status is not Status.OPTIMAL or answer.remote is None:
        text = _("undecided: time ran out before the roster was solved again")
        return Reason(None, (), "", _no_cost(), text)
    before = statuses.remote[block.rows, block.first : block.last + 1]
    seats = _seat(question.instance, part, statuses)
    places = {rule: of[block.rows] for rule, of in seats.items()}
    cost = _compare(part, (before, places), (answer.cells, answer.places))
    _verify(question.instance, statuses, _place(block, statuses, answer.cells, answer.places))
    if question.proven and _is_better(part, cost):
        raise VerificationError("a proven optimum could be better; please report this bug")
    opds = question.instance.facts.employees["opd"].to_numpy(object)[block.rows]
    moved = pd.Series(answer.cells.sum(axis=1) - before.sum(axis=1)).groupby(opds).sum()
    signs = [tier.sign for tier in part.tiers]
    text = _price(cost, signs, moved) + _tell_breaches(question.instance, statuses)
    return Reason(True, (), "", cost, text)


def _tell_breaches(instance: Instance, statuses: Statuses) -> str:
    """That the roster of which costs are counted breaks rules, if it does."""
    broken = audit(instance, statuses.grid, statuses.places).violations["rule"]
    text = _("; counted from a schedule that breaks {rules}")
    return text.format(rules=", ".join(sorted({*broken}))) if len(broken) else ""


def _seat(instance: Instance, part: Arrays, statuses: Statuses) -> Places:
    """The groups that are formed, those found that a table does not tell."""
    rules = {rule.id: rule for rule in instance.policy.rules}
    places = dict(statuses.places)
    for tie in part.draws:
        groups = rules[tie.rule].formed(instance.facts, statuses)
        if tie.rule not in places and groups is not None:
            places[tie.rule] = np.where(groups.of < 0, -1, groups.of % tie.parts)
    return places


def _place(block: Block, statuses: Statuses, remote: Flags, places: Places) -> Statuses:
    """The roster with a block as it was found."""
    grid, found = statuses.grid.copy(), dict(statuses.places)
    cells = block.rows, slice(block.first, block.last + 1)
    fixed = np.isin(grid[cells], (LEAVE, MISSING))
    grid[cells] = np.where(fixed, grid[cells], remote).astype(np.int8)
    for rule, of in places.items():
        found[rule] = found.get(rule, np.full(len(grid), -1)).copy()
        found[rule][block.rows] = of
    return Statuses(grid, found)


def _verify(instance: Instance, before: Statuses, after: Statuses) -> None:
    """Hold a roster that is priced against the rules, unless the given one breaks some."""
    if (
        not audit(instance, after.grid, after.places).ok
        and audit(instance, before.grid, before.places).ok
    ):
        raise VerificationError("the roster that is priced breaks a rule; please report this bug")


def _is_better(part: Arrays, cost: Frame) -> bool:
    """Whether the first objective that differs is better than before."""
    changes = [
        tier.sign * more for tier, more in zip(part.tiers, cost["difference"], strict=True) if more
    ]
    return bool(changes and changes[0] < 0)


def _find_block(problem: Arrays, question: _Question) -> Block:
    """The part that holds the ASN-day, of the problem as it was compiled.

    A simpler one rests on what is decided without the question: a tie to a decided ASN is gone
    there, and would be missed.
    """
    for block in split(problem):
        if question.row in block.rows and block.first <= question.day <= block.last:
            return block
    raise AssertionError("blocks hold each ASN-day once")


def _explain(asked: ConstraintSystem, question: _Question, limits: Limits) -> Reason:
    """Which demands together forbid it."""
    words = Words(question.instance)
    found = describe(
        (core for part in asked.split() for core in find_cores(part, words, limits, 1)),
        words,
        limits,
    )
    if not found:
        return Reason(None, (), "", _no_cost(), _("undecided: time ran out"))
    text = _("not possible: {rules}").format(rules=found[0].text)
    return Reason(False, found[0].rules, "", _no_cost(), text, found[0])


def _compare(part: Arrays, before: tuple[Flags, Places], after: tuple[Flags, Places]) -> Frame:
    """Natural values of the part's objectives in two rosters."""
    values = []
    for remote, places in (before, after):
        known = part.place(places)
        counts = remote.astype(np.int64)
        values.append([tier.sign * evaluate(known, tier, counts) for tier in known.tiers])
    frame = _no_cost()
    frame["kind"] = [tier.kind for tier in part.tiers]
    frame["before"], frame["after"] = values
    frame["difference"] = frame["after"] - frame["before"]
    return frame


def _no_cost() -> Frame:
    return Frame(columns=["kind", "before", "after", "difference"])


def _price(cost: Frame, signs: Sequence[int], moved: pd.Series) -> str:
    """What is lost, and what is won, in words.

    Parameters
    ----------
    cost : DataFrame of kind, before, after, difference
    signs : sequence of int
        1 where less is better.
    moved : Series of int
        Remote days more than before, by OPD.
    """
    losses: list[str] = []
    gains: list[str] = []
    for kind, sign, more in zip(cost["kind"], signs, cost["difference"], strict=True):
        words = count_objective(kind, abs(more))
        if kind == "remote_days":
            words += "".join(f", {opd} {change:+d}" for opd, change in moved.items() if change)
        if more:
            (losses if sign * more > 0 else gains).append(words)
    if not losses and not gains:
        return _("possible at no cost: another roster is just as good")
    parts = [_("possible")]
    parts += [_("it would cost {units}").format(units="; ".join(losses))] if losses else []
    parts += [_("it would gain {units}").format(units="; ".join(gains))] if gains else []
    return ", ".join(parts)
