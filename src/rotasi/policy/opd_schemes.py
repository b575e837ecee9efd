"""Schemes that OPDs propose for themselves: rules of their own, which can only tighten a policy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from rotasi.errors import PolicyError, Problem
from rotasi.messages import _
from rotasi.policy.file_errors import (
    Entry,
    at,
    check_ids,
    check_weekdays,
    list_entries,
    name_rules,
    read_all,
)
from rotasi.policy.limits import check_values
from rotasi.policy.parsing import load_file
from rotasi.rules import AnyRule, Rule
from rotasi.rules.base import Model, Scope
from rotasi.support.places import find_place, reading
from rotasi.support.text import as_word, near
from rotasi.support.types import PathName

Schemes = Mapping[str, PathName | Mapping[str, Any]] | PathName

#: An office rule: where rules collide, those of the policy are not the first to give way.
RANK = 5

_SUFFIXES = (".toml", ".json")


class Scheme(Model):
    """The rules that one OPD proposes for itself.

    Parameters
    ----------
    opd : str
    text, source : str
        For rules that have none of their own.
    rules : list of rule
        At least one.
    """

    opd: Annotated[str, Field(min_length=1)]
    text: str = ""
    source: str = ""
    rules: Annotated[list[AnyRule], Field(min_length=1)]

    def scoped(self) -> list[Rule]:
        """The rules as they join a policy: of this OPD, and named after it."""
        ids = name_rules(list_entries(self.rules))
        return [
            rule.model_copy(
                update={
                    "id": f"{self.opd}/{id_}",
                    "text": rule.text or self.text,
                    "source": rule.source or self.source,
                    "proposed_by": self.opd,
                    "scope": rule.scope | {"opd": [self.opd]},
                    "rank": RANK,
                }
            )
            for rule, id_ in zip(self.rules, ids, strict=True)
        ]


def join_schemes(schemes: Schemes, rules: Sequence[Rule], workdays: Collection[str]) -> list[Rule]:
    """The rules that the schemes add to those of a policy.

    Parameters
    ----------
    schemes : mapping of OPD to path or mapping, or path
    rules : sequence of Rule
        Those of the policy.
    workdays : collection of weekday

    Raises
    ------
    PolicyError
        With every problem of every scheme.
    """
    joined: list[Rule] = []
    problems: list[Problem] = []
    proposed = {rule.proposed_by for rule in rules}
    for draft in _collect(schemes):
        try:
            added = draft.read(rules, workdays)
            _check_first(added[0].proposed_by, proposed)
        except PolicyError as error:
            table = _("scheme {name}").format(name=draft.name)
            problems += [replace(problem, table=table) for problem in error.problems]
        else:
            joined += added
            proposed.add(added[0].proposed_by)
    if problems:
        raise PolicyError(problems)
    return joined


@dataclass(frozen=True)
class _Draft:
    """A scheme as it was handed in; `opd` is empty where the file names it."""

    name: str
    opd: str
    given: Path | Mapping[str, Any]

    def read(self, rules: Sequence[Rule], workdays: Collection[str]) -> list[Rule]:
        """Check the draft as a whole, and scope its rules."""
        table = self._load()
        opd, entries = as_word(table.get("opd", "")), list_entries(table.get("rules"))
        problems = [
            *_check_keys(table),
            *self._check_opd(opd),
            *check_ids(name_rules(entries)),
            *check_weekdays(entries, workdays),
            *_check_rules(entries, opd),
        ]
        return read_all(lambda: _scope(table, rules), Scheme, (), problems)

    def _load(self) -> dict[str, Any]:
        given: object = self.given
        if isinstance(given, Path):
            _check_kind(given)
            given = load_file(given)
        if not isinstance(given, Mapping):
            raise PolicyError([Problem(_("a scheme is a table of keys and values"))])
        table = ({"opd": self.opd} if self.opd else {}) | {str(key): given[key] for key in given}
        if problems := check_values(table):
            raise PolicyError(problems)
        return table

    def _check_opd(self, opd: str) -> Iterator[Problem]:
        if self.opd and opd != self.opd:
            yield at("opd", _("the scheme is handed in for {opd}").format(opd=self.opd), opd)


def _collect(schemes: Schemes) -> list[_Draft]:
    if isinstance(schemes, Mapping):
        return [_draft(as_word(opd), given) for opd, given in schemes.items()]
    with reading(schemes, "schemes", PolicyError):
        path = find_place(schemes)
        files = _files_in(path) if path.is_dir() else [path]
        return [_Draft(file.name, "", file) for file in files]


def _draft(opd: str, given: PathName | Mapping[str, Any]) -> _Draft:
    if isinstance(given, Mapping):
        return _Draft(opd, opd, given)
    path = Path(given)
    return _Draft(f"{opd} ({path.name})", opd, path)


def _files_in(folder: Path) -> list[Path]:
    """The schemes of a folder; nothing that was handed in is left out in silence."""
    files = [file for file in sorted(folder.iterdir()) if not file.name.startswith((".", "~$"))]
    if not files:
        message = _("the folder holds no scheme")
        raise PolicyError([Problem(message, "schemes", column=folder.name)])
    return files


def _check_kind(file: Path) -> None:
    with reading(file, "schemes", PolicyError):
        is_folder = find_place(file).is_dir()
    if file.suffix.lower() not in _SUFFIXES or is_folder:
        message = _("a scheme is a TOML or JSON file; save it as one, or take it out of the folder")
        raise PolicyError([Problem(message)])


def _check_first(opd: str, proposed: Collection[str]) -> None:
    if opd in proposed:
        message = _("a scheme of this OPD is joined already; hand in one")
        raise PolicyError([at("opd", message, opd)])


def _check_keys(table: Mapping[str, Any]) -> list[Problem]:
    known = list(Scheme.model_fields)
    message = _("a scheme holds opd, text, source and rules; all else is the policy's")
    return [at(key, message + near(key, known)) for key in table if key not in known]


def _check_rules(entries: Sequence[Entry], opd: str) -> Iterator[Problem]:
    """What a rule of a policy may say and one of a scheme may not."""
    for number, entry in enumerate(entries):
        place = f"rules[{number}]"
        if entry.get("penalty") is not None:
            message = _("rules of a scheme are hard; leave the penalty out")
            yield at(f"{place}.penalty", message, entry["penalty"])
        if entry.get("rank", RANK) != RANK:
            message = _("a scheme is an office rule, rank {rank}; leave the rank out")
            yield at(f"{place}.rank", message.format(rank=RANK), entry["rank"])
        if entry.get("proposed_by", opd) != opd:
            message = _("the scheme's OPD proposes it; leave the key out")
            yield at(f"{place}.proposed_by", message, entry["proposed_by"])
        for other in _other_opds(entry.get("scope"), opd):
            message = _("a scheme reaches its own OPD only")
            yield at(f"{place}.scope.opd", message, other)


def _other_opds(scope: object, opd: str) -> list[Any]:
    named = scope.get("opd") if isinstance(scope, Mapping) else None
    return [name for name in named if as_word(name) != opd] if isinstance(named, list) else []


def _scope(table: Mapping[str, Any], rules: Sequence[Rule]) -> list[Rule]:
    """The scheme's rules, scoped, if none of them loosens what the policy's rules demand."""
    kept = {key: value for key, value in table.items() if key in Scheme.model_fields}
    if isinstance(kept.get("opd"), str):
        kept["opd"] = as_word(kept["opd"])
    scoped = Scheme.model_validate(kept).scoped()
    message = _(
        "this would free ASN from {rule}, and a scheme can only tighten; "
        "{rule} itself must make the exception, by scope or except"
    )
    problems = [
        at(f"rules[{number}]", message.format(rule=demand.id), rule.kind)
        for number, rule in enumerate(scoped)
        for demand in rules
        if demand.hard and _frees(rule, demand) and not _are_apart(rule.scope, demand)
    ]
    if problems:
        raise PolicyError(problems)
    return scoped


def _frees(rule: Rule, demand: Rule) -> bool:
    """Whether a rule may lower what another demands of those who may be remote.

    Whom a rule bars has no fixed remote day and rotates with nobody; a day barred or banned
    lowers the minimum of a quota.
    """
    bars = rule.may_bar and demand.speaks_of_remote
    return bars or (rule.may_ban and demand.spares_banned)


def _are_apart(scope: Scope, demand: Rule) -> bool:
    """Whether the scopes alone say that nobody is in both."""
    own = {column: _words(values) for column, values in scope.items()}
    single = own.keys() & demand.scope.keys() - {"skills"}
    others = any(own[column].isdisjoint(_words(demand.scope[column])) for column in single)
    excepted = {column: _words(values) for column, values in demand.except_.items()}
    covered = own.keys() >= excepted.keys() and all(own[c] <= excepted[c] for c in excepted)
    return others or (bool(excepted) and covered)


def _words(values: Sequence[object]) -> set[str]:
    return {as_word(value) for value in values}
