"""What bounds the work of the engine: a seed, a time, and a token that asks to stop."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from rotasi.support.arguments import Seconds, checked
from rotasi.support.cancellation import Cancellation

#: Seconds after a deadline in which what needs no search may still begin. They are short of the
#: second by which a time limit may be passed: what has begun must end, and rosters be dealt.
_PATIENCE = 0.4


@dataclass(frozen=True)
class Limits:
    """What bounds a search.

    Parameters
    ----------
    seed : int
    deadline : float or None
        On the clock of ``time.monotonic``.
    cancellation : Cancellation
    lost : list of str
        Gets the reason for each process that is lost on the way.
    """

    seed: int = 0
    deadline: float | None = None
    cancellation: Cancellation = field(default_factory=Cancellation)
    lost: list[str] = field(default_factory=list)

    @classmethod
    @checked
    def begin(cls, time_limit: Seconds | None, seed: int = 0) -> Limits:
        """Limits of what begins now.

        Parameters
        ----------
        time_limit : float or None
            Seconds.
        seed : int
        """
        if time_limit is None:
            return cls(seed)
        return cls(seed, time.monotonic() + time_limit)

    def remaining(self) -> float | None:
        """Seconds until the deadline, negative behind it; None = no limit."""
        return None if self.deadline is None else self.deadline - time.monotonic()

    def left(self) -> float | None:
        """Seconds left; None = no limit."""
        remaining = self.remaining()
        return None if remaining is None else max(remaining, 0.0)

    def goes_on(self, least: float = 0.0) -> bool:
        """Whether there is time left, more than so many seconds, and nobody has asked to stop."""
        left = self.remaining()
        return not self.cancellation.asked and (left is None or left > least)

    def has_patience(self) -> bool:
        """Whether what needs no search may still begin."""
        remaining = self.remaining()
        return remaining is None or remaining > -_PATIENCE

    def share(self, part: float) -> Limits:
        """Limits that allow a part of the time left."""
        left = self.left()
        return self if left is None else replace(self, deadline=time.monotonic() + part * left)

    def within(self, seconds: float) -> Limits:
        """Limits that allow so many seconds of the time left."""
        left = self.left()
        limit = seconds if left is None else min(seconds, left)
        return replace(self, deadline=time.monotonic() + limit)
