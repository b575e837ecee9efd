"""solve(): the whole way from a roster and a policy to a proven, verified schedule."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from rotasi.engine import solve as engine
from rotasi.engine.cross_check import check_again, list_claims
from rotasi.engine.executors import HasExecutor
from rotasi.engine.limits import Limits
from rotasi.engine.preparation import COMPILED, RESOLVED, Preparation
from rotasi.engine.reporter import Reporter
from rotasi.engine.runner import SideBySide
from rotasi.errors import Conflict, Problem, RuleError, VerificationError
from rotasi.explanation.explain import find_conflicts
from rotasi.exports.protocol import Subject
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import Instance, resolve
from rotasi.messages import _, mark
from rotasi.model.constraints import Ints
from rotasi.model.problem import Problem as Arrays
from rotasi.model.status import Status
from rotasi.policy.document import Policy
from rotasi.progress import Progress, tolerant
from rotasi.rules import KINDS, Objective, Rule
from rotasi.schedule.assembly import join_grids, list_blocks, list_losses, list_objectives
from rotasi.schedule.proof import seal
from rotasi.schedule.result import Schedule
from rotasi.schedule.verification import as_frame, audit
from rotasi.support.arguments import Cores, Seconds, Seed, checked
from rotasi.support.cancellation import interruptible
from rotasi.support.cores import count_cores
from rotasi.support.notices import give_notice
from rotasi.support.run_log import Journal
from rotasi.support.types import Frame
from rotasi.support.versions import read_python, read_versions
from rotasi.tables.roster import Roster

_LOOK = 10.0  # seconds for finding out why there is no roster; `explain` takes its time


@checked
@interruptible()
def solve(
    roster: Roster,
    policy: Policy,
    *,
    previous: Subject | Frame | None = None,
    time_limit: Seconds | None = None,
    workers: Cores | None = None,
    seed: Seed = 0,
    executor: Executor | HasExecutor | None = None,
    progress: Callable[[Progress], None] | None = None,
    cross_check: bool = False,
    verbose: bool = False,
) -> Schedule:
    """Decide for every ASN and workday who is on site and who is remote.

    The problem falls apart into blocks that no rule couples; each is solved to proven optimality by
    one CP-SAT worker over classes of interchangeable ASN. The result is verified by code that
    knows nothing of the solver before it is returned. Nothing that is given is changed.

    Parameters
    ----------
    roster : Roster
    policy : Policy
    previous : Schedule or DataFrame of nip, date, status, optional
        Rows before the period count towards quotas, runs and fairness; rows inside it towards
        `stability`.
    time_limit : float, optional
        Seconds for all but the verification; what is done before the search counts. They are
        kept within a tenth and a second more, or refused before the search begins.
    workers : int, optional
        Cores used in all; those of this machine if left out.
    seed : int
        The same inputs, seed and versions give the same OPTIMAL schedule.
    executor : concurrent.futures.Executor or distributed.Client, optional
        Where blocks run; left running. Without one, threads are used. Say by `workers` how many
        blocks it takes at the same time.
    progress : callable, optional
        Called with a `Progress` whenever a block has ended, in the caller's thread;
        `rotasi.progress_bar` makes one.
    cross_check : bool
        Prove every optimum and every impossibility again by another solver (HiGHS), which gets
        the problem as it was compiled; its verdicts are in ``provenance["cross_check"]``. Takes
        several times as long as solving, or what is left of the time limit.
    verbose : bool
        Tell on standard error what goes on, in about ten lines: sizes, blocks, values and proofs,
        seconds. The logger ``rotasi`` gets the same.

    Returns
    -------
    Schedule
        Its `status` tells what is known: OPTIMAL, FEASIBLE, INFEASIBLE or UNKNOWN.

    Raises
    ------
    ArgumentError
        If an argument is of a wrong type or out of range; nothing has begun then.
    PolicyError, RosterError
        If roster and policy do not fit together.
    TimeLimitError
        If the time limit leaves no room for what comes before the search.
    VerificationError
        If the result fails its own check, or the second solver refutes it, which is a bug.
    KeyboardInterrupt
        If interrupted before any schedule was found.

    Examples
    --------
    >>> import rotasi
    >>> schedule = rotasi.solve(rotasi.datasets.city(40), rotasi.presets.bekasi_2026())
    >>> str(schedule.status)
    'OPTIMAL'
    """
    options = Options(
        time_limit, workers, seed, executor, progress, cross_check, verbose, refuses=True
    )
    return decide(roster, policy, as_frame(previous), options)


@dataclass(frozen=True)
class Options:
    """How to decide: parameters that `solve` and `revise` share; `solve` describes them."""

    time_limit: float | None
    workers: int | None
    seed: int
    executor: Executor | HasExecutor | None
    progress: Callable[[Progress], None] | None
    cross_check: bool
    verbose: bool
    refuses: bool = False  # a time limit that leaves no room for what comes before the search


def decide(
    roster: Roster,
    policy: Policy,
    before: Frame | None,
    options: Options,
    from_date: date | None = None,
    *,
    quiet: bool = False,
) -> Schedule:
    """Do what `solve` and `rotasi.revise` do.

    Parameters
    ----------
    roster : Roster
    policy : Policy
    before : DataFrame of nip, date, status, or None
        The previous roster.
    options : Options
    from_date : date, optional
        Revise it: its days before this date are past, and changes to it come first.
    quiet : bool
        Warn of nothing: somebody else tells what there is to be told, or wants to hear none.
    """
    workers = count_cores() if options.workers is None else options.workers
    limits = Limits.begin(options.time_limit, options.seed)
    journal = Journal(verbose=options.verbose)
    versions = (_versions()[name] for name in ("rotasi", "ortools", "python"))
    journal.phase(mark("rotasi %s, OR-Tools %s, Python %s"), *versions)
    preparation = _prepare(roster, policy, options, limits)
    instance, problem = _state(roster, policy, before, from_date, preparation)
    journal.nips = roster.employees["nip"].tolist()
    _warn(() if quiet else instance.notices)
    reporter = Reporter(tolerant(options.progress), journal, (*problem.shape, len(policy.rules)))
    with interruptible() as cancellation:
        limits = replace(limits, cancellation=cancellation)
        runner = SideBySide(workers, options.executor, reporter)
        solution = engine.solve(problem, limits, runner, _order(roster))
    losses = list_losses(solution)
    _warn(() if quiet else losses)
    journal.phase(mark("blocks decided: %s"), solution.status)
    if cancellation.asked and solution.status is Status.UNKNOWN:
        raise KeyboardInterrupt
    schedule = Schedule(
        status=solution.status,
        roster=roster,
        policy=policy,
        previous=before,
        instance=instance,
        grid=join_grids(instance, solution),
        places=solution.places,
        objectives=list_objectives(problem.tiers, solution),
        blocks=list_blocks(instance, problem.tiers, solution),
        conflicts=_find_conflicts(instance, solution.status, limits),
        provenance=_provenance(instance, roster, options, workers),
        from_date=from_date,
    )
    begin = time.perf_counter()
    verify_result(schedule)
    found = {
        "lost": losses,
        "classes": solution.statistics.classes,
        "interrupted": cancellation.asked,
        "seconds_verifying": time.perf_counter() - begin,
    }
    if options.cross_check:
        found["cross_check"] = check_again(list_claims(problem, solution), limits)
    _note_objectives(schedule, journal)
    journal.phase(mark("schedule put together and verified"))
    schedule = replace(schedule, provenance={**schedule.provenance, **found})
    return replace(schedule, provenance=seal(schedule)) if schedule.complete else schedule


def _state(
    roster: Roster,
    policy: Policy,
    before: Frame | None,
    from_date: date | None,
    preparation: Preparation,
) -> tuple[Instance, Arrays]:
    """State roster and policy as a problem, as long as the time limit leaves room for that."""
    preparation.check()
    instance = resolve(roster, policy, before, from_date)
    preparation.check(RESOLVED)
    problem = compile_problem(instance)
    preparation.check(COMPILED)
    return instance, problem


def _warn(texts: Iterable[str]) -> None:
    for text in texts:
        give_notice(text)


def _prepare(roster: Roster, policy: Policy, options: Options, limits: Limits) -> Preparation:
    """What comes before the search, holidays included: to find them is a part of it."""
    worked = [number in policy.calendar.weekdays for number in range(7)]
    days = 1 + int(np.busday_count(policy.start, policy.end, worked))
    seconds = options.time_limit if options.refuses else None
    return Preparation(len(roster), days, len(policy.rules), seconds, limits)


def _order(roster: Roster) -> Ints:
    """Rows by NIP, shape (n,): so each ASN gets the same days however the table was sorted."""
    return np.argsort(roster.employees["nip"].to_numpy(object), kind="stable")


def _note_objectives(schedule: Schedule, journal: Journal) -> None:
    """Write values and proofs into the journal."""
    for each in schedule.objectives.to_dict("records"):
        if each["value"] is not None:
            figures = each["kind"], each["value"]
            if each["proven"]:
                journal.phase(mark("%s: %d, proven"), *figures)
            elif each["bound"] is None:
                journal.phase(mark("%s: %d, not proven"), *figures)
            else:
                journal.phase(mark("%s: %d, bound %d"), *figures, each["bound"])


def _find_conflicts(instance: Instance, status: Status, limits: Limits) -> tuple[Conflict, ...]:
    """Why there is no roster, as far as a short look into it shows."""
    if status is not Status.INFEASIBLE:
        return ()
    return tuple(find_conflicts(instance, limits.within(_LOOK)))


def _provenance(
    instance: Instance, roster: Roster, options: Options, workers: int
) -> dict[str, Any]:
    return {
        "versions": dict(_versions()),
        "roster": roster.hash(),
        "policy": instance.policy.hash(),
        "seed": options.seed,
        "time_limit": options.time_limit,
        "workers": workers,
        "notices": list(instance.notices),
    }


def verify_result(schedule: Schedule) -> None:
    """Hold the result against the rules and the claimed values, whatever the solver said."""
    if not schedule.complete:
        return
    report = audit(schedule.instance, schedule.grid, schedule.places)
    broken = sorted({*report.violations["rule"], *report.undecided})
    claimed, worth = (frame["value"].tolist() for frame in (schedule.objectives, report.objectives))
    if not broken and claimed == worth:
        return
    _blame_classes_from_outside(schedule.policy, broken)
    if broken:
        raise VerificationError(f"the result breaks {', '.join(broken)}; please report this bug")
    raise VerificationError(
        f"the solver claims {claimed} but the roster is worth {worth}; please report this bug"
    )


def _blame_classes_from_outside(policy: Policy, broken: Sequence[str]) -> None:
    """Raise `RuleError` if a class that is not rotasi's may be what says two things at once."""
    clauses: list[Rule | Objective] = [*policy.rules, *policy.objectives]
    suspects = [each for each in clauses if each.kind not in KINDS.own]
    named = [each for each in suspects if getattr(each, "id", "") in broken]
    text = _(
        "its two readings disagree: what it states for the solver lets a roster pass that it "
        "judges otherwise; rotasi.testing.check_rule shows the smallest"
    )
    if suspects and (named or not broken):
        raise RuleError(
            [Problem(text, getattr(each, "id", "") or each.kind) for each in named or suspects]
        )


@cache
def _versions() -> dict[str, str]:
    packages = ("rotasi", "ortools", "numpy", "pandas", "pydantic", "holidays")
    return read_versions(packages) | {"python": read_python()}
