"""What there is to know of a schedule, for those who show, keep or check it.

`rotasi.Schedule` is the one class that has all of it. It is not named here because its methods
call the exports, which therefore lie below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.instance.resolve import Instance
from rotasi.model.constraints import Places
from rotasi.policy.document import Policy
from rotasi.tables.roster import Roster


@runtime_checkable
class HasRows(Protocol):
    """What can be verified: rows, groups, and what they follow on."""

    @property
    def previous(self) -> pd.DataFrame | None:
        """The roster of the period before."""

    @property
    def from_date(self) -> date | None:
        """The first day of a revision of `previous`; None = no revision."""

    def to_frame(self) -> pd.DataFrame:
        """The roster in long form."""

    def groups(self) -> pd.DataFrame:
        """Rotation groups."""


@runtime_checkable
class Subject(HasRows, Protocol):
    """A schedule: `rotasi.Schedule` is one."""

    @property
    def status(self) -> str:
        """OPTIMAL, FEASIBLE or UNKNOWN."""

    @property
    def roster(self) -> Roster:
        """The tables that were scheduled."""

    @property
    def policy(self) -> Policy:
        """The policy that was kept."""

    @property
    def instance(self) -> Instance:
        """Roster and policy, resolved."""

    @property
    def grid(self) -> npt.NDArray[np.int8]:
        """Status codes (rotasi.facts), shape (n_asn, n_days)."""

    @property
    def places(self) -> Places:
        """Groups that were formed."""

    @property
    def objectives(self) -> pd.DataFrame:
        """Values and proofs."""

    @property
    def blocks(self) -> pd.DataFrame:
        """Values and proofs, part by part."""

    @property
    def provenance(self) -> Mapping[str, Any]:
        """Where all of it comes from."""

    def to_grid(self) -> pd.DataFrame:
        """The roster as a table."""

    def summary(self) -> pd.DataFrame:
        """Figures per OPD."""

    def ledger(self) -> pd.DataFrame:
        """Who may be remote, by which rule, on what evidence."""

    def raise_for_status(self) -> None:
        """Raise if there is no schedule."""
