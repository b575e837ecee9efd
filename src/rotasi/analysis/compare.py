"""Policies side by side: the same people under each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import pandas as pd

from rotasi.analysis.assumptions import Assumptions
from rotasi.analysis.figures import LEVELS
from rotasi.analysis.savings import savings
from rotasi.errors import PolicyError, Problem
from rotasi.exports.protocol import Subject
from rotasi.instance.resolve import resolve
from rotasi.messages import _, mark
from rotasi.model.assignment import Statuses
from rotasi.model.facts import LEAVE, WFH, WFO
from rotasi.model.status import Status
from rotasi.policy.document import Policy
from rotasi.rules.objectives import Fairness
from rotasi.schedule.result import Schedule
from rotasi.schedule.verification import as_frame
from rotasi.solver import solve
from rotasi.support.arguments import Cores, Only, Seconds, Seed, checked
from rotasi.support.notices import give_notice
from rotasi.support.types import Frame
from rotasi.tables.roster import Roster

#: Columns and their types; empty where a policy has no schedule.
_TYPES = {
    "policy": "str",
    "status": "str",
    "workdays": "Int64",
    "eligible": "Int64",
    "refused": "Int64",
    "remote_days": "Int64",
    "remote_share": "Float64",
    "on_site_minimum": "Int64",
    "least_on_site": "Float64",
    "wishes_granted": "Int64",
    "wishes": "Int64",
    "fairness": "Int64",
    "spread": "Int64",
    "savings_low": "Int64",
    "savings_mid": "Int64",
    "savings_high": "Int64",
}
COMPARISON_COLUMNS = list(_TYPES)

Policies = Annotated[
    Mapping[str, Policy],
    Only(mark("policies by name, as a dictionary of Policy objects"), lambda _given: True),
]


@checked
def compare(
    roster: Roster,
    policies: Policies,
    assumptions: Assumptions | None = None,
    *,
    previous: Subject | Frame | None = None,
    time_limit: Seconds | None = None,
    workers: Cores | None = None,
    seed: Seed = 0,
) -> Frame:
    """Solve a roster under several policies and lay the results side by side.

    Parameters
    ----------
    roster : Roster
    policies : mapping of name to Policy
        Give all of them one period: days and savings of different ones do not compare.
    assumptions : Assumptions, optional
        What remote days save; without it the columns on savings stay empty.
    previous, time_limit, workers, seed
        As for `solve`; the time limit holds for each policy.

    Returns
    -------
    DataFrame, one row per policy, in the order given
        policy; status; workdays; eligible (ASN who may be remote on some day); refused (ASN who
        applied and may not); remote_days (ASN-days); remote_share (of the ASN-days not on leave);
        on_site_minimum (fewest ASN on site in an OPD on a day; days on which all are on leave
        left out); least_on_site (smallest share of those present, likewise); wishes_granted and
        wishes (wished ASN-days not on leave: remote where the weight is positive, on site where
        it is negative); fairness (Σ of squared remote days, history included, over those who may
        be remote; it grows with the days); spread (most minus fewest of these days); savings_low,
        savings_mid and savings_high (rupiah a year, all OPDs and components with a known cost).
        Where a policy has no schedule, all but policy, status, workdays, eligible and refused is
        empty.
        ``attrs["contradictions"]`` are those of the assumptions.

    Raises
    ------
    ArgumentError
        If an argument is of a wrong type or out of range.
    PolicyError
        With every problem of every policy that does not fit the roster.
    RosterError
        If a pin falls on a day off, or `previous` cannot be read.

    Warns
    -----
    RotasiWarning
        If the policies' periods differ.

    Examples
    --------
    >>> import rotasi
    >>> from rotasi import compare
    >>> city, draft = rotasi.datasets.city(300), rotasi.presets.bekasi_2026
    >>> table = compare(city, {f"{n} days": draft(max_days=n) for n in (1, 2)})
    >>> table["status"].tolist()
    ['OPTIMAL', 'OPTIMAL']
    """
    before = as_frame(previous)
    _check(roster, policies, before)
    rows = []
    for name, policy in policies.items():
        schedule = solve(
            roster, policy, previous=before, time_limit=time_limit, workers=workers, seed=seed
        )
        rows.append({"policy": name} | _row(schedule, assumptions))
    frame = pd.DataFrame(rows, columns=COMPARISON_COLUMNS).astype(_TYPES)
    found = assumptions.contradictions if assumptions else []
    frame.attrs["contradictions"] = [str(contradiction) for contradiction in found]
    return frame


def _check(roster: Roster, policies: Mapping[str, Policy], previous: Frame | None) -> None:
    """Find what does not fit before the first policy is solved."""
    problems = []
    for name, policy in policies.items():
        try:
            resolve(roster, policy, previous)
        except PolicyError as error:
            problems += [
                Problem(found.message, f"policy {name!r}", found.row, found.column, found.value)
                for found in error.problems
            ]
    if problems:
        raise PolicyError(problems)
    if len({(policy.start, policy.end) for policy in policies.values()}) > 1:
        text = _("the policies' periods differ; give all of them the same start and end")
        give_notice(text)


def _row(schedule: Schedule, assumptions: Assumptions | None) -> dict[str, Any]:
    facts = schedule.instance.facts
    applied = facts.employees["applied"].fillna(False).to_numpy(bool)
    row = {
        "status": str(schedule.status),
        "workdays": len(facts.days),
        "eligible": int(facts.may_be_remote.sum()),
        "refused": int((applied & ~facts.may_be_remote).sum()),
    }
    if schedule.status not in (Status.OPTIMAL, Status.FEASIBLE):
        return row
    return row | _count_days(schedule) | _judge(schedule) | _save(schedule, assumptions)


def _count_days(schedule: Schedule) -> dict[str, Any]:
    """How many are remote, and how few are left on site."""
    grid = schedule.grid
    opds = schedule.instance.facts.opds
    site, remote = opds.count(grid == WFO), opds.count(grid == WFH)
    present = site + remote
    some = present > 0
    return {
        "remote_days": int(remote.sum()),
        "remote_share": remote.sum() / max(present.sum(), 1),
        "on_site_minimum": int(site[some].min()) if some.any() else None,
        "least_on_site": (site[some] / present[some]).min() if some.any() else None,
    }


def _judge(schedule: Schedule) -> dict[str, Any]:
    """How wishes and equality fare."""
    facts, grid = schedule.instance.facts, schedule.grid
    wished = (facts.wishes != 0) & (grid != LEAVE)
    granted = wished & ((facts.wishes > 0) == (grid == WFH))
    days = facts.past_remote_days + (grid == WFH).sum(axis=1)
    days = days[facts.may_be_remote]
    return {
        "wishes_granted": int(granted.sum()),
        "wishes": int(wished.sum()),
        "fairness": Fairness(kind="fairness").value(facts, Statuses(grid)),
        "spread": int(days.max() - days.min()) if len(days) else 0,
    }


def _save(schedule: Schedule, assumptions: Assumptions | None) -> dict[str, Any]:
    if assumptions is None:
        return {}
    table = savings(schedule, assumptions)
    return {f"savings_{level}": table[f"{level}_year"].sum(min_count=1) for level in LEVELS}
