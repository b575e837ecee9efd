"""What a roster is claimed to save, from the remote days that it really reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, groupby
from typing import Any

import numpy as np
import pandas as pd

from rotasi.analysis.assumptions import Assumptions
from rotasi.analysis.figures import LEVELS, WEEK, Component, Estimate, Level, translated
from rotasi.errors import PolicyError, Problem
from rotasi.messages import _, number, plural
from rotasi.model.facts import WFH, WFO, Facts, Flags, Grid, Ints
from rotasi.schedule.result import Schedule
from rotasi.support.arguments import checked
from rotasi.support.notices import give_notice
from rotasi.support.text import as_word, near
from rotasi.support.types import Frame

Estimates = Mapping[Level, Estimate]

SAVINGS_COLUMNS = [
    "opd", "component", "remote_share",
    *(f"{level}_{per}" for per in ("month", "year") for level in LEVELS),
    "source", "contradictions", "note",
]  # fmt: skip
_MONTHS = 12


@checked
def savings(schedule: Schedule, assumptions: Assumptions) -> Frame:
    """What the roster saves per OPD and component, as a range with its sources.

    A source names a part of a cost and the remote days of five a week, for all staff, that save
    it. The saving grows in proportion to the remote share that the roster reaches::

        month = cost × part × (reached / (days / 5)),   at most the cost itself
        reached = Σ over remote ASN-days of (1 − fixed, or 1 if their site is empty that day)
                  / ASN-days not on leave

    A month is one that goes like the schedule's period, so that the figures do not depend on its
    length; a year is twelve of them.

    Parameters
    ----------
    schedule : Schedule
    assumptions : Assumptions
        One of `rotasi.claims`, or your own.

    Returns
    -------
    DataFrame, one row per OPD and component
        opd, component, remote_share (remote part of the ASN-days not on leave; field days are not
        remote), low_month, mid_month, high_month, low_year, mid_year, high_year (whole rupiah,
        rounded down; empty where no cost is known), source (of the cost and of each end of the
        range), contradictions (where the sources disagree about this component or the whole),
        note (what else to mind). ``attrs["contradictions"]`` lists all contradictions.

    Raises
    ------
    ArgumentError
        If `schedule` is no Schedule, or `assumptions` are no Assumptions.
    InfeasibleError, TimeLimitError
        If there is no schedule.
    PolicyError
        If `assumptions.except_` names a column that the roster lacks.

    Warns
    -----
    RotasiWarning
        If `opd_costs` names an OPD that nobody belongs to.

    Examples
    --------
    >>> import rotasi
    >>> from rotasi import claims
    >>> from rotasi import savings
    >>> schedule = rotasi.solve(rotasi.datasets.city(300), rotasi.presets.bekasi_2026())
    >>> int(savings(schedule, claims.BKPSDM)["low_year"].sum()) > 0
    True
    """
    schedule.raise_for_status()
    _check_columns(schedule.instance.facts, assumptions)
    uses = _measure(schedule, assumptions)
    _warn_of_opds(assumptions, [use.opd for use in uses])
    columns = [_list_rows(part, uses, assumptions) for part in assumptions.components]
    rows = chain.from_iterable(zip(*columns, strict=True))
    frame = pd.DataFrame(list(rows), columns=SAVINGS_COLUMNS)
    money = {column: "Int64" for column in SAVINGS_COLUMNS if column.endswith(("month", "year"))}
    frame = frame.astype(money)
    frame.attrs["assumptions"] = assumptions.name
    frame.attrs["contradictions"] = [str(found) for found in assumptions.contradictions]
    return frame


@dataclass(frozen=True)
class _Use:
    """ASN-days of an OPD: not on leave, remote, remote from an empty site, in the field."""

    opd: str
    present: int
    remote: int
    emptied: int
    afield: int

    @property
    def share(self) -> Fraction:
        """Remote part of the ASN-days not on leave."""
        return Fraction(self.remote, max(self.present, 1))

    def reached(self, fixed: Fraction) -> Fraction:
        """The share that saves: the fixed part counts only where the site is empty."""
        return (self.remote * (1 - fixed) + self.emptied * fixed) / max(self.present, 1)


def _measure(schedule: Schedule, assumptions: Assumptions) -> list[_Use]:
    """Count the ASN-days of each OPD, in alphabetical order."""
    facts, grid = schedule.instance.facts, schedule.grid
    away = grid == WFH
    remote = away & _counts(schedule, assumptions)[:, None]
    opds = facts.opds
    cells = (away | (grid == WFO), remote, remote & _empty_sites(facts, grid), away & ~remote)
    counts: list[Ints] = [opds.count(where).sum(axis=1) for where in cells]
    table = zip(opds.labels, *(count.tolist() for count in counts), strict=True)
    return [_Use(str(opd), *figures) for opd, *figures in table]


def _counts(schedule: Schedule, assumptions: Assumptions) -> Flags:
    """ASN whose days away from the office are remote days, not days in the field, shape (n,)."""
    words = schedule.policy.labels.WFH.casefold().split()
    if any(label.casefold() in words for label in assumptions.field_labels):
        return np.zeros(len(schedule.grid), dtype=bool)
    return schedule.instance.facts.select({}, assumptions.except_)


def _empty_sites(facts: Facts, grid: Grid) -> Flags:
    """ASN-days on which nobody is at the ASN's site, shape (n, d); no site is never empty."""
    sites = facts.group(["site"], np.ones(len(grid), dtype=bool))
    deserted = sites.count(grid == WFO) == 0
    known = sites.of >= 0
    empty = np.zeros(grid.shape, dtype=bool)
    empty[known] = deserted[sites.of[known]]
    return empty


def _list_rows(
    component: Component, uses: list[_Use], assumptions: Assumptions
) -> Iterator[dict[str, Any]]:
    """The rows of a component, one per OPD."""
    estimates = assumptions.estimates_of(component.name)
    fixed = assumptions.fixed.get(component.name, Fraction(0))
    costs = {
        as_word(opd): given[component.name]
        for opd, given in assumptions.opd_costs.items()
        if component.name in given
    }
    usual, own = _cite(component, estimates)
    against = "; ".join(assumptions.contradictions_of(component.name))
    for use in uses:
        cost = costs.get(use.opd, component.cost)
        yield {
            "opd": use.opd,
            "component": component.name,
            "remote_share": float(use.share),
            **_compute(cost, use.reached(fixed), estimates),
            "source": own if use.opd in costs else usual,
            "contradictions": against,
            "note": "; ".join(_remark(use, cost, estimates)),
        }


def _compute(cost: int | None, reached: Fraction, estimates: Estimates) -> dict[str, int | None]:
    """Each end of the range, a month and a year."""
    months = {level: _save(cost, reached, estimate) for level, estimate in estimates.items()}
    years = {level: None if m is None else _MONTHS * m for level, m in months.items()}
    spans = {"month": months, "year": years}
    return {f"{level}_{span}": sums[level] for span, sums in spans.items() for level in sums}


def _save(cost: int | None, reached: Fraction, estimate: Estimate) -> int | None:
    """Rupiah a month, rounded down, and never more than there is to save."""
    return None if cost is None else int(cost * min(estimate.rate * reached, Fraction(1)))


def _cite(component: Component, estimates: Estimates) -> tuple[str, str]:
    """Sources of the usual cost, or of an OPD's own, and of each end of the range."""
    text = _("cost: {source}")
    usual = [text.format(source=translated(component.source) or "–")]
    own = [_("cost: given for this OPD")]
    ends = [
        _("{levels}: {percent} % with {days} of 5 days remote ({source})").format(
            levels=", ".join(levels),
            percent=_write(estimate.part * 100),
            days=_write(estimate.days),
            source=translated(estimate.source),
        )
        for estimate, levels in groupby(estimates, key=lambda level: estimates[level])
    ]
    return "; ".join((usual if component.cost is not None else []) + ends), "; ".join(own + ends)


def _remark(use: _Use, cost: int | None, estimates: Estimates) -> Iterator[str]:
    """What to mind about a row."""
    if cost is None:
        yield _("no source gives the cost; give it in opd_costs")
    beyond = [level for level, found in estimates.items() if use.share * WEEK > found.days]
    if beyond:
        text = _("{levels}: more remote days than the source speaks of, taken on in proportion")
        yield text.format(levels=", ".join(beyond))
    if use.afield:
        text = plural(
            "{n} day in the field is not counted",
            "{n} days in the field are not counted",
            use.afield,
        )
        yield text.format(n=number(use.afield))


def _write(value: Fraction) -> str:
    """A number with at most one decimal."""
    return number(float(value), 0 if value.denominator == 1 else 1)


def _check_columns(facts: Facts, assumptions: Assumptions) -> None:
    known = [str(column) for column in facts.employees.columns]
    message = _("neither the contract nor the roster has this column")
    problems = [
        Problem(message + near(name, known), "assumptions", column="except", value=name)
        for name in assumptions.except_
        if name not in known
    ]
    if problems:
        raise PolicyError(problems)


def _warn_of_opds(assumptions: Assumptions, opds: list[str]) -> None:
    """A cost that reaches no OPD must not vanish in silence."""
    for opd in assumptions.opd_costs:
        if as_word(opd) not in opds:
            text = _("opd_costs names {opd!r}, which no employee belongs to").format(opd=opd)
            give_notice(text + near(opd, opds))
