"""What is left of a case's demands where the first days are past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from rotasi.facts import Facts
from rotasi.forms import Cover, Form, Linear, Mask, Tie

_OPEN = np.int64(2**31)  # no bound


def settle(facts: Facts) -> Iterator[Mask]:
    """Decide the past as it was."""
    yield Mask("pin", facts.past_remote, remote=True)
    yield Mask("pin", ~facts.past_remote & ~facts.open, remote=False)


def cut_past(forms: Iterable[Form], begin: int) -> Iterator[Form]:
    """Take out of hard forms what they say of past days alone.

    What reaches across the seam stays whole: there the rules themselves ask for no more than the
    past leaves possible. Soft forms stay, so that the penalty is that of the whole period.

    Parameters
    ----------
    forms : iterable of Form
    begin : int
        The first day that is not past.
    """
    for form in forms:
        if isinstance(form, Linear) or getattr(form, "penalty", False):
            yield form
        elif isinstance(form, Mask | Tie):
            cells = form.cells.copy()
            cells[:, :begin] = False
            yield replace(form, cells=cells)
        elif isinstance(form, Cover):
            low, high = form.low.copy(), form.high.copy()
            low[:, :begin], high[:, :begin] = 0, _OPEN
            yield replace(form, low=low, high=high)
        elif form.last >= begin:
            yield form
