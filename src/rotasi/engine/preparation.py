"""What comes before a search, and whether a time limit leaves room for it.

Tables are brought onto axes, rules compiled, blocks split and rosters dealt whatever the limit is:
none of it can be cut short. How long it takes hangs on the size, and on the machine and what else
runs there, which is known only once a part of it is done.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rotasi.engine.limits import Limits
from rotasi.errors import TimeLimitError
from rotasi.messages import _, number

#: Seconds per ASN, per ASN-day, and per ASN-day and rule, on an idle machine of 2025: what the
#: easiest policies take. Crossing groups take up to three times as long.
_PER_ASN, _PER_DAY, _PER_RULE = 2.6e-6, 2.0e-7, 2.5e-8
#: No machine is taken to be faster by more than this before anything was measured; or slower, so
#: that a pause of the system does not look like it.
_FASTER, _SLOWER = 2.0, 10.0
#: By how much a limit may be passed: a part of it, and seconds.
_PART, _SECONDS = 0.1, 1.0

#: Parts of the preparation that are done once the instance is resolved, and the problem compiled.
RESOLVED, COMPILED = 0.2, 0.3


@dataclass(frozen=True)
class Preparation:
    """The work that a time limit has to leave room for.

    Parameters
    ----------
    n_asn, n_days, n_rules : int
        Workdays may be estimated.
    time_limit : float or None
        Seconds.
    limits : Limits
        With the deadline that this limit gives.
    """

    n_asn: int
    n_days: int
    n_rules: int
    time_limit: float | None
    limits: Limits

    def check(self, done: float = 0.0) -> None:
        """Refuse a limit that cannot be kept even without a search.

        Parameters
        ----------
        done : float
            The part of the preparation that is done by now.

        Raises
        ------
        TimeLimitError
            With the least that is needed, about.
        """
        if self.time_limit is None:
            return
        seconds = self._estimate(self.time_limit, done)
        if seconds <= (1 + _PART) * self.time_limit + _SECONDS:
            return
        text = _(
            "time_limit is {limit} s, but what comes before any search takes about {seconds} s "
            "for {asn} ASN × {days} workdays here; give at least {least} s, or solve fewer OPDs "
            "or weeks at a time"
        )
        raise TimeLimitError(
            text.format(
                limit=f"{self.time_limit:g}",
                seconds=number(seconds, 1),
                asn=number(self.n_asn),
                days=number(self.n_days),
                least=number(math.ceil(seconds)),
            )
        )

    def _estimate(self, time_limit: float, done: float) -> float:
        """Seconds that all of the preparation takes, by the size or by what a part has taken."""
        cells = self.n_asn * self.n_days
        usual = _PER_ASN * self.n_asn + (_PER_DAY + _PER_RULE * self.n_rules) * cells
        if not done:
            return usual / _FASTER
        elapsed = time_limit - (self.limits.remaining() or 0.0)
        return min(elapsed / done, usual * _SLOWER)
