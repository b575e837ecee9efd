"""What every rule has in common: its words, its reach in people and days, its two readings."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from rotasi.errors import PERSONAL
from rotasi.messages import _, mark
from rotasi.model.assignment import Breaches, Statuses, breaches_on_days
from rotasi.model.constraints import CellCost, Form, Mask
from rotasi.model.facts import Facts, Flags, Groups, Ints
from rotasi.rules.outside import guard
from rotasi.rules.relief import EXEMPT, Relief, find_rows


def _read_date(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return date.fromisoformat(value)
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date()
    return value


def _check_by(by: list[str]) -> list[str]:
    if "skills" in by:
        raise ValueError(mark("a person may have several skills, so they form no groups"))
    return by


Texts = npt.NDArray[np.object_]
Date = Annotated[date, BeforeValidator(_read_date)]
Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
Scope = dict[str, Annotated[list[str | bool | int | float], Field(min_length=1)]]
By = Annotated[list[str], AfterValidator(_check_by)]
Share = Annotated[
    float,
    Field(ge=0, le=1, description="Part of a whole from 0 to 1, taken as the decimal written"),
]


class Model(BaseModel):
    """Strict, frozen, and closed to unknown keys."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        populate_by_name=True,
        hide_input_in_errors=True,
    )


@dataclass(frozen=True)
class Change:
    """A change of evidence that changes what a rule says of some ASN.

    Parameters
    ----------
    column : str
        Column of the employees table that holds the evidence.
    passes, fails : object
        A value that the rule accepts, and one that it bars for; as the table keeps them.
    gain, loss : ndarray of str, shape (k,), or str
        What each ASN would have to show, and what would bar them, in words; empty where nothing
        would.
    """

    column: str
    passes: object
    fails: object
    gain: Texts | str
    loss: Texts | str


class Rule(Model, ABC):
    """A rule of a policy. Subclasses say what it means, twice and by two paths.

    `compile` states it as array forms for the solver; `audit` finds every breach in a finished
    roster without knowing of forms, classes or blocks. Tests hold the two against each other.

    Parameters
    ----------
    id : str, optional
        Unique name; ``<kind>-<n>`` if left out.
    text, source : str
        The rule in the policy's own words, and where it stands.
    proposed_by : str
        Who proposed it, where that is not who made the policy: the OPD of a scheme.
    scope, except : mapping of column to values
        Who is meant: AND across columns, OR inside a list; `except` takes people out again.
    start, end : date, optional
        First and last day on which the rule holds, inclusive.
    rank : int
        1 law … 5 office rule.
    penalty : int, optional
        Left out = hard; otherwise the price of each unit short or over.
    """

    #: The rule in one English sentence, shown where the policy gives no text (a message id).
    meaning: ClassVar[str]
    #: What it means to exempt somebody from the rule on a day (a message id).
    exemption: ClassVar[str] = EXEMPT
    #: By language, the translations of the texts of a rule from outside.
    words: ClassVar[Mapping[str, Mapping[str, str]]] = {}

    kind: str
    id: str = ""
    text: str = ""
    source: str = ""
    proposed_by: str = ""
    scope: Scope = {}
    except_: Scope = Field(default={}, alias="except")
    start: Date | None = None
    end: Date | None = None
    rank: Annotated[int, Field(ge=1, le=5)] = 3
    penalty: Annotated[int, Field(ge=1, le=1_000_000)] | None = None

    @classmethod
    def __pydantic_init_subclass__(cls, **_options: Any) -> None:
        guard(cls)

    @model_validator(mode="after")
    def _check_dates(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise FlawError("end", mark("the rule ends before it starts; swap the dates"), self.end)
        return self

    def __repr__(self) -> str:
        # Scopes may name people, which a text that nobody asked for must not.
        return f"<{type(self).__name__} {self.id}>"

    __str__ = __repr__

    @property
    def hard(self) -> bool:
        """Whether the rule must hold."""
        return self.penalty is None

    @property
    def columns(self) -> dict[str, list[str]]:
        """Columns of the employees table that the rule names, by the place that names them."""
        return {"scope": list(self.scope), "except": list(self.except_)}

    @property
    def may_bar(self) -> bool:
        """Whether the rule, were it hard, may take remote work away from somebody: has `bars`."""
        return type(self).bars is not Rule.bars

    @property
    def may_ban(self) -> bool:
        """Whether the rule, were it hard, may take remote work away from days: has `bans`."""
        return type(self).bans is not Rule.bans

    @property
    def speaks_of_remote(self) -> bool:
        """Whether it asks something of those who may be remote, so that who is barred is freed."""
        return False

    @property
    def spares_banned(self) -> bool:
        """Whether it asks less where a day is banned for all."""
        return False

    def couples(self, facts: Facts) -> Groups | None:
        """Groups whose members the rule ties together; None where it does not say.

        What it ties is solved as one. The label of a group tells who belongs to it, however few of
        them `facts` shows; it may look at the columns that `columns` names, `nip`, `opd` and
        `service`, and at no day.
        """
        return None

    def members(self, facts: Facts) -> Flags:
        """ASN in scope, shape (n,)."""
        return facts.select(self.scope, self.except_)

    def days(self, facts: Facts) -> Flags:
        """Workdays on which the rule holds, shape (d,)."""
        return facts.between(self.start, self.end)

    def cells(self, facts: Facts) -> Flags:
        """ASN-days that the rule reaches, shape (n, d)."""
        return self.members(facts)[:, None] & self.days(facts)

    def bars(self, facts: Facts) -> Flags | None:
        """ASN-days that the rule, were it hard, takes remote work away from; None = none."""
        return None

    def bans(self, facts: Facts) -> Flags | None:
        """ASN-days on which the rule, were it hard, allows nobody to be remote; None = none."""
        return None

    def formed(self, facts: Facts, statuses: Statuses) -> Groups | None:
        """Groups that share their days in a finished roster; None where the rule knows none."""
        return None

    def reliefs(self, facts: Facts, statuses: Statuses) -> Iterator[Relief]:
        """What the rule would have to allow for a finished roster to keep it: exemptions, here."""
        groups, members = self.couples(facts), self.members(facts)
        for breach in self.audit(facts, statuses).each():
            yield Relief(find_rows(breach, groups, members), breach, self.exemption)

    def evidence(self, facts: Facts, asn: Ints) -> Texts:
        """What a rule with `bars` sees of some ASN, in words, shape (k,): why they are meant."""
        columns = [column for column in self.scope if column not in PERSONAL]
        if not columns:
            text = _("named by the rule") if self.scope else _("everybody is meant")
            return np.full(len(asn), text, dtype=object)
        shown = [f"{column}: " + facts.text(column).iloc[asn] for column in columns]
        words = [", ".join(parts) for parts in zip(*shown, strict=True)]
        return np.array(words, dtype=object)

    def change(self, facts: Facts, asn: Ints) -> Change | None:
        """The change of evidence that decides for a rule with `bars`; None = no evidence does.

        Parameters
        ----------
        facts : Facts
        asn : ndarray of int64, shape (k,)
            Whom the words are for.
        """
        return None

    @abstractmethod
    def compile(self, facts: Facts) -> Iterator[Form]:
        """State the rule as array forms."""

    @abstractmethod
    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Find every breach in a finished roster."""


class FlawError(ValueError):
    """Something wrong with a clause that only its keys together show.

    Parameters
    ----------
    key : str
        The key to name as its place.
    message : str
        What is wrong and what to do (a message id).
    value : object, optional
        The offending value.
    """

    def __init__(self, key: str, message: str, value: object = None) -> None:
        super().__init__(message)
        self.key, self.value = key, value


def nobody(facts: Facts) -> Groups:
    """No groups at all: what a rule that speaks of each ASN alone couples."""
    return Groups(np.full(facts.shape[0], -1, dtype=np.int64), np.empty(0, dtype=object))


def show_labels(by: Sequence[str], groups: Groups) -> npt.NDArray[np.object_]:
    """Labels for messages, which tell of nobody even where each person is a group."""
    if PERSONAL.isdisjoint(by):
        return groups.labels
    return np.full(len(groups), "…", dtype=object)


def forbid(rule: Rule, cells: Flags) -> Iterator[Form]:
    """Forms of "not remote in these cells": a mask, or a price where the rule is soft."""
    if rule.penalty is None:
        yield Mask(rule.id, cells, remote=False)
    else:
        yield CellCost(cells * np.int64(rule.penalty), np.zeros(cells.shape, dtype=np.int64))


def find_remote(cells: Flags, statuses: Statuses) -> Breaches:
    """Remote ASN-days inside cells where none should be."""
    return breaches_on_days(cells & statuses.remote, needed_remote=False)


def describe(values: pd.Series, write: Callable[[Any], str]) -> Texts:
    """Words for each value of a column, each distinct one written once, shape (k,)."""
    codes, unique = pd.factorize(values, use_na_sentinel=False)
    return np.array([write(value) for value in unique], dtype=object)[codes]


def choose(flags: Flags, yes: str, no: str) -> Texts:
    """One of two texts for each flag, same shape."""
    texts: Texts = np.array([no, yes], dtype=object)[flags.astype(np.int8)]
    return texts


def exact(share: float) -> Fraction:
    """The decimal that was written: 0.6 is 3/5, not the nearest binary fraction."""
    return Fraction(repr(share))
