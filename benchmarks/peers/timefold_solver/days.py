"""The model that most would write first: whether an ASN is remote, for each of its free days.

Presence on site and quotas are hard, the three objectives the levels of a bendable score. Days come
with the most wished first, so that who fills the places one by one begins with those.
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


@dataclass
class Place:
    """An OPD on a day, and how many of it may be remote."""

    id: Annotated[str, PlanningId]
    high: int


@dataclass
class Quota:
    """A week of an ASN, and how many of its days may be remote."""

    id: Annotated[str, PlanningId]
    high: int


@planning_entity
@dataclass
class Entity:
    """A day of an ASN."""

    id: Annotated[str, PlanningId]
    asn: int
    quota: Quota
    place: Place
    wish: int
    choice: Annotated[bool | None, PlanningVariable(value_range_provider_refs=["choices"])] = field(
        default=None
    )


@planning_solution
@dataclass
class Plan:
    """The days of everybody."""

    entities: Annotated[list[Entity], PlanningEntityCollectionProperty]
    choices: Annotated[list[bool], ValueRangeProvider(id="choices")]
    score: Level = field(default=None)


def read_plan(problem: dict[str, Any], count: int | None) -> Plan:
    """The first days of a problem, or all; to be remote is tried first."""
    quotas = [Quota(f"{n}", high) for n, high in enumerate(problem["quotas"])]
    places = [Place(f"{n}", high) for n, high in enumerate(problem["places"])]
    rows = enumerate(problem["days"][:count])
    days = [Entity(f"{n}", asn, quotas[q], places[p], wish) for n, (asn, q, p, wish) in rows]
    return Plan(days, [True, False])


@constraint_provider
def list_constraints(factory: ConstraintFactory) -> list[Constraint]:
    """Everything that the score knows."""
    count = ConstraintCollectors.count()
    return [
        _remote(factory)
        .group_by(lambda day: day.place, count)
        .filter(lambda place, number: number > place.high)
        .penalize(BROKEN, lambda place, number: number - place.high)
        .as_constraint("min_on_site"),
        _remote(factory)
        .group_by(lambda day: day.quota, count)
        .filter(lambda quota, number: number > quota.high)
        .penalize(BROKEN, lambda quota, number: number - quota.high)
        .as_constraint("quota"),
        _remote(factory).reward(REMOTE_DAYS).as_constraint("remote_days"),
        _remote(factory).impact(WISHES, lambda day: day.wish).as_constraint("wishes"),
        _remote(factory)
        .group_by(lambda day: day.asn, count)
        .penalize(FAIRNESS, lambda _, number: number * number)
        .as_constraint("fairness"),
    ]


def _remote(factory):
    return factory.for_each(Entity).filter(lambda day: day.choice)
