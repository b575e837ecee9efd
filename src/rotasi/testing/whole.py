"""A clause on the whole way: files, solving, verifying, the ledger, the folder of a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from rotasi.errors import RotasiError
from rotasi.explanation.explain import explain
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import Instance
from rotasi.model.evaluation import evaluate, is_allowed
from rotasi.model.status import Status
from rotasi.policy.document import Policy
from rotasi.schedule.result import Schedule
from rotasi.schedule.verification import verify
from rotasi.solver import Options, decide
from rotasi.support.types import Frame
from rotasi.tables.roster import Roster
from rotasi.testing.readings import every_roster, form_groups


def find_lost_in_files(policy: Policy) -> Iterator[str]:
    """What of a policy does not come back from its formats."""
    forms = {"a dictionary": Policy.model_validate(policy.to_dict())}
    with TemporaryDirectory() as folder:
        for name in ("json", "toml"):
            path = Path(folder) / f"policy.{name}"
            try:
                path.write_text(getattr(policy, f"to_{name}")(), encoding="utf-8")
            except ImportError:  # TOML is written by an extra
                continue
            forms[name.upper()] = Policy.read(path)
    for name, again in forms.items():
        if again != policy or again.hash() != policy.hash():
            yield f"a policy with it does not come back from {name} as it was"


def find_wrong_optimum(instance: Instance, roster: Roster, previous: Frame | None) -> Iterator[str]:
    """Whether `solve`, which folds ASN who are alike, finds what looking at all rosters finds."""
    best = _enumerate(instance)
    try:
        schedule = _solve(roster, instance.policy, previous)
    except RotasiError as error:
        yield f"solve fails: {error}"
        return
    found = schedule.objectives["value"].tolist() if schedule.complete else None
    if found != best:
        yield (
            f"solve finds the values {found or 'of no roster'}, but looking at every roster gives "
            f"{best or 'none at all'}: dealing days to ASN who are alike does not keep the rule"
        )
    elif found is None:
        yield from _find_unexplained(instance.policy, roster, previous)
    elif schedule.status is not Status.OPTIMAL:
        yield f"solve proves no optimum of a tiny case: {schedule.status}"


def _solve(roster: Roster, policy: Policy, previous: Frame | None) -> Schedule:
    options = Options(None, 1, 0, None, None, cross_check=False, verbose=False)
    return decide(roster, policy, previous, options, quiet=True)


def _enumerate(instance: Instance) -> list[int] | None:
    """Natural values of the best roster of all; None if every one breaks something."""
    problem, best = compile_problem(instance), None
    signs = [tier.sign for tier in problem.tiers]
    for remote in every_roster(instance.facts):
        known = form_groups(problem, remote)
        if is_allowed(known, remote):
            costs = [evaluate(known, tier, remote) for tier in known.tiers]
            best = costs if best is None else min(best, costs)
    return best and [sign * cost for sign, cost in zip(signs, best, strict=True)]


def _find_unexplained(policy: Policy, roster: Roster, previous: Frame | None) -> Iterator[str]:
    explanation = explain(roster, policy, previous)
    if explanation.feasible or not (explanation.conflicts or explanation.undecided):
        yield "explain finds no conflict where there is no roster"


def find_lost_in_schedule(policy: Policy, roster: Roster, previous: Frame | None) -> Iterator[str]:
    """What of a schedule fails its verification, or does not come back from its folder."""
    schedule = _solve(roster, policy, previous)
    if not schedule.complete:
        return
    if not verify(schedule, roster, schedule.policy, previous):
        yield "verify finds violations in what solve gives"
    schedule.ledger()
    with TemporaryDirectory() as folder:
        schedule.write(Path(folder) / "schedule")
        again = Schedule.read(Path(folder) / "schedule")
        if again.policy != schedule.policy or not again.to_frame().equals(schedule.to_frame()):
            yield "a schedule does not come back from its folder as it was"
