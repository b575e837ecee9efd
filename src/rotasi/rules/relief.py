"""By how much a rule would have to give way for a roster to keep it, in the rule's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from rotasi.messages import mark
from rotasi.model.assignment import Breach
from rotasi.model.facts import Flags, Groups, Ints

EXEMPT = mark("exempt {people} from the rule on {days}")
BE_REMOTE = mark("let {people} be remote on {days}")
BE_ON_SITE = mark("let {people} be on site on {days}")


#: Keys of a rule as they would have to be written; None = left out.
Parameters = Mapping[str, int | None]


class Reach(Enum):
    """For how long a rule gives way: on the days named, for the span they make up, or always."""

    DAYS = "days"
    SPAN = "span"
    ALWAYS = "always"


@dataclass(frozen=True, eq=False)
class Relief:
    """A bound of a rule that moves for some ASN, or ASN whom it exempts.

    Parameters
    ----------
    rows : ndarray of int64
        Whom it concerns: of a bound on groups all members, since the whole group has it.
    breach : Breach
        What a roster has against what the rule asks for.
    text : str
        What is done (a message id), with ``{people}``, ``{group}``, ``{days}``, ``{old}`` and
        ``{new}``.
    old, new : int or None
        The bound as the rule writes it, and as it would have to be; None where ASN are exempted.
    left : pair of int, optional
        What of the two bounds is left for the days of the period, where days before it, or days
        that are lost, count too.
    parameters : mapping of str to int
        What the rule would have to say for these ASN and days; None = the key is left out. Empty =
        it does not hold for them at all.
    reach : Reach
    """

    rows: Ints
    breach: Breach
    text: str = EXEMPT
    old: int | None = None
    new: int | None = None
    left: tuple[int, int] | None = None
    parameters: Parameters = field(default_factory=dict)
    reach: Reach = Reach.DAYS


def find_rows(breach: Breach, groups: Groups | None, members: Flags) -> Ints:
    """Whom a breach concerns: its ASN, or the members of its group.

    Parameters
    ----------
    breach : Breach
    groups : Groups or None
        None = nobody knows them.
    members : ndarray of bool, shape (n,)
        Whom the rule reaches.
    """
    if breach.asn >= 0:
        return np.array([breach.asn], dtype=np.int64)
    if groups is None or breach.group not in groups.labels:
        return np.flatnonzero(members)
    return np.flatnonzero(np.isin(groups.of, np.flatnonzero(groups.labels == breach.group)))
