"""The ledger of eligibility: who may be remote, by which rule, on what evidence."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import Instance, Row, day, history, policy, roster, rows, unpack
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.days import minus_months
from oracle.facts import Case as OracleCase
from oracle.instances import random_instance

import rotasi
from rotasi import Policy, Roster, Schedule
from rotasi.instance.resolve import Instance as Resolved
from rotasi.instance.resolve import resolve
from rotasi.model.facts import MISSING
from rotasi.policy.document import HIGHEST_WEEKLY
from rotasi.schedule.eligibility import make_ledger
from rotasi.tables.schema import PREDICATES

DAY, WEEK = timedelta(days=1), timedelta(days=7)
COLUMNS = [
    "nip", "opd", "may_be_remote", "days_open", "rule", "text", "source", "evidence", "also",
    "would_change", "application", "reason", "remote_days", "wishes", "wishes_granted",
]  # fmt: skip
NEVER = {"kind": "never_remote", "scope": {"service": ["frontline"]}}
BAIK = {"kind": "require_performance", "minimum": "Baik"}
APPLY = {"kind": "require_application"}
CLEAN = {"kind": "bar_disciplined"}
YEAR = {"kind": "bar_newcomers", "months": 12}


def unsolved(case: Resolved) -> pd.DataFrame:
    """The ledger of a case without a roster, by NIP."""
    grid = np.full(case.facts.shape, MISSING, dtype=np.int8)
    return make_ledger(case, grid).set_index("nip")


def ledger(who: list[Row] | int, *rules: Row, **settings: Any) -> pd.DataFrame:
    return unsolved(resolve(roster(who), policy(*rules, **settings)))


def applied(given: Roster, terms: Policy, **letters: str) -> pd.DataFrame:
    """The ledger of a roster written down by hand, by NIP."""
    return Schedule.from_frame(rows(**letters), given, terms).ledger().set_index("nip")


class TestDecisions:
    def test_there_is_a_row_per_asn_in_the_roster_s_order(self) -> None:
        who = roster(pd.DataFrame({"nip": ["c", "a", "b"], "opd": ["X", "Y", "X"]}))
        schedule = rotasi.solve(who, policy(), workers=1)
        found = schedule.ledger()
        assert list(found) == COLUMNS
        assert found["nip"].tolist() == ["c", "a", "b"]
        assert found["opd"].tolist() == ["X", "Y", "X"]
        assert found.index.equals(pd.RangeIndex(3))
        assert found["may_be_remote"].tolist() == [True] * 3
        assert found["days_open"].tolist() == [5] * 3
        words = found[["rule", "evidence", "also", "would_change", "application", "reason"]]
        assert not words.to_numpy().any()
        assert found["remote_days"].tolist() == [HIGHEST_WEEKLY] * 3

    def test_columns_have_types_with_and_without_a_roster(self) -> None:
        case = resolve(roster(2), policy())
        for code in (0, MISSING):
            found = make_ledger(case, np.full(case.facts.shape, code, dtype=np.int8))
            words = [name for name in COLUMNS if pd.api.types.is_string_dtype(found[name])]
            figures = ["may_be_remote", "days_open", "remote_days", "wishes", "wishes_granted"]
            assert words == [name for name in COLUMNS if name not in figures]
            assert found["remote_days"].dtype == found["wishes_granted"].dtype == "Int64"

    def test_names_are_shown_where_there_are_any(self) -> None:
        assert ledger([{"name": "Ani"}, {}])["name"].tolist() == ["Ani", ""]

    def test_nothing_is_changed(self) -> None:
        case = resolve(roster([{"performance": "Kurang"}]), policy(BAIK, APPLY))
        before = case.facts.employees.copy()
        unsolved(case)
        pd.testing.assert_frame_equal(case.facts.employees, before)

    def test_the_text_is_the_policy_s_own_or_the_meaning(self) -> None:
        own = APPLY | {"text": "Ajukan dahulu", "source": "SE 1"}
        found = ledger(1, own).loc["a"]
        assert (found["rule"], found["text"], found["source"]) == (
            "require_application-1", "Ajukan dahulu", "SE 1",
        )  # fmt: skip
        plain = ledger(1, APPLY).loc["a"]
        assert (plain["text"], plain["source"]) == ("Remote work needs an application", "")

    def test_law_decides_before_an_office_rule(self) -> None:
        found = ledger(1, BAIK | {"rank": 5}, APPLY | {"rank": 1}, BAIK | {"rank": 5}).loc["a"]
        assert found["rule"] == "require_application-1"
        assert found["also"] == "require_performance-1, require_performance-2"

    def test_of_equals_the_first_of_the_policy_decides(self) -> None:
        found = ledger(1, APPLY, BAIK).loc["a"]
        assert (found["rule"], found["also"]) == ("require_application-1", "require_performance-1")
        assert found["evidence"] == "has not applied; performance unknown (needed: Baik)"

    def test_the_rule_that_bars_on_the_most_days_decides(self) -> None:
        found = ledger(1, BAIK | {"rank": 1, "end": day(1)}, APPLY | {"rank": 5}).loc["a"]
        assert (found["rule"], found["also"]) == ("require_application-1", "require_performance-1")

    def test_the_evidence_of_the_deciding_rule_comes_first(self) -> None:
        found = ledger(1, BAIK | {"end": day(1)}, APPLY).loc["a"]
        assert found["evidence"] == "has not applied; performance unknown (needed: Baik)"

    def test_a_soft_rule_bars_nobody(self) -> None:
        found = ledger(1, APPLY | {"penalty": 1}).loc["a"]
        assert found["may_be_remote"]
        assert (found["rule"], found["evidence"], found["would_change"]) == ("", "", "")

    def test_a_rule_without_a_day_decides_nothing(self) -> None:
        found = ledger([{"applied": True}], APPLY | {"start": day(5)}).loc["a"]
        assert (found["rule"], found["evidence"], found["would_change"]) == ("", "", "")

    def test_rules_of_some_days_leave_the_others_open(self) -> None:
        found = ledger([{}, {"applied": True}], APPLY | {"start": day(1)})
        assert found["may_be_remote"].tolist() == [True, True]
        assert found["days_open"].tolist() == [1, 5]
        assert found["rule"].tolist() == ["require_application-1", ""]

    def test_leave_pins_and_empty_days_bar_nobody(self) -> None:
        given = roster(1, leave=[("a", 0, 1)], pins=[("a", 2, "O")])
        found = unsolved(resolve(given, policy({"kind": "no_remote_day", "weekdays": ["Fri"]})))
        assert found.loc["a", ["may_be_remote", "days_open", "rule"]].tolist() == [True, 5, ""]


class TestEvidence:
    """For each kind: what is seen of those who pass and fail, and what would change it."""

    def test_services(self) -> None:
        found = ledger([{"service": "frontline"}, {"service": "field"}], NEVER)
        assert found["may_be_remote"].tolist() == [False, True]
        assert found["evidence"].tolist() == ["service: frontline", ""]
        assert found["would_change"].tolist() == ["", ""]

    def test_the_service_of_an_opd(self) -> None:
        found = ledger(1, NEVER, opd_services={"X": "frontline"})
        assert found.loc["a", "evidence"] == "service: frontline"

    def test_scopes_of_several_columns(self) -> None:
        scope = {"unit": ["U {1}"], "skills": ["arsip", "hukum"]}
        who = [{"unit": "U {1}", "skills": "hukum;loket"}]
        found = ledger(who, {"kind": "never_remote", "scope": scope})
        assert found.loc["a", "evidence"] == "unit: U {1}, skills: hukum;loket"

    def test_nobody_is_named(self) -> None:
        found = ledger([{"name": "Ani"}], {"kind": "never_remote", "scope": {"name": ["Ani"]}})
        assert found.loc["a", "evidence"] == "named by the rule"

    def test_everybody(self) -> None:
        assert ledger(1, {"kind": "never_remote"}).loc["a", "evidence"] == "everybody is meant"

    def test_predicates(self) -> None:
        who = [{"performance": p} for p in ("Kurang", None, "88", "Sangat Baik")]
        found = ledger(who, BAIK)
        assert found["may_be_remote"].tolist() == [False, False, False, True]
        assert found["evidence"].tolist() == [
            "performance Kurang (needed: Baik)",
            "performance unknown (needed: Baik)",
            "performance 88 (needed: Baik; scores and predicates do not compare)",
            "performance Sangat Baik (needed: Baik)",
        ]
        gain = "performance of at least Baik"
        assert found["would_change"].tolist() == [gain, gain, gain, "performance below Baik"]

    def test_scores(self) -> None:
        who = [{"performance": p} for p in (55, 72.5, "Baik")]
        found = ledger(who, {"kind": "require_performance", "minimum": 70})
        assert found["evidence"].tolist() == [
            "performance 55 (needed: 70)",
            "performance 72.5 (needed: 70)",
            "performance Baik (needed: 70; scores and predicates do not compare)",
        ]
        gain, loss = "performance of at least 70", "performance below 70"
        assert found["would_change"].tolist() == [gain, loss, gain]

    @pytest.mark.parametrize(("minimum", "value"), [("Sangat Kurang", "Kurang"), (0, 10)])
    def test_nothing_is_below_the_lowest(self, minimum: object, value: object) -> None:
        rule = {"kind": "require_performance", "minimum": minimum}
        found = ledger([{"performance": value}], rule)
        assert found.loc["a", "would_change"] == "unknown performance"

    def test_applications(self) -> None:
        found = ledger([{"applied": True}, {"applied": False}, {"applied": None}], APPLY)
        assert found["evidence"].tolist() == ["has applied", "has not applied", "has not applied"]
        gain = "an application"
        assert found["would_change"].tolist() == ["no application", gain, gain]

    def test_discipline(self) -> None:
        who = [{"disciplined": value} for value in (True, False, None)]
        found = ledger(who, CLEAN)
        free = "no disciplinary measure is known"
        assert found["evidence"].tolist() == ["under a disciplinary measure", free, free]
        loss = "a disciplinary measure"
        assert found["would_change"].tolist() == ["no disciplinary measure", loss, loss]

    def test_newcomers(self) -> None:
        joined = (date(2025, 11, 1), date(2025, 1, 5), date(2025, 1, 6), None)
        found = ledger([{"joined": value} for value in joined], YEAR)
        assert found["may_be_remote"].tolist() == [False, True, False, True]
        assert found["evidence"].tolist() == [
            "joined 2025-11-01, months of service: 2 (needed: 12)",
            "joined 2025-01-05, months of service: 12 (needed: 12)",
            "joined 2025-01-06, months of service: 11 (needed: 12)",
            "date of joining unknown",
        ]
        assert found["would_change"].tolist() == [
            "12 months of service, for periods from 2026-11-01 on",
            "",
            "12 months of service, for periods from 2026-01-06 on",
            "joined after 2025-01-05",
        ]

    def test_no_month_has_a_31st_that_has_not(self) -> None:
        found = ledger([{"joined": date(2025, 8, 31)}], YEAR | {"months": 6})
        assert found.loc["a", "would_change"].endswith("from 2026-03-01 on")

    def test_service_that_has_not_begun(self) -> None:
        found = ledger([{"joined": date(9999, 12, 31)}], YEAR | {"months": 1}).loc["a"]
        assert found["evidence"] == "joined 9999-12-31, months of service: 0 (needed: 1)"
        assert found["would_change"] == "1 month of service, for periods from 10000-01-31 on"

    @given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.integers(1, 40))
    @settings(max_examples=6)
    def test_the_first_day_of_service_enough_is_exact(self, joined: date, months: int) -> None:
        who, rule = [{"joined": joined}], YEAR | {"months": months}
        found = ledger(who, rule, start=joined, end=joined + WEEK).loc["a", "would_change"]
        first = date.fromisoformat(re.findall(r"\d{4}-\d{2}-\d{2}", found)[-1])
        for start, open_ in ((first, True), (first - DAY, False)):
            then = ledger(who, rule, start=start, end=start + WEEK)
            assert then.loc["a", "may_be_remote"] == open_

    def test_quotas_by_performance(self) -> None:
        rule = {"kind": "quota", "max_by_performance": {"Sangat Baik": 4, "Baik": 2, "Kurang": 0}}
        found = ledger([{"performance": p} for p in ("Kurang", None, "Baik")], rule)
        assert found["may_be_remote"].tolist() == [False, False, True]
        assert found["evidence"].tolist() == [
            "performance Kurang (remote days: 0)",
            "performance unknown (remote days: 0)",
            "performance Baik (remote days: 2)",
        ]
        gain, loss = "performance Baik / Sangat Baik", "performance other than Baik / Sangat Baik"
        assert found["would_change"].tolist() == [gain, gain, loss]

    @pytest.mark.parametrize(
        ("rules", "settings", "id_"),
        [
            ([{"kind": "quota", "max_days": 0}], {}, "quota-1"),
            ([], {"weekly_cap": 0}, "weekly_cap"),
        ],
    )
    def test_quotas_of_nothing(self, rules: list[Row], settings: Row, id_: str) -> None:
        found = ledger(1, *rules, **settings).loc["a"]
        assert not found["may_be_remote"]
        assert (found["rule"], found["evidence"]) == (id_, "the maximum is 0 days")
        assert found["would_change"] == ""


class TestChanges:
    def test_all_that_bars_must_change(self) -> None:
        found = ledger([{"performance": "Kurang"}], BAIK, APPLY).loc["a"]
        assert found["would_change"] == "performance of at least Baik, and an application"

    def test_any_rule_may_begin_to_bar(self) -> None:
        found = ledger([{"performance": "Baik", "applied": True}], BAIK, APPLY).loc["a"]
        assert found["would_change"] == "performance below Baik, or no application"

    def test_nothing_helps_those_whom_no_evidence_decides_on(self) -> None:
        found = ledger([{"service": "frontline"}], NEVER, BAIK, APPLY).loc["a"]
        assert found["would_change"] == ""
        assert found["also"] == "require_performance-1, require_application-1"

    def test_the_day_that_asks_the_least(self) -> None:
        some = APPLY | {"start": day(0), "end": day(2)}
        found = ledger([{"performance": "Kurang"}], BAIK, some).loc["a"]
        assert found["would_change"] == "performance of at least Baik"

    def test_the_strictest_minimum_counts(self) -> None:
        best = BAIK | {"minimum": "Sangat Baik"}
        for rules in ((BAIK, best), (best, BAIK)):
            assert "at least Sangat Baik" in ledger(1, *rules).loc["a", "would_change"]

    def test_two_scales_never_agree(self) -> None:
        found = ledger(1, BAIK, {"kind": "require_performance", "minimum": 70}).loc["a"]
        assert (found["may_be_remote"], found["would_change"]) == (False, "")

    def test_evidence_that_opens_one_rule_and_closes_another_is_no_help(self) -> None:
        trap = {"kind": "never_remote", "scope": {"applied": [True]}}
        assert ledger(1, APPLY, trap).loc["a", "would_change"] == ""

    def test_evidence_that_leaves_a_day_open_takes_nothing(self) -> None:
        found = ledger([{"applied": True}], APPLY | {"start": day(1)}).loc["a"]
        assert found["would_change"] == ""

    def test_two_rules_on_the_same_evidence_close_all_days_together(self) -> None:
        rules = BAIK | {"end": day(1)}, BAIK | {"start": day(2)}
        found = ledger([{"performance": "Baik"}], *rules).loc["a"]
        assert found["would_change"] == "performance below Baik, or performance below Baik"


class TestApplications:
    def test_granted_in_part_or_refused(self) -> None:
        """Quota 2: a has both days, b one of them, c none; d is barred, e has not applied."""
        who = [{"applied": True}] * 3 + [{"applied": True, "disciplined": True}, {"applied": False}]
        terms = policy({"kind": "quota", "max_days": 2}, CLEAN)
        got = {"a": "HHOOO", "b": "OOOHO", "c": "OOOOO", "d": "OOOOO", "e": "OHOOO"}
        found = applied(roster(who), terms, **got)
        assert found["application"].tolist() == ["granted", "partial", "refused", "refused", ""]
        assert found["reason"].tolist() == [
            "",
            "remote days: 1; own rules would leave more",
            "the roster gives no day, though own rules leave some",
            "No remote work under a disciplinary measure: under a disciplinary measure",
            "",
        ]
        assert found["remote_days"].tolist() == [2, 1, 0, 0, 1]

    def test_an_empty_column_is_no_application(self) -> None:
        assert applied(roster(1), policy(), a="HHHHO").loc["a", "application"] == ""

    @pytest.mark.parametrize(
        ("letters", "verdict", "reason"),
        [
            ("HHOOO", "granted", ""),
            ("HOHHO", "partial", "wished days: 2, of these remote: 1"),
            ("OOHHO", "partial", "wished days: 2, of these remote: 0"),
            ("OOOOO", "refused", "the roster gives no day, though own rules leave some"),
        ],
    )
    def test_wishes(self, letters: str, verdict: str, reason: str) -> None:
        """Wishes for Monday and Tuesday; one against Wednesday asks for nothing."""
        wishes = [{"nip": "a", "date": day(n), "weight": w} for n, w in ((0, 1), (1, 5), (2, -1))]
        given = roster([{"applied": True}], wishes=wishes)
        found = applied(given, policy(), a=letters).loc["a"]
        assert (found["application"], found["reason"]) == (verdict, reason)
        assert found["wishes"] == 2
        assert found["wishes_granted"] == letters[:2].count("H")

    def test_wishes_for_days_on_leave_count_nothing(self) -> None:
        wishes = [{"nip": "a", "weekday": weekday} for weekday in ("Mon", "Tue")]
        given = roster([{"applied": True}], leave=[("a", 0, 0)], wishes=wishes)
        found = applied(given, policy(), a="LHOOO").loc["a"]
        assert found[["wishes", "wishes_granted", "application"]].tolist() == [1, 1, "granted"]

    @pytest.mark.parametrize(
        ("rules", "letters"),
        [
            ([], "HHHHO"),
            ([{"kind": "quota", "max_days": 1, "per": "period"}], "OOHOO"),
            ([{"kind": "max_consecutive", "remote": 1}], "HOHOH"),
            ([{"kind": "max_consecutive", "remote": 1}], "OHOHO"),
            ([{"kind": "no_remote_day", "weekdays": ["Tue", "Wed", "Thu", "Fri"]}], "HOOOO"),
            ([APPLY, {"kind": "never_remote", "start": day(1)}], "HOOOO"),
        ],
    )
    def test_all_that_own_rules_leave(self, rules: list[Row], letters: str) -> None:
        given = roster([{"applied": True}])
        assert applied(given, policy(*rules), a=letters).loc["a", "application"] == "granted"
        less = letters.replace("H", "O", 1)
        assert applied(given, policy(*rules), a=less).loc["a", "application"] != "granted"

    def test_soft_rules_and_rules_on_groups_leave_room(self) -> None:
        rules = {"kind": "quota", "max_days": 1, "penalty": 1}, {"kind": "max_remote", "count": 0}
        found = applied(roster([{"applied": True}]), policy(rules[0]), a="HOOOO").loc["a"]
        assert found["application"] == "partial"
        found = applied(roster([{"applied": True}]), policy(rules[1]), a="OOOOO").loc["a"]
        assert found["reason"] == "the roster gives no day, though own rules leave some"

    def test_leave_and_pins_may_leave_no_day(self) -> None:
        given = roster([{"applied": True}], leave=[("a", 0, 3)], pins=[("a", 4, "O")])
        found = applied(given, policy(), a="LLLLO").loc["a"]
        assert found["application"] == "refused"
        assert found["reason"] == "leave, pins and own rules leave no day"

    def test_days_of_the_past_are_used_up(self) -> None:
        start = {"start": day(2), "end": day(4)}
        terms = policy({"kind": "quota", "max_days": 2}, **start)
        got = rows(day(2), a="OOO")
        given = roster([{"applied": True}])
        for past, reason in (("HH", "own rules leave no day"), ("HO", "own rules leave some")):
            previous = history(day(2), a=past)
            found = Schedule.from_frame(got, given, terms, previous).ledger()
            assert found["reason"].iloc[0].endswith(reason)


class TestWithoutARoster:
    def test_an_infeasible_schedule_has_a_ledger(self) -> None:
        """X lacks a third person; in Y there is a roster."""
        who = roster([{"applied": True}, {"applied": False}, {"applied": True, "opd": "Y"}])
        crowd = {"kind": "min_on_site", "count": 3, "scope": {"opd": ["X"]}}
        schedule = rotasi.solve(who, policy(APPLY, crowd), workers=1)
        assert schedule.status == "INFEASIBLE"
        found = schedule.ledger()
        assert found["may_be_remote"].tolist() == [True, False, True]
        assert found["evidence"].tolist() == ["has applied", "has not applied", "has applied"]
        assert found["remote_days"].isna().tolist() == [True, True, False]
        assert found["wishes_granted"].isna().tolist() == [True, True, False]
        assert found["application"].tolist() == ["", "", "granted"]

    def test_who_is_barred_is_refused_all_the_same(self) -> None:
        found = ledger([{"applied": True, "performance": "Kurang"}], BAIK).loc["a"]
        assert found["application"] == "refused"
        assert found["reason"].endswith("performance Kurang (needed: Baik)")


# ---------------------------------------------------------------- any roster

KINDS = [
    "require_performance", "require_application", "bar_disciplined", "bar_newcomers", "quota",
]  # fmt: skip
BEST = {"applied": True, "disciplined": False, "joined": pd.Timestamp("1970-01-01")}


def read_gains(words: str, start: date) -> dict[str, Any]:
    """The evidence that a text asks for, all of it."""
    evidence: dict[str, Any] = {}
    wanted = set(PREDICATES)
    for part in words.split(", and "):
        if part == "an application":
            evidence["applied"] = True
        elif part == "no disciplinary measure":
            evidence["disciplined"] = False
        elif match := re.fullmatch(r"(\d+) months? of service, for periods from .* on", part):
            earlier = pd.Timestamp(minus_months(start, int(match[1])))
            evidence["joined"] = min(evidence.get("joined", earlier), earlier)
        elif match := re.fullmatch(r"performance of at least ([\d.]+)", part):
            evidence["performance"] = max(evidence.get("performance", ""), match[1])
        elif match := re.fullmatch(r"performance of at least (.+)", part):
            wanted &= set(PREDICATES[PREDICATES.index(match[1]) :])
            evidence["performance"] = max(wanted, key=PREDICATES.index)
        else:
            wanted &= set(part.removeprefix("performance ").split(" / "))
            evidence["performance"] = max(wanted, key=PREDICATES.index)
    return evidence


def read_loss(words: str) -> dict[str, Any]:
    """Evidence of the kind that a text warns of."""
    if words == "no application":
        return {"applied": pd.NA}
    if words == "a disciplinary measure":
        return {"disciplined": True}
    if match := re.fullmatch(r"joined after (.+)", words):
        return {"joined": pd.Timestamp(match[1]) + DAY}
    if match := re.fullmatch(r"performance below ([\d.]+)", words):
        return {"performance": str(float(match[1]) - 0.5)}
    if match := re.fullmatch(r"performance below (.+)", words):
        return {"performance": PREDICATES[PREDICATES.index(match[1]) - 1]}
    assert words.startswith(("unknown performance", "performance other than "))
    return {"performance": ""}


@dataclass
class Drawn:
    """An instance of the oracle and its ledger."""

    instance: Instance

    def __post_init__(self) -> None:
        self.roster, self.policy, self.previous = unpack(self.instance)
        self.found = unsolved(resolve(self.roster, self.policy, self.previous))

    def may_with(self, evidence: dict[str, Row]) -> pd.Series:
        """Whether ASN may be remote once the table says something else of them, by NIP."""
        employees = self.roster.employees.set_index("nip", drop=False)
        for nip, values in evidence.items():
            for column, value in values.items():
                employees.loc[nip, column] = value
        changed = resolve(replace(self.roster, employees=employees), self.policy, self.previous)
        return pd.Series(changed.facts.may_be_remote, index=employees.index)[list(evidence)]


@cache
def draw(seed: int) -> Drawn:
    rng = random.Random(seed)
    return Drawn(random_instance(rng, "small", rng.choice(KINDS)))


#: Few seeds, so that the tests share what was drawn.
drawn = st.integers(0, 19).map(draw)


class TestAnyRoster:
    @given(drawn)
    @settings(max_examples=15)
    def test_who_may_be_remote_is_what_the_contract_says(self, case: Drawn) -> None:
        found, expected = case.found, OracleCase(*case.instance)
        assert found.index[found["may_be_remote"]].tolist() == expected.eligible
        barred = dict.fromkeys(found.index, 0)
        for nip, _day in expected.barred:
            barred[nip] += 1
        days = len(expected.days)
        assert found["days_open"].to_dict() == {nip: days - n for nip, n in barred.items()}
        assert (found["rule"] == "").to_dict() == {nip: not n for nip, n in barred.items()}

    @given(drawn)
    @settings(max_examples=15)
    def test_the_evidence_asked_for_opens_a_day(self, case: Drawn) -> None:
        asked = case.found.loc[~case.found["may_be_remote"], "would_change"]
        start = case.policy.start
        gains = {nip: read_gains(words, start) for nip, words in asked.items() if words}
        assert case.may_with(gains).all()

    @given(drawn)
    @settings(max_examples=15)
    def test_where_none_is_asked_for_the_best_evidence_is_no_help(self, case: Drawn) -> None:
        asked = case.found.loc[~case.found["may_be_remote"], "would_change"]
        for performance in ("Sangat Baik", "100"):
            best = BEST | {"performance": performance}
            assert not case.may_with(dict.fromkeys(asked.index[asked == ""], best)).any()

    @given(drawn)
    @settings(max_examples=15)
    def test_any_evidence_warned_of_closes_all_days(self, case: Drawn) -> None:
        warned = case.found.loc[case.found["may_be_remote"], "would_change"].str.split(", or ")
        for number in range(len(KINDS)):
            words = warned.str.get(number).dropna()
            losses = {nip: read_loss(text) for nip, text in words.items() if text}
            assert not case.may_with(losses).any()
