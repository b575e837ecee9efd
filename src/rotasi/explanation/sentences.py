"""What is needed and what is available, in sentences: all that is said of a shortage or collision.

Whoever finds it, by arithmetic or by search, says it in these words.
"""

from __future__ import annotations

from collections.abc import Sequence

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
# Remote days of some ASN in a run of days: a quota or run against what is left of them. `explain`
# counts over all of them, `solve` what each can have.
TOO_FEW_DAYS = mark(
    "{rule}: of {group} the rule asks for {needed} remote days {counted}, "
    "and {available} are possible ({days})"
)
TOO_MANY_DAYS = mark(
    "{rule}: to {group} the rule allows {needed} remote days {counted}, "
    "and {available} cannot be avoided ({days})"
)
# Single ASN-days: fixed, forbidden or pinned ones.
MUST_BE_REMOTE = mark(
    "{rule}: {needed} ASN-days must be remote, {available} of them can be ({days})"
)
MUST_NOT_BE_REMOTE = mark(
    "{rule}: {needed} ASN-days must not be remote, {available} of them need not ({days})"
)
# Days that a group has in common: days on site together, rotation.
TOO_FEW_COMMON_DAYS = mark(
    "{rule}: {group} needs {needed} days together but can have only {available} ({days})"
)
CANNOT_SHARE_DAYS = mark("{rule}: the members of {group} must share their days and cannot ({days})")
# Where no figures are known.
WITHOUT_FIGURES = mark("{rule}: {group} ({days})")
# Two rules against each other, as arithmetic finds them.
DECIDED_TWICE = mark("{needed} ASN-days must be remote by {rule} and must not by {other}")
DAYS_AGAINST_DAYS = mark(
    "{rule}: of {group} the rule asks for {needed} remote days {counted}, "
    "and {available} are possible by {other} ({days})"
)
HEADS_AGAINST_HEADS = mark(
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
    each: bool = False,
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
    each : bool
        Whether the figures are those of each ASN, not sums over all of them.
    """
    return _(sentence).format(
        rule=words.rule(rules[0]),
        other=words.rule(rules[-1]),
        group=group or _("everybody"),
        needed=needed,
        available=available,
        counted=_("each") if each else _("in all"),
        where=_("on site") if on_site else _("remote"),
        days=words.days(days),
    )
