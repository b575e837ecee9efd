"""What is claimed of a schedule, and whether it may be believed of the one that is read back.

A proof counts for exactly the roster, policy, previous roster, days and values that it was made
for. A seal, the SHA-256 of all of these, binds it to them: whoever changes one by hand or by
mistake breaks it. It is no signature: a program that forges a proof can seal it as well. Values
and hard rules need no seal, since the verifier recomputes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from rotasi.exports.protocol import Subject
from rotasi.messages import _
from rotasi.model.status import Status
from rotasi.policy.document import Policy
from rotasi.rules.base import Date
from rotasi.support.types import Frame
from rotasi.tables.roster import Roster

#: Where the seal stands in the provenance.
SEAL = "proof"

#: What differs from run to run is not written: the same inputs give the same bytes.
_PASSING = frozenset({"seconds_verifying", "workers"})

_Name = Literal["OPTIMAL", "FEASIBLE", "INFEASIBLE", "UNKNOWN"]
_Figure = int | float | None


class _Part(BaseModel):
    """Strict, and open to keys that a later version adds."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, hide_input_in_errors=True)


class _Objective(_Part):
    kind: str
    value: _Figure
    bound: _Figure
    gap: _Figure
    proven: bool


class _Block(_Part):
    block: int
    opds: str
    asn: int
    start: Date
    end: Date
    kind: str
    status: _Name
    value: _Figure
    bound: _Figure


class _Revision(_Part):
    from_date: str
    schedule: str
    edition: int


class _Provenance(_Part):
    """What other parts of rotasi read of it; the rest is only shown."""

    roster: str
    policy: str
    proof: str | None = None
    versions: dict[str, str] = {}
    seed: int = 0
    notices: list[str] = []
    lost: list[str] = []
    interrupted: bool = False
    revises: _Revision | None = None


class Kept(_Part):
    """What a folder keeps of a proof: `describe`, read back."""

    status: _Name
    grid: str
    from_date: Date | None = None
    previous: bool
    objectives: list[_Objective]
    blocks: list[_Block]
    provenance: _Provenance


def describe(schedule: Subject) -> dict[str, Any]:
    """Everything that is claimed of a schedule, as it is written."""
    blocks = schedule.blocks.drop(columns="seconds").assign(
        start=schedule.blocks["start"].astype(str), end=schedule.blocks["end"].astype(str)
    )
    return {
        "status": str(schedule.status),
        "grid": hash_grid(schedule.grid),
        "from_date": schedule.from_date and schedule.from_date.isoformat(),
        "previous": schedule.previous is not None,
        "objectives": schedule.objectives.to_dict("records"),
        "blocks": blocks.to_dict("records"),
        "provenance": {k: v for k, v in schedule.provenance.items() if k not in _PASSING},
    }


def seal(schedule: Subject) -> dict[str, Any]:
    """The provenance of a schedule, with the seal that binds its proof to what it is of."""
    return {**schedule.provenance, SEAL: _stamp(schedule, describe(schedule))}


def is_of(schedule: Subject, roster: Roster, policy: Policy) -> bool:
    """Whether what is proven of a schedule is of this roster and policy."""
    same = roster is schedule.roster or roster.hash() == schedule.roster.hash()
    return same and policy.hash() == schedule.policy.hash()


def find_doubts(schedule: Subject, record: Kept, claims: Mapping[str, Any]) -> list[str]:
    """What has been changed since a proof was written, in words; empty if it counts.

    Parameters
    ----------
    schedule : Schedule
        As it is read back: with the values that the verifier computes, and nothing proven.
    record : Kept
    claims : mapping
        The same, as it stands in the file.
    """
    changed = list(_find_changes(schedule, record))
    if schedule.status == Status.UNKNOWN != record.status:
        changed.append(_("a hard rule, which it breaks"))
    if not changed and not _is_sealed(schedule, record, claims):
        changed.append(_("the previous roster, the groups or the record of the proof"))
    return changed


def _is_sealed(schedule: Subject, record: Kept, claims: Mapping[str, Any]) -> bool:
    """Whether the seal is that of what is claimed; rosters of 0.1.0 that were solved have none."""
    if record.provenance.proof is not None:
        return record.provenance.proof == _stamp(schedule, claims)
    claimed = record.status == Status.OPTIMAL or any(each.proven for each in record.objectives)
    return "versions" in claims["provenance"] or not claimed


def _find_changes(schedule: Subject, record: Kept) -> Iterator[str]:
    claimed = [(each.kind, each.value) for each in record.objectives]
    worth = zip(schedule.objectives["kind"], schedule.objectives["value"], strict=True)
    if record.provenance.roster != schedule.roster.hash():
        yield _("the roster")
    if record.provenance.policy != schedule.policy.hash():
        yield _("the policy")
    if record.grid != hash_grid(schedule.grid):
        yield _("the schedule")
    if claimed != list(worth):
        yield _("the values of the objectives")
    if not _is_consistent(record):
        yield _("the status or the bounds")


def _is_consistent(record: Kept) -> bool:
    """Whether status, bounds and proofs do not contradict one another."""
    proven = [each.proven for each in record.objectives]
    met = all(each.value == each.bound for each in record.objectives if each.proven)
    in_turn = proven == sorted(proven, reverse=True)
    if record.status == Status.OPTIMAL:
        return met and all(proven)
    return met and in_turn and record.status != Status.INFEASIBLE


def _stamp(schedule: Subject, claims: Mapping[str, Any]) -> str:
    """SHA-256 of claims, of the previous roster as it counts, and of the groups."""
    origin = {key: value for key, value in claims["provenance"].items() if key != SEAL}
    groups = schedule.groups() if schedule.places else Frame()
    digest = hashlib.sha256()
    for part in ({**claims, "provenance": origin}, groups.to_dict("records")):
        digest.update(json.dumps(part, sort_keys=True, default=str).encode())
    for array in _past_of(schedule):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _past_of(schedule: Subject) -> Iterator[npt.NDArray[Any]]:
    facts = schedule.instance.facts
    past = facts.past
    order = np.lexsort((past.day, past.asn))
    yield from (values[order] for values in (past.asn, past.day, past.status))
    yield facts.previous


def hash_grid(grid: npt.NDArray[np.int8]) -> str:
    """SHA-256 of status codes, as hexadecimal text."""
    return hashlib.sha256(np.ascontiguousarray(grid).tobytes()).hexdigest()
