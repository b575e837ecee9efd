"""Schemes of OPDs: what joins a policy, what is refused, and that no roster is won by one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import MONDAY, day, every_decision, grid_of, policy, roster, terms
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import rotasi
from rotasi import Policy, Roster
from rotasi.errors import PolicyError, RotasiWarning
from rotasi.instance.resolve import resolve
from rotasi.model.assignment import Statuses
from rotasi.rules import KINDS

NEVER = {"kind": "never_remote"}
MONDAYS = {"kind": "no_remote_day", "weekdays": ["Mon"]}
FIXED = {"kind": "fixed_remote_day", "weekdays": ["Tue"]}
OWED = {"kind": "quota", "min_days": 1, "max_days": 3}


def scheme(*rules: Any, **more: Any) -> dict[str, Any]:
    return {"rules": list(rules)} | more


def refused(schemes: Any, base: Policy | None = None) -> list[str]:
    """The problems of schemes, one line each."""
    with pytest.raises(PolicyError) as caught:
        (base or policy()).with_opd_schemes(schemes)
    return [str(problem) for problem in caught.value.problems]


class TestJoins:
    def test_a_rule_reaches_its_opd_and_says_who_proposed_it(self) -> None:
        own = {"kind": "min_on_site", "count": 1, "by": ["site"], "scope": {"unit": ["U"]}}
        own["except"] = {"position": ["Kepala"]}
        joined = policy(NEVER).with_opd_schemes({"Dinas A": scheme(own | {"id": "counter"})})
        first, rule = joined.rules
        assert first == policy(NEVER).rules[0]
        assert (rule.id, rule.proposed_by, rule.rank) == ("Dinas A/counter", "Dinas A", 5)
        assert rule.scope == {"unit": ["U"], "opd": ["Dinas A"]}
        assert (rule.except_, rule.by) == ({"position": ["Kepala"]}, ["site"])

    def test_the_policy_itself_and_what_is_given_stay(self) -> None:
        base, given_ = policy(NEVER), {"A": scheme(MONDAYS)}
        base.with_opd_schemes(given_)
        assert base == policy(NEVER)
        assert given_ == {"A": scheme(MONDAYS)}
        assert base.with_opd_schemes({}) == base

    def test_everything_else_of_the_policy_stays(self) -> None:
        base = policy(
            NEVER | {"id": "front", "scope": {"service": ["frontline"]}},
            name="Kota",
            weekly_cap=2,
            labels={"WFH": "WFA"},
            opd_services={"A": "frontline"},
            objectives=[{"kind": "wishes"}],
            clauses=[{"id": "1", "rules": ["front"]}],
        )
        joined = base.with_opd_schemes({"A": scheme(MONDAYS)})
        kept, before = joined.to_dict(), base.to_dict()
        assert len(kept.pop("rules")) == 2
        assert before.pop("rules")
        assert kept == before

    def test_ids_count_within_the_scheme(self) -> None:
        joined = policy(MONDAYS).with_opd_schemes(
            {"A": scheme(MONDAYS, MONDAYS), "B": scheme(MONDAYS, NEVER | {"id": "pin"})}
        )
        assert [rule.id for rule in joined.rules] == [
            "no_remote_day-1",
            "A/no_remote_day-1",
            "A/no_remote_day-2",
            "B/no_remote_day-1",
            "B/pin",
        ]

    def test_text_and_source_serve_rules_without_their_own(self) -> None:
        whole = scheme(NEVER, MONDAYS | {"text": "Senin", "source": "SK"}, text="Surat", source="1")
        rules = policy().with_opd_schemes({"A": whole}).rules
        assert [(rule.text, rule.source) for rule in rules] == [("Surat", "1"), ("Senin", "SK")]

    def test_the_own_opd_may_be_named(self) -> None:
        given_ = scheme(NEVER | {"scope": {"opd": ["Dinas\u00a0A"]}, "rank": 5}, opd=" Dinas A ")
        (rule,) = policy().with_opd_schemes({"Dinas\u00a0A": given_}).rules
        assert (rule.scope, rule.proposed_by) == ({"opd": ["Dinas A"]}, "Dinas A")

    def test_a_second_call_takes_other_opds(self) -> None:
        base = policy().with_opd_schemes({"A": scheme(NEVER)})
        assert len(base.with_opd_schemes({"B": scheme(NEVER)}).rules) == 2
        (text,) = refused({"A": scheme(MONDAYS)}, base)
        assert text == "scheme A, opd: 'A': a scheme of this OPD is joined already; hand in one"

    @pytest.mark.parametrize("form", ["dict", "json", "toml"])
    def test_who_proposed_what_comes_back_from_every_form(self, form: str, tmp_path: Path) -> None:
        joined = policy().with_opd_schemes({"Dinas A": scheme(NEVER), "B": scheme(MONDAYS)})
        if form == "dict":
            again = Policy.model_validate(joined.to_dict())
        else:
            path = tmp_path / f"policy.{form}"
            path.write_text(getattr(joined, f"to_{form}")(), encoding="utf-8")
            again = Policy.read(path)
        assert [rule.proposed_by for rule in again.rules] == ["Dinas A", "B"]
        assert again == joined
        assert again.hash() == joined.hash() != policy().hash()

    def test_the_hash_knows_who_proposed(self) -> None:
        assert policy(NEVER).hash() != policy(NEVER | {"proposed_by": "A"}).hash()


class TestFiles:
    def write(self, folder: Path, **texts: str) -> Path:
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
        return folder

    def test_a_path_by_the_home_folder_is_looked_at_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        (tmp_path / "folder.json").mkdir()
        assert "a scheme is a TOML or JSON file" in refused({"A": "~/folder.json"})[0]

    def test_a_folder_has_a_file_for_each_opd(self, tmp_path: Path) -> None:
        folder = self.write(
            tmp_path,
            rsud_toml='opd = "RSUD"\n[[rules]]\nkind = "never_remote"\n',
            dinkes_json='{"opd": "Dinkes", "rules": [{"kind": "never_remote"}]}',
            _toml="hidden",
        )
        for given_ in (folder, str(folder)):
            joined = policy().with_opd_schemes(given_)
            assert [rule.proposed_by for rule in joined.rules] == ["Dinkes", "RSUD"]

    def test_one_file_or_a_path_by_opd(self, tmp_path: Path) -> None:
        text = '[[rules]]\nkind = "never_remote"\n'
        self.write(tmp_path, named_toml=f'opd = "A"\n{text}', plain_toml=text)
        for given_ in (tmp_path / "named.toml", {"A": str(tmp_path / "plain.toml")}):
            (rule,) = policy().with_opd_schemes(given_).rules
            assert rule.id == "A/never_remote-1"

    def test_what_is_handed_in_and_cannot_be_read_is_told(self, tmp_path: Path) -> None:
        assert "the folder holds no scheme" in refused(tmp_path)[0]
        self.write(tmp_path, a_toml='opd = "A"', b_docx="", c_txt="")
        found = refused(tmp_path)
        places = [text.partition(":")[0] for text in found]
        assert places == ["scheme a.toml, rules", "scheme b.docx", "scheme c.txt"]

    def test_problems_name_the_file(self, tmp_path: Path) -> None:
        never = '[[rules]]\nkind = "never_remote"\n'
        self.write(tmp_path, a_toml='opd = "A"\nx', b_toml=f'opd = "B"\n{never}', c_toml=never)
        self.write(tmp_path, d_toml=f'opd = "B"\n{never}')
        bad, nameless, twice = refused(tmp_path)
        assert bad.startswith("scheme a.toml, a.toml: the file is not valid")
        assert nameless == "scheme c.toml, opd: the key is missing; add it"
        assert twice.startswith("scheme d.toml, opd: 'B': a scheme of this OPD is joined already")
        (missing,) = refused({"Dinas A": tmp_path / "none.toml"})
        assert re.match(r"scheme Dinas A \(none.toml\): .*none.toml cannot be read: ", missing)


class TestRefuses:
    @pytest.mark.parametrize(
        ("given_", "expected"),
        [
            (scheme(NEVER, objectives=[]), "scheme A, objectives: a scheme holds opd, text"),
            (scheme(NEVER, labels={"WFH": "WFA"}), "scheme A, labels: a scheme holds"),
            (scheme(NEVER, weekly_cap=5), "scheme A, weekly_cap: a scheme holds"),
            (scheme(NEVER, start="2026-01-05"), "scheme A, start: a scheme holds"),
            (scheme(NEVER, clauses=[]), "scheme A, clauses: a scheme holds"),
            (scheme(NEVER, souce="x"), "(did you mean 'source'?)"),
            (scheme(NEVER | {"penalty": 3}), "rules[0].penalty: 3: rules of a scheme are hard"),
            (scheme(NEVER | {"rank": 1}), "rules[0].rank: 1: a scheme is an office rule, rank 5"),
            (scheme(NEVER | {"proposed_by": "B"}), "rules[0].proposed_by: 'B': the scheme's OPD"),
            (scheme(NEVER | {"scope": {"opd": ["A", "B"]}}), "rules[0].scope.opd: 'B': a scheme"),
            (scheme(NEVER, opd="B"), "scheme A, opd: 'B': the scheme is handed in for A"),
            (scheme(NEVER, opd=7), "scheme A, opd: 7: write text in quotes"),
            (scheme(), "scheme A, rules: name at least one"),
            ({}, "scheme A, rules: the key is missing"),
            (scheme({"kind": "never_remot"}), "unknown kind (did you mean 'never_remote'?)"),
            (scheme(NEVER | {"txt": ""}), "rules[0].txt: '': unknown key (did you mean 'text'?)"),
            (scheme("never_remote"), "scheme A, rules[0]: 'never_remote': write a table"),
            (scheme(MONDAYS | {"weekdays": ["Sat"]}), "'Sat': this weekday is not among"),
            (scheme(NEVER | {"id": "x"}, MONDAYS | {"id": "x"}), "rules[1].id: 'x': two rules"),
            ({"rules": 1}, "scheme A, rules: 1: write a list"),
        ],
        ids=lambda value: str(value)[:60],
    )
    def test_a_scheme(self, given_: Any, expected: str) -> None:
        found = refused({"A": given_})
        assert any(expected in text for text in found), found

    def test_what_is_no_table(self, tmp_path: Path) -> None:
        path = tmp_path / "a.json"
        path.write_text("[1]", encoding="utf-8")
        assert refused(path) == ["scheme a.json: a scheme is a table of keys and values"]

    def test_an_opd_without_a_name(self) -> None:
        assert "write at least one character" in refused({"A": scheme(NEVER, opd=" ")})[0]
        assert "the key is missing" in refused({" ": scheme(NEVER)})[0]

    def test_all_problems_of_all_schemes_come_in_one_error(self) -> None:
        found = refused(
            {
                "A": scheme({"kind": "sometimes"}, NEVER | {"penalty": 1, "rank": 2}, labels={}),
                "B": scheme(FIXED | {"scope": {"opd": ["C"]}}, start=1),
                "C": scheme(NEVER),
            },
            policy(FIXED),
        )
        places = [text.partition(":")[0] for text in found]
        assert places == [
            "scheme A, rules[0]",
            "scheme A, labels",
            "scheme A, rules[1].penalty",
            "scheme A, rules[1].rank",
            "scheme B, start",
            "scheme B, rules[0].scope.opd",
            "scheme C, rules[0]",
        ]

    def test_a_nip_in_a_scope_is_not_shown(self) -> None:
        nip = "198001012005011001"
        found = refused({"A": scheme(NEVER | {"scope": {"nip": nip}, "penalty": 1})})
        assert len(found) == 2
        assert nip not in "".join(found)


class TestOnlyTightens:
    @pytest.mark.parametrize(
        ("demand", "rule"),
        [
            (FIXED, NEVER),
            (FIXED, {"kind": "require_application"}),
            (FIXED, {"kind": "quota", "max_days": 0}),
            (FIXED, {"kind": "quota", "max_by_performance": {"Baik": 2}}),
            (OWED, NEVER),
            (OWED, MONDAYS),
            (FIXED | {"scope": {"service": ["field"]}}, NEVER | {"scope": {"unit": ["U"]}}),
            (FIXED | {"except": {"opd": ["B"]}}, NEVER),
            (FIXED | {"except": {"opd": ["A"], "unit": ["U"]}}, NEVER),
        ],
        ids=str,
    )
    def test_nobody_is_freed_from_what_the_policy_demands(self, demand: Any, rule: Any) -> None:
        (text,) = refused({"A": scheme(rule)}, policy(demand))
        id_ = f"{demand['kind']}-1"
        assert text.startswith(f"scheme A, rules[0]: '{rule['kind']}': this would free ASN from")
        assert id_ in text

    @pytest.mark.parametrize(
        ("demand", "rule"),
        [
            (FIXED, MONDAYS),
            (FIXED, {"kind": "quota", "max_days": 2}),
            (OWED, {"kind": "max_remote", "share": 0.5}),
            (OWED | {"min_days": 0}, NEVER),
            (FIXED | {"penalty": 2}, NEVER),
            (FIXED | {"scope": {"opd": ["B"]}}, NEVER),
            (FIXED | {"except": {"opd": ["A", "B"]}}, NEVER),
            (FIXED | {"except": {"skills": ["it", "tu"]}}, NEVER | {"scope": {"skills": ["it"]}}),
            (FIXED | {"scope": {"unit": ["U"]}}, NEVER | {"scope": {"unit": ["V"]}}),
        ],
        ids=str,
    )  # fmt: skip
    def test_what_frees_nobody_joins(self, demand: Any, rule: Any) -> None:
        assert len(policy(demand).with_opd_schemes({"A": scheme(rule)}).rules) == 2

    def test_skills_keep_nobody_apart(self) -> None:
        """One who has both skills is in both scopes."""
        demand = FIXED | {"scope": {"skills": ["it"]}}
        found = refused({"A": scheme(NEVER | {"scope": {"skills": ["law"]}})}, policy(demand))
        assert "would free" in found[0]

    @pytest.mark.skipif("rotation_groups" not in KINDS, reason="the kind is not there")
    def test_rotation_groups_keep_their_members(self) -> None:
        found = refused({"A": scheme(NEVER)}, policy({"kind": "rotation_groups", "groups": 2}))
        assert "would free ASN from rotation_groups-1" in found[0]

    def test_without_the_refusal_a_scheme_would_loosen(self) -> None:
        """Joined by hand, rosters appear that the policy alone forbids."""
        for demand, rule in ((FIXED, NEVER), (OWED, NEVER), (OWED, MONDAYS)):
            own = rule | {"scope": {"opd": ["X"]}}
            assert allowed(tiny(demand, own)) - allowed(tiny(demand))

    @settings(max_examples=20)
    @given(st.data())
    def test_every_roster_under_the_joined_policy_is_one_under_the_policy(
        self, data: st.DataObject
    ) -> None:
        base = tiny(*data.draw(st.lists(st.sampled_from(DEMANDS), max_size=2)))
        own = data.draw(st.lists(st.sampled_from(OWN), min_size=1, max_size=2))
        try:
            joined = base.with_opd_schemes({"X": scheme(*own)})
        except PolicyError:
            reject()
        assert allowed(joined) <= allowed(base)


DEMANDS = [
    FIXED,
    FIXED | {"except": {"opd": ["X"]}},
    OWED,
    OWED | {"scope": {"opd": ["Y"]}},
    {"kind": "max_remote", "share": 0.5, "by": []},
    {"kind": "min_remote", "count": 1, "by": []},
    {"kind": "max_consecutive", "on_site": 1},
]
OWN = [
    NEVER,
    MONDAYS,
    FIXED,
    OWED,
    {"kind": "require_application"},
    {"kind": "quota", "max_days": 1},
    {"kind": "min_on_site", "count": 1},
    {"kind": "max_consecutive", "remote": 1},
]
#: One of the OPD X and one of Y over two days: 16 rosters.
TINY = Roster.from_frame(pd.DataFrame({"nip": ["a", "b"], "opd": ["X", "Y"], "applied": True}))


def tiny(*rules: dict[str, Any]) -> Policy:
    return policy(*rules, workdays=["Mon", "Tue"], end=day(1))


def allowed(given_: Policy) -> set[bytes]:
    """Every roster of the tiny OPDs that breaks no hard rule."""
    case = resolve(TINY, given_)
    grids = [grid_of(case.facts, remote) for remote in every_decision(case.facts)]
    return {
        grid.tobytes()
        for grid in grids
        if not any(rule.audit(case.facts, Statuses(grid)).total for rule in given_.all_rules)
    }


class TestSolved:
    def test_a_scheme_binds_its_opd_and_nobody_else(self) -> None:
        who = roster([{"opd": "A"}, {"opd": "A"}, {"opd": "B"}])
        base = policy(OWED | {"min_days": 0, "max_days": 1})
        joined = base.with_opd_schemes({"A": scheme({"kind": "max_remote", "count": 0, "by": []})})
        schedule = rotasi.solve(who, joined, workers=1)
        assert rotasi.verify(schedule, who, joined)
        remote = schedule.to_frame().query("status == 'WFH'")["opd"]
        assert remote.tolist() == ["B"]

    def test_a_breach_names_the_opd_in_its_rule(self) -> None:
        who = roster([{"opd": "A"}])
        joined = policy(end=day(0)).with_opd_schemes({"A": scheme(NEVER)})
        frame = pd.DataFrame({"nip": ["a"], "date": [MONDAY], "status": ["WFH"]})
        assert rotasi.verify(frame, who, joined).violations["rule"].tolist() == ["A/never_remote-1"]

    def test_an_opd_that_nobody_belongs_to_gives_a_warning(self) -> None:
        joined = policy().with_opd_schemes({"Dinkess": scheme(NEVER)})
        with pytest.warns(RotasiWarning, match="Dinkess/never_remote-1 reaches nobody.*'Dinkes'"):
            rotasi.solve(roster([{"opd": "Dinkes"}]), joined, workers=1)

    def test_a_joined_policy_is_still_checked_with_its_roster(self) -> None:
        joined = policy().with_opd_schemes({"X": scheme(NEVER | {"scope": {"untit": ["U"]}})})
        with pytest.raises(PolicyError, match="did you mean 'unit'"):
            resolve(roster(), joined)

    def test_a_hand_written_key_is_free(self) -> None:
        given_ = terms(NEVER | {"proposed_by": "Bagian Organisasi"})
        assert Policy.model_validate(given_).rules[0].proposed_by == "Bagian Organisasi"
