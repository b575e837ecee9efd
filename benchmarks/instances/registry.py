"""What an instance is, and the list of all."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from rotasi import Policy, Roster

Tables = dict[str, pd.DataFrame]
Generator = Callable[[int, int], Tables]

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Instance:
    """A generator of rosters of any size, and the policy that they are solved under.

    Parameters
    ----------
    name : str
    summary : str
        What it is like, in a line.
    policy : str
        File name of the TOML beside this module.
    sizes : mapping of str to int
        ASN at each size: ``smoke`` and ``full``.
    make : callable
        ``(n_asn, seed) -> tables``.
    """

    name: str
    summary: str
    policy: str
    sizes: Mapping[str, int]
    make: Generator

    def task(self, n_asn: int, seed: int = 0) -> Task:
        """The instance at a size."""
        return Task(self.name, n_asn, self.make(n_asn, seed), _FOLDER / self.policy)


@dataclass(frozen=True)
class Task:
    """An instance at a size, as everybody gets it: plain tables and a policy file.

    Parameters
    ----------
    name : str
    n_asn : int
    tables : dict of DataFrame
        employees, leave, wishes.
    path : Path
        The policy.
    """

    name: str
    n_asn: int
    tables: Tables
    path: Path

    @cached_property
    def roster(self) -> Roster:
        """The tables as rotasi takes them."""
        tables = self.tables
        return Roster.from_frame(tables["employees"], tables["leave"], tables["wishes"])

    @cached_property
    def policy(self) -> Policy:
        """The policy as rotasi takes it."""
        return Policy.read(self.path)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The policy as it is written."""
        return tomllib.loads(self.path.read_text(encoding="utf-8"))


#: All instances by name.
INSTANCES: dict[str, Instance] = {}


def instance(policy: str, **sizes: int) -> Callable[[Generator], Generator]:
    """Register a generator as an instance under its own name."""

    def register(make: Generator) -> Generator:
        name = make.__name__
        summary = (make.__doc__ or "").partition("\n")[0]
        INSTANCES[name] = Instance(name, summary, policy, sizes, make)
        return make

    return register
