"""What is needed and what is available, in sentences: all that is said of a shortage or collision.

Whoever finds it, by arithmetic or by search, says it in these words.
"""

from __future__ import annotations

from collections.abc import Sequence

from rotasi.instance.wording import Words
from rotasi.messages import _, mark
from rotasi.model.constraints import Ints

# Heads of a group, on site or remote.
NEEDS = mark("{rule}: {group} needs {needed} {where} but can have only {available} ({days})")
MAY = mark("{rule}: {group} may have {needed} {where} but must have {available} ({days})")
# Remote days of each of some ASN.
FEW = mark("{rule}: {group} need {needed} remote days but can have only {available} ({days})")
MANY = mark("{rule}: {group} may have {needed} remote days but must have {available} ({days})")
# Single ASN-days.
MUST = mark("{rule}: {needed} ASN-days must be remote, {available} of them can be ({days})")
NEVER = mark("{rule}: {needed} ASN-days must not be remote, {available} of them need not ({days})")
# Days that a group has in common.
DAYS = mark("{rule}: {group} needs {needed} days together but can have only {available} ({days})")
SHARE = mark("{rule}: the members of {group} must share their days and cannot ({days})")
# Where no figures are known.
BARE = mark("{rule}: {group} ({days})")
# Two rules against each other.
DECIDED_TWICE = mark("{needed} ASN-days must be remote by {rule} and must not by {other}")
DAYS_AGAINST = mark(
    "{group} need {needed} remote days in {days} by {rule} but may have only {available} by {other}"
)
HEADS_AGAINST = mark(
    "{group}: {rule} needs {needed} remote but {other} allows only {available} ({days})"
)


def say(
    sentence: str,
    words: Words,
    rules: Sequence[str],
    days: Ints,
    needed: int | None,
    available: int | None,
    group: str = "",
    *,
    on_site: bool = False,
) -> str:
    """Say one of the sentences.

    Parameters
    ----------
    sentence : str
    words : Words
    rules : sequence of str
        Ids of the rule that is spoken of, and of the one against it.
    days : ndarray of int64
    needed, available : int or None
    group : str
        Its name, or how many ASN; empty = everybody.
    on_site : bool
        Whether heads on site are counted, not remote ones.
    """
    return _(sentence).format(
        rule=words.rule(rules[0]),
        other=words.rule(rules[-1]),
        group=group or _("everybody"),
        needed=needed,
        available=available,
        where=_("on site") if on_site else _("remote"),
        days=words.days(days),
    )
