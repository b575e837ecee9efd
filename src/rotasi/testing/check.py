"""check_rule(): everything that a class of rules or objectives promises, tried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rotasi.errors import RotasiError, RuleError
from rotasi.instance.resolve import Instance
from rotasi.policy.document import Policy
from rotasi.rules import KINDS, Objective, Rule
from rotasi.rules.requirements import find_flaws, read_kind
from rotasi.support.arguments import checked
from rotasi.testing.cases import Case, read_cases, try_resolve
from rotasi.testing.declarations import (
    find_bars_at_odds,
    find_freed,
    find_hidden_ties,
    find_loose_labels,
)
from rotasi.testing.documentation import find_undocumented, find_untranslated
from rotasi.testing.findings import CheckError, Findings
from rotasi.testing.readings import (
    MOST_CELLS,
    compare_objective,
    compare_rule,
)
from rotasi.testing.whole import find_lost_in_files, find_lost_in_schedule, find_wrong_optimum

Table = Mapping[str, Any]
Example = Table | tuple[Table, Table]

_PENALTY = 3  # of the soft variant of a hard rule
_FEW = 6  # ASN-days, of cases that are small enough to be looked at more closely


@checked
def check_rule(cls: type[Rule] | type[Objective], examples: Sequence[Example]) -> None:
    """Hold a class of rules or objectives to everything that it promises.

    Its two readings, `compile` and `audit` or `tier` and `value`, are held against each other on
    every roster of tiny cases: one to three ASN on two to five days, with leave, pins, a previous
    roster, days off, scopes, barred ASN, a revision; hard and soft. `solve`, which folds ASN who
    are alike, has to find the best of all rosters. Then policies and schedules have to come back
    from their files, the class has to say whom it couples, and to be documented and translated.

    Parameters
    ----------
    cls : class
        A subclass of `rotasi.rules.Rule` or `rotasi.rules.Objective`; it need not be registered.
    examples : sequence of dict, or of pairs
        Each as a policy holds the rule, such as ``{"weekdays": ["Mon"]}``; `kind` may be left out.
        Or a policy, as a dict, with the tables of a roster of at most 12 ASN-days, as a dict of
        rows or frames by their names, and `previous` among them: for rules that look at what the
        tiny cases do not have.

    Raises
    ------
    CheckError
        An `AssertionError` with everything that disagrees, each with the smallest roster that
        shows it.

    Examples
    --------
    >>> import rotasi
    >>> rotasi.testing.check_rule(rotasi.rules.KINDS["no_remote_day"], [{"weekdays": ["Tue"]}])
    """
    flaws = find_flaws(cls)
    name = getattr(cls, "__name__", repr(cls))
    if not flaws:
        flaws = [*find_undocumented(cls), *find_untranslated(cls)]
        try:
            with KINDS.kept():
                KINDS.add(cls)
                flaws += _Check(cls).run(examples)
        except RuleError as error:
            flaws += [problem.message for problem in error.problems]
    if flaws:
        raise CheckError(name, flaws)


@dataclass
class _Check:
    """The examples on their way through all that is tried."""

    cls: type[Rule] | type[Objective]
    findings: Findings = field(default_factory=Findings)
    seen: set[int] = field(default_factory=set)

    def run(self, examples: Sequence[Example]) -> list[str]:
        if not examples:
            self.findings.add("there is no example to try")
        for number, example in enumerate(examples, 1):
            self._try(example, f"example {number}")
        if examples and len(self.seen) < 2:
            self.findings.add(
                "no roster of the tiny cases tells it from its absence: give as an example a "
                "policy and tables in which it matters"
            )
        return self.findings.write()

    def _try(self, example: Example, place: str) -> None:
        kind = read_kind(self.cls)
        try:
            cases = list(read_cases(kind, example))
        except (RotasiError, ValueError) as error:
            self.findings.add(f"{place} cannot be read: {error}")
            return
        try:
            fitting = [case for case in cases if self._look_at(case, f"{place}, {case.name}")]
        except RuleError as error:  # what it gives is nothing to go on with
            self._note((problem.message for problem in error.problems), place)
            return
        if not fitting:
            self.findings.add(f"{place} fits no case: {try_resolve(cases[0])}")
        elif not len(self.findings):
            case = fitting[0]
            policy = Policy.model_validate(case.terms)
            self._note(find_lost_in_files(policy), place)
            self._note(find_lost_in_schedule(policy, case.roster, case.previous), place)

    def _look_at(self, case: Case, place: str) -> bool:
        """Try a case as it is; if its rule is hard, also with a price."""
        instance = try_resolve(case)
        if isinstance(instance, str):
            return False
        cells = _count_cells(instance)
        if cells > MOST_CELLS:
            text = f"{place} has {cells} ASN-days that are not on leave: give at most {MOST_CELLS}"
            self.findings.add(text)
            return True
        self._hold(case, instance, place)
        soft = self._soften(case)
        if soft is not None:
            other = try_resolve(soft)
            assert isinstance(other, Instance)
            self._hold(soft, other, f"{place}, soft", soft=True)
        return True

    def _soften(self, case: Case) -> Case | None:
        kind = read_kind(self.cls)
        hard = [rule["kind"] == kind and "penalty" not in rule for rule in case.terms["rules"]]
        if not any(hard):
            return None
        rules = [
            dict(rule) | ({"penalty": _PENALTY} if soften else {})
            for rule, soften in zip(case.terms["rules"], hard, strict=True)
        ]
        return replace(case, terms=dict(case.terms) | {"rules": rules})

    def _hold(self, case: Case, instance: Instance, place: str, soft: bool = False) -> None:
        for clause in (*instance.policy.rules, *instance.policy.objectives):
            if type(clause) is self.cls:
                self._compare(clause, case, instance, place)
        # Where anything disagrees, nothing can be said of the whole.
        small = _count_cells(instance) <= _FEW
        if not len(self.findings) and case.from_date is None and (small or not soft):
            self._note(find_wrong_optimum(instance, case.roster, case.previous), place)

    def _compare(
        self, clause: Rule | Objective, case: Case, instance: Instance, place: str
    ) -> None:
        if isinstance(clause, Objective):
            self.seen |= compare_objective(clause, instance, place, self.findings)
        else:
            self.seen |= compare_rule(clause, instance, place, self.findings)
            self._note(find_bars_at_odds(clause, instance), place)
            few = _count_cells(instance) <= _FEW
            if clause.hard and few and case.from_date is None:
                find_freed(clause, case, place, self.findings)
        self._note(find_hidden_ties(clause, instance), place)
        self._note(find_loose_labels(clause, instance, case.roster), place)

    def _note(self, flaws: Iterable[str], place: str) -> None:
        for flaw in flaws:
            self.findings.add(flaw, place)


def _count_cells(instance: Instance) -> int:
    """ASN-days that are to be decided."""
    return int((~instance.facts.on_leave & instance.facts.open).sum())
