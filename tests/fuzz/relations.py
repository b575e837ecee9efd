"""What must hold of every instance: one function each, in one table.

A relation takes a `Trial`, raises if it does not hold, and else tells in a word what it met, or ""
where it says nothing of the instance. To add one, write it and name it in `RELATIONS`.
"""

from __future__ import annotations

from collections.abc import Mapping

from helpers import cp_sat_alone
from oracle.checker import judge
from oracle.mip import Answer, brute_force, costs
from stories import KINDS, check, draw_story

import rotasi

from .bounds import BOUNDS, Relation, holds_against
from .changes import (
    by_opd,
    doubled,
    is_pure,
    only,
    opds_of,
    renamed,
    replaced,
    rules_of,
    shifted,
    shuffled,
    tightenings,
    without_months,
)
from .explaining import answers_why, tells_only_what_is_so
from .trial import Trial, agree, assignment_of, demand, frame_of, values_of

FREE = 9  # ASN-days not on leave of which every assignment is tried
DEAR = 1_000_000
NOT_MET = ""


def agrees_with_mip(trial: Trial) -> str:
    """The status and every value are those that another model and solver prove."""
    holds_against(trial, trial.answer, trial.schedule)
    if not trial.crowd:
        agree("status", str(trial.schedule.status), trial.answer.status)
    return str(trial.schedule.status)


def agrees_with_brute_force(trial: Trial) -> str:
    """The optimum is the best of all assignments."""
    if len(set(trial.case.asn_days()) - trial.case.leave) > FREE:
        return NOT_MET
    best = brute_force(trial.case)
    agree("the MIP", (trial.answer.status, trial.answer.values), (best.status, best.values))
    agree("status", str(trial.schedule.status), best.status)
    holds_against(trial, best, trial.schedule)
    return best.status


def same_for_any_workers(trial: Trial) -> str:
    """Two workers give the same schedule, another seed the same values."""
    schedule, other = trial.schedule, trial.solve(workers=2)
    _same_outcome(other, schedule)
    agree("days", days_of(other), days_of(schedule))
    _same_outcome(trial.solve(seed=trial.rng.randrange(1, 1000)), schedule)
    return str(schedule.status)


def same_by_search_alone(trial: Trial) -> str:
    """CP-SAT finds the same without the flow and the LP."""
    with cp_sat_alone():
        other = trial.solve()
    _same_outcome(other, trial.schedule)
    return str(other.status)


def same_in_any_row_order(trial: Trial) -> str:
    """Shuffled rows give each ASN the same days."""
    other = trial.other(shuffled(trial.instance, trial.rng)).schedule
    _same_outcome(other, trial.schedule)
    agree("days", days_of(other), days_of(trial.schedule))
    return str(other.status)


def same_by_other_nips(trial: Trial) -> str:
    """What people are called changes no value."""
    other = trial.other(renamed(trial.instance, trial.rng)).schedule
    _same_outcome(other, trial.schedule)
    return str(other.status)


def same_in_other_weeks(trial: Trial) -> str:
    """Where no month counts and no holiday, the whole calendar may be moved by weeks."""
    here = trial.other(without_months(trial.instance))
    there = trial.other(shifted(here.instance, trial.rng.choice([-60, -4, -1, 1, 3, 26, 53])))
    one, other = here.schedule, there.schedule
    _same_outcome(other, one)
    return str(other.status)


def worse_when_tightened(trial: Trial) -> str:
    """A tighter rule, or one more, never improves the optimum, nor makes anything feasible."""
    pairs = list(tightenings(trial.instance))
    if not pairs:
        return NOT_MET
    loose, tight = (trial.other(instance) for instance in trial.rng.choice(pairs))
    if tight.schedule.status == "INFEASIBLE":
        return "INFEASIBLE"
    agree("status of the looser", str(loose.schedule.status), "OPTIMAL")
    before, after = (
        costs(t.case, Answer("", values_of(t.schedule.objectives))) for t in (loose, tight)
    )
    demand(before <= after, f"tightened, costs fell from {before} to {after}")
    return "worse" if before < after else "same"


def sums_up_when_doubled(trial: Trial) -> str:
    """Two copies of every OPD are worth twice as much."""
    one = trial.other(by_opd(trial.instance))
    two = one.other(doubled(one.instance))
    agree("status", two.schedule.status, one.schedule.status)
    if one.schedule.status == "OPTIMAL":
        twice = [(kind, 2 * value) for kind, value in values_of(one.schedule.objectives)]
        agree("values", values_of(two.schedule.objectives), twice)
    return str(one.schedule.status)


def sums_up_over_opds(trial: Trial) -> str:
    """OPDs that no rule couples may be solved apart."""
    opds = opds_of(trial.instance)
    if len(opds) < 2:
        return NOT_MET
    whole = trial.other(by_opd(trial.instance))
    trial.rng.shuffle(opds)
    cut = trial.rng.randrange(1, len(opds))
    parts = [whole.other(only(whole.instance, some)).schedule for some in (opds[:cut], opds[cut:])]
    together = whole.schedule
    infeasible = any(part.status == "INFEASIBLE" for part in parts)
    agree("status", str(together.status), "INFEASIBLE" if infeasible else "OPTIMAL")
    if not infeasible:
        sums = sum(part.objectives["value"] for part in parts)
        agree("values", together.objectives["value"].tolist(), sums.tolist())
    return str(together.status)


def same_when_priced(trial: Trial) -> str:
    """A hard rule is the same as a soft one that nobody can afford to break."""
    hard = [
        number
        for number, rule in enumerate(rules_of(trial.instance))
        if is_pure(rule) and "penalty" not in rule
    ]
    if not hard:
        return NOT_MET
    number = trial.rng.choice(hard)
    rule = rules_of(trial.instance)[number] | {"penalty": DEAR}
    soft = trial.other(replaced(trial.instance, number, rule)).schedule
    if soft.status == "INFEASIBLE":
        agree("status", str(trial.schedule.status), "INFEASIBLE")
        return "INFEASIBLE"
    penalty, *rest = values_of(soft.objectives)
    if trial.schedule.status == "INFEASIBLE":
        demand(penalty[1] >= DEAR, f"a penalty of {penalty[1]}, and yet hard it is infeasible")
        return "INFEASIBLE"
    values = values_of(trial.schedule.objectives)
    agree("values", [penalty, *rest], values if trial.case.soft else [("penalty", 0), *values])
    return str(soft.status)


def verifies_as_the_checker(trial: Trial) -> str:
    """`verify` and the oracle see the same broken rules and the same values."""
    if trial.schedule.status == "OPTIMAL":
        report = trial.verify(trial.schedule)
        demand(report.ok, f"the schedule breaks {set(report.violations['rule'])}")
        agree("values", values_of(report.objectives), values_of(trial.schedule.objectives))
    flipped = _flipped(trial)
    report, judgement = trial.verify(frame_of(flipped)), judge(trial.case, flipped)
    if report.undecided:
        return "undecided"
    found, expected = set(report.violations["rule"]), judgement.violated
    if expected & {"rows", "leave"}:
        # What such a table is worth, and who of a group is there, the contract leaves open.
        ties = {rule.id for rule in trial.case.rules if rule.kind == "rotation_groups"}
        agree("broken rules", found - ties, expected - ties)
        return "no roster"
    agree("broken rules", found, expected)
    agree("values", values_of(report.objectives), judgement.values)
    return "valid" if judgement.ok else "broken"


def _flipped(trial: Trial) -> dict[tuple, str]:
    """The schedule, or anything if there is none, with a few days otherwise."""
    keys, rng = trial.case.asn_days(), trial.rng
    if trial.schedule.status == "OPTIMAL":
        found = assignment_of(trial.schedule.to_frame())
    else:
        found = {key: rng.choice(["WFO", "WFH"]) for key in keys}
        found |= dict.fromkeys(trial.case.leave, "LEAVE")
    for key in rng.sample(keys, min(len(keys), rng.choice([0, 1, 1, 2, 4]))):
        if found[key] != "LEAVE" or rng.random() < 0.1:
            found[key] = rng.choice(["WFO", "WFH"] * 8 + ["LEAVE"])
    if rng.random() < 0.1:
        # A lost row is a fault by itself: whether it breaks leave or a pin as well is open.
        lost = [key for key in keys if key not in trial.case.leave and key not in trial.case.pins]
        for key in rng.sample(lost, min(len(lost), 2)):
            del found[key]
    return found


def _same_outcome(found: rotasi.Schedule, expected: rotasi.Schedule) -> None:
    agree("status", str(found.status), str(expected.status))
    if expected.status == "OPTIMAL":
        agree("values", values_of(found.objectives), values_of(expected.objectives))


def days_of(schedule: rotasi.Schedule) -> dict[tuple, str]:
    """Who does what on which day, if there is a schedule."""
    return assignment_of(schedule.to_frame()) if schedule.status == "OPTIMAL" else {}


def revised_for_the_best(trial: Trial) -> str:
    """A revision is the best of all ways to go on; of a story that chance tells."""
    while True:
        story = draw_story(trial.rng, trial.rng.choice(KINDS))
        if story is not None:
            return check(story)


def confirmed_by_another_solver(trial: Trial) -> str:
    """`cross_check` confirms every part of what `solve` has proven."""
    given, policy, previous = trial.roster, trial.policy, trial.instance[2]
    schedule = rotasi.solve(given, policy, previous=previous, cross_check=True)
    verdict = schedule.provenance["cross_check"]
    agree("confirmed", verdict["confirmed"], verdict["parts"])
    return str(schedule.status)


#: Every relation by the name that reports and the corpus call it.
RELATIONS: Mapping[str, Relation] = {
    **BOUNDS,
    "mip": agrees_with_mip,
    "brute-force": agrees_with_brute_force,
    "verify": verifies_as_the_checker,
    "workers": same_for_any_workers,
    "cp-sat": same_by_search_alone,
    "row-order": same_in_any_row_order,
    "nips": same_by_other_nips,
    "weeks": same_in_other_weeks,
    "tightened": worse_when_tightened,
    "priced": same_when_priced,
    "doubled": sums_up_when_doubled,
    "apart": sums_up_over_opds,
    "explain": tells_only_what_is_so,
    "why": answers_why,
    "revise": revised_for_the_best,
    "cross-check": confirmed_by_another_solver,
}
