"""Clauses of a policy's document: each is enforced or says why not, and a table tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import policy, terms

from rotasi import Policy, presets
from rotasi.errors import PolicyError
from rotasi.messages import use_language
from rotasi.policy.document import RESERVED

NEVER = {"kind": "never_remote"}
SOFT = {"kind": "max_remote", "count": 1, "penalty": 2}
COLUMNS = ["clause", "text", "source", "rules", "objectives", "enforced", "because"]


def clause(id_: str = "1", **more: Any) -> dict[str, Any]:
    return {"id": id_, "text": f"Butir {id_}"} | more


def refused(*clauses: Any, rules: Any = (NEVER,), **settings: Any) -> list[str]:
    """The problems of a policy with these clauses, one line each."""
    with pytest.raises(PolicyError) as caught:
        policy(*rules, clauses=list(clauses), **settings)
    return [str(problem) for problem in caught.value.problems]


def covered(*clauses: dict[str, Any], **settings: Any) -> pd.DataFrame:
    return policy(NEVER, SOFT, clauses=list(clauses), **settings).coverage()


class TestCoverage:
    def test_says_which_rules_enforce_a_clause_or_why_none_does(self) -> None:
        found = covered(
            clause("1", rules=["never_remote-1", "weekly_cap"], source="Pasal 1"),
            clause("3.b", not_enforced="Rapat diusulkan tersendiri"),
        )
        assert found.to_dict("records") == [
            dict(
                zip(
                    COLUMNS,
                    ("1", "Butir 1", "Pasal 1", "never_remote-1; weekly_cap", "", True, ""),
                    strict=True,
                )
            ),
            dict(
                zip(
                    COLUMNS,
                    ("3.b", "Butir 3.b", "", "", "", False, "Rapat diusulkan tersendiri"),
                    strict=True,
                )
            ),
        ]

    @pytest.mark.parametrize(
        ("named", "enforced"),
        [
            ({"rules": ["max_remote-1"]}, False),
            ({"objectives": ["fairness"]}, False),
            ({"rules": ["max_remote-1"], "objectives": ["fairness"]}, False),
            ({"rules": ["max_remote-1", "never_remote-1"]}, True),
            ({"rules": ["never_remote-1"], "objectives": ["wishes"]}, True),
        ],
    )
    def test_what_may_give_way_enforces_nothing(self, named: Any, enforced: bool) -> None:
        row = covered(clause(**named)).iloc[0]
        assert row["enforced"] == enforced
        assert bool(row["because"]) != enforced
        assert enforced or "sought, not forced" in row["because"]
        assert row["objectives"] == "; ".join(named.get("objectives", []))

    @pytest.mark.parametrize("name", RESERVED)
    def test_what_always_holds_enforces(self, name: str) -> None:
        assert covered(clause(rules=[name]))["enforced"].tolist() == [True]

    @pytest.mark.parametrize("clauses", [[], [clause(rules=["weekly_cap"])]])
    def test_columns_and_types_are_the_same_with_and_without_clauses(self, clauses: Any) -> None:
        found = policy(clauses=clauses).coverage()
        assert found.columns.tolist() == COLUMNS
        assert found["enforced"].dtype == bool
        assert len(found) == len(clauses)

    def test_rules_of_schemes_may_be_named_in_a_joined_policy(self) -> None:
        joined = policy().with_opd_schemes({"A": {"rules": [NEVER]}}).to_dict()
        given = Policy.model_validate(joined | {"clauses": [clause(rules=["A/never_remote-1"])]})
        assert given.coverage()["enforced"].all()


class TestClauses:
    @pytest.mark.parametrize("form", ["dict", "json", "toml"])
    def test_come_back_from_every_form(self, form: str, tmp_path: Path) -> None:
        given = policy(
            NEVER,
            clauses=[
                clause("1", rules=["never_remote-1"], objectives=["fairness"], source="Pasal 1"),
                clause("2", not_enforced='Bukan "jadwal"'),
            ],
        )
        if form == "dict":
            again = Policy.model_validate(given.to_dict())
        else:
            path = tmp_path / f"policy.{form}"
            path.write_text(getattr(given, f"to_{form}")(), encoding="utf-8")
            again = Policy.read(path)
        assert again == given
        assert again.hash() == given.hash()
        assert again.coverage().equals(given.coverage())

    def test_are_part_of_the_hash_as_texts_of_rules_are(self) -> None:
        hashes = {
            policy(clauses=clauses).hash()
            for clauses in (
                [],
                [clause(rules=["pin"])],
                [clause(rules=["leave"])],
                [clause(rules=["pin"], source="x")],
                [clause(not_enforced="x")],
            )
        }
        assert len(hashes) == 5

    def test_stand_in_the_json_schema(self) -> None:
        schema = Policy.model_json_schema()
        name = schema["properties"]["clauses"]["items"]["$ref"].rpartition("/")[2]
        keys = {"id", "text", "source", "rules", "objectives", "not_enforced"}
        assert set(schema["$defs"][name]["properties"]) == keys
        assert schema["$defs"][name]["required"] == ["id"]

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            (clause(), "policy, clauses[0]: '1': name the rules or objectives that serve"),
            (clause(not_enforced=" "), "policy, clauses[0]: '1': name the rules"),
            (clause(rules=[], objectives=[]), "policy, clauses[0]: '1': name the rules"),
            (clause(rules=["pin"], not_enforced="x"), "clauses[0]: '1': a clause names what"),
            (clause(objectives=["wishes"], not_enforced="x"), "clauses[0]: '1': a clause names"),
            (
                clause(rules=["never_remot-1"]),
                "policy, clauses[0].rules: 'never_remot-1': no rule has this id "
                "(did you mean 'never_remote-1'?)",
            ),
            (
                clause(objectives=["fairnes"]),
                "policy, clauses[0].objectives: 'fairnes': the policy has no such objective "
                "(did you mean 'fairness'?)",
            ),
            (clause(objectives=["stability"]), "'stability': the policy has no such objective"),
            (clause(rules="pin"), "policy, clauses[0].rules: 'pin': write a list"),
            (clause(txt="", rules=["pin"]), "clauses[0].txt: '': unknown key (did you mean 'text'"),
            (clause("", rules=["pin"]), "clauses[0].id: '': write at least one character"),
            (clause(rules=[1]), "clauses[0].rules[0]: 1: write text in quotes"),
            ({"rules": ["pin"]}, "clauses[0].id: the key is missing"),
            (clause(not_enforced=False), "clauses[0].not_enforced: False: write text in quotes"),
            ("1", "clauses[0]: '1': write a table of keys and values"),
        ],
        ids=lambda value: str(value)[:60],
    )
    def test_are_refused(self, given: Any, expected: str) -> None:
        found = refused(given)
        assert any(expected in text for text in found), found

    def test_are_no_table(self) -> None:
        with pytest.raises(PolicyError, match="policy, clauses: write a list"):
            Policy.model_validate(terms(clauses={"id": "1"}))

    def test_all_problems_come_in_one_error(self) -> None:
        found = refused(
            clause("1"),
            clause("1", rules=["x"], txt=1),
            clause("2", rules=["y"], not_enforced="z"),
            rules=[{"kind": "never_remot"}],
            weekly_cap=9,
        )
        places = {text.partition(": ")[0] for text in found}
        assert places == {
            "policy, weekly_cap",
            "policy, rules[0]",
            "policy, clauses[0]",
            "policy, clauses[1].txt",
            "policy, clauses[1].id",
            "policy, clauses[2]",
        }

    def test_names_are_looked_up_where_the_rules_can_be_read(self) -> None:
        found = refused(clause("1", rules=["x"]), clause("2", rules=["y"]), weekly_cap=9)
        assert [text.partition(":")[0] for text in found] == [
            "policy, weekly_cap",
            "policy, clauses[0].rules",
            "policy, clauses[1].rules",
        ]


# Presets


@pytest.mark.parametrize("name", presets.NAMES)
def test_every_preset_answers_for_every_clause(name: str) -> None:
    found = presets.load(name).coverage()
    assert found["clause"].is_unique
    assert found["enforced"].any()
    assert (found["enforced"] == (found["because"] == "")).all()
    assert (found["text"] != "").all()
    assert (found["source"] != "").all()


@pytest.mark.parametrize("name", presets.NAMES)
def test_clauses_of_a_preset_survive_its_file(name: str) -> None:
    given = presets.load(name)
    assert Policy.model_validate(given.to_dict()).coverage().equals(given.coverage())


def reason(given: Policy, id_: str) -> str:
    """Why a clause is not enforced; empty where it is."""
    (text,) = given.coverage().set_index("clause").loc[[id_], "because"]
    return str(text)


def test_bekasi_2026_leaves_meetings_and_reports_to_others() -> None:
    given = presets.bekasi_2026()
    assert "rotasi.coordination" in reason(given, "5")
    assert "rotasi.accountability" in reason(given, "6")


@pytest.mark.parametrize(
    ("parameters", "id_"),
    [
        ({"require_application": False}, "3.b"),
        ({"bar_disciplined": False}, "3.c"),
    ],
)
def test_bekasi_2026_tells_what_is_switched_off(parameters: dict[str, bool], id_: str) -> None:
    assert reason(presets.bekasi_2026(), id_) == ""
    assert "dimatikan" in reason(presets.bekasi_2026(**parameters), id_)


def test_bekasi_2026_owes_a_day_only_where_a_minimum_is_asked() -> None:
    assert "tidak diwajibkan" in reason(presets.bekasi_2026(), "1.b")
    assert reason(presets.bekasi_2026(min_days=1), "1.b") == ""


def test_december_seeks_rotation_by_fairness() -> None:
    with use_language("en"):
        row = presets.jabar_se150_december_2025().coverage().set_index("clause").loc["1.b"]
    assert row["objectives"] == "fairness"
    assert not row["enforced"]
    assert "sought, not forced" in row["because"]


def test_yearend_needs_no_rule_where_the_period_has_no_other_day() -> None:
    given = presets.bekasi_yearend_2025
    assert given().coverage()["rules"][0] == "no_remote_day-1; no_remote_day-2"
    days = given().start.replace(day=29), given().start.replace(day=31)
    assert reason(given(*days), "1") == "periode tidak memuat hari lain"
