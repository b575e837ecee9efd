"""Clauses of a policy's document: which rules enforce each, or why none does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Any

import pandas as pd
from pydantic import Field

from rotasi.errors import Problem
from rotasi.messages import _
from rotasi.policy.file_errors import at
from rotasi.rules.base import Model
from rotasi.support.text import MOST_HINTS, near

_COLUMNS = ("clause", "text", "source", "rules", "objectives", "enforced", "because")


class Clause(Model):
    """A clause of the document behind a policy.

    Parameters
    ----------
    id : str
        Unique name, such as ``3.b``.
    text, source : str
        The clause in the document's own words, and where it stands.
    rules : list of str
        Ids of the rules that enforce it; `weekly_cap`, `pin`, `leave` and `rows` may be named.
    objectives : list of str
        Kinds of the objectives that seek it.
    not_enforced : str
        Instead of both: why nothing does.
    """

    id: Annotated[str, Field(min_length=1)]
    text: str = ""
    source: str = ""
    rules: list[str] = []
    objectives: list[str] = []
    not_enforced: str = ""


def check_clauses(
    entries: Sequence[Mapping[str, Any]],
    rules: Collection[str] | None,
    objectives: Collection[str] | None,
) -> list[Problem]:
    """Problems of clauses side by side, and against what they name.

    Parameters
    ----------
    entries : sequence of mapping
        The clauses as they are written.
    rules, objectives : collection of str or None
        Ids of the rules and kinds of the objectives; None where they are not known.
    """
    known = {
        "rules": (rules, _("no rule has this id")),
        "objectives": (objectives, _("the policy has no such objective")),
    }
    problems, seen = [], set()
    for number, entry in enumerate(entries):
        place, id_ = f"clauses[{number}]", entry.get("id")
        if isinstance(id_, str) and id_ in seen:
            problems.append(at(f"{place}.id", _("two clauses have this id; rename one"), id_))
        seen.add(str(id_))
        problems += _check_answer(entry, place)
        for key, (names, message) in known.items():
            for name in _names(entry.get(key)):
                if names is not None and name not in names:
                    hint = near(name, names) if len(problems) < MOST_HINTS else ""
                    problems.append(at(f"{place}.{key}", message + hint, name))
    return problems


def _check_answer(entry: Mapping[str, Any], place: str) -> Iterator[Problem]:
    """A clause is enforced, or says why not: neither in silence nor both."""
    named = bool(entry.get("rules") or entry.get("objectives"))
    excused = bool(str(entry.get("not_enforced") or "").strip())
    id_ = entry.get("id")
    shown = id_ if isinstance(id_, str) else None
    if not (named or excused):
        message = _(
            "name the rules or objectives that serve this clause, "
            "or say why none does in not_enforced"
        )
        yield at(place, message, shown)
    if named and excused:
        message = _("a clause names what enforces it or says why nothing does, not both")
        yield at(place, message, shown)


def _names(given: object) -> list[str]:
    return [name for name in given if isinstance(name, str)] if isinstance(given, list) else []


def tabulate(clauses: Sequence[Clause], soft: Collection[str]) -> pd.DataFrame:
    """One row per clause: what enforces it, or why nothing does.

    Parameters
    ----------
    clauses : sequence of Clause
    soft : collection of str
        Ids of the rules that may be broken at a price.
    """
    rows = [_row(clause, soft) for clause in clauses]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype({"enforced": bool})


def _row(clause: Clause, soft: Collection[str]) -> tuple[str | bool, ...]:
    enforced = any(rule not in soft for rule in clause.rules)
    because = clause.not_enforced
    if not (enforced or because):
        because = _("it is sought, not forced: only soft rules or objectives serve it")
    names = "; ".join(clause.rules), "; ".join(clause.objectives)
    return clause.id, clause.text, clause.source, *names, enforced, because
