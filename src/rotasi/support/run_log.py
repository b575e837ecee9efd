"""What the log and the screen are told: phases, sizes, seconds; people by pseudonyms only.

Everything goes to the logger ``rotasi``, which is silent unless an application listens: phases at
the level INFO, blocks and violations at DEBUG. OPDs and rules are named, ASN, leave and wishes
never. Who asks for it gets the phases on standard error too, in the language in use.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.messages import _
from rotasi.support.pseudonyms import Pseudonyms

_log = logging.getLogger("rotasi")
_log.addHandler(logging.NullHandler())

_SHOWN = 100  # violations; more say nothing new


class Journal:
    """The entries of one call.

    Parameters
    ----------
    verbose : bool
        Whether phases are told on standard error, too.

    Attributes
    ----------
    nips : sequence of str
        Whom the numbers of rows in blocks mean; to be set before a block is logged.
    """

    def __init__(self, *, verbose: bool = False) -> None:
        self.nips: Sequence[str] = ()
        self._verbose = verbose
        self._pseudonyms = Pseudonyms()
        self._begin = self._last = time.perf_counter()

    @property
    def heard(self) -> bool:
        """Whether anybody listens to phases."""
        return self._verbose or _log.isEnabledFor(logging.INFO)

    def phase(self, text: str, *figures: object) -> None:
        """A phase has ended: what it was, and the seconds since the one before.

        Parameters
        ----------
        text : str
            In the style of ``%``, marked for translation.
        figures : object
        """
        now = time.perf_counter()
        _log.info(text + " (%.3f s)", *figures, now - self._last)
        if self._verbose:
            line = f"[{now - self._begin:7.2f} s] {_(text) % figures}"
            with suppress(OSError, ValueError):  # closed, full, or of a narrow encoding
                print(line, file=sys.stderr)  # noqa: T201 - asked for
        self._last = now

    def block(
        self,
        number: int,
        rows: npt.NDArray[np.int64],
        opds: Sequence[str],
        status: str,
        seconds: float,
    ) -> None:
        """A block has ended; one of a single ASN is called by the pseudonym.

        Parameters
        ----------
        number : int
        rows : ndarray of int64
            Those of its ASN in the roster.
        opds : sequence of str
        status : str
        seconds : float
        """
        if not _log.isEnabledFor(logging.DEBUG):
            return
        who = (
            f"{len(rows)} ASN"
            if len(rows) > 1
            else f"ASN {self._pseudonyms.of(self.nips[rows[0]])}"
        )
        _log.debug(
            "block %d: %s in %.3f s, %s of %s", number, status, seconds, who, ", ".join(opds)
        )

    def violations(self, violations: pd.DataFrame) -> None:
        """The first violations of a report, those of an ASN under the pseudonym."""
        if not _log.isEnabledFor(logging.DEBUG):
            return
        for each in violations.head(_SHOWN).to_dict("records"):
            who = f"ASN {self._pseudonyms.of(each['nip'])}" if each["nip"] else each["group"]
            days = f"{each['dates'][0]} – {each['dates'][-1]}"
            found = f"needed {each['needed']}, found {each['found']}"
            _log.debug("violation of %s: %s, %s, %s", each["rule"], who, days, found)
