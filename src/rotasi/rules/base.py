"""What every rule has in common: its words, its reach in people and days, its two readings."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from rotasi.facts import Facts, Flags
from rotasi.forms import Form, Linear, Mask
from rotasi.messages import mark
from rotasi.statuses import Breaches, Statuses, breaches_on_days


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

    kind: str
    id: str = ""
    text: str = ""
    source: str = ""
    scope: Scope = {}
    except_: Scope = Field(default={}, alias="except")
    start: Date | None = None
    end: Date | None = None
    rank: Annotated[int, Field(ge=1, le=5)] = 3
    penalty: Annotated[int, Field(ge=1, le=1_000_000)] | None = None

    @model_validator(mode="after")
    def _check_dates(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise FlawError("end", mark("the rule ends before it starts; swap the dates"), self.end)
        return self

    @property
    def hard(self) -> bool:
        """Whether the rule must hold."""
        return self.penalty is None

    @property
    def columns(self) -> dict[str, list[str]]:
        """Columns of the employees table that the rule names, by the place that names them."""
        return {"scope": list(self.scope), "except": list(self.except_)}

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


def forbid(rule: Rule, cells: Flags) -> Iterator[Form]:
    """Forms of "not remote in these cells": a mask, or a price where the rule is soft."""
    if rule.penalty is None:
        yield Mask(rule.id, cells, remote=False)
    else:
        yield Linear(cells * np.int64(rule.penalty), np.zeros(cells.shape, dtype=np.int64))


def find_remote(cells: Flags, statuses: Statuses) -> Breaches:
    """Remote ASN-days inside cells where none should be."""
    return breaches_on_days(cells & statuses.remote, needed_remote=False)


def exact(share: float) -> Fraction:
    """The decimal that was written: 0.6 is 3/5, not the nearest binary fraction."""
    return Fraction(repr(share))
