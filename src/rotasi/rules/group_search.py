"""Who may form a group: a search for the division that a finished roster lets through."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from rotasi.errors import UndecidedError
from rotasi.messages import _

Ints = npt.NDArray[np.int64]

_MOST_STEPS = 50_000  # of a search: some seconds
_STEPS_TO_EXPLAIN = 1_000
_NO_OPTION = (2**62, -1)


def divide(status: npt.NDArray[np.int8], parts: int, *, exact: bool) -> Ints:
    """Divide people into groups of nearly equal size that differ least in their statuses.

    Parameters
    ----------
    status : ndarray of int8, shape (n, d)
        1 remote, 0 on site, -1 where somebody counts for nothing.
    parts : int
        Groups; their sizes differ by at most one.
    exact : bool
        Whether the fewest in a minority are needed. If not, any division will do where somebody
        is known to be in one, but the fewest would take too long to find.

    Returns
    -------
    ndarray of int64, shape (n,)
        Group of each person, from 0.

    Raises
    ------
    UndecidedError
        If the search had to be given up.

    Examples
    --------
    >>> divide(np.array([[1, 0], [0, 1], [1, -1], [-1, 1]], dtype=np.int8), 2, exact=False)
    array([0, 1, 0, 1])
    """
    in_turn = np.arange(len(status)) % parts
    if not len(status):
        return in_turn
    found = _Search(status, parts).run(1, _MOST_STEPS)
    if found is not None:
        return found
    try:
        steps = _MOST_STEPS if exact else _STEPS_TO_EXPLAIN
        found = _Search(status, parts).run(_NO_OPTION[0], steps)
    except UndecidedError:
        if exact:
            raise
    return in_turn if found is None else found


class _Search:
    """Depth first, a person at a time, the cheapest group first; what costs too much is cut off."""

    def __init__(self, status: npt.NDArray[np.int8], parts: int) -> None:
        count = len(status)
        self._parts = parts
        self._least, self._larger = divmod(count, parts)
        # Those who are there most come first, and those who are alike one after the other.
        self._order = np.lexsort((*status.T, (status < 0).sum(axis=1)))
        status = status[self._order]
        self._votes = np.stack([status == 0, status == 1], axis=1).astype(np.int64)
        self._like_before = np.append(False, (status[1:] == status[:-1]).all(axis=1))
        self._heads = np.zeros((parts, 2, status.shape[1]), dtype=np.int64)
        self._size = np.zeros(parts, dtype=np.int64)
        self._group = np.full(count, -1, dtype=np.int64)

    def run(self, below: int, most_steps: int) -> Ints | None:
        """The division with fewest in a minority, if they are fewer than `below`."""
        best, answer = below, None
        stack, steps = [self._options(0)], 0
        while stack and best:
            person = len(stack) - 1
            cost, group = next(stack[-1], _NO_OPTION)
            if cost >= best:  # the other options cost no less
                stack.pop()
                self._move(person - 1, -1)
                continue
            steps += 1
            if steps > most_steps + len(self._group):
                raise UndecidedError(
                    _("a table names no groups, and the search for groups that fit was given up")
                )
            self._group[person] = group
            if len(stack) == len(self._group):
                answer, best = self._group.copy(), cost
            else:
                self._move(person, 1)
                stack.append(self._options(person + 1))
        return None if answer is None else answer[np.argsort(self._order)]

    def _options(self, person: int) -> Iterator[tuple[int, int]]:
        """Groups that a person may join, and what all would cost then, cheapest first."""
        before = _minorities(self._heads)
        after = before.sum() - before + _minorities(self._heads + self._votes[person])
        groups = [group for group in range(self._parts) if self._may_join(person, group)]
        return iter(sorted((int(after[group]), group) for group in groups))

    def _may_join(self, person: int, group: int) -> bool:
        """Whether there is room; of groups and people that are alike, the first come first."""
        size = self._size
        larger = int((size > self._least).sum())
        room = size[group] < self._least or (size[group] == self._least and larger < self._larger)
        in_order = group == 0 or size[group - 1] > 0
        first = self._group[person - 1] if self._like_before[person] else 0
        return bool(room and in_order and group >= first)

    def _move(self, person: int, sign: int) -> None:
        """Seat a person in the chosen group, or take them out again."""
        if person >= 0:
            self._size[self._group[person]] += sign
            self._heads[self._group[person]] += sign * self._votes[person]


def _minorities(heads: Ints) -> Ints:
    """Members in a minority per group, shape (parts,)."""
    fewer: Ints = heads.min(axis=1).sum(axis=1)
    return fewer
