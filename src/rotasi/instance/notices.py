"""What is allowed but probably not meant, and what is uncertain, in words for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import chain, zip_longest

from rotasi.messages import _
from rotasi.model.facts import Facts
from rotasi.policy.document import Policy
from rotasi.rules import Rule
from rotasi.support.text import as_word, near
from rotasi.tables.roster import Roster
from rotasi.tables.schema import TABLES

_SURE = 0.8  # how alike two words must be for one to be a misspelling of the other
#: Columns of codes, of which a roster need not hold all: a near one is no misspelling.
_CODED = frozenset({"echelon", "service", "performance"})


def list_notices(roster: Roster, policy: Policy, facts: Facts) -> tuple[str, ...]:
    """Tell what is without effect, as a protection must not vanish in silence, and uncertain.

    Parameters
    ----------
    roster : Roster
    policy : Policy
    facts : Facts

    Returns
    -------
    tuple of str
        Rules and services that reach nobody, values that nobody has, estimated holidays.
    """
    rules = chain.from_iterable(_check_rule(rule, facts) for rule in policy.rules)
    uncertain = policy.calendar.notices(policy.start, policy.end)
    return (*rules, *_check_services(roster, policy), *uncertain)


def _check_rule(rule: Rule, facts: Facts) -> Iterator[str]:
    if not rule.members(facts).any():
        yield _("rule {rule} reaches nobody").format(rule=rule.id) + _hints(rule, facts)
        return
    if not rule.days(facts).any():
        yield _("rule {rule} meets no workday of the period").format(rule=rule.id)
    yield from _find_misspelt(rule, facts)


def _check_services(roster: Roster, policy: Policy) -> Iterator[str]:
    """OPDs with a service that have no employee."""
    opds = sorted(roster.employees["opd"].unique())
    text = _("opd_services names {opd!r}, which no employee belongs to")
    for opd in policy.opd_services:
        if as_word(opd) not in opds:
            yield text.format(opd=opd) + near(opd, opds)


def _find_misspelt(rule: Rule, facts: Facts) -> Iterator[str]:
    """Values of a scope or exception that nobody has, though somebody has nearly the same."""
    text = _("rule {rule}: nobody has {column} {value!r}")
    for scope in (rule.scope, rule.except_):
        for column, word, known in _find_absent_values(scope, facts):
            meant = [name for name in known if _is_misspelt(word, name)]
            if meant and column not in _CODED:
                yield text.format(rule=rule.id, column=column, value=word) + near(word, meant)


def _is_misspelt(word: str, name: str) -> bool:
    """Whether a word is nearly a name: word by word, as names of a series differ in one of them."""
    pairs = zip_longest(word.casefold().split(), name.casefold().split(), fillvalue="")
    return all(SequenceMatcher(None, one, other).ratio() >= _SURE for one, other in pairs)


def _hints(rule: Rule, facts: Facts) -> str:
    """The nearest names for values of the scope that nobody has."""
    absent = _find_absent_values(rule.scope, facts)
    return "".join(dict.fromkeys(near(word, known) for _column, word, known in absent))


def _find_absent_values(
    scope: Mapping[str, Sequence[object]], facts: Facts
) -> Iterator[tuple[str, str, list[str]]]:
    """Values that nobody has: column, value, and those that somebody has."""
    for column, values in scope.items():
        if column in ("nip", "name"):
            continue  # a near NIP or name would tell on somebody else
        texts = facts.text(column)
        if column not in TABLES["employees"]:  # may be an address or another number of a person
            texts = texts[texts.duplicated()]
        known = sorted({tag for text in texts.unique() for tag in text.split(";")} - {""})
        for word in map(as_word, values):
            if word not in known:
                yield column, word, known
