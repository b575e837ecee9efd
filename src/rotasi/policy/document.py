"""The policy: period, holidays, rules and objectives, checked when it is made."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

import pandas as pd
from pydantic import (
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

from rotasi.messages import _, long_date, mark
from rotasi.policy.clauses import Clause, check_clauses, tabulate
from rotasi.policy.file_errors import check_ids, check_weekdays, list_entries, name_rules, read_all
from rotasi.policy.formats import Document
from rotasi.policy.opd_schemes import Schemes, join_schemes
from rotasi.rules import AnyObjective, AnyRule, Objective, Quota, Rule
from rotasi.rules.base import Date, Model, Weekday
from rotasi.rules.individual import HIGHEST_WEEKLY
from rotasi.rules.objectives import Fairness, RemoteDays, Wishes
from rotasi.support.arguments import checked
from rotasi.support.calendar import WEEKDAYS, Calendar
from rotasi.support.notebook_html import show_table, show_text
from rotasi.tables.status_words import is_line, is_number, tell_apart

RESERVED = ("weekly_cap", "pin", "leave", "rows")
_LONGEST_DAYS = 3700  # ten years; a longer period is a slip of the pen
_LONGEST_LABEL = 50  # characters


_DEFAULT_OBJECTIVES: tuple[Any, ...] = (
    RemoteDays(kind="remote_days"),
    Wishes(kind="wishes"),
    Fairness(kind="fairness"),
)


class Holidays(Model):
    """Which dates are off.

    Parameters
    ----------
    country : str
        Country of the public holidays and cuti bersama; empty = none.
    extra : list of date
        Further days off.
    workdays : list of date
        Listed days that are worked after all; this beats everything.
    """

    country: str = "ID"
    extra: list[Date] = []
    workdays: list[Date] = []


class Labels(Model):
    """What people read for each status; the codes in frames stay."""

    WFO: str = "WFO"
    WFH: str = "WFH"
    LEAVE: str = "CUTI"

    @field_validator("*", mode="after")
    @classmethod
    def _check_word(cls, label: str) -> str:
        if len(label) > _LONGEST_LABEL:
            raise ValueError(mark("a label fills a cell of a day; write at most 50 characters"))
        if not is_line(label):
            raise ValueError(mark("a label is one line without control characters"))
        if is_number(label):
            raise ValueError(mark("a label that is a number reads like a count; write a word"))
        return label

    @model_validator(mode="after")
    def _check_distinct(self) -> Self:
        if not tell_apart(dict(self)):
            raise ValueError(
                mark(
                    "labels must differ by more than case and blanks, and none may be a word for "
                    "another status: WFO, WFH, LEAVE, CUTI"
                )
            )
        return self


class Policy(Document):
    """Everything that decides a roster besides the people.

    Make one with `Policy.read`, `Policy.model_validate` or a preset; each lists every problem.

    Parameters
    ----------
    name : str
    start, end : date
        The period, inclusive.
    workdays : list of weekday
    weekly_cap : int
        Remote days per ASN and ISO week, 0 … 4; always in force (West Java, 2023).
    holidays : Holidays
    opd_services : mapping of OPD to service
        For employees whose own `service` is empty.
    labels : Labels
    rules : list of rule
    objectives : list of objective
        Lexicographic; none means remote days, wishes, fairness.
    clauses : list of clause
        What the document says, each with the rules that enforce it or why none does.

    Raises
    ------
    PolicyError
        With every problem and its place.

    Examples
    --------
    >>> import rotasi
    >>> policy = rotasi.Policy.model_validate({
    ...     "start": "2026-01-05", "end": "2026-01-30",
    ...     "rules": [{"kind": "min_on_site", "share": 0.5}],
    ... })
    >>> policy.rules[0].id
    'min_on_site-1'
    """

    called: ClassVar[str] = "policy"

    name: str = ""
    start: Date
    end: Date
    workdays: Annotated[list[Weekday], Field(min_length=1)] = ["Mon", "Tue", "Wed", "Thu", "Fri"]
    weekly_cap: Annotated[int, Field(ge=0, le=HIGHEST_WEEKLY)] = HIGHEST_WEEKLY
    holidays: Holidays = Holidays()
    opd_services: dict[str, Literal["administrative", "frontline", "essential", "field"]] = {}
    labels: Labels = Labels()
    rules: list[AnyRule] = []
    objectives: list[AnyObjective] = list(_DEFAULT_OBJECTIVES)
    clauses: list[Clause] = []

    def hash(self) -> str:
        """SHA-256 of the policy's content, as hexadecimal text."""
        content = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    @checked
    def with_opd_schemes(self, schemes: Schemes) -> Self:
        """Join the schemes that OPDs propose for themselves.

        All rules hold together, so a scheme can only tighten. Each rule of a scheme reaches the
        OPD's ASN only, is named ``<OPD>/<id>``, and keeps its OPD in `proposed_by`.

        Parameters
        ----------
        schemes : mapping of OPD to path or mapping, or path
            The scheme of each OPD, or a folder with one TOML or JSON file per scheme, whose key
            `opd` names the OPD. A scheme holds `rules` and, for rules that have none of their
            own, `text` and `source`.

        Returns
        -------
        Policy
            A new one; this one stays as it is.

        Raises
        ------
        PolicyError
            With every problem of every scheme: keys that only the policy has, such as
            `objectives` and `labels`, soft rules, ranks other than 5, other OPDs, and rules that
            free ASN from what the policy demands of those who may be remote.

        Examples
        --------
        >>> import rotasi
        >>> policy = rotasi.Policy.model_validate({"start": "2026-01-05", "end": "2026-01-30"})
        >>> joined = policy.with_opd_schemes({
        ...     "Dinkes": {"rules": [{"kind": "no_remote_day", "weekdays": ["Mon"]}]},
        ... })
        >>> joined.rules[0].id, joined.rules[0].proposed_by
        ('Dinkes/no_remote_day-1', 'Dinkes')
        """
        rules = join_schemes(schemes, self.rules, self.workdays)
        return type(self)(**(dict(self) | {"rules": [*self.rules, *rules]}))

    def coverage(self) -> pd.DataFrame:
        """What becomes of each clause of the document.

        Returns
        -------
        DataFrame, one row per clause
            clause, text, source, rules, objectives (str; several joined by semicolons),
            enforced (bool; a hard rule is named), because (str; why it is not enforced).

        Examples
        --------
        >>> import rotasi
        >>> policy = rotasi.Policy.model_validate({
        ...     "start": "2026-01-05", "end": "2026-01-30",
        ...     "clauses": [{"id": "1", "text": "At most 4 days", "rules": ["weekly_cap"]}],
        ... })
        >>> policy.coverage()["enforced"].tolist()
        [True]
        """
        return tabulate(self.clauses, {rule.id for rule in self.rules if not rule.hard})

    def __repr__(self) -> str:
        counts = f"{len(self.rules)} rules, {len(self.objectives)} objectives"
        return f"<Policy: {self.name or '-'}, {self.start} – {self.end}; {counts}>"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        caption = f"{self.name} {long_date(self.start)} – {long_date(self.end)}".strip()
        rows = [
            [rule.id, rule.rank, rule.text or _(rule.meaning), rule.source, rule.penalty]
            for rule in self.all_rules
        ]
        headings = [_("rule"), _("rank"), _("text"), _("source"), _("penalty")]
        goals = ", ".join(_(goal.meaning) for goal in self.objectives)
        tail = _("objectives, the first first: {objectives}").format(objectives=goals)
        return show_table(caption, headings, rows) + show_text(tail)

    @property
    def calendar(self) -> Calendar:
        """The rule that says which dates are worked."""
        return Calendar(
            frozenset(WEEKDAYS.index(weekday) for weekday in self.workdays),
            self.holidays.country,
            frozenset(self.holidays.extra),
            frozenset(self.holidays.workdays),
        )

    @property
    def all_rules(self) -> list[Rule]:
        """The rules, led by the weekly cap that always holds."""
        cap = Quota(
            kind="quota",
            id="weekly_cap",
            max_days=self.weekly_cap,
            per="week",
            rank=1,
            text=_("At most {days} remote days a week").format(days=self.weekly_cap),
            source="Pergub Jawa Barat 102/2022; Perpres 21/2023",
        )
        return [cap, *self.rules]

    @property
    def soft(self) -> bool:
        """Whether any rule has a penalty."""
        return any(not rule.hard for rule in self.rules)

    @field_validator("end", mode="after")
    @classmethod
    def _check_period(cls, end: date, info: ValidationInfo) -> date:
        start = info.data.get("start")
        if start is not None and end < start:
            raise ValueError(mark("the end lies before the start; swap them"))
        if start is not None and (end - start).days > _LONGEST_DAYS:
            raise ValueError(mark("the period is longer than ten years"))
        return end

    @field_validator("rules", mode="wrap")
    @classmethod
    def _read_rules(
        cls, given: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> list[Rule]:
        """Read the rules, name them, and check them side by side: all problems at once."""
        entries = list_entries(given)
        ids = name_rules(entries)
        workdays = info.data.get("workdays", WEEKDAYS)
        problems = [*check_ids(ids, RESERVED), *check_weekdays(entries, workdays)]
        rules: list[Rule] = read_all(lambda: read(given), cls, ("rules",), problems)
        return [
            rule if rule.id else rule.model_copy(update={"id": id_})
            for rule, id_ in zip(rules, ids, strict=True)
        ]

    @field_validator("objectives", mode="after")
    @classmethod
    def _default_objectives(cls, objectives: list[Objective]) -> list[Objective]:
        return objectives or list(_DEFAULT_OBJECTIVES)

    @field_validator("clauses", mode="wrap")
    @classmethod
    def _read_clauses(
        cls, given: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> list[Clause]:
        """Read the clauses, and hold them against the rules and objectives that they name."""
        rules, objectives = info.data.get("rules"), info.data.get("objectives")
        problems = check_clauses(
            list_entries(given),
            None if rules is None else dict.fromkeys([*RESERVED, *(rule.id for rule in rules)]),
            None if objectives is None else [goal.kind for goal in objectives],
        )
        return read_all(lambda: read(given), cls, ("clauses",), problems)
