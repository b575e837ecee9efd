"""What a page shows, as data: cut to its audience and, where it is one of many, to an OPD."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from rotasi.exports.audience import Audience
from rotasi.exports.page.coverage import Minimum, list_minimums
from rotasi.exports.page.decisions import Decisions
from rotasi.exports.page.phrases import Phrases, in_each_language, list_labels
from rotasi.exports.protocol import Subject
from rotasi.instance.wording import name_objective, name_rule
from rotasi.messages import _, language
from rotasi.model.facts import LEAVE, WFH, WFO, Groups, Ints
from rotasi.rules import Rule
from rotasi.support.file_names import name_files

Data = dict[str, Any]

INDEX = "index.html"  # the page that leads to the others

SMALLEST = 5  # ASN that a figure for the public speaks of, at least
_CONFIDENTIAL = frozenset({"performance", "disciplined", "applied"})  # columns for insiders


@dataclass(frozen=True)
class Content:
    """What the pages of a schedule show to an audience.

    Parameters
    ----------
    subject : Subject
    audience : Audience
    """

    subject: Subject
    audience: Audience

    @property
    def shows_people(self) -> bool:
        """Whether names and NIPs are shown."""
        return self.audience is not Audience.PUBLIC

    @property
    def shows_decisions(self) -> bool:
        """Whether it is shown who may be remote and why."""
        return self.audience is Audience.PERSONNEL

    @property
    def opds(self) -> Groups:
        """All OPDs, by name."""
        return self.subject.instance.facts.opds

    @cached_property
    def addresses(self) -> list[str]:
        """File names of the OPDs' pages."""
        return name_files(self.opds.labels, ".html", [INDEX], "opd")

    def page(self, opd: int | None = None) -> Data:
        """Everything, or one OPD."""
        kept = [number for number in range(len(self.opds)) if opd in (None, number)]
        shown = [number for number in kept if self.shows_people or self._sizes[number] >= SMALLEST]
        phrases = Phrases()
        rules = _Rules(phrases)
        data = self._head(shown) | {
            "left_out": len(kept) - len(shown),
            "floors": self._list_minimums(shown, rules),
        }
        if self.shows_people:
            asn = self._sort(shown)
            data["people"] = self._list_people(asn, shown)
            if self.shows_decisions:
                data["ledger"] = self._decisions.list_decisions(asn, phrases, rules.number)
        if opd is not None:
            data["index"] = INDEX
        return data | {"rules": rules.found, "phrases": phrases.as_table()}

    def index(self) -> Data:
        """Figures of all OPDs, with the names of their pages."""
        shown = list(range(len(self.opds)))
        phrases = Phrases()
        rules = _Rules(phrases)
        return self._head(shown) | {
            "left_out": 0,
            "floors": self._list_minimums(shown, rules),
            "pages": self.addresses,
            "rules": rules.found,
            "phrases": phrases.as_table(),
        }

    @cached_property
    def _sizes(self) -> Ints:
        return np.bincount(self.opds.of, minlength=len(self.opds))

    @cached_property
    def _minimums(self) -> list[tuple[Minimum, set[int]]]:
        """Minimums that the audience may know of, each with the OPDs of its group."""
        found = list_minimums(self.subject.instance, self.subject.grid)
        return [
            (minimum, set(self.opds.of[minimum.members].tolist()))
            for minimum in found
            if self._may_tell(minimum)
        ]

    def _may_tell(self, minimum: Minimum) -> bool:
        """Whether a group tells the audience nothing about its members that it may not know."""
        named = set(chain.from_iterable(minimum.rule.columns.values()))
        if self.shows_decisions:
            return True
        enough = self.shows_people or len(minimum.members) >= SMALLEST
        return enough and _CONFIDENTIAL.isdisjoint(named)

    @cached_property
    def _decisions(self) -> Decisions:
        return Decisions.of(self.subject)

    @cached_property
    def _counts(self) -> dict[str, Ints]:
        grid = self.subject.grid
        codes = {"on_site": WFO, "remote": WFH, "on_leave": LEAVE}
        return {name: self.opds.count(grid == code) for name, code in codes.items()}

    def _head(self, shown: list[int]) -> Data:
        """What every page of the schedule says about it."""
        policy, days = self.subject.policy, self.subject.instance.facts.days
        name = policy.name or _("Work roster")
        title = name if len(shown) != 1 else f"{name} · {self.opds.labels[shown[0]]}"
        head = {
            "language": language(),
            "title": title,
            "name": name,
            "audience": str(self.audience),
            "smallest": SMALLEST,
            "start": policy.start.isoformat(),
            "end": policy.end.isoformat(),
            "days": np.datetime_as_string(days.astype("datetime64[D]")).tolist(),
            "statuses": [policy.labels.WFO, policy.labels.WFH, policy.labels.LEAVE],
            "status": str(self.subject.status),
            "objectives": self._list_objectives(),
            "origin": self._find_origin(),
            "labels": list_labels(),
            "opds": self.opds.labels[shown].tolist(),
            "sizes": self._sizes[shown].tolist(),
            "counts": {name: counts[shown].tolist() for name, counts in self._counts.items()},
        }
        if self.shows_decisions:
            may = self.subject.instance.facts.may_be_remote
            eligible = np.bincount(self.opds.of[may], minlength=len(self.opds))
            head["eligible"] = eligible[shown].tolist()
        return head

    def _list_objectives(self) -> list[Data]:
        table = self.subject.objectives
        rows = zip(table["kind"], table["value"], table["proven"], strict=True)
        return [
            {
                "names": in_each_language(partial(name_objective, kind)),
                "value": int(value),
                "proven": bool(proven),
            }
            for kind, value, proven in rows
        ]

    def _find_origin(self) -> Data:
        """By what the page can be traced to its inputs; a hash of persons is for insiders."""
        provenance = self.subject.provenance
        return {
            "roster": provenance.get("roster", "")[:12] if self.shows_people else "",
            "policy": provenance.get("policy", "")[:12],
            "version": provenance.get("versions", {}).get("rotasi", ""),
        }

    def _sort(self, shown: list[int]) -> Ints:
        """ASN by OPD and unit, then in the roster's order."""
        (asn,) = np.nonzero(np.isin(self.opds.of, shown))
        units = self.subject.instance.facts.text("unit").to_numpy(object)
        keys = [(self.opds.of[row], units[row]) for row in asn]
        return asn[sorted(range(len(asn)), key=keys.__getitem__)]

    def _list_people(self, asn: Ints, shown: list[int]) -> Data:
        facts, grid = self.subject.instance.facts, self.subject.grid
        units, unit = np.unique(facts.text("unit").to_numpy(object)[asn], return_inverse=True)
        return {
            "nip": facts.text("nip").iloc[asn].tolist(),
            "name": facts.text("name").iloc[asn].tolist(),
            "opd": np.searchsorted(shown, self.opds.of[asn]).tolist(),
            "units": units.tolist(),
            "unit": unit.tolist(),
            "days": ["".join(map(str, row)) for row in grid[asn].tolist()],
        }

    def _list_minimums(self, shown: list[int], rules: _Rules) -> list[Data]:
        """Minimums of the groups that have a member in an OPD that is shown."""
        place = {opd: number for number, opd in enumerate(shown)}
        return [
            {
                "rule": rules.number(minimum.rule),
                "target": not minimum.rule.hard,
                "label": minimum.label,
                "opds": sorted(place[opd] for opd in opds & place.keys()),
                "needed": _blank(minimum.needed, minimum.asked),
                "found": minimum.found.tolist(),
            }
            for minimum, opds in self._minimums
            if not opds.isdisjoint(place)
        ]


class _Rules:
    """Rules that a page names, each once."""

    def __init__(self, phrases: Phrases) -> None:
        self.found: list[Data] = []
        self._phrases = phrases
        self._numbers: dict[str, int] = {}

    def number(self, rule: Rule) -> int:
        """The number of a rule."""
        if rule.id not in self._numbers:
            self._numbers[rule.id] = len(self.found)
            text = in_each_language(partial(name_rule, rule))
            self.found.append(
                {"id": rule.id, "text": self._phrases.number(text), "source": rule.source}
            )
        return self._numbers[rule.id]


def _blank(needed: Ints, asked: npt.NDArray[np.bool_]) -> list[int | None]:
    return [value if on else None for value, on in zip(needed.tolist(), asked, strict=True)]
