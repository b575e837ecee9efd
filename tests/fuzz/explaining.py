"""What `explain` says of policies that cannot be met, held against the oracle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from helpers import Instance
from oracle.demands import CAP, PIN, Demand, Only, Priced, decide
from oracle.facts import PRESENCE, Case, Key
from oracle.mip import Program, is_feasible, optimise

import rotasi
from rotasi.explanation.amendment import amend
from rotasi.explanation.repairs import waive
from rotasi.instance.resolve import resolve

from .changes import tightenings
from .trial import Trial, agree, assignment_of, demand

SHORT = (0.005, 0.02, 0.1)  # seconds in which little can be told
TURNS = 4  # tighter rules that may make an instance impossible


def tells_only_what_is_so(trial: Trial) -> str:
    """Conflicts collide alone and are minimal; ways out are ways out, the first the cheapest."""
    trial = _tighten(trial)
    limit = trial.rng.choice([*[60.0] * 8, *SHORT])
    told = rotasi.explain(trial.roster, trial.policy, trial.instance[2], time_limit=limit)
    feasible = is_feasible(trial.case)
    demand(feasible or not told.feasible, "an impossible policy is called possible")
    if limit not in SHORT:
        agree("feasible", told.feasible, feasible)
        agree("a conflict", bool(told.conflicts), not feasible)
    if feasible:
        agree("conflicts of what is possible", told.conflicts, ())
        return "feasible" if told.feasible else "undecided"
    for conflict in (*told.conflicts, *trial.solve().conflicts):
        _holds(trial.case, conflict)
    if told.undecided or told.unfinished or told.stuck:
        return "stuck" if told.stuck else "unfinished"
    return f"{_help(trial, told)}, {_cost(trial, told)}"


def _tighten(trial: Trial) -> Trial:
    """An instance that is made impossible, if a few tighter rules do that."""
    for _turn in range(TURNS):
        pairs = list(tightenings(trial.instance))
        if not pairs or not is_feasible(trial.case):
            break
        chance, relation = trial.rng, trial.relation
        trial = trial.other(chance.choice(pairs)[1])
        trial.relation = relation
    return trial


def _holds(case: Case, conflict: rotasi.Conflict) -> None:
    """A conflict collides by itself, on each of its days, and is minimal if it says so."""
    demands = [Demand(each.rule, each.group, each.dates) for each in conflict.demands]
    agree("rules of the demands", {each.rule for each in demands}, set(conflict.rules))
    for some in _by_day(case, demands, conflict.nips):
        demand(not Only(case, some, conflict.nips).feasible, f"no conflict: {conflict.text}")
        if conflict.needed is not None:
            _holds_of_figures(case, conflict, some)
        if conflict.minimal and _is_plain(case, some, conflict.nips):
            for one in some:
                rest = [each for each in some if each is not one]
                spared = Only(case, rest, conflict.nips).feasible
                demand(spared, f"{one.rule} is named in vain: {conflict.text}")


def _holds_of_figures(case: Case, conflict: rotasi.Conflict, some: list[Demand]) -> None:
    """What is available is the most, or the least, that the other demands leave."""
    first, kinds = some[0], {rule.id: rule for rule in case.rules}
    rule = kinds.get(first.rule)
    if not _is_plain(case, some, conflict.nips) or first.rule == PIN:
        return
    if rule is None or rule.kind in ("quota", "max_consecutive"):
        groups, status = [[nip] for nip in conflict.nips], "WFH"
    elif rule.kind in PRESENCE:
        status = "WFO" if "on_site" in rule.kind else "WFH"
        groups = [
            group
            for key, group in rule.groups.items()
            if first.group in (" / ".join(map(str, key)), "…") and set(group) <= {*conflict.nips}
        ]
    else:
        return
    sign = 1 if conflict.needed > conflict.available else -1
    rest = Only(case, some[1:], conflict.nips)
    for group in groups:
        keys = [(nip, day) for nip in group for day in first.dates]
        agree(f"available: {conflict.text}", conflict.available, rest.extreme(keys, status, sign))


def _by_day(case: Case, demands: list[Demand], nips: tuple[str, ...]) -> Iterator[list[Demand]]:
    """The demands day by day, if they collide on a single day; else as a whole."""
    dates = {each.dates for each in demands}
    if len(dates) == 1:
        (days,) = dates
        daily = [[each.on(day) for each in demands] for day in days]
        alone = [not Only(case, some, nips).feasible for some in daily]
        kinds = {rule.id: rule.kind for rule in case.rules} | {CAP: "quota"}
        by_days = not {kinds.get(each.rule) for each in demands} & {"quota", "max_consecutive"}
        if all(alone) or (any(alone) and by_days):
            demand(all(alone), f"told over days on which it does not collide: {demands}")
            yield from daily
            return
    yield demands


def _is_plain(case: Case, demands: list[Demand], nips: tuple[str, ...]) -> bool:
    """Whether each demand tells all there is of a side: rules with two bounds tell not which.

    Nor do pins of both statuses on a day.
    """
    dates = {day for each in demands if each.rule == PIN for day in each.dates}
    pins = {status for (nip, day), status in case.pins.items() if nip in nips and day in dates}
    two = {"quota": ("max_days", "min_days"), "max_consecutive": ("remote", "on_site")}
    twice = len(set(demands)) < len(demands) or [each.rule for each in demands].count(PIN) > 1
    both = any(
        all(rule.parameters.get(key) for key in two[rule.kind])
        for rule in case.rules
        if rule.kind in two and rule.id in {each.rule for each in demands}
    )
    return not (both or twice or len(pins) > 1)


def _help(trial: Trial, told: rotasi.Explanation) -> str:
    """Each option, with the first of all other parts, makes the policy possible."""
    parts = {each.part for each in told.repairs}
    for part in parts:
        for option in sorted({each.option for each in told.repairs if each.part == part}):
            chosen = [
                each for each in told.repairs if each.option == (option if each.part == part else 1)
            ]
            demand(
                is_feasible(Case(*amended(trial, chosen))),
                f"option {option} of {part} does not help: {[each.text for each in chosen]}",
            )
    return "repaired"


def amended(trial: Trial, repairs: Iterable[rotasi.Repair]) -> Instance:
    """The instance with repairs written into it."""
    facts = resolve(trial.roster, trial.policy, trial.instance[2]).facts
    roster, policy = amend(trial.roster, trial.policy, facts, list(map(waive, repairs)))
    tables = trial.instance[0] | {"pins": roster.pins.astype(object)}
    terms = policy.model_dump(by_alias=True, exclude_none=True, exclude_unset=True)
    return tables, trial.instance[1] | {"rules": terms["rules"]}, trial.instance[2]


def _cost(trial: Trial, told: rotasi.Explanation) -> str:
    """The first options cost, rank by rank, what the oracle finds least."""
    first = [each for each in told.repairs if each.option == 1]
    found: Counter[int] = Counter()
    for each in first:
        found[each.rank] += each.cost
    least = Priced(trial.case).cheapest()
    if not all(each.cheapest for each in first):
        return "not proven cheapest"
    agree("cost by rank", found, least)
    return "cheapest"


def answers_why(trial: Trial) -> str:
    """What forbids a status does forbid it, and what it would cost is what it costs."""
    schedule = trial.schedule
    free = sorted(set(trial.case.asn_days()) - trial.case.leave)
    if schedule.status != "OPTIMAL" or not free:
        return ""
    key = trial.rng.choice(free)
    now = assignment_of(schedule.to_frame())[key]
    status = "WFO" if now == "WFH" else "WFH"
    reason = rotasi.why(schedule, trial.roster, trial.policy, *key, status)
    best = optimise(decide(Program(trial.case), key, status))
    agree("possible", reason.possible, best.status == "OPTIMAL")
    if not reason.possible:
        return _forbids(trial.case, reason, key, status)
    before = dict(trial.answer.values)
    wanted = [value - before[kind] for kind, value in best.values]
    agree("cost", reason.cost["difference"].tolist(), wanted)
    return "priced"


def _forbids(case: Case, reason: rotasi.Reason, key: Key, status: str) -> str:
    """Each rule that is named alone forbids it; or the conflict does, with no rule in vain."""
    if reason.conflict is None:
        for rule in reason.rules:
            alone = Only(case, [Demand(rule, "", (key[1],))], [key[0]])
            spanning = [each for each in case.rules if each.id == rule and each.kind == "quota"]
            if not spanning and rule not in ("leave", CAP):
                demand(not decide(alone, key, status).feasible, f"{rule} does not forbid it")
        return "forbidden"
    conflict = reason.conflict
    demands = [Demand(each.rule, each.group, each.dates) for each in conflict.demands]
    together = decide(Only(case, demands, conflict.nips), key, status)
    demand(not together.feasible, f"no conflict: {conflict.text}")
    for one in demands if conflict.minimal and _is_plain(case, demands, conflict.nips) else []:
        rest = [each for each in demands if each is not one]
        spared = decide(Only(case, rest, conflict.nips), key, status)
        demand(spared.feasible, f"{one.rule} is named in vain: {conflict.text}")
    return "forbidden together"
