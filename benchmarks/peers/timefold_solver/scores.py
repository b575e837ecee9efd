"""The score of both models: rules before objectives, and these in their order."""

# What it imports is installed in Timefold's environment alone.
# mypy: ignore-errors

from typing import Annotated

from timefold.solver.domain import PlanningScore
from timefold.solver.score import BendableScore

Level = Annotated[
    BendableScore | None,
    PlanningScore(bendable_hard_levels_size=1, bendable_soft_levels_size=3),
]

BROKEN = BendableScore.of((1,), (0, 0, 0))
REMOTE_DAYS = BendableScore.of((0,), (1, 0, 0))
WISHES = BendableScore.of((0,), (0, 1, 0))
FAIRNESS = BendableScore.of((0,), (0, 0, 1))
