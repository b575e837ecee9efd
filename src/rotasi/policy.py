"""The policy: period, holidays, rules and objectives, checked when it is made."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

from rotasi.errors import PolicyError, Problem
from rotasi.facts import STATUSES
from rotasi.messages import _, mark
from rotasi.rules import AnyObjective, AnyRule, Objective, Quota, Rule
from rotasi.rules.base import Date, Model, Weekday
from rotasi.rules.objectives import Fairness, RemoteDays, Wishes
from rotasi.rules.personal import HIGHEST_WEEKLY
from rotasi.validation import explain_problems
from rotasi.workdays import WEEKDAYS, Calendar

RESERVED = ("weekly_cap", "pin", "leave", "rows")
_LONGEST_DAYS = 3700  # ten years; a longer period is a slip of the pen


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

    @model_validator(mode="after")
    def _check_distinct(self) -> Self:
        labels = [label.strip() for label in (self.WFO, self.WFH, self.LEAVE)]
        meanings = dict(zip(labels, STATUSES, strict=True))
        mixed = any(meanings.get(code, code) != code for code in STATUSES)
        if "" in labels or len(meanings) < len(STATUSES) or mixed:
            raise ValueError(mark("labels must differ, and none may be another status's code"))
        return self


class Policy(Model):
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

    def __init__(self, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise PolicyError(explain_problems(error, type(self))) from None

    @classmethod
    def model_validate(cls, obj: Any, **_options: Any) -> Self:
        """Make a policy from a mapping of the structure of the TOML file.

        Parameters
        ----------
        obj : mapping or Policy

        Raises
        ------
        PolicyError
            With every problem found.
        """
        if isinstance(obj, Mapping):
            return cls(**{str(key): value for key, value in obj.items()})
        if isinstance(obj, cls):
            return obj
        raise PolicyError([Problem(_("a policy is a table of keys and values"), "policy")])

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Self:
        """Read a policy from a TOML or JSON file.

        Parameters
        ----------
        path : path
            Ends in ``.toml`` or ``.json``.

        Raises
        ------
        PolicyError
            If the file cannot be read or parsed, or with every problem in it.
        """
        return cls.model_validate(_load(Path(path)))

    def to_dict(self) -> dict[str, Any]:
        """The policy in the structure of its file, defaults left out, dates as dates."""
        return self.model_dump(by_alias=True, exclude_defaults=True)

    def to_json(self) -> str:
        """The policy as JSON text, defaults left out."""
        return self.model_dump_json(by_alias=True, exclude_defaults=True, indent=2)

    def to_toml(self) -> str:
        """The policy as TOML text, defaults left out.

        Raises
        ------
        ImportError
            If tomli-w is missing: ``pip install "rotasi[cli]"``.
        """
        try:
            import tomli_w
        except ImportError as error:
            raise ImportError('writing TOML needs tomli-w: pip install "rotasi[cli]"') from error
        return tomli_w.dumps(self.to_dict(), multiline_strings=False)

    def hash(self) -> str:
        """SHA-256 of the policy's content, as hexadecimal text."""
        content = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

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
        entries = [_Entry.of(entry) for entry in given] if isinstance(given, list) else []
        ids = _name(entries)
        problems = [*_check_ids(ids), *_check_weekdays(entries, info.data.get("workdays"))]
        try:
            rules: list[Rule] = read(given)
        except ValidationError as error:
            found = explain_problems(error, cls, place=("rules",))
            raise PolicyError([*found, *problems]) from None
        if problems:
            raise PolicyError(problems)
        return [
            rule if rule.id else rule.model_copy(update={"id": id_})
            for rule, id_ in zip(rules, ids, strict=True)
        ]

    @field_validator("objectives", mode="after")
    @classmethod
    def _default_objectives(cls, objectives: list[Objective]) -> list[Objective]:
        return objectives or list(_DEFAULT_OBJECTIVES)


@dataclass(frozen=True)
class _Entry:
    """What a rule says of its kind, id and weekdays, before it is known to be valid."""

    kind: object
    id: object
    weekdays: object

    @classmethod
    def of(cls, entry: object) -> _Entry:
        if isinstance(entry, Mapping):
            return cls(entry.get("kind"), entry.get("id"), entry.get("weekdays"))
        return cls(*(getattr(entry, name, None) for name in ("kind", "id", "weekdays")))


def _name(entries: list[_Entry]) -> list[str]:
    """Ids of the rules: their own, or ``<kind>-<n>``, counted within the kind."""
    seen: Counter[str] = Counter()
    ids = []
    for entry in entries:
        seen[str(entry.kind)] += 1
        ids.append(str(entry.id or f"{entry.kind}-{seen[str(entry.kind)]}"))
    return ids


def _check_ids(ids: list[str]) -> list[Problem]:
    problems, seen = [], set()
    for number, id_ in enumerate(ids):
        place = f"rules[{number}].id"
        if id_ in RESERVED:
            problems.append(_at(place, _("this id is reserved; choose another"), id_))
        elif id_ in seen:
            problems.append(_at(place, _("two rules have this id; rename one"), id_))
        seen.add(id_)
    return problems


def _check_weekdays(entries: list[_Entry], workdays: list[str] | None) -> list[Problem]:
    message = _("this weekday is not among the policy's workdays")
    return [
        _at(f"rules[{number}].weekdays", message, day)
        for number, entry in enumerate(entries)
        if isinstance(entry.weekdays, list) and workdays is not None
        for day in entry.weekdays
        if day in WEEKDAYS and day not in workdays
    ]


def _at(place: str, message: str, value: object) -> Problem:
    return Problem(message, "policy", column=place, value=value)


def _load(path: Path) -> object:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if path.suffix.lower() == ".json":
            return json.loads(text, object_pairs_hook=_refuse_doubles)
        return tomllib.loads(text)
    except OSError as error:
        message = _("the file cannot be read: {reason}").format(reason=error.strerror)
    except UnicodeDecodeError:
        message = _("the file is not UTF-8 text; save it as UTF-8")
    except (ValueError, RecursionError) as error:
        message = _("the file is not valid: {reason}").format(reason=error)
    raise PolicyError([_at(path.name, message, None)])


def _refuse_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its keys, each of which stands once, as TOML demands by itself."""
    doubled = [key for key, count in Counter(key for key, _value in pairs).items() if count > 1]
    if doubled:
        raise ValueError(_("the key {key} stands twice; keep one").format(key=doubled[0]))
    return dict(pairs)
