"""The policy: defaults, files and schema for every rule, and everything that is wrong at once."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import MONDAY, day, people, policy, roster, terms
from kinds import OWN

from rotasi import Policy, Roster, solve
from rotasi.errors import PolicyError, Problem, RotasiWarning
from rotasi.instance.resolve import resolve
from rotasi.policy.document import RESERVED
from rotasi.rules import KINDS, Rule

SHARED = {
    "id": "own",
    "text": "Separuh pegawai hadir",
    "source": "SE 1/2026",
    "proposed_by": "Bappeda",
    "scope": {"opd": ["Bappeda", 'Dinas "B"'], "applied": [True], "lantai": [3]},
    "except": {"skills": ["arsip"]},
    "start": date(2026, 1, 6),
    "end": date(2026, 1, 9),
    "rank": 1,
    "penalty": 7,
}
EXAMPLES = [(kind, own) for kind, several in OWN.items() for own in several]


def is_rule(kind: str) -> bool:
    return issubclass(KINDS[kind], Rule)


def with_clause(kind: str, own: dict[str, Any]) -> dict[str, Any]:
    """A policy with one clause that says all it can."""
    clause = {"kind": kind} | own
    if is_rule(kind):
        return terms(clause | SHARED)
    return terms(objectives=[clause])


def problems(given: dict[str, Any]) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as caught:
        Policy.model_validate(given)
    return caught.value.problems


def message(*rules: dict[str, Any], **settings: Any) -> str:
    (found,) = problems(terms(*rules, **settings))
    return str(found)


class TestEveryKind:
    def test_has_examples_of_all_its_parameters(self) -> None:
        assert set(OWN) == set(KINDS)
        for kind, clause in KINDS.items():
            keys = {field.alias or name for name, field in clause.model_fields.items()}
            shown = set(SHARED) if is_rule(kind) else set()
            assert keys == {"kind"} | shown.union(*OWN[kind])

    @pytest.mark.parametrize(("kind", "own"), EXAMPLES)
    @pytest.mark.parametrize("form", ["dict", "json", "toml"])
    def test_comes_back_from_every_form(
        self, kind: str, own: dict[str, Any], form: str, tmp_path: Path
    ) -> None:
        given = Policy.model_validate(with_clause(kind, own))
        if form == "dict":
            again = Policy.model_validate(given.to_dict())
        else:
            path = tmp_path / f"policy.{form}"
            path.write_text(getattr(given, f"to_{form}")(), encoding="utf-8")
            again = Policy.read(path)
        assert again == given
        assert again.hash() == given.hash()
        (clause,) = again.rules if is_rule(kind) else again.objectives
        written = clause.model_dump(by_alias=True)
        assert {key: written[key] for key in own} == own
        assert not is_rule(kind) or {key: written[key] for key in SHARED} == SHARED

    @pytest.mark.parametrize(("kind", "own"), EXAMPLES)
    def test_can_be_compiled_and_audited(self, kind: str, own: dict[str, Any]) -> None:
        who = roster([{"opd": "Bappeda", "applied": True, "lantai": 3, "performance": "Baik"}])
        given = with_clause(kind, own) | {"holidays": {"country": "", "extra": [day(7)]}}
        case = resolve(who, Policy.model_validate(given))
        assert not [notice for notice in case.notices if "own" in notice]

    @pytest.mark.parametrize("kind", KINDS)
    def test_stands_in_the_json_schema_with_all_its_keys(self, kind: str) -> None:
        schema = Policy.model_json_schema()
        clause = KINDS[kind]
        place = schema["properties"]["rules" if is_rule(kind) else "objectives"]
        name = place["items"]["discriminator"]["mapping"][kind].rpartition("/")[2]
        found = schema["$defs"][name]
        assert set(found["properties"]) == {f.alias or n for n, f in clause.model_fields.items()}
        assert found["additionalProperties"] is False
        assert found["properties"]["kind"]["const"] == kind

    @pytest.mark.parametrize("kind", KINDS)
    def test_refuses_a_misspelt_key(self, kind: str) -> None:
        given = with_clause(kind, OWN[kind][0])
        place = "rules" if is_rule(kind) else "objectives"
        given[place][0]["knid"] = 1
        (found,) = problems(given)
        assert str(found) == f"policy, {place}[0].knid: 1: unknown key (did you mean 'kind'?)"


class TestDefaults:
    def test_are_those_of_the_contract(self) -> None:
        given = Policy.model_validate({"start": MONDAY, "end": day(4)})
        assert given.workdays == ["Mon", "Tue", "Wed", "Thu", "Fri"]
        assert given.weekly_cap == 4
        assert given.holidays.country == "ID"
        assert given.rules == []
        assert [goal.kind for goal in given.objectives] == ["remote_days", "wishes", "fairness"]
        assert given.objectives[0].sense == "max"

    def test_of_a_rule(self) -> None:
        (rule,) = policy({"kind": "min_on_site", "count": 1}).rules
        assert (rule.id, rule.rank, rule.penalty, rule.hard) == ("min_on_site-1", 3, None, True)
        assert (rule.by, rule.of, rule.if_short) == (["opd"], "present", "error")
        (rule,) = policy({"kind": "quota", "max_days": 2}).rules
        assert (rule.per, rule.min_days) == ("week", 0)
        (rule,) = policy({"kind": "fixed_remote_day", "weekdays": ["Thu"]}).rules
        assert rule.if_holiday == "skip"

    def test_no_objectives_are_the_default_ones(self) -> None:
        assert policy(objectives=[]).objectives == policy().objectives

    def test_ids_count_within_the_kind(self) -> None:
        quota = {"kind": "quota", "max_days": 3}
        given = policy(quota, {"kind": "never_remote"}, quota | {"id": "own"}, quota)
        assert [rule.id for rule in given.rules] == ["quota-1", "never_remote-1", "own", "quota-3"]

    def test_the_weekly_cap_always_leads_the_rules(self) -> None:
        cap, *others = policy({"kind": "never_remote"}, weekly_cap=3).all_rules
        assert (cap.id, cap.max_days, cap.per, cap.rank, cap.hard) == (
            "weekly_cap",
            3,
            "week",
            1,
            True,
        )
        assert [rule.kind for rule in others] == ["never_remote"]

    def test_policies_share_no_lists(self) -> None:
        one = Policy.model_validate({"start": MONDAY, "end": day(4)})
        one.rules.append(policy({"kind": "never_remote"}).rules[0])
        one.objectives.clear()
        other = Policy.model_validate({"start": MONDAY, "end": day(4)})
        assert other.rules == []
        assert len(other.objectives) == 3

    def test_what_is_given_stays_as_it_is(self) -> None:
        given = terms({"kind": "never_remote"})
        kept = json.dumps(given, default=str)
        assert policy({"kind": "never_remote"}) == Policy.model_validate(given)
        assert json.dumps(given, default=str) == kept

    def test_dates_may_be_text(self) -> None:
        as_text = terms({"kind": "no_remote_day", "dates": ["2026-01-06"]}, start="2026-01-05")
        as_dates = terms({"kind": "no_remote_day", "dates": [day(1)]})
        assert Policy.model_validate(as_text) == Policy.model_validate(as_dates)


class TestRefuses:
    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            (
                {"kind": "quota", "max_days": 5},
                "policy, rules[0].max_days: 5: more than 4 remote days a week",
            ),
            (
                {"kind": "quota", "max_by_performance": {"Baik": 5}},
                "policy, rules[0].max_by_performance: 5: more than 4 remote days a week",
            ),
            (
                {"kind": "quota", "max_days": 1, "min_days": 2},
                "rules[0].min_days: 2: the minimum is above the maximum",
            ),
            (
                {"kind": "quota", "max_by_performance": {"Baik": 1}, "min_days": 2},
                "rules[0].min_days: 2: the minimum is above the maximum",
            ),
            ({"kind": "quota", "max_days": 1, "max_by_performance": {"Baik": 1}}, "give either"),
            ({"kind": "quota"}, "give max_days"),
            ({"kind": "quota", "max_days": -1}, "rules[0].max_days: -1: must be at least 0"),
            ({"kind": "quota", "max_days": 1.5}, "rules[0].max_days: 1.5: write a whole number"),
            ({"kind": "quota", "max_days": "2"}, "rules[0].max_days: '2': write a whole number"),
            ({"kind": "quota", "max_days": True}, "write a whole number"),
            ({"kind": "quota", "max_by_performance": {"Bagus": 1}}, "'Sangat Kurang', 'Kurang'"),
            ({"kind": "quota", "max_days": 1, "per": "year"}, "write one of: 'week', 'month'"),
            ({"kind": "min_on_site", "share": 50}, "share: 50: a share is a part of one"),
            ({"kind": "min_on_site", "share": -0.1}, "a share is a part of one"),
            ({"kind": "min_on_site", "share": float("nan")}, "a share is a part of one"),
            ({"kind": "min_on_site", "share": "0.5"}, "a share is a part of one"),
            ({"kind": "min_on_site", "share": 0.5, "count": 1}, "give either count or share"),
            ({"kind": "min_on_site"}, "give either count or share"),
            ({"kind": "min_on_site", "count": 1, "by": ["skills"]}, "rules[0].by: "),
            ({"kind": "min_on_site", "count": 1, "by": "opd"}, "rules[0].by: 'opd': write a list"),
            ({"kind": "min_on_sit", "count": 1}, "unknown kind (did you mean 'min_on_site'?)"),
            ({"count": 1}, "rules[0]: the key kind is missing"),
            ({"kind": "max_remote", "cuont": 1, "share": 0.5}, "(did you mean 'count'?)"),
            ({"kind": "max_remote", "share": 0.5, "exept": {}}, "(did you mean 'except'?)"),
            ({"kind": "never_remote", "penalty": 0}, "rules[0].penalty: 0: must be at least 1"),
            ({"kind": "never_remote", "penalty": 1.5}, "write a whole number"),
            ({"kind": "never_remote", "rank": 6}, "rules[0].rank: 6: must be at most 5"),
            ({"kind": "never_remote", "rank": 0}, "rules[0].rank: 0: must be at least 1"),
            ({"kind": "never_remote", "id": "pin"}, "rules[0].id: 'pin': this id is reserved"),
            ({"kind": "never_remote", "start": day(2), "end": day(1)}, "ends before it starts"),
            ({"kind": "never_remote", "start": "5/1/2026"}, "start: '5/1/2026': write a date"),
            ({"kind": "never_remote", "scope": {"opd": "X"}}, "scope.opd: 'X': write a list"),
            ({"kind": "never_remote", "scope": {"opd": []}}, "name at least one"),
            ({"kind": "never_remote", "scope": ["opd"]}, "write a table of keys and values"),
            ({"kind": "no_remote_day"}, "give either weekdays or dates"),
            ({"kind": "no_remote_day", "weekdays": ["Mon"], "dates": [MONDAY]}, "give either"),
            ({"kind": "no_remote_day", "weekdays": ["Sat"]}, "'Sat': this weekday is not among"),
            ({"kind": "no_remote_day", "weekdays": ["Senin"]}, "write one of: 'Mon', 'Tue'"),
            ({"kind": "max_consecutive"}, "give remote, on_site or both"),
            ({"kind": "max_consecutive", "remote": 0}, "rules[0].remote: 0: must be at least 1"),
            ({"kind": "bar_newcomers"}, "rules[0].months: the key is missing"),
            ({"kind": "bar_newcomers", "months": 0}, "must be at least 1"),
            ({"kind": "require_performance", "minimum": "Bagus"}, "write an SKP predicate"),
            ({"kind": "require_performance", "minimum": 101}, "write an SKP predicate"),
            ("never_remote", "write a table of keys and values"),
        ],
        ids=lambda value: str(value)[:70],
    )  # fmt: skip
    def test_a_rule(self, rule: Any, expected: str) -> None:
        (found, *_) = problems(terms(rule))
        assert expected in str(found)

    @pytest.mark.parametrize(
        ("settings", "expected"),
        [
            ({"weekly_cap": 5}, "weekly_cap: 5: at most 4 remote days a week"),
            ({"weekly_cap": -1}, "weekly_cap: -1"),
            ({"end": day(-1)}, "policy, end: '2026-01-04': the end lies before the start"),
            ({"end": date(2260, 1, 1)}, "longer than ten years"),
            ({"start": "besok"}, "policy, start: 'besok': write a date"),
            ({"workdays": []}, "workdays: name at least one"),
            ({"workdays": ["Sen"]}, "write one of: 'Mon'"),
            ({"weekly_capp": 3}, "weekly_capp: 3: unknown key (did you mean 'weekly_cap'?)"),
            ({"holidays": {"contry": "ID"}}, "(did you mean 'country'?)"),
            ({"holidays": {"extra": ["9/1"]}}, "holidays.extra[0]: '9/1': write a date"),
            ({"labels": {"WFA": "x"}}, "labels.WFA: 'x': unknown key"),
            ({"labels": {"WFH": 1}}, "write text in quotes"),
            ({"opd_services": {"Dinkes": "frontlin"}}, "'frontline'"),
            ({"objectives": [{"kind": "fairnes"}]}, "(did you mean 'fairness'?)"),
            ({"objectives": [{"kind": "level_load", "by": ["skills"]}]}, "objectives[0].by"),
            ({"objectives": [{"kind": "remote_days", "sense": "most"}]}, "'max'"),
            ({"rules": {"kind": "never_remote"}}, "policy, rules: write a list"),
        ],
        ids=lambda value: str(value)[:70],
    )
    def test_a_setting(self, settings: dict[str, Any], expected: str) -> None:
        assert expected in message(**settings)

    def test_a_missing_period(self) -> None:
        found = problems({"rules": []})
        assert [problem.column for problem in found] == ["start", "end"]

    @pytest.mark.parametrize("name", RESERVED)
    def test_reserved_ids(self, name: str) -> None:
        assert "reserved" in message({"kind": "never_remote", "id": name})

    def test_an_id_twice(self) -> None:
        own = {"kind": "never_remote", "id": "quota-1"}
        assert "rules[1].id: 'quota-1': two rules" in message(own, {"kind": "quota", "max_days": 1})

    @pytest.mark.parametrize("given", [None, "policy.toml", [1], 7])
    def test_what_is_no_table(self, given: Any) -> None:
        with pytest.raises(PolicyError, match="a table of keys and values"):
            Policy.model_validate(given)

    def test_a_month_may_have_more_than_four_remote_days(self) -> None:
        (rule,) = policy({"kind": "quota", "max_days": 9, "per": "month"}).rules
        assert rule.max_days == 9

    def test_all_problems_come_in_one_error(self) -> None:
        given = terms(
            {"kind": "quota", "max_days": 5},
            {"kind": "min_on_site", "share": 50, "cuont": 2},
            {"kind": "sometimes_remote"},
            end=day(-1),
            weekly_cap=7,
        )
        found = problems(given)
        assert {problem.column for problem in found} == {
            "end",
            "weekly_cap",
            "rules[0].max_days",
            "rules[1].share",
            "rules[1].cuont",
            "rules[2]",
        }
        with pytest.raises(PolicyError) as caught:
            Policy.model_validate(given)
        assert str(caught.value).startswith("6 problems:\n  - policy, ")

    def test_one_fault_is_one_problem_whatever_the_types_allowed(self) -> None:
        assert len(problems(terms({"kind": "require_performance", "minimum": "Bagus"}))) == 1

    def test_ids_and_weekdays_are_checked_beside_other_problems(self) -> None:
        found = problems(
            terms(
                {"kind": "never_remote", "id": "pin"},
                {"kind": "no_remote_day", "weekdays": ["Sun"]},
                {"kind": "quota", "max_days": 5},
            )
        )
        places = {problem.column for problem in found}
        assert places == {"rules[0].id", "rules[1].weekdays", "rules[2].max_days"}

    def test_it_is_a_value_error(self) -> None:
        assert issubclass(PolicyError, ValueError)

    def test_a_nip_in_a_scope_is_not_shown(self) -> None:
        nip = "198001012005011001"
        for scope in ({"nip": nip}, {"nip": [nip, None]}, {"nip": [[nip]]}):
            (found, *_) = problems(terms({"kind": "never_remote", "scope": scope}))
            assert nip not in f"{found} {found!r}"


class TestFiles:
    def write(self, folder: Path, text: str | bytes, name: str = "policy.toml") -> Path:
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def test_the_example_of_the_contract(self, tmp_path: Path) -> None:
        text = """
            name = "Kota Bekasi 2026, draft"
            start = 2026-01-05
            end = 2026-01-30
            workdays = ["Mon", "Tue", "Wed", "Thu", "Fri"]
            weekly_cap = 4
            [holidays]
            country = "ID"
            extra = []
            workdays = []
            [opd_services]
            Disdukcapil = "frontline"
            [labels]
            WFH = "WFA"
            [[rules]]
            kind = "min_on_site"
            by = ["opd"]
            share = 0.5
            text = "At least half of the staff present"
            source = "SE …"
            [[objectives]]
            kind = "remote_days"
        """
        given = Policy.read(self.write(tmp_path, text))
        assert (given.start, given.end) == (MONDAY, date(2026, 1, 30))
        assert given.labels.WFH == "WFA"
        assert given.opd_services == {"Disdukcapil": "frontline"}
        assert given.rules[0].share == 0.5
        assert [goal.kind for goal in given.objectives] == ["remote_days"]
        assert Policy.model_validate(tomllib.loads(text)) == given
        assert given.hash() == Policy.model_validate(given.to_dict()).hash()

    @pytest.mark.parametrize(
        ("name", "text", "expected"),
        [
            ("p.toml", "start = 2026-01-05\nstart = 2026-01-06", "not valid"),
            ("p.toml", "start = ", "not valid"),
            ("p.json", '{"start": ', "not valid"),
            ("p.json", "[" * 100_000, "not valid"),
            ("p.json", "[1]", "a table of keys and values"),
            ("p.toml", b"name = '\xff'", "UTF-8"),
        ],
    )
    def test_what_cannot_be_parsed(
        self, tmp_path: Path, name: str, text: str | bytes, expected: str
    ) -> None:
        with pytest.raises(PolicyError, match=expected):
            Policy.read(self.write(tmp_path, text, name))

    def test_a_key_twice_in_json_is_refused(self, tmp_path: Path) -> None:
        """As in TOML: of two weekly caps none may vanish in silence."""
        text = '{"start": "2026-01-05", "end": "2026-01-09", "weekly_cap": 1, "weekly_cap": 4}'
        with pytest.raises(PolicyError, match="weekly_cap"):
            Policy.read(self.write(tmp_path, text, "policy.json"))

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(PolicyError, match="cannot be read"):
            Policy.read(tmp_path / "policy.toml")
        with pytest.raises(PolicyError, match="cannot be read"):
            Policy.read(tmp_path)

    def test_a_byte_order_mark_does_no_harm(self, tmp_path: Path) -> None:
        text = "\ufeffstart = 2026-01-05\nend = 2026-01-09\n"
        assert Policy.read(self.write(tmp_path, text)).start == MONDAY


class TestWithARoster:
    """What shows only when roster and policy meet."""

    def test_an_unknown_column_in_scope_and_by(self) -> None:
        given = policy(
            {"kind": "never_remote", "scope": {"untit": ["U"]}},
            {"kind": "never_remote", "except": {"lantay": [3]}},
            {"kind": "max_remote", "count": 1, "by": ["opd", "gedung"]},
            objectives=[{"kind": "level_load", "by": ["teem"]}],
        )
        with pytest.raises(PolicyError) as caught:
            resolve(roster(people_with_floor()), given)
        found = [(problem.column, problem.value) for problem in caught.value.problems]
        assert found == [
            ("rules[0].scope", "untit"),
            ("rules[1].except", "lantay"),
            ("rules[2].by", "gedung"),
            ("objectives[0].by", "teem"),
        ]
        text = str(caught.value)
        assert "(did you mean 'unit'?)" in text
        assert "(did you mean 'lantai'?)" in text
        assert "(did you mean 'team'?)" in text

    def test_a_contract_column_that_the_roster_lacks_is_empty(self) -> None:
        case = resolve(roster(), policy({"kind": "max_remote", "count": 0, "by": ["site"]}))
        assert case.notices == ()

    @pytest.mark.parametrize(
        ("scope", "expected"),
        [
            ({"opd": ["Y"]}, [1]),
            ({"opd": ["X", "Y"], "lantai": [3]}, [0]),
            ({"skills": ["hukum"]}, [0, 1]),
            ({"applied": [True]}, [0]),
            ({"applied": [False]}, [1]),
            ({"joined": ["2020-01-02"]}, [1]),
            ({"lantai": [3]}, [0]),
            ({"lantai": ["3"]}, [0]),
            ({"performance": [80]}, [0]),
            ({}, [0, 1]),
        ],
        ids=str,
    )
    def test_a_scope_reaches(self, scope: dict[str, Any], expected: list[int]) -> None:
        rows = [
            {"opd": "X", "skills": "arsip; hukum", "applied": True, "lantai": 3, "performance": 80},
            {
                "opd": "Y",
                "skills": "hukum",
                "applied": False,
                "lantai": 4,
                "joined": date(2020, 1, 2),
            },
        ]
        facts = resolve(roster(rows), policy()).facts
        assert facts.select(scope).nonzero()[0].tolist() == expected

    def test_a_scope_matches_names_written_with_other_characters(self) -> None:
        """A name with a no-break space, as web pages and Word have it."""
        who = roster([{"opd": "Dinas\u00a0A"}])
        given = policy(
            {"kind": "never_remote", "scope": {"opd": ["Dinas\u00a0A"]}},
            opd_services={"Dinas\u00a0A": "frontline"},
        )
        case = resolve(who, given)
        assert case.notices == ()
        assert case.facts.employees["service"].tolist() == ["frontline"]
        assert case.facts.barred.all()

    def test_an_empty_service_falls_back_to_the_opd_then_to_administrative(self) -> None:
        rows = [{"service": "field"}, {}, {"opd": "Y"}]
        case = resolve(roster(rows), policy(opd_services={"X": "essential"}))
        services = case.facts.employees["service"].tolist()
        assert services == ["field", "essential", "administrative"]

    def test_a_rule_that_reaches_nobody_is_told_with_the_nearest_names(self) -> None:
        who = roster([{"opd": "Disdukcapil"}, {"opd": "Bappeda"}])
        given = policy(
            {"kind": "never_remote", "scope": {"opd": ["Disdukcapill"]}},
            opd_services={"Bapeda": "essential"},
        )
        notices = resolve(who, given).notices
        assert notices == (
            "rule never_remote-1 reaches nobody (did you mean 'Disdukcapil'?)",
            "opd_services names 'Bapeda', which no employee belongs to (did you mean 'Bappeda'?)",
        )

    def test_a_hint_tells_of_nobody(self) -> None:
        nip = "198001012005011001"
        who = Roster.from_frame(pd.DataFrame({"nip": [nip], "opd": ["X"], "name": ["Siti Aminah"]}))
        for scope in ({"nip": [nip[:-1] + "2"]}, {"name": ["Siti Amina"]}):
            (notice,) = resolve(who, policy({"kind": "never_remote", "scope": scope})).notices
            assert nip not in notice
            assert "Aminah" not in notice

    def test_a_period_without_a_workday(self) -> None:
        with pytest.raises(PolicyError, match="the period has no workday"):
            resolve(roster(), policy(start=day(5), end=day(6)))

    def test_an_unknown_country(self) -> None:
        with pytest.raises(PolicyError, match="no holidays are known for country 'Bekasi'"):
            resolve(roster(), policy(holidays={"country": "Bekasi"}))

    def test_uncertain_holidays_are_told(self) -> None:
        whole = policy(start=date(2027, 3, 1), end=date(2027, 3, 31), holidays={"country": "ID"})
        notices = resolve(roster(), whole).notices
        assert [notice for notice in notices if notice.endswith("is an estimate")]

    def test_warnings_are_of_a_class_of_our_own(self) -> None:
        assert issubclass(RotasiWarning, UserWarning)


def people_with_floor() -> list[dict[str, Any]]:
    return [{"lantai": 3}]


def test_a_value_that_only_nearly_exists_is_told_though_the_rule_reaches_somebody() -> None:
    """A protection must not vanish in silence, not even half of it."""
    rule = {"kind": "never_remote", "scope": {"opd": ["Dinkes", "Diskucapil"]}}
    who = people([{"opd": "Dinkes"}, {"opd": "Disdukcapil"}])
    text = "rule never_remote-1: nobody has opd 'Diskucapil' .did you mean 'Disdukcapil'"
    with pytest.warns(RotasiWarning, match=text):
        solve(roster(who), policy(rule))


def test_no_repr_names_the_people_of_a_scope() -> None:
    rule = {"kind": "never_remote", "scope": {"nip": ["199001012020121001"], "name": ["Siti"]}}
    given = policy(rule, {"kind": "quota", "max_days": 1, "except": {"name": ["Siti"]}})
    shown = "".join([repr(given), str(given), *map(repr, given.rules), *map(str, given.rules)])
    assert "199001012020121001" not in shown
    assert "Siti" not in shown
    assert "<NeverRemote never_remote-1>" in shown
