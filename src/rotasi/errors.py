"""Exceptions and warnings: what went wrong, where, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from rotasi.messages import _

#: Columns whose values identify a person or say why somebody is away; never shown in a message.
PERSONAL = frozenset({"nip", "name", "kind"})
_NIP = re.compile(r"(?<!\d)\d{18}(?!\d)")
_MOST_LINES = 200  # problems that a text lists; nobody reads more at once
_LONGEST = 200  # characters of a value or a place that a text shows


class RotasiError(Exception):
    """Base of every exception that rotasi raises on purpose."""


class RotasiWarning(UserWarning):
    """Something that is allowed but probably not meant, such as a rule that reaches nobody."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input, and how to mend it.

    Parameters
    ----------
    message : str
        What is wrong and what to do, in a sentence.
    table : str, optional
        Roster table (``employees``, ``leave`` …) or ``policy``.
    row : object, optional
        Index label of the row; for files the row number that a spreadsheet shows.
    column : str, optional
        Column, or the place inside a policy (``rules[2].max_days``).
    value : object, optional
        The offending value. Kept for programs; left out of the text where it is personal.
    """

    message: str
    table: str | None = None
    row: object = None
    column: str | None = None
    value: object = None

    def __str__(self) -> str:
        place = [part for part in (self.table, self._row(), self.column) if part]
        shown = "" if self.value is None or self._is_personal() else _write(self.value, repr)
        value = f" {_cut(shown)}:" if shown else ""
        return f"{', '.join(map(_cut, place))}:{value} {self.message}" if place else self.message

    def __repr__(self) -> str:
        return f"Problem({str(self)!r})"

    def _is_personal(self) -> bool:
        """Whether the place is or speaks of a personal column, or a NIP stands in a wrong one."""
        personal = not PERSONAL.isdisjoint(re.findall(r"\w+", self.column or ""))
        return personal or _NIP.search(_write(self.value, str)) is not None

    def _row(self) -> str | None:
        return None if self.row is None else _("row {row}").format(row=self.row)


def _write(value: object, how: Callable[[object], str]) -> str:
    """A value as text, or a sign for a number of which Python will not write the digits."""
    try:
        return how(value)
    except ValueError:
        return "…"


def _cut(text: str) -> str:
    """A text without what nobody reads to its end."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


class InputError(RotasiError, ValueError):
    """A table or a policy that cannot be used; carries every problem found.

    Parameters
    ----------
    problems : sequence of Problem
        All of them, in the order in which a reader meets them.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(tuple(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return str(self.problems[0])
        heading = _("{count} problems:").format(count=len(self.problems))
        lines = [f"  - {problem}" for problem in self.problems[:_MOST_LINES]]
        rest = len(self.problems) - len(lines)
        more = _("and {count} more").format(count=rest)
        return "\n".join([heading, *lines, *([f"  - {more}"] if rest else [])])


class RosterError(InputError):
    """Roster tables that cannot be used."""


class PolicyError(InputError):
    """A policy that cannot be used."""


class RuleError(InputError):
    """A class of rules or objectives that cannot be used, or whose kind another has."""


class ArgumentError(InputError, TypeError):
    """Arguments that a function cannot take: of a wrong type, or out of range."""


@dataclass(frozen=True)
class Demand:
    """What one rule asks of one group on some days: a member of a conflict.

    Parameters
    ----------
    rule : str
        Its id; ``weekly_cap`` and ``pin`` always hold.
    text, source : str
        The rule in the policy's own words, and where it stands.
    group : str
        The group asked, or how many ASN, in words.
    dates : tuple of date
    """

    rule: str
    text: str
    source: str
    group: str
    dates: tuple[date, ...]


@dataclass(frozen=True)
class Absence:
    """ASN of whom a conflict needs what they cannot give, and why.

    Parameters
    ----------
    rule : str
        Id of the rule that decides, or ``leave``.
    nips : tuple of str
        Whom it concerns; kept out of every text.
    dates : tuple of date
    """

    rule: str
    nips: tuple[str, ...]
    dates: tuple[date, ...]

    def __repr__(self) -> str:
        return f"Absence({self.rule!r}, {len(self.nips)} ASN)"


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot hold together, with the figures that show it.

    Parameters
    ----------
    rules : tuple of str
        Ids of the rules that collide.
    opds : tuple of str
        OPDs concerned.
    nips : tuple of str
        ASN concerned; kept out of the text.
    dates : tuple of date
        Workdays concerned.
    needed, available : int or None
        What the rules ask for and what there is, where a pair of numbers says it.
    text : str
        The conflict in words, without personal data.
    demands : tuple of Demand
        What collides, piece by piece.
    missing : tuple of Absence
        Who is not available, and why.
    minimal : bool
        Whether it is proven that the demands would fit together without any one of them.
    """

    rules: tuple[str, ...]
    opds: tuple[str, ...]
    nips: tuple[str, ...]
    dates: tuple[date, ...]
    needed: int | None
    available: int | None
    text: str
    demands: tuple[Demand, ...] = ()
    missing: tuple[Absence, ...] = ()
    minimal: bool = False

    @property
    def short(self) -> int | None:
        """By how much what is needed and what is available differ."""
        if self.needed is None or self.available is None:
            return None
        return abs(self.needed - self.available)

    def __repr__(self) -> str:
        return f"Conflict({self.text!r})"


class InfeasibleError(RotasiError):
    """No schedule satisfies the hard rules.

    Parameters
    ----------
    blocks : sequence of str
        The blocks without a solution, named by their OPDs and dates.
    conflicts : sequence of Conflict
        What collides there, as far as a short look showed.
    """

    def __init__(self, blocks: Sequence[str], conflicts: Sequence[Conflict] = ()) -> None:
        super().__init__(tuple(blocks), tuple(conflicts))
        self.blocks = tuple(blocks)
        self.conflicts = tuple(conflicts)

    def __str__(self) -> str:
        heading = _("no schedule satisfies the hard rules in: {blocks}").format(
            blocks="; ".join(self.blocks)
        )
        return "\n".join([heading, *(f"  - {conflict.text}" for conflict in self.conflicts)])


class UndecidedError(RotasiError):
    """A search was given up before it could tell."""


class TimeLimitError(RotasiError):
    """Time ran out before any schedule was found; nothing is known about feasibility."""


class VerificationError(RotasiError):
    """The solver's result failed its independent check: a bug in rotasi, please report it."""


class OutputError(RotasiError, OSError):
    """A file or folder that cannot be written; what was there before is untouched."""
