"""The ledger as a page shows it: in every language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rotasi.exports.page.phrases import Phrases
from rotasi.exports.protocol import Subject
from rotasi.messages import LANGUAGES, use_language
from rotasi.model.constraints import Ints
from rotasi.rules import Rule

_TEXTS = ("evidence", "would_change", "reason")
_FIGURES = ("days_open", "wishes", "wishes_granted")


@dataclass(frozen=True)
class Decisions:
    """The ledger of a schedule.

    Parameters
    ----------
    ledgers : list of DataFrame
        One per language, in the order of `LANGUAGES`.
    rules : dict of str to Rule
        The policy's rules by id.
    """

    ledgers: list[pd.DataFrame]
    rules: dict[str, Rule]

    @classmethod
    def of(cls, subject: Subject) -> Decisions:
        """Make the ledger of a schedule, in each language."""
        ledgers = []
        for code in LANGUAGES:
            with use_language(code):
                ledgers.append(subject.ledger())
        return cls(ledgers, {rule.id: rule for rule in subject.policy.all_rules})

    def list_decisions(
        self, asn: Ints, phrases: Phrases, number: Callable[[Rule], int]
    ) -> dict[str, Any]:
        """The decisions on some ASN, column by column; rules and texts as numbers."""
        tables = [ledger.iloc[asn] for ledger in self.ledgers]
        table = tables[0]
        return {
            "may": table["may_be_remote"].astype(int).tolist(),
            "rule": [number(self.rules[rule]) if rule else -1 for rule in table["rule"]],
            "also": table["also"].tolist(),
            "application": table["application"].tolist(),
            **{name: table[name].astype(int).tolist() for name in _FIGURES},
            **{name: _number_texts(tables, name, phrases) for name in _TEXTS},
        }


def _number_texts(tables: list[pd.DataFrame], column: str, phrases: Phrases) -> list[int]:
    versions = zip(*(table[column] for table in tables), strict=True)
    return [phrases.number(texts) for texts in versions]
