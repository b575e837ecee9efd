"""A solution of the engine as the frames and the grid of a schedule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rotasi.engine.solution import Solution
from rotasi.instance.resolve import Instance
from rotasi.messages import _
from rotasi.model.constraints import Tier
from rotasi.model.facts import LEAVE, MISSING, WFH, WFO, Grid
from rotasi.schedule.result import BLOCK_COLUMNS, OBJECTIVE_COLUMNS
from rotasi.support.calendar import as_date
from rotasi.support.frames import make_frame


def join_grids(instance: Instance, solution: Solution) -> Grid:
    """The grid of all blocks.

    Returns
    -------
    ndarray of int8, shape (n_asn, n_days)
        Status codes; MISSING in blocks without a solution, and in the past of who was not there.
    """
    grid = np.full(instance.facts.shape, MISSING, dtype=np.int8)
    for block, part in solution.parts:
        if part.remote is not None:
            grid[block.rows, block.first : block.last + 1] = np.where(part.cells, WFH, WFO)
    grid[instance.facts.on_leave & (grid != MISSING)] = LEAVE
    return np.where(instance.facts.open, grid, instance.facts.previous)


def list_objectives(tiers: Sequence[Tier], solution: Solution) -> pd.DataFrame:
    """Tell the value and bound of each tier: sums over the blocks, in the natural sign.

    Returns
    -------
    DataFrame of kind, value, bound, gap, proven
        Values are missing while any block has no solution; bounds and gaps behind the first
        objective that is open, too.
    """
    rows = []
    for number, tier in enumerate(tiers):
        value, bound = _read_tier(tier, solution, number)
        gap = None if value is None or bound is None else abs(value - bound)
        rows.append((tier.kind, value, bound, gap, solution.is_proven(number)))
    return make_frame(rows, OBJECTIVE_COLUMNS)


def list_blocks(instance: Instance, tiers: Sequence[Tier], solution: Solution) -> pd.DataFrame:
    """Tell what became of each block, one row per block and tier."""
    rows = []
    for number, (block, part) in enumerate(solution.parts):
        first, last = (as_date(instance.facts.days[day]) for day in (block.first, block.last))
        head = (number, ", ".join(block.opds), len(block.rows), first, last)
        for place, tier in enumerate(tiers):
            figures = _read_tier(tier, part, place)
            rows.append((*head, tier.kind, str(part.status), *figures, part.statistics.seconds))
    return make_frame(rows, BLOCK_COLUMNS)


def _read_tier(tier: Tier, solution: Solution, number: int) -> tuple[int | None, int | None]:
    """Value and bound of a tier in the natural sign, as far as they are known."""
    if solution.remote is None:
        return None, None
    bound = solution.bound(number)
    return tier.sign * solution.costs[number], None if bound is None else tier.sign * bound


def list_losses(solution: Solution) -> list[str]:
    """Tell which blocks lost a worker or a process, and what ended it."""
    text = _(
        "{opds}: a process at work on it was lost ({reasons}); what is known of it all the same "
        "stands in `blocks`"
    )
    return [
        text.format(opds=", ".join(block.opds), reasons=", ".join(map(_, part.statistics.lost)))
        for block, part in solution.parts
        if part.statistics.lost
    ]
