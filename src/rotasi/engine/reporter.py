"""What those who wait for a schedule are told while its blocks are solved."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from rotasi.engine.solution import Solution
from rotasi.messages import mark
from rotasi.model.evaluation import tier_range
from rotasi.model.problem import Block
from rotasi.model.status import Status
from rotasi.progress import Progress
from rotasi.support.run_log import Journal

_LINES = 4  # about blocks in the journal; news of each would be too many to read


class Reporter:
    """Tells the journal and the caller which blocks have ended, and what is known by then.

    Parameters
    ----------
    progress : callable or None
        The caller's.
    journal : Journal
    size : tuple of int
        ASN, workdays and rules.
    """

    def __init__(
        self,
        progress: Callable[[Progress], None] | None,
        journal: Journal,
        size: tuple[int, int, int],
    ) -> None:
        self._progress, self._journal, self._size = progress, journal, size
        self._begin = time.monotonic()
        self._done = self._proven = 0
        self._cost: int | None = 0

    def begin(self, blocks: Sequence[Block]) -> None:
        """Tell how much there is to decide.

        Parameters
        ----------
        blocks : sequence of Block
            Value and bound are those of their first objective.
        """
        self._blocks, self._tier = blocks, blocks[0].problem.tiers[0]
        largest = max(len(block.rows) for block in blocks)
        cells = sum(int(block.problem.free.sum()) for block in blocks)
        text = mark("%d ASN × %d workdays, %d rules: %d blocks")
        self._journal.phase(text, *self._size, len(blocks))
        text = mark("%d ASN-days to decide; the largest block has %d ASN")
        self._journal.phase(text, cells, largest)
        # The whole costs at least what is proven of ended blocks, and arithmetic says of others.
        heard = self._progress is not None or self._journal.heard
        self._least = [tier_range(b.problem, b.problem.tiers[0])[0] if heard else 0 for b in blocks]
        self._bound = sum(self._least)

    def end(self, number: int, solution: Solution) -> None:
        """Tell of a block's end.

        Parameters
        ----------
        number : int
            Of the block.
        solution : Solution
        """
        self._count(number, solution)
        block, status = self._blocks[number], str(solution.status)
        seconds = solution.statistics.seconds
        self._journal.block(number, block.rows, block.opds, status, seconds)
        sign, known = self._tier.sign, self._cost is not None
        news = Progress(
            self._done,
            len(self._blocks),
            block.opds,
            status,
            seconds,
            elapsed=time.monotonic() - self._begin,
            proven=self._proven,
            objective=self._tier.kind,
            value=sign * self._cost if self._cost is not None else None,
            bound=sign * self._bound if known else None,
        )
        self._note(news)
        if self._progress is not None:
            self._progress(news)

    def _count(self, number: int, solution: Solution) -> None:
        self._done += 1
        self._proven += solution.status is Status.OPTIMAL
        if solution.remote is None:
            self._cost = None
        elif self._cost is not None:
            self._cost += solution.costs[0]
            self._bound += solution.costs[0] - solution.gaps[0] - self._least[number]

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
