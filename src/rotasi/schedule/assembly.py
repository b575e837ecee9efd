"""Blocks' outcomes put together: one grid, one status, one row per objective."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rotasi.engine.reductions.decomposition import Block
from rotasi.engine.runner import Outcome
from rotasi.instance.resolve import Instance
from rotasi.messages import _
from rotasi.model.constraints import Tier
from rotasi.model.facts import LEAVE, MISSING, WFH, WFO, Grid
from rotasi.schedule.result import BLOCK_COLUMNS, OBJECTIVE_COLUMNS
from rotasi.support.calendar import as_date


def merge_grids(instance: Instance, blocks: Sequence[Block], outcomes: Sequence[Outcome]) -> Grid:
    """Lay the blocks' decisions side by side.

    Returns
    -------
    ndarray of int8, shape (n_asn, n_days)
        Status codes; MISSING in blocks without a solution, and in the past of who was not there.
    """
    grid = np.full(instance.facts.shape, MISSING, dtype=np.int8)
    for block, outcome in zip(blocks, outcomes, strict=True):
        if outcome.remote is not None:
            grid[block.rows, block.first : block.last + 1] = np.where(outcome.remote, WFH, WFO)
    grid[instance.facts.on_leave & (grid != MISSING)] = LEAVE
    return np.where(instance.facts.open, grid, instance.facts.previous)


def list_objectives(tiers: Sequence[Tier], outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Tell the value and bound of each tier: sums over the blocks, in the natural sign.

    Returns
    -------
    DataFrame of kind, value, bound, gap, proven
        Values are missing while any block has no solution.
    """
    rows: list[tuple[object, ...]] = []
    complete = all(outcome.remote is not None for outcome in outcomes)
    proven = complete
    for number, tier in enumerate(tiers):
        if not complete:
            rows.append((tier.kind, None, None, None, False))
            continue
        cost = sum(outcome.costs[number] for outcome in outcomes)
        gap = sum(outcome.gaps[number] for outcome in outcomes)
        proven = proven and gap == 0
        rows.append((tier.kind, tier.sign * cost, tier.sign * (cost - gap), gap, proven))
    return pd.DataFrame(rows, columns=OBJECTIVE_COLUMNS)


def list_blocks(
    instance: Instance, tiers: Sequence[Tier], blocks: Sequence[Block], outcomes: Sequence[Outcome]
) -> pd.DataFrame:
    """Tell what became of each block, one row per block and tier."""
    rows: list[tuple[object, ...]] = []
    for number, (block, outcome) in enumerate(zip(blocks, outcomes, strict=True)):
        first, last = (as_date(instance.facts.days[day]) for day in (block.first, block.last))
        head = (number, ", ".join(block.opds), len(block.rows), first, last)
        for place, tier in enumerate(tiers):
            value = bound = None
            if outcome.remote is not None:
                cost = outcome.costs[place]
                value, bound = tier.sign * cost, tier.sign * (cost - outcome.gaps[place])
            tail = (tier.kind, str(outcome.status), value, bound, outcome.seconds)
            rows.append((*head, *tail))
    return pd.DataFrame(rows, columns=BLOCK_COLUMNS)


def list_losses(blocks: Sequence[Block], outcomes: Sequence[Outcome]) -> list[str]:
    """Tell which blocks lost a worker or a process, and what ended it."""
    text = _(
        "{opds}: a process at work on it was lost ({reasons}); its best roster so far was kept "
        "and the search begun again"
    )
    return [
        text.format(opds=", ".join(block.opds), reasons=", ".join(outcome.lost))
        for block, outcome in zip(blocks, outcomes, strict=True)
        if outcome.lost
    ]
