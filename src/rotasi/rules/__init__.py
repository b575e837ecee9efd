"""The rules and objectives of a policy. The two unions below are the only lists of them."""

from typing import Annotated, get_args

from pydantic import Field

from rotasi.rules.base import Rule
from rotasi.rules.days import FixedRemoteDay, NoRemoteDay
from rotasi.rules.eligibility import (
    BarDisciplined,
    BarNewcomers,
    NeverRemote,
    RequireApplication,
    RequirePerformance,
)
from rotasi.rules.groups import RotationGroups, Together
from rotasi.rules.headcount import MaxOnSite, MaxRemote, MinOnSite, MinRemote
from rotasi.rules.individual import MaxConsecutive, Quota
from rotasi.rules.objectives import (
    Fairness,
    LevelLoad,
    Objective,
    RemoteDays,
    Stability,
    Wishes,
)

AnyRule = Annotated[
    NeverRemote
    | RequirePerformance
    | RequireApplication
    | BarDisciplined
    | BarNewcomers
    | Quota
    | MaxConsecutive
    | FixedRemoteDay
    | NoRemoteDay
    | MinOnSite
    | MaxOnSite
    | MaxRemote
    | MinRemote
    | RotationGroups
    | Together,
    Field(discriminator="kind"),
]

AnyObjective = Annotated[
    RemoteDays | Wishes | Fairness | LevelLoad | Stability,
    Field(discriminator="kind"),
]

#: The same, as classes by kind.
KINDS: dict[str, type[Rule] | type[Objective]] = {
    get_args(clause.model_fields["kind"].annotation)[0]: clause
    for union in (AnyRule, AnyObjective)
    for clause in get_args(get_args(union)[0])
}

__all__ = ["KINDS", "AnyObjective", "AnyRule", "Objective", "Quota", "Rule"]
