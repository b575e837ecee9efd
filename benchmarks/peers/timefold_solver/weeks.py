"""The model with fewer choices: a pattern of remote days for each week of each ASN.

Quotas and leave are in the patterns that a week may take. What is left to the score is presence on
site, which is hard, and the three objectives in their order, as levels of a bendable score.

Timefold translates these classes and functions for the Java machine; they are as plain as it needs.
"""

# What it imports is installed in Timefold's environment alone.
# mypy: ignore-errors

from dataclasses import dataclass, field
from typing import Annotated, Any

from scores import BROKEN, FAIRNESS, REMOTE_DAYS, WISHES, Level
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningVariable,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    Constraint,
    ConstraintCollectors,
    ConstraintFactory,
    constraint_provider,
)

_SIZES = [mask.bit_count() for mask in range(32)]  # remote days of each pattern of five days


@dataclass
class Place:
    """An OPD on a day, and how many of it may be remote."""

    id: Annotated[str, PlanningId]
    high: int


@dataclass
class Office:
    """An OPD in a week, day by day."""

    id: Annotated[str, PlanningId]
    monday: Place
    tuesday: Place
    wednesday: Place
    thursday: Place
    friday: Place


@dataclass
class Profile:
    """Patterns that a week may take, best first, and what each pattern is worth in wishes.

    Bits of a pattern are its remote days.
    """

    patterns: list[int]
    worth: list[int]
    sizes: list[int]


@planning_entity
@dataclass
class Entity:
    """A week of an ASN."""

    id: Annotated[str, PlanningId]
    asn: int
    office: Office
    profile: Profile
    choice: Annotated[int | None, PlanningVariable(value_range_provider_refs=["patterns"])] = field(
        default=None
    )

    def get_patterns(self) -> Annotated[list[int], ValueRangeProvider(id="patterns")]:
        return self.profile.patterns

    def days(self) -> int:
        return self.profile.sizes[self.choice]

    def wishes(self) -> int:
        return self.profile.worth[self.choice]


@planning_solution
@dataclass
class Plan:
    """The weeks of everybody."""

    entities: Annotated[list[Entity], PlanningEntityCollectionProperty]
    score: Level = field(default=None)


def read_plan(problem: dict[str, Any], count: int | None) -> Plan:
    """The first weeks of a problem, or all."""
    offices = [_read_office(f"{n}", highs) for n, highs in enumerate(problem["offices"])]
    profiles = [Profile(*lists, _SIZES) for lists in problem["profiles"]]
    rows = enumerate(problem["weeks"][:count])
    return Plan([Entity(f"{n}", asn, offices[o], profiles[p]) for n, (asn, o, p) in rows])


def _read_office(name: str, highs: list[int]) -> Office:
    return Office(name, *(Place(f"{name}/{day}", high) for day, high in enumerate(highs)))


@constraint_provider
def list_constraints(factory: ConstraintFactory) -> list[Constraint]:
    """Everything that the score knows."""
    total = ConstraintCollectors.sum(lambda week: week.days())
    return [
        _keep(factory, lambda w: w.choice & 1 != 0, lambda w: w.office.monday, "Monday"),
        _keep(factory, lambda w: w.choice & 2 != 0, lambda w: w.office.tuesday, "Tuesday"),
        _keep(factory, lambda w: w.choice & 4 != 0, lambda w: w.office.wednesday, "Wednesday"),
        _keep(factory, lambda w: w.choice & 8 != 0, lambda w: w.office.thursday, "Thursday"),
        _keep(factory, lambda w: w.choice & 16 != 0, lambda w: w.office.friday, "Friday"),
        factory.for_each(Entity)
        .reward(REMOTE_DAYS, lambda week: week.days())
        .as_constraint("remote_days"),
        factory.for_each(Entity).impact(WISHES, lambda week: week.wishes()).as_constraint("wishes"),
        factory.for_each(Entity)
        .group_by(lambda week: week.asn, total)
        .penalize(FAIRNESS, lambda _, days: days * days)
        .as_constraint("fairness"),
    ]


def _keep(factory, is_remote, place, name):
    """Keep enough of each OPD on site on a day of the week."""
    return (
        factory.for_each(Entity)
        .filter(is_remote)
        .group_by(place, ConstraintCollectors.count())
        .filter(lambda place, count: count > place.high)
        .penalize(BROKEN, lambda place, count: count - place.high)
        .as_constraint(name)
    )
