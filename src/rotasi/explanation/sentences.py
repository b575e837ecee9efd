"""What is needed and what is available, in sentences: all that is said of a collision."""

from __future__ import annotations

from rotasi.instance.wording import Words
from rotasi.messages import _, mark
from rotasi.model.constraints import Ints

# Heads of a group, on site or remote: a head count against who can be there.
TOO_FEW_HEADS = mark(
    "{rule}: {group} needs {needed} {where} but can have only {available} ({days})"
)
TOO_MANY_HEADS = mark(
    "{rule}: {group} may have {needed} {where} but must have {available} ({days})"
)
# Remote days of each of some ASN in a run of days: a quota or run against what is left of them.
TOO_FEW_DAYS = mark(
    "{rule}: of {group} the rule asks for {needed} remote days each, "
    "and {available} are possible ({days})"
)
TOO_MANY_DAYS = mark(
    "{rule}: to {group} the rule allows {needed} remote days each, "
    "and {available} cannot be avoided ({days})"
)
# Single days of each of some ASN: fixed, forbidden or pinned ones.
MUST_BE_REMOTE = mark("{rule}: {group} must be remote and cannot ({days})")
MUST_NOT_BE_REMOTE = mark("{rule}: {group} must not be remote and cannot avoid it ({days})")
# Days that a group has in common: days on site together, rotation.
TOO_FEW_COMMON_DAYS = mark(
    "{rule}: {group} needs {needed} days together but can have only {available} ({days})"
)
CANNOT_SHARE_DAYS = mark("{rule}: the members of {group} must share their days and cannot ({days})")
# Where no figures are known.
WITHOUT_FIGURES = mark("{rule}: {group} ({days})")


def say(
    sentence: str,
    words: Words,
    rule: str,
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
    rule : str
        Id of the rule that is spoken of.
    days : ndarray of int64
    needed, available : int or None
    group : str
        Its name, or how many ASN; empty = everybody.
    on_site : bool
        Whether heads on site are counted, not remote ones.
    """
    return _(sentence).format(
        rule=words.rule(rule),
        group=group or _("everybody"),
        needed=needed,
        available=available,
        where=_("on site") if on_site else _("remote"),
        days=words.days(days),
    )
