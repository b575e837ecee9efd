"""explain(): why there is no schedule, in the policy's own words, and what would help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from rotasi.engine.limits import Limits
from rotasi.errors import Conflict
from rotasi.explanation.constraint_system import ConstraintSystem, open_system, split_for_good
from rotasi.explanation.describe import describe
from rotasi.explanation.minimal_conflicts import Core, find_cores
from rotasi.explanation.repairs import Repair, find_ways
from rotasi.explanation.section import LAW, Offices, Section
from rotasi.exports.protocol import Subject
from rotasi.instance.resolve import Instance, resolve
from rotasi.instance.wording import Words
from rotasi.messages import _
from rotasi.model.constraints import Flags
from rotasi.model.status import Status
from rotasi.policy.document import Policy
from rotasi.schedule.verification import as_frame
from rotasi.support.arguments import Seconds, checked
from rotasi.support.notebook_html import show_table, show_text
from rotasi.tables.roster import Roster

_SHOWN = 3  # conflicts or repairs of the same rules that are told in full
_PARTS = 5  # parts whose ways out are told
_MOST = 10  # conflicts that are looked for in one part
#: Parts of the time left for finding out what is impossible, and what collides there.
_FIRST_LOOK, _SECOND_LOOK = 0.5, 0.6
_LEAST = 0.1
#: The part of what is left then for looking into what is impossible; the rest is for its figures.
_SEARCH = 0.9


@dataclass(frozen=True)
class Explanation:
    """Why a policy cannot be met, and what would help; `explain` makes it.

    Parameters
    ----------
    feasible : bool
        Whether a schedule is known to exist.
    undecided : tuple of str
        Parts of which the search could not tell in time, by their OPDs and dates; nothing is
        claimed about them.
    conflicts : tuple of Conflict
        Smallest sets of demands that collide: at least one for each part that is impossible.
    repairs : tuple of Repair
        The cheapest changes that make each of these parts possible, each verified.
    stuck : tuple of str
        Impossible parts in which only a law or a fact could give way, by their OPDs and dates.
    unfinished : tuple of str
        Impossible parts whose collisions or ways out were not found in time.
    """

    feasible: bool
    undecided: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    repairs: tuple[Repair, ...] = ()
    stuck: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        if self.feasible:
            return "<Explanation: feasible>"
        found = [f"{len(self.conflicts)} conflicts", f"{len(self.repairs)} repairs"]
        open_ends = {"unfinished": self.unfinished, "undecided": self.undecided}
        found += [name for name, parts in open_ends.items() if parts]
        return f"<Explanation: {', '.join(found)}>"

    def _repr_html_(self) -> str:
        if self.feasible:
            return show_text(_("a schedule exists: no hard rules collide"))
        rows = [[_("conflict"), ", ".join(each.rules), each.text] for each in self.conflicts]
        rows += [
            [_("way out {option}").format(option=each.option), each.rule, each.text]
            for each in self.repairs
        ]
        rows += [[_("no way out"), "", part] for part in self.stuck]
        rows += [[_("not all was found in time"), "", part] for part in self.unfinished]
        rows += [[_("undecided"), "", part] for part in self.undecided]
        headings = ["", _("rules"), _("text")]
        return show_table(_("Why there is no schedule, and what would help"), headings, rows)

    def lines(self) -> list[str]:
        """The explanation line by line, without personal data.

        Of those that speak of the same rules the first few are told in full.
        """
        if self.feasible:
            return [_("a schedule exists: no hard rules collide")]
        return [*self._tell_conflicts(), *self._tell_repairs(), *self._tell_undecided()]

    def _tell_conflicts(self) -> Iterator[str]:
        if self.conflicts:
            yield _("what collides:")
        alike: dict[tuple[str, ...], list[Conflict]] = {}
        for conflict in self.conflicts:
            alike.setdefault(conflict.rules, []).append(conflict)
        for same in alike.values():
            yield from _shorten("-", same)
            sources = dict.fromkeys(each.source for each in same[0].demands if each.source)
            if sources:
                yield "  " + _("source: {source}").format(source="; ".join(sources))

    def _tell_repairs(self) -> Iterator[str]:
        if self.repairs:
            yield _("ways out, each checked by solving again:")
        parts = dict.fromkeys(repair.part for repair in self.repairs)
        for part in list(parts)[:_PARTS]:
            yield f"{part}:"
            alike: dict[tuple[int, str], list[Repair]] = {}
            for repair in self.repairs:
                if repair.part == part:
                    alike.setdefault((repair.option, repair.rule), []).append(repair)
            for (option, _rule), same in alike.items():
                yield from _shorten(f"{option}.", same)
        if len(parts) > _PARTS:
            text = _("and ways out of {count} more parts: see `repairs`, or --json")
            yield text.format(count=len(parts) - _PARTS)
        yield from _shorten_parts(_("no way out spares every law: {parts}"), self.stuck)
        yield from _shorten_parts(_("not all was found in time for: {parts}"), self.unfinished)

    def _tell_undecided(self) -> Iterator[str]:
        yield from _shorten_parts(_("undecided: {parts}"), self.undecided)


def _shorten(sign: str, same: Sequence[Conflict] | Sequence[Repair]) -> Iterator[str]:
    """The first of what speaks of the same rules, and where the others are."""
    yield from (f"{sign} {each.text}" for each in same[:_SHOWN])
    rest = same[_SHOWN:]
    if rest:
        opds = sorted({opd for each in rest for opd in each.opds})
        text = _("and {count} more of the same rules: {opds}")
        yield "  " + text.format(count=len(rest), opds=", ".join(opds))


def _shorten_parts(text: str, parts: Sequence[str]) -> Iterator[str]:
    """A line about parts of the roster, if there are any."""
    if parts:
        shown = "; ".join(parts[:_SHOWN])
        more = _(" and {count} more").format(count=len(parts) - _SHOWN)
        yield text.format(parts=shown + (more if len(parts) > _SHOWN else ""))


@checked
def explain(
    roster: Roster,
    policy: Policy,
    previous: Subject | pd.DataFrame | None = None,
    time_limit: Seconds = 60,
) -> Explanation:
    """Explain why no schedule satisfies the hard rules, and what would help.

    Parameters
    ----------
    roster : Roster
    policy : Policy
    previous : Schedule or DataFrame of nip, date, status, optional
        The same as is given to `solve`.
    time_limit : float
        Seconds in all. What is not found out by then is called undecided.

    Returns
    -------
    Explanation
        Its conflicts are minimal: the demands of each collide, and fit together without any one of
        them; where time did not suffice to prove that, `Conflict.minimal` is false.

    Raises
    ------
    PolicyError, RosterError
        If roster and policy do not fit together.
    ArgumentError
        If the time limit is no positive number.

    Examples
    --------
    >>> import pandas as pd, rotasi
    >>> roster = rotasi.Roster.from_frame(pd.DataFrame({"nip": ["a", "b"], "opd": "Bappeda"}))
    >>> policy = rotasi.Policy.model_validate({
    ...     "start": "2026-01-05", "end": "2026-01-05",
    ...     "rules": [{"kind": "min_on_site", "count": 3}],
    ... })
    >>> conflict = rotasi.explain(roster, policy).conflicts[0]
    >>> conflict.rules, conflict.needed, conflict.available
    (('min_on_site-1',), 3, 2)
    """
    limits, past = Limits.begin(time_limit), as_frame(previous)
    instance = resolve(roster, policy, past)
    words, offices = Words(instance), Offices(roster, policy, past)
    parts = split_for_good(instance)
    statuses = [part.ask(own).status for part, own in _deal(parts, limits.share(_FIRST_LOOK))]
    told = list(zip(parts, _name(parts, words), statuses, strict=True))
    broken = {name: part for part, name, status in told if status is Status.INFEASIBLE}
    undecided = tuple(name for _part, name, status in told if status is Status.UNKNOWN)
    search = limits.share(_SEARCH)
    found = {
        name: _look_into(part, partial(offices.cut, part, name), words, own)
        for name, (part, own) in zip(broken, _deal(broken.values(), search), strict=True)
    }
    cores = [core for each in found.values() for core in each.cores]
    return Explanation(
        feasible=not broken and not undecided,
        undecided=undecided,
        conflicts=tuple(describe(cores, words, limits)),
        repairs=tuple(repair for each in found.values() for repair in each.repairs),
        stuck=tuple(name for name, each in found.items() if each.stuck),
        unfinished=tuple(name for name, each in found.items() if each.unfinished),
    )


@dataclass(frozen=True)
class _Findings:
    """What is found of a part that is impossible."""

    cores: list[Core]
    repairs: list[Repair]
    stuck: bool

    @property
    def unfinished(self) -> bool:
        """Whether there was no time for all of it."""
        return not self.stuck and not (self.repairs and self.cores)


def _look_into(
    part: ConstraintSystem, cut: Callable[[], Section], words: Words, limits: Limits
) -> _Findings:
    """What collides in a part that is impossible, and what would help; nothing once time is up."""
    if not limits.goes_on():
        return _Findings([], [], False)
    cores = list(find_cores(part, words, limits.share(_SECOND_LOOK), _MOST))
    rules = {form.rule for core in cores for form in core.system.forms}
    repairs = find_ways(cut(), rules, limits) if limits.goes_on() else []
    stuck = not repairs and is_beyond_repair(part, words, limits)
    return _Findings(cores, repairs, stuck)


def is_beyond_repair(part: ConstraintSystem, words: Words, limits: Limits) -> bool:
    """Whether laws and facts alone are proven to collide, whatever else gives way."""
    rank = np.array([words.rank(form.rule) for form in part.forms], dtype=np.int64)
    laws: Flags = rank[part.elements.form] <= LAW
    return part.keep(laws).ask(limits).status is Status.INFEASIBLE


def find_conflicts(instance: Instance, limits: Limits) -> list[Conflict]:
    """Find one collision in each part that is impossible, as far as time allows.

    Parameters
    ----------
    instance : Instance
    limits : Limits
    """
    words = Words(instance)
    parts = open_system(instance).split()
    cores = [core for part, own in _deal(parts, limits) for core in find_cores(part, words, own, 1)]
    return describe(cores, words, limits)


def _deal(
    parts: Collection[ConstraintSystem], limits: Limits
) -> Iterator[tuple[ConstraintSystem, Limits]]:
    """Each part with its share of the time that is left when its turn comes; none takes all.

    Most take next to nothing: so each may take more than an equal share.
    """
    for number, part in enumerate(parts):
        yield part, limits.share(max(_LEAST, 1 / (len(parts) - number)))


def _name(parts: Sequence[ConstraintSystem], words: Words) -> list[str]:
    """Parts by their OPDs and dates; several of the same ASN's offices and days are numbered."""
    names = [words.part(part.first, part.last, part.rows) for part in parts]
    count, seen = Counter(names), Counter[str]()
    for place, name in enumerate(names):
        seen[name] += 1
        if count[name] > 1:
            names[place] = _("{part}, group {number}").format(part=name, number=seen[name])
    return names
