"""Random rosters and policies, valid by the contract, about a quarter of them infeasible."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from .days import ONE_DAY, WEEKDAYS, Calendar, span
from .facts import Case, Rule
from .mip import is_feasible

Row = dict[str, Any]
Instance = tuple[dict[str, pd.DataFrame], Row, pd.DataFrame | None]

PREDICATES = ["Sangat Baik", "Baik", "Butuh Perbaikan", "Kurang", "Sangat Kurang"]
SERVICES = ["administrative", "frontline", "essential", "field"]
OPDS = ["Dinas A", "Dinas B", "Dinas C"]
COLUMNS: dict[str, list[Any]] = {
    "unit": ["Umum", "Data", None],
    "position": ["Analis", "Operator", "Kepala Seksi", None],
    "echelon": ["II.a", "III.b", "IV.b", None, None],
    "service": [*SERVICES, None, None],
    "skills": ["arsip", "arsip;hukum", "hukum;loket", None],
    "site": ["Gedung 1", "Gedung 2", None],
    "team": ["T1", "T2", None],
    "shift": ["pagi", "siang", None],
}
SCOPED = ["opd", "unit", "position", "echelon", "service", "skills", "site", "team", "shift"]
GROUPED = ["opd", "opd", "opd", "unit", "site", "team", "service", "position", "echelon"]
SHARES = [0.1, 0.2, 0.25, 0.3, 0.34, 0.4, 0.5, 0.5, 0.6, 0.7, 0.75]
RULE_KINDS = [
    "never_remote",
    "require_performance",
    "require_application",
    "bar_disciplined",
    "bar_newcomers",
    "quota",
    "max_consecutive",
    "fixed_remote_day",
    "no_remote_day",
    "min_on_site",
    "max_on_site",
    "max_remote",
    "min_remote",
    "rotation_groups",
    "together",
]
TIES = ["rotation_groups", "together"]
OBJECTIVE_KINDS = ["remote_days", "wishes", "fairness", "level_load", "stability"]
KINDS = RULE_KINDS + OBJECTIVE_KINDS
# How often a kind is drawn; the others count 1.
WEIGHTS = {
    "never_remote": 2,
    "require_performance": 2,
    "quota": 6,
    "max_consecutive": 4,
    "fixed_remote_day": 2,
    "no_remote_day": 2,
    "min_on_site": 4,
    "max_on_site": 3,
    "max_remote": 3,
    "min_remote": 3,
    "rotation_groups": 3,
    "together": 3,
}
# These push towards remote days; only an objective that wants few of them makes them bind.
PUSHING = ("min_remote", "fixed_remote_day", "max_on_site")
# These are easily too much for a random roster; of the infeasible ones only some are kept.
HARSH = (*PUSHING, "max_consecutive")


def random_instance(
    rng: random.Random,
    size: str = "small",
    kind: str | None = None,
    rules: Sequence[str] = RULE_KINDS,
) -> Instance:
    """Draw tables, policy and previous.

    Parameters
    ----------
    rng : random.Random
        The only source of chance: the same seed gives the same instance.
    size : {"small", "tiny", "medium"}
        tiny: at most 3 ASN (of `TIES` 5) and 4 workdays; small: at most 8 ASN (6) and 11
        workdays (6); medium: 30 to 300 ASN in up to 8 OPDs.
    kind : str, optional
        A rule or objective kind that must be present, and likely binding.
    rules : sequence of str
        Kinds of which the other rules are drawn.
    """
    draw = _Draw(rng, size, kind, rules)
    drawn = draw.instance()
    tables, policy, previous = drawn
    if kind in TIES and not draw.reached:
        return random_instance(rng, size, kind, rules)
    if kind in HARSH and rng.random() < 0.6 and not is_feasible(Case(tables, policy, previous)):
        return random_instance(rng, size, kind, rules)
    return drawn


def random_family(rng: random.Random, size: str, kind: str | None, number: int) -> list[Instance]:
    """Draw so many instances with the same period, tables and previous, and other rules."""
    draw = _Draw(rng, size, kind, RULE_KINDS)
    tables, policy, previous = draw.instance()
    policies = [policy, *(draw.another_policy() for _ in range(1, number))]
    return [(tables, policy, previous) for policy in policies]


def instances(size: str = "small", kind: str | None = None) -> st.SearchStrategy[Instance]:
    """The same for hypothesis: a seed, so that a failing case is one number."""
    seeds = st.integers(min_value=0, max_value=2**32 - 1)
    return seeds.map(lambda seed: random_instance(random.Random(seed), size, kind))


class _Draw:
    """One instance in the making."""

    def __init__(
        self, rng: random.Random, size: str, kind: str | None, rules: Sequence[str]
    ) -> None:
        if size not in ("small", "tiny", "medium"):
            raise ValueError(f"size {size!r} is none of 'small', 'tiny' and 'medium'")
        known = KINDS
        if not {kind or KINDS[0], *rules} <= set(known):
            raise ValueError(f"one of {kind!r}, {rules} is none of {known}")
        self.rng = rng
        self.tiny, self.medium = size == "tiny", size == "medium"
        self.kind = kind
        self.kinds = list(rules)
        self.demanded = kind is not None and kind not in OBJECTIVE_KINDS
        self.reached = False

    def instance(self) -> Instance:
        """Calendar first, then people, then rules that fit both."""
        self.policy = self._period()
        self.calendar = Calendar(self.policy)
        self.days = self.calendar.workdays(span(self.policy["start"], self.policy["end"]))
        self.employees = self._employees()
        self.columns = set(self.employees[0])
        self.leave = self._leave()
        self._add_services_and_cap()
        self._add_rules()
        self._add_objectives()
        tables = self._tables()
        return tables, self.policy, self._previous()

    def another_policy(self) -> Row:
        """Other rules and objectives for the same period and people."""
        decided = {"opd_services", "weekly_cap", "rules", "objectives"}
        self.policy = {key: value for key, value in self.policy.items() if key not in decided}
        self._add_services_and_cap()
        self._add_rules()
        self._add_objectives()
        return self.policy

    def chance(self, probability: float) -> bool:
        """A coin."""
        return self.rng.random() < probability

    # ---------------------------------------------------------------- the period

    def _period(self) -> Row:
        start = dt.date(2026, 1, 1) + self.rng.randrange(360) * ONE_DAY
        if self.chance(0.9 if self.kind == "together" else 0.45):
            start -= start.weekday() * ONE_DAY
        policy: Row = {"name": "random", "start": start, "end": start}
        self._set_weekdays(policy)
        self._set_holidays(policy)
        if self.sparse:
            policy["start"] = policy["end"] = start.replace(day=1)
        self._stretch(policy)
        return policy

    def _set_weekdays(self, policy: Row) -> None:
        week = list(WEEKDAYS)
        self.sparse = False
        if self.chance(0.12):
            self.sparse = True
            few, more = [["Mon"], ["Thu"]], [["Mon", "Thu"], ["Tue"], ["Wed", "Sat"]]
            policy["workdays"] = self.rng.choice(few if self.tiny else more)
        elif self.tiny and self.chance(0.6):
            policy["workdays"] = self.rng.choice([week[:3], week[:2], week[2:5], ["Tue", "Sat"]])
        elif self.chance(0.4):
            policy["workdays"] = self.rng.choice([week[:5], week[:6], week[:4], week[1:6]])

    def _set_holidays(self, policy: Row) -> None:
        if self.chance(0.05):
            policy["holidays"] = {"country": "ID"}
            return
        table: Row = {"country": ""}
        near = span(policy["start"], policy["start"] + 13 * ONE_DAY)
        if self.chance(0.35):
            table["extra"] = sorted(self.rng.sample(near, self.rng.randint(1, 2)))
        if self.chance(0.25):
            table["workdays"] = [self.rng.choice(near + table.get("extra", []) * 5)]
        policy["holidays"] = table

    def _stretch(self, policy: Row) -> None:
        """Move the end until the period has as many workdays as wanted."""
        wanted = self.rng.choice([2, 3, 4, 4]) if self.tiny else self.rng.randint(3, 11)
        if self.sparse:
            wanted = 4 if self.tiny else 9
        if self.kind in TIES:
            wanted = min(wanted, 3 if self.tiny else 6)
        calendar = Calendar(policy)
        found = int(calendar.is_workday(policy["start"]))
        while found < wanted:
            policy["end"] += ONE_DAY
            found += calendar.is_workday(policy["end"])
        for _ in range(self.rng.choice([0, 0, 1, 2])):
            if not calendar.is_workday(policy["end"] + ONE_DAY):
                policy["end"] += ONE_DAY

    # ---------------------------------------------------------------- the people

    def _employees(self) -> list[Row]:
        most = 12 // len(self.days) if self.tiny else 8
        sizes = [1, 2, 2, 3, 3] if self.tiny else range(3, most + 1)
        if self.kind in TIES:
            sizes = [2, 3, 3, 4, 5] if self.tiny else range(3, 7)
        number, opds = min(most, self.rng.choice(sizes)), OPDS[: self.rng.randint(1, 3)]
        if self.medium:
            number = round(30 * 10 ** self.rng.random())
            opds = [f"Dinas {letter}" for letter in "ABCDEFGH"[: self.rng.randint(2, 8)]]
        left_out = {name for name in COLUMNS if self.chance(0.15)}
        left_out |= {name for name in PERSONAL if self.chance(0.12)} - {NEEDED.get(self.kind or "")}
        scores = self.rng.choice(["predicate", "predicate", "predicate", "score", "mixed"])
        people = []
        for n in range(number):
            person: Row = {"nip": nip(n), "opd": self.rng.choice(opds)}
            person |= {name: self.rng.choice(values) for name, values in COLUMNS.items()}
            person |= self._record(scores)
            people.append({k: v for k, v in person.items() if k not in left_out})
        return people

    def _record(self, scores: str) -> Row:
        predicate = self.rng.choice([*PREDICATES[:3], "Baik", "Sangat Baik", "Kurang", None])
        score = self.rng.choice([50, 62.5, 75, 80, 90, 100, None])
        as_score = scores == "score" or (scores == "mixed" and self.chance(0.5))
        return {
            "performance": score if as_score else predicate,
            "applied": self.rng.choice([True, True, True, False, None]),
            "disciplined": self.rng.choice([False, False, None, True]),
            "joined": self._joined(),
        }

    def _joined(self) -> dt.date | None:
        start: dt.date = self.policy["start"]
        if self.chance(0.15):
            return None
        if self.chance(0.3):
            near = _months_back(start, self.rng.choice([1, 3, 6]))
            return near + self.rng.randint(-1, 1) * ONE_DAY
        return start - self.rng.randint(-20, 900) * ONE_DAY

    def _leave(self) -> list[Row]:
        rows = []
        for person in self.employees:
            if self.chance(0.25):
                start = self.policy["start"] + self.rng.randint(-4, len(self.days)) * ONE_DAY
                end = start + self.rng.choice([0, 0, 1, 2, 5]) * ONE_DAY
                rows.append({"nip": person["nip"], "start": start, "end": end, "kind": "tahunan"})
                if self.chance(0.2):
                    rows.append({"nip": person["nip"], "start": end, "end": end, "kind": None})
        return rows

    def _on_leave(self, who: str, day: dt.date) -> bool:
        return any(r["nip"] == who and r["start"] <= day <= r["end"] for r in self.leave)

    # ---------------------------------------------------------------- the tables

    def _tables(self) -> dict[str, pd.DataFrame]:
        tables = {"employees": frame(self.employees)}
        named = {"leave": self.leave, "wishes": self._wishes(), "pins": self._pins()}
        return tables | {name: frame(rows) for name, rows in named.items() if rows}

    def _wishes(self) -> list[Row]:
        rows: list[Row] = []
        for person in self.employees:
            days = self._some_days(0.3)
            rows += [{"nip": person["nip"], "date": day, "weekday": None} for day in days]
            if self.chance(0.4):
                name = self.rng.choice(self._weekdays())
                rows.append({"nip": person["nip"], "date": None, "weekday": name})
        if rows and self.chance(0.8):
            for row in rows:
                row["weight"] = self.rng.choice([-10, -3, -2, -1, 0, 1, 1, 2, 3, 10, None])
        return rows if self.chance(0.8) or self.kind == "wishes" else []

    def _some_days(self, probability: float) -> list[dt.date]:
        """Dates for wishes: workdays mostly, and the odd day off or day outside the period."""
        dates = [day for day in self.days if self.chance(probability)]
        if self.chance(0.1):
            dates.append(self.policy["end"] + self.rng.randint(1, 9) * ONE_DAY)
        return dates

    def _pins(self) -> list[Row]:
        if not self.chance(0.3):
            return []
        rows: list[Row] = []
        for _ in range(self.rng.randint(1, 2)):
            person, day = self.rng.choice(self.employees), self.rng.choice(self.days)
            taken = any(r["nip"] == person["nip"] and r["date"] == day for r in rows)
            if not taken and not self._on_leave(person["nip"], day):
                status = self.rng.choice(["WFO", "WFO", "WFH"])
                rows.append({"nip": person["nip"], "date": day, "status": status})
        return rows

    def _previous(self) -> pd.DataFrame | None:
        if not self.chance(0.9 if self.kind == "stability" else 0.55):
            return None
        rows: list[Row] = []
        before = self.calendar.workdays(
            span(self.policy["start"] - 14 * ONE_DAY, self.policy["start"] - ONE_DAY)
        )[-self.rng.randint(1, 7) :]
        inside = self.days if self.kind == "stability" or self.chance(0.5) else []
        people = [person["nip"] for person in self.employees]
        for who in people + [nip(999)] * self.chance(0.2):
            favourite = self.rng.choice(["WFO", "WFO", "WFH"])
            rows += [self._past_row(who, day, favourite) for day in before if self.chance(0.9)]
            rows += [self._past_row(who, day, favourite) for day in inside if self.chance(0.7)]
        return frame(rows) if rows else None

    def _past_row(self, who: str, day: dt.date, favourite: str) -> Row:
        status = favourite if self.chance(0.5) else self.rng.choice(["WFO", "WFH", "WFO", "LEAVE"])
        return {"nip": who, "date": day, "status": status}

    # ---------------------------------------------------------------- the policy

    def _add_services_and_cap(self) -> None:
        if self.chance(0.3):
            names = sorted({person["opd"] for person in self.employees})
            self.policy["opd_services"] = {self.rng.choice(names): self.rng.choice(SERVICES)}
        if self.chance(0.4):
            self.policy["weekly_cap"] = self.rng.choice([4, 3, 3, 2, 2, 1, 0])
        if self.demanded and self.policy.get("weekly_cap") == 0:
            self.policy["weekly_cap"] = 3

    def _add_objectives(self) -> None:
        wanted = [self.kind] if self.kind in OBJECTIVE_KINDS else []
        if not wanted and self.kind not in PUSHING and self.chance(0.3):
            return
        rest = [kind for kind in OBJECTIVE_KINDS if kind not in wanted]
        chosen = wanted + self.rng.sample(rest, self.rng.randint(0 if wanted else 1, 4))
        if self.kind in ("fairness", "level_load"):
            # Alone it would ask for no remote day at all.
            chosen = ["remote_days"] + [kind for kind in chosen if kind != "remote_days"]
        objectives = [self._objective(kind) for kind in chosen]
        if self.demanded and (self.kind in PUSHING or self.chance(0.7)):
            lead = self._lead()
            objectives = [lead] + [o for o in objectives if o["kind"] != lead["kind"]]
        self.policy["objectives"] = objectives

    def _lead(self) -> Row:
        """What makes the demanded rule bind: wishes differ where people are tied."""
        if self.kind in TIES and self.chance(0.5):
            return {"kind": "wishes"}
        return {"kind": "remote_days", "sense": "min" if self.kind in PUSHING else "max"}

    def _objective(self, kind: str) -> Row:
        if kind == "remote_days" and self.chance(0.5):
            few = self.chance(0.4) and self.kind not in ("fairness", "level_load")
            return {"kind": kind, "sense": "min" if few else "max"}
        if kind == "level_load" and self.chance(0.5):
            return {"kind": kind, "by": self._by()}
        return {"kind": kind}

    def _add_rules(self) -> None:
        rules = self._rules()
        if rules or self.chance(0.5):
            self.policy["rules"] = rules

    def _rules(self) -> list[Row]:
        number = self.rng.randint(0, 3) if self.tiny or self.kind else self.rng.randint(1, 5)
        kinds = self.rng.choices(
            self.kinds, [WEIGHTS.get(kind, 1) for kind in self.kinds], k=number
        )
        rules = [self._rule(kind) for kind in kinds]
        if self.kind is not None and self.demanded:
            rules.insert(self.rng.randint(0, len(rules)), self._binding_rule(self.kind))
        for number, rule in enumerate(rules):
            if self.chance(0.1):
                rule["id"] = f"aturan-{number}"
        return rules

    def _binding_rule(self, kind: str) -> Row:
        """A rule that reaches somebody on some day, hard more often than not."""
        for _ in range(50):
            rule = self._rule(kind)
            self.reached = self._reach(rule)
            if self.reached:
                break
        if self.chance(0.5):
            rule.pop("penalty", None)
        return rule

    def _reach(self, rule: Row) -> bool:
        """Whether the rule covers a workday and is about somebody."""
        case = Case({"employees": self.employees}, self.policy | {"rules": [rule]})
        found: Rule = case.rules[0]
        if rule["kind"].startswith(("require", "bar")):
            return any(case.is_ineligible(found, who) for who in found.members)
        if rule["kind"] in TIES:
            crowds = [len(pool) > rule.get("groups", 1) for pool in found.groups.values()]
            return any(crowds) and bool(found.weeks if rule["kind"] == "together" else found.days)
        named = "weekdays" in rule or "dates" in rule
        grouped = bool(found.groups) or "by" not in rule
        return bool(found.days and found.members and grouped and (found.named_days or not named))

    def _rule(self, kind: str) -> Row:
        rule: Row = {"kind": kind} | self._parameters(kind)
        if self.chance(0.3):
            rule["penalty"] = self.rng.choice([1, 1, 2, 3, 5, 100])
        if self.chance(0.6 if kind in ("never_remote", "no_remote_day") else 0.3):
            rule["scope"] = self._scope()
        if self.chance(0.15):
            rule["except"] = self._scope()
        self._add_dates(rule)
        if self.chance(0.1):
            rule |= {"rank": self.rng.randint(1, 5), "text": "Teks aturan", "source": "SE 1"}
        return rule

    def _add_dates(self, rule: Row) -> None:
        days = span(self.policy["start"], self.policy["end"])
        if self.chance(0.15):
            rule["start"] = self.rng.choice(days[: len(days) // 2 + 1])
        if self.chance(0.15):
            rule["end"] = self.rng.choice(days[len(days) // 2 :])
        if self.chance(0.05):
            rule["start"] = days[0] - 4 * ONE_DAY
        if "start" in rule and "end" in rule and rule["start"] > rule["end"]:
            rule["start"], rule["end"] = rule["end"], rule["start"]

    def _scope(self) -> Row:
        """One column mostly, with values that somebody has."""
        columns = [name for name in SCOPED if self._present(name)]
        chosen = self.rng.sample(columns, min(len(columns), self.rng.choice([1, 1, 1, 2])))
        return {name: self._values(name) for name in chosen}

    def _present(self, column: str) -> bool:
        return any(person.get(column) for person in self.employees)

    def _values(self, column: str) -> list[str]:
        cells = [person[column] for person in self.employees if person.get(column)]
        if column == "skills":
            cells = [tag for cell in cells for tag in cell.split(";")]
        found = sorted(set(cells))
        return self.rng.sample(found, self.rng.randint(1, min(2, len(found))))

    def _by(self) -> list[str]:
        if self.chance(0.15):
            return []
        if self.chance(0.15):
            return self.rng.choice([["opd", "unit"], ["site", "service"], ["opd", "position"]])
        column = self.rng.choice([*GROUPED, "shift"])
        return [column] if column in self.columns or column != "shift" else ["opd"]

    def _weekdays(self) -> list[str]:
        return list(self.policy.get("workdays", WEEKDAYS[:5]))

    # ---------------------------------------------------------------- parameters by kind

    def _parameters(self, kind: str) -> Row:
        if kind.endswith(("on_site", "_remote")) and kind.startswith(("min", "max")):
            return self._presence(kind)
        makers = {
            "require_performance": self._performance,
            "bar_newcomers": lambda: {"months": self.rng.choice([1, 3, 6, 12, 24])},
            "quota": self._quota,
            "max_consecutive": self._runs,
            "fixed_remote_day": self._fixed,
            "no_remote_day": self._named_days,
            "rotation_groups": self._rotation,
            "together": self._together,
        }
        return makers[kind]() if kind in makers else {}

    def _performance(self) -> Row:
        scores = [p.get("performance") for p in self.employees]
        numeric = any(isinstance(score, (int, float)) for score in scores)
        if numeric != self.chance(0.15):
            return {"minimum": self.rng.choice([60, 75, 80.5])}
        return {"minimum": self.rng.choice(["Baik", "Baik", "Butuh Perbaikan", "Sangat Baik"])}

    def _quota(self) -> Row:
        per = self.rng.choice(["week", "week", "month", "period"])
        rule: Row = {} if per == "week" and self.chance(0.5) else {"per": per}
        longest = {"week": 4, "month": 7, "period": 7}[per]
        if self.chance(0.3):
            names = self.rng.sample(PREDICATES, self.rng.randint(1, 4))
            table = {name: self.rng.randint(0, longest) for name in names}
            rule["max_by_performance"] = table
            most = max(table.values())
        else:
            most = rule["max_days"] = self.rng.choice([0, 1, 1, 2, 2, 2, 3, longest])
        if self.chance(0.4):
            rule["min_days"] = self.rng.randint(0, min(most, 2 if per == "week" else 3))
        return rule

    def _runs(self) -> Row:
        rule = {}
        if self.chance(0.7):
            rule["remote"] = self.rng.choice([1, 1, 2, 3])
        if not rule or self.chance(0.35):
            rule["on_site"] = self.rng.choice([1, 2, 2, 3, 4])
        return rule

    def _named_days(self) -> Row:
        if self.chance(0.6):
            names = self._weekdays()
            return {"weekdays": self.rng.sample(names, min(len(names), self.rng.choice([1, 1, 2])))}
        dates = span(self.policy["start"], self.policy["end"])
        return {"dates": sorted(self.rng.sample(dates, min(len(dates), self.rng.choice([1, 2]))))}

    def _fixed(self) -> Row:
        rule = self._named_days()
        if self.chance(0.7):
            rule["if_holiday"] = self.rng.choice(["skip", "previous", "next"])
        if self.chance(0.5) and "dates" in rule:
            off = [d for d in span(self.policy["start"], self.policy["end"]) if d not in self.days]
            rule["dates"] = sorted({*rule["dates"], *off[:2]})
        return rule

    def _rotation(self) -> Row:
        if self.chance(0.55):
            return {"groups": self.rng.choice([1, 2, 2, 2, 3])}
        columns = [name for name in GROUPED[2:] if name in self.columns]
        return {"by": self.rng.choice([*columns, "opd", "team"])}

    def _together(self) -> Row:
        rule: Row = {}
        if self.chance(0.6):
            rule["by"] = self._by()
        if self.chance(0.6):
            rule["days"] = self.rng.randint(1, min(3, len(self._weekdays())))
        return rule

    def _presence(self, kind: str) -> Row:
        rule: Row = {}
        if self.chance(0.6):
            rule["by"] = self._by()
        if self.chance(0.55):
            demanding = kind in ("min_remote", "max_on_site")
            shares = [1 - s for s in SHARES] if kind == "max_on_site" else SHARES
            rule["share"] = round(self.rng.choice(shares[:5] if demanding else shares), 2)
        else:
            rule["count"] = self._number(kind, rule.get("by", ["opd"]))
        if self.chance(0.5):
            rule["of"] = self.rng.choice(["present", "headcount"])
        if kind == "min_on_site" and self.chance(0.6):
            rule["if_short"] = self.rng.choice(["cap", "cap", "error"])
        return rule

    def _number(self, kind: str, by: list[str]) -> int:
        groups = [tuple(person.get(column) for column in by) for person in self.employees]
        largest = max(groups.count(group) for group in groups)
        if kind == "max_on_site":
            return self.rng.randint(max(1, largest - 2), largest)
        if kind == "min_remote":
            return 1
        return self.rng.randint(1, max(1, largest - 1))


PERSONAL = {"performance", "applied", "disciplined", "joined"}
NEEDED = {
    "require_performance": "performance",
    "require_application": "applied",
    "bar_disciplined": "disciplined",
    "bar_newcomers": "joined",
}


def nip(number: int) -> str:
    """An invented 18-digit staff number with a leading zero now and then."""
    return f"{number % 2}98{number:02d}0101202001{number:03d}0"


def frame(rows: list[Row]) -> pd.DataFrame:
    """A frame of objects, so that True stays True and a date a date."""
    return pd.DataFrame(rows, dtype=object)


def _months_back(day: dt.date, months: int) -> dt.date:
    year, zero_based = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, zero_based + 1, min(day.day, 28))


__all__ = ["KINDS", "instances", "random_instance"]
