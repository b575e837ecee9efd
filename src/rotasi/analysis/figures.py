"""Figures about savings: costs, sourced estimates, and figures that contradict each other."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from rotasi.messages import _, mark
from rotasi.rules.base import Model, exact

Level = Literal["low", "mid", "high"]
LEVELS: tuple[Level, ...] = ("low", "mid", "high")

#: Workdays of the week in which `Estimate.days` counts.
WEEK = 5


def _read_exact(value: object) -> Fraction:
    """The number that was written: 0.12 is 3/25, and thirds are written as text, such as 2/9."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{1,15}(/0*[1-9]\d{0,14})?", value):
        return Fraction(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        return exact(float(value))
    raise ValueError(mark('write a number, such as 0.12, or a fraction in quotes, such as "4/25"'))


def _check_part(part: Fraction) -> Fraction:
    if not 0 <= part <= 1:
        raise ValueError(mark("a part lies between 0 and 1: write 0.16 for 16 %"))
    return part


def _check_days(days: Fraction) -> Fraction:
    if not 0 < days <= WEEK:
        raise ValueError(mark("write how many of five workdays are remote: above 0, at most 5"))
    return days


Exact = Annotated[Fraction, BeforeValidator(_read_exact), PlainSerializer(str)]
Part = Annotated[Exact, AfterValidator(_check_part)]
Rupiah = Annotated[int, Field(ge=0)]
Name = Annotated[str, Field(min_length=1)]


class Component(Model):
    """A kind of cost.

    Parameters
    ----------
    name : str
        A code, such as ``electricity_water``.
    cost : int, optional
        Rupiah a month that an OPD spends when everybody works on site, unless `opd_costs` knows
        better. Without either, nothing is computed.
    source : str
        Where the cost stands.
    """

    name: Name
    cost: Rupiah | None = None
    source: str = ""


class Estimate(Model):
    """What a source says is saved.

    Parameters
    ----------
    component : str
    levels : list of {"low", "mid", "high"}
        The ends of the range that the figure serves.
    part : number or text
        Saved part of the cost, as a decimal (0.16) or a fraction ("4/18").
    days : number or text
        Remote days of five a week, for all staff, with which it is saved.
    source : str
    """

    component: str
    levels: Annotated[list[Level], Field(min_length=1)]
    part: Part
    days: Annotated[Exact, AfterValidator(_check_days)]
    source: Name

    @property
    def rate(self) -> Fraction:
        """Saved part of the cost per unit of remote share: what a share of 1 would save."""
        return self.part * WEEK / self.days


class Contradiction(Model):
    """Two figures for one thing.

    Parameters
    ----------
    about, figure, against, source : str
        ``{about}: {figure}, against {against} ({source})``.
    component : str
        The component that it concerns; empty for all of them.
    """

    about: str
    figure: str
    against: str
    source: str
    component: str = ""

    def __str__(self) -> str:
        parts = ("about", "figure", "against", "source")
        words = {part: translated(getattr(self, part)) for part in parts}
        return _("{about}: {figure}, against {against} ({source})").format(**words)


def translated(text: str) -> str:
    """A text of the built-in sets in the language in use; other texts stay as they are."""
    return _(text) if text else ""  # gettext answers the empty text with its catalogue's header
