"""The rules and objectives of a policy, and all that one from another package builds on."""

from rotasi.messages import mark
from rotasi.model.assignment import (
    Breaches,
    Statuses,
    breaches_of_asn,
    breaches_of_groups,
    breaches_on_days,
    join,
)
from rotasi.model.constraints import (
    Balance,
    CellCost,
    CommonDays,
    Cover,
    Form,
    Level,
    Mask,
    SameStatus,
    Term,
    Tier,
    Window,
)
from rotasi.model.facts import Facts, Flags, Groups, History, Ints
from rotasi.rules.base import (
    By,
    Change,
    Date,
    FlawError,
    Rule,
    Scope,
    Share,
    Texts,
    Weekday,
    exact,
    find_remote,
    forbid,
    nobody,
    show_labels,
)
from rotasi.rules.individual import Quota
from rotasi.rules.objectives import Objective
from rotasi.rules.registry import KINDS, AnyObjective, AnyRule, register
from rotasi.rules.spans import Span, find_spans
from rotasi.support.calendar import weekday_of

#: Version of what a class from another package gets and gives: docs/own-rules.md lists it.
INTERFACE = 1

__all__ = [
    "INTERFACE",
    "KINDS",
    "AnyObjective",
    "AnyRule",
    "Balance",
    "Breaches",
    "By",
    "CellCost",
    "Change",
    "CommonDays",
    "Cover",
    "Date",
    "Facts",
    "Flags",
    "FlawError",
    "Form",
    "Groups",
    "History",
    "Ints",
    "Level",
    "Mask",
    "Objective",
    "Quota",
    "Rule",
    "SameStatus",
    "Scope",
    "Share",
    "Span",
    "Statuses",
    "Term",
    "Texts",
    "Tier",
    "Weekday",
    "Window",
    "breaches_of_asn",
    "breaches_of_groups",
    "breaches_on_days",
    "exact",
    "find_remote",
    "find_spans",
    "forbid",
    "join",
    "mark",
    "nobody",
    "register",
    "show_labels",
    "weekday_of",
]
