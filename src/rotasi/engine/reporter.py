"""What those who wait for a schedule are told whenever a block has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from rotasi.engine.reductions.decomposition import Block
from rotasi.engine.runner import Outcome
from rotasi.messages import mark
from rotasi.model.constraints import Tier
from rotasi.model.evaluation import tier_range
from rotasi.model.status import Status
from rotasi.progress import Progress
from rotasi.support.run_log import Journal

_LINES = 4  # about blocks in the journal; news of each would be too many to read


class Reporter:
    """The ends of blocks as news for the journal and for the caller.

    Parameters
    ----------
    blocks : sequence of Block
    tiers : sequence of Tier
        Value and bound are those of the first.
    progress : callable or None
        The caller's.
    journal : Journal
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        tiers: Sequence[Tier],
        progress: Callable[[Progress], None] | None,
        journal: Journal,
    ) -> None:
        self._blocks, self._tier = blocks, tiers[0]
        self._progress, self._journal = progress, journal
        self._begin = time.monotonic()
        self._done = self._proven = 0
        self._cost: int | None = 0
        # No sum of costs is below that of what is proven and of what arithmetic says of the rest.
        heard = progress is not None or journal.heard
        self._least = [tier_range(b.problem, b.problem.tiers[0])[0] if heard else 0 for b in blocks]
        self._bound = sum(self._least)

    def __call__(self, number: int, outcome: Outcome) -> None:
        """Tell of a block's end.

        Parameters
        ----------
        number : int
            Of the block.
        outcome : Outcome
        """
        self._count(number, outcome)
        block, status = self._blocks[number], str(outcome.status)
        self._journal.block(number, block.rows, block.opds, status, outcome.seconds)
        sign, known = self._tier.sign, self._cost is not None
        news = Progress(
            self._done,
            len(self._blocks),
            block.opds,
            status,
            outcome.seconds,
            elapsed=time.monotonic() - self._begin,
            proven=self._proven,
            objective=self._tier.kind,
            value=sign * self._cost if self._cost is not None else None,
            bound=sign * self._bound if known else None,
        )
        self._note(news)
        if self._progress is not None:
            self._progress(news)

    def _count(self, number: int, outcome: Outcome) -> None:
        self._done += 1
        self._proven += outcome.status is Status.OPTIMAL
        if outcome.remote is None:
            self._cost = None
        elif self._cost is not None:
            self._cost += outcome.costs[0]
            self._bound += outcome.costs[0] - outcome.gaps[0] - self._least[number]

    def _note(self, news: Progress) -> None:
        """Write the first news of each quarter into the journal."""
        if _LINES * news.done // news.total == _LINES * (news.done - 1) // news.total:
            return
        counts = (news.done, news.total, news.proven)
        if news.value is None:
            self._journal.phase(mark("%d of %d blocks decided, %d proven"), *counts)
            return
        text = mark("%d of %d blocks decided, %d proven; %s %d so far, bound %d")
        self._journal.phase(text, *counts, news.objective, news.value, news.bound)
