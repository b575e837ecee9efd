"""revise(): a roster in force, changed as little as what is new demands."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from datetime import date

from rotasi.engine.executors import HasExecutor
from rotasi.errors import PolicyError, Problem
from rotasi.messages import _
from rotasi.policy.document import Policy
from rotasi.progress import Progress
from rotasi.schedule.proof import seal
from rotasi.schedule.result import Schedule
from rotasi.solver import Options, decide
from rotasi.support.arguments import Cores, Day, Seconds, Seed, as_day, checked
from rotasi.support.cancellation import interruptible
from rotasi.tables.roster import Roster


@checked
@interruptible()
def revise(
    schedule: Schedule,
    roster: Roster,
    policy: Policy,
    from_date: Day,
    *,
    time_limit: Seconds | None = None,
    workers: Cores | None = None,
    seed: Seed = 0,
    executor: Executor | HasExecutor | None = None,
    progress: Callable[[Progress], None] | None = None,
    cross_check: bool = False,
    verbose: bool = False,
) -> Schedule:
    """Change a roster that is in force as little as new leave, pins, people or days off demand.

    Every day before `from_date` stays as it was. From then on all hard rules hold, and tier by
    tier: the fewest ASN-days change, the penalty of soft rules is the least, and the policy's
    objectives are as good as they can be; each is proven, and the result verified, as by `solve`.

    Parameters
    ----------
    schedule : Schedule
        The roster in force.
    roster : Roster
        As it is now. New leave wins, before `from_date` too; ASN who have gone are dropped; new
        ones have no past, so no rows before `from_date`, and change nothing.
    policy : Policy
        As it is now.
    from_date : date or str
        The first day that may change; ISO text will do.
    time_limit, workers, seed, executor, progress, cross_check, verbose
        As for `solve`.

    Returns
    -------
    Schedule
        `objectives` begins with ``changes``: the ASN-days from `from_date` on whose status
        differs, new leave included. `previous` is the history of the roster revised, and
        `provenance["revises"]` tells from when, and of which roster (`Schedule.hash`).

    Raises
    ------
    PolicyError, RosterError
        If roster and policy do not fit together, or the period ends before `from_date`.
    InfeasibleError, TimeLimitError
        If `schedule` holds no roster, or the time limit leaves no room, as for `solve`.
    ArgumentError
        If an argument is of a wrong type or out of range, such as `from_date` that is no date.
    VerificationError, KeyboardInterrupt
        As for `solve`.

    Notes
    -----
    What is past counts towards quotas, runs, days together and fairness like any other day. What it
    alone breaks is nobody's fault; nothing more is granted: a quota used up allows no further day,
    and a minimum asks for as many of the days left as it takes.

    Examples
    --------
    >>> import pandas as pd, rotasi
    >>> people = pd.DataFrame({"nip": ["a", "b"], "opd": "Bappeda"})
    >>> policy = rotasi.Policy.model_validate({
    ...     "start": "2026-01-05", "end": "2026-01-09",
    ...     "rules": [{"kind": "min_on_site", "count": 1}],
    ... })
    >>> schedule = rotasi.solve(rotasi.Roster.from_frame(people), policy)
    >>> leave = pd.DataFrame({"nip": ["a"], "start": ["2026-01-08"], "end": ["2026-01-09"]})
    >>> later = rotasi.Roster.from_frame(people, leave=leave)
    >>> revised = rotasi.revise(schedule, later, policy, "2026-01-08")
    >>> int(revised.objectives["value"].iloc[0])  # two days of leave, and b is on site on both
    3
    """
    schedule.raise_for_status()
    day = _check(as_day(from_date), policy)
    options = Options(
        time_limit, workers, seed, executor, progress, cross_check, verbose, refuses=True
    )
    revised = decide(roster, policy, schedule.history(), options, day)
    before = schedule.provenance.get("revises", {})
    origin = {
        "from_date": day.isoformat(),
        "schedule": schedule.hash(),
        "edition": before.get("edition", 0) + 1,
    }
    revised = replace(revised, provenance={**revised.provenance, "revises": origin})
    return replace(revised, provenance=seal(revised)) if revised.complete else revised


def _check(day: date, policy: Policy) -> date:
    """The first day to revise, which the period must reach."""
    if day > policy.end:
        message = _("the period ends before the first day to revise, {day}")
        problem = Problem(message.format(day=day), "policy", column="end", value=str(policy.end))
        raise PolicyError([problem])
    return day
