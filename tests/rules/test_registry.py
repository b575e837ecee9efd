"""Rules from outside, registered or installed: they work wherever ours do; bad ones are told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal

import pandas as pd
import pytest
from helpers import day, people, policy, written
from own_rules import BarFloor, OneOfEach, OnSiteAfterLeave, QuietMondays

import rotasi
from rotasi.errors import PolicyError, RotasiWarning, RuleError
from rotasi.messages import LANGUAGES, use_language
from rotasi.rules import KINDS, Breaches, Facts, Form, Rule, Statuses
from rotasi.rules.registry import OWN

LEAVE = {"kind": "on_site_after_leave", "days": 2}
FLOOR = {"kind": "bar_floor", "floor": "3"}
MONDAYS = {"kind": "quiet_mondays"}


class Empty(Rule):
    """A rule that demands nothing."""

    meaning: ClassVar[str] = "Nothing"
    kind: Literal["empty"]

    def compile(self, facts: Facts) -> Iterator[Form]:
        """No form."""
        return iter(())

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """No breach; a unit is nothing."""
        raise NotImplementedError


def reasons(cls: Any) -> list[str]:
    with pytest.raises(RuleError) as caught:
        rotasi.register(cls)
    return [problem.message for problem in caught.value.problems]


class TestRegister:
    def test_gives_the_class_back(self) -> None:
        assert rotasi.register(Empty) is Empty
        assert KINDS["empty"] is Empty
        assert policy({"kind": "empty"}).rules == [Empty(kind="empty", id="empty-1")]

    def test_takes_the_same_class_twice(self) -> None:
        rotasi.register(Empty)
        rotasi.register(Empty)
        rotasi.register(rotasi.rules.Quota)
        assert KINDS["quota"] is rotasi.rules.Quota

    def test_takes_a_class_that_was_defined_anew(self) -> None:
        """As where a cell of a notebook runs again."""
        rotasi.register(Empty)
        members = {"__doc__": "Anew.", "__module__": __name__, "__qualname__": "Empty"}
        anew = type("Empty", (Empty,), members)
        assert rotasi.register(anew) is KINDS["empty"]
        assert policy({"kind": "empty"}).rules[0].__doc__ == "Anew."

    @pytest.mark.parametrize("kind", ["quota", "remote_days"])
    def test_refuses_our_kinds(self, kind: str) -> None:
        other = type("Other", (Empty,), {"__annotations__": {"kind": Literal[kind]}})
        assert reasons(other) == [f"the kind {kind} is taken: it is that of rotasi; choose another"]

    def test_refuses_the_kind_of_another(self) -> None:
        rotasi.register(Empty)
        other = type("Other", (Empty,), {"__annotations__": {"kind": Literal["empty"]}})
        assert reasons(other) == [
            "the kind empty is taken: it is that of test_registry:Empty; choose another"
        ]
        assert KINDS["empty"] is Empty

    @pytest.mark.parametrize("cls", [int, 3, Statuses])
    def test_refuses_what_is_no_rule(self, cls: Any) -> None:
        assert reasons(cls) == ["it is no subclass of rotasi.rules.Rule / rotasi.rules.Objective"]

    def test_gives_all_reasons_at_once(self) -> None:
        bare = type("Bare", (Rule,), {"words": {"fr": {}}})
        assert reasons(bare) == [
            'it declares no kind; write kind: Literal["its_name"]',
            "it has no method audit",
            "it has no method compile",
            "it has no meaning; say in one sentence what it demands",
            "its words speak fr; rotasi speaks en, id",
        ]

    @pytest.mark.parametrize("kind", ["Bad Name", "", "penalty", "changes"])
    def test_refuses_names_that_are_none(self, kind: str) -> None:
        cls = type("Odd", (Empty,), {"__annotations__": {"kind": Literal[kind]}})
        (reason,) = reasons(cls)
        assert reason.startswith(f"{kind!r} is no name for a kind")

    def test_refuses_words_that_are_no_mapping(self) -> None:
        (reason,) = reasons(type("Odd", (Empty,), {"words": {"id": "kata"}}))
        assert reason.startswith("its words are no mapping")

    def test_names_the_class(self) -> None:
        with pytest.raises(RuleError, match=r"^Bare: "):
            rotasi.register(type("Bare", (Empty,), {"meaning": ""}))


class TestPolicies:
    def test_refuse_a_kind_that_nobody_knows_with_the_nearest_that_somebody_does(self) -> None:
        rotasi.register(OnSiteAfterLeave)
        with pytest.raises(PolicyError, match="did you mean 'on_site_after_leave'"):
            policy({"kind": "on_site_after_leve"})

    def test_name_the_places_of_what_is_wrong_with_it(self) -> None:
        rotasi.register(OnSiteAfterLeave)
        with pytest.raises(PolicyError) as caught:
            policy({"kind": "never_remote"}, LEAVE | {"days": 0, "dais": 1})
        assert [str(problem) for problem in caught.value.problems] == [
            "policy, rules[1].days: 0: must be at least 1",
            "policy, rules[1].dais: 1: unknown key (did you mean 'days'?)",
        ]

    def test_stand_in_the_json_schema(self) -> None:
        before = rotasi.Policy.model_json_schema()
        rotasi.register(OnSiteAfterLeave)
        rotasi.register(QuietMondays)
        schema = rotasi.Policy.model_json_schema()
        for key, cls in (("rules", OnSiteAfterLeave), ("objectives", QuietMondays)):
            mapping = schema["properties"][key]["items"]["discriminator"]["mapping"]
            (kind,) = (
                mapping.keys()
                - before["properties"][key]["items"]["discriminator"]["mapping"].keys()
            )
            assert mapping[kind].endswith(f"/{cls.__name__}")
            assert schema["$defs"][cls.__name__]["properties"]["kind"]["const"] == kind
        assert schema["$defs"]["OnSiteAfterLeave"]["properties"]["days"]["maximum"] == 5

    @pytest.mark.parametrize("form", ["json", "toml"])
    def test_come_back_from_files(self, form: str, tmp_path: Path) -> None:
        rotasi.register(OnSiteAfterLeave)
        rotasi.register(QuietMondays)
        given = policy(LEAVE | {"scope": {"opd": ["X"]}}, objectives=[MONDAYS])
        path = tmp_path / f"policy.{form}"
        path.write_text(getattr(given, f"to_{form}")(), encoding="utf-8")
        again = rotasi.Policy.read(path)
        assert again == given
        assert again.hash() == given.hash()
        assert again.rules[0].days_ == 2
        assert given.hash() != policy(LEAVE | {"days": 1}, objectives=[MONDAYS]).hash()

    def test_refuse_a_rule_that_was_slipped_in(self) -> None:
        """It would solve, and make a folder that nobody can read."""
        slipped = policy().model_copy(update={"rules": [Empty(kind="empty", id="own")]})
        with pytest.raises(PolicyError, match="no class is registered for this kind"):
            rotasi.solve(staff(), slipped)

    def test_write_every_parameter_of_a_rule_that_was_slipped_in(self) -> None:
        rule = OnSiteAfterLeave(kind="on_site_after_leave", id="own", days=3)
        slipped = policy().model_copy(update={"rules": [rule]})
        assert json.loads(slipped.to_json())["rules"] == [
            {"kind": "on_site_after_leave", "id": "own", "days": 3}
        ]


def staff(**tables: Any) -> rotasi.Roster:
    """Three of floors 3, 4 and 4; a is on leave on Monday."""
    leave = pd.DataFrame({"nip": ["a"], "start": [day(0)], "end": [day(0)]})
    who = people("abc").assign(floor=["4", "4", "3"])
    return rotasi.Roster.from_frame(who, leave=leave, **tables)


@pytest.fixture
def mine() -> rotasi.Policy:
    for cls in (OnSiteAfterLeave, BarFloor, QuietMondays):
        rotasi.register(cls)
    goals = [MONDAYS, {"kind": "remote_days"}]
    return policy(LEAVE, FLOOR, objectives=goals, weekly_cap=4)


class TestEverywhere:
    def test_solve_verify_and_the_folder(self, mine: rotasi.Policy, tmp_path: Path) -> None:
        schedule = rotasi.solve(staff(), mine)
        assert written(schedule) == {"a": "LOOHH", "b": "OHHHH", "c": "OOOOO"}
        assert schedule.objectives["kind"].tolist() == ["quiet_mondays", "remote_days"]
        assert rotasi.verify(schedule, staff(), mine)
        schedule.write(tmp_path / "out")
        again = rotasi.Schedule.read(tmp_path / "out")
        assert again.policy == mine
        assert again.to_frame().equals(schedule.to_frame())

    def test_verify_tells_of_breaches(self, mine: rotasi.Policy) -> None:
        frame = rotasi.solve(staff(), mine).to_frame()
        frame.loc[(frame["nip"] == "a") & (frame["date"] == "2026-01-06"), "status"] = "WFH"
        report = rotasi.verify(frame, staff(), mine)
        assert report.violations["rule"].tolist() == ["on_site_after_leave-1"]

    def test_ledger_and_why_in_both_languages(self, mine: rotasi.Policy) -> None:
        schedule = rotasi.solve(staff(), mine)
        seen = {}
        for code in LANGUAGES:
            with use_language(code):
                row = schedule.ledger().set_index("nip").loc["c"]
                why = rotasi.why(schedule, staff(), mine, "a", day(1))
                goal = rotasi.why(schedule, staff(), mine, "b", day(0))
                seen[code] = (row["text"], row["evidence"], why.text, goal.text)
        assert seen["en"][:2] == ("A floor works on site", "works on floor 3")
        assert seen["id"][:2] == ("Satu lantai bekerja di kantor", "bekerja di lantai 3")
        assert "On site after leave" in seen["en"][2]
        assert "Hadir di kantor sesudah cuti" in seen["id"][2]
        assert "remote Mondays: 1" in seen["en"][3]
        assert "Senin jarak jauh: 1" in seen["id"][3]

    def test_explain_in_both_languages(self, mine: rotasi.Policy) -> None:
        pins = pd.DataFrame({"nip": ["a"], "date": [day(1)], "status": ["WFH"]})
        found = {}
        for code in LANGUAGES:
            with use_language(code):
                (conflict,) = rotasi.explain(staff(pins=pins), mine).conflicts
                found[code] = conflict
        assert "on_site_after_leave-1" in found["en"].rules
        assert "On site after leave" in found["en"].text
        assert "Hadir di kantor sesudah cuti" in found["id"].text

    def test_revise_and_compare(self, mine: rotasi.Policy) -> None:
        schedule = rotasi.solve(staff(), mine)
        revised = rotasi.revise(schedule, staff(), mine, day(2))
        assert written(revised) == written(schedule)
        table = rotasi.compare(staff(), {"mine": mine, "none": policy()})
        assert table.set_index("policy")["remote_days"].to_dict() == {"mine": 6, "none": 12}

    def test_hand_outs_in_both_languages(self, mine: rotasi.Policy, tmp_path: Path) -> None:
        schedule = rotasi.solve(staff(), mine)
        page = schedule.to_html(tmp_path / "page.html")
        text = Path(page or tmp_path / "page.html").read_text(encoding="utf-8")
        for words in ("A floor works on site", "Satu lantai bekerja di kantor", "Senin jarak jauh"):
            assert words in text

    def test_soft(self, mine: rotasi.Policy) -> None:
        pins = pd.DataFrame({"nip": ["a"], "date": [day(1)], "status": ["WFH"]})
        soft = policy(LEAVE | {"penalty": 5})
        schedule = rotasi.solve(staff(pins=pins), soft)
        assert schedule.objectives["value"][0] == 5

    def test_schemes_of_opds(self, mine: rotasi.Policy) -> None:
        joined = policy().with_opd_schemes({"X": {"rules": [LEAVE]}})
        (rule,) = joined.rules
        assert isinstance(rule, OnSiteAfterLeave)
        assert (rule.id, rule.scope) == ("X/on_site_after_leave-1", {"opd": ["X"]})
        assert written(rotasi.solve(staff(), joined))["a"].startswith("LOO")

    def test_schemes_may_not_free_from_a_rule_that_speaks_of_remote(self) -> None:
        speaking = property(lambda _self: True)
        cls = type("Speaking", (Empty,), {"speaks_of_remote": speaking})
        rotasi.register(cls)
        given, bar = policy({"kind": "empty"}), {"rules": [{"kind": "never_remote"}]}
        with pytest.raises(PolicyError, match="this would free ASN from empty-1"):
            given.with_opd_schemes({"X": bar})
        assert policy({"kind": "max_remote", "count": 1}).with_opd_schemes({"X": bar}).rules


# -------------------------------------------------------------------- entry points


def install(folder: Path, package: str, source: str, *offers: str, group: str = "rules") -> None:
    """A package as pip leaves it: a module, and its metadata with entry points."""
    module = package.replace("-", "_")
    (folder / f"{module}.py").write_text(source, encoding="utf-8")
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    lines = "".join(f"{offer}\n" for offer in offers)
    (info / "entry_points.txt").write_text(f"[rotasi.{group}]\n{lines}", encoding="utf-8")


SOURCE = """
from own_rules import OneOfEach, QuietMondays
from test_registry import Empty as Other
LOADED = True
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    before = set(sys.modules)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("made_up"):
            del sys.modules[name]


class TestEntryPoints:
    def test_are_found(self, site: Path) -> None:
        source = "from own_rules import OneOfEach, QuietMondays"
        install(site, "made-up", source, "one_of_each = own_rules:OneOfEach")
        install(site, "made-up-b", source, "quiet_mondays = own_rules:QuietMondays",
                group="objectives")  # fmt: skip
        given = policy({"kind": "one_of_each"}, objectives=[MONDAYS])
        assert isinstance(given.rules[0], OneOfEach)
        assert isinstance(given.objectives[0], QuietMondays)
        assert KINDS.origin("one_of_each") == "made-up 1.0"

    def test_are_loaded_when_their_kind_is_asked_for(self, site: Path) -> None:
        install(site, "made-up", SOURCE, "one_of_each = made_up:OneOfEach")
        policy({"kind": "never_remote"})
        assert "made_up" not in sys.modules
        with pytest.raises(PolicyError, match="did you mean 'one_of_each'"):
            policy({"kind": "one_of_eahc"})
        assert "made_up" not in sys.modules
        policy({"kind": "one_of_each"})
        assert "made_up" in sys.modules

    def test_are_not_looked_for_at_import(self) -> None:
        code = (
            "import sys, importlib.metadata as m\n"
            "find = m.entry_points\n"
            "def note(group, **given):\n"
            "    assert not group.startswith('rotasi'), group\n"
            "    return find(group=group, **given)\n"  # pydantic has plugins of its own
            "m.entry_points = note\n"
            "import rotasi\n"
            "assert 'rotasi.rules' not in sys.modules\n"
            "import rotasi.policy.document, rotasi.testing\n"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

    @pytest.mark.parametrize(
        ("source", "value", "expected"),
        [
            ("1 / 0", "made_up:Mine", "it cannot be loaded: ZeroDivisionError: division by zero"),
            ("import nowhere_at_all", "made_up:Mine", "ModuleNotFoundError"),
            ("", "made_up:Mine", "it cannot be loaded: AttributeError"),
            ("Mine = 3", "made_up:Mine", "it is no subclass of rotasi.rules.Rule"),
            ("from own_rules import QuietMondays as Mine", "made_up:Mine", "it is no subclass"),
            ("from own_rules import OneOfEach as Mine", "made_up:Mine",
             "its class has the kind one_of_each; name the entry point like it"),
        ],
    )  # fmt: skip
    def test_that_are_broken_are_told_where_their_kind_is_used(
        self, site: Path, source: str, value: str, expected: str
    ) -> None:
        install(site, "made-up", source, f"mine = {value}")
        with pytest.raises(PolicyError) as caught:
            policy({"kind": "mine"})
        (problem,) = caught.value.problems
        assert problem.column == "rules[0]"
        assert f"the entry point mine = {value} of made-up 1.0 cannot be used: " in str(problem)
        assert expected in str(problem)
        assert policy({"kind": "never_remote"}).rules

    def test_that_are_broken_are_left_out_of_the_schema_with_a_warning(self, site: Path) -> None:
        install(site, "made-up", "1 / 0", "mine = made_up:Mine")
        with pytest.warns(
            RotasiWarning, match="entry point mine = made_up:Mine of made-up"
        ) as caught:
            schema = rotasi.Policy.model_json_schema()
        assert {warning.filename for warning in caught} == {__file__}
        mapping = schema["properties"]["rules"]["items"]["discriminator"]["mapping"]
        assert "mine" not in mapping
        assert "quota" in mapping

    def test_of_one_kind_twice_are_an_error(self, site: Path) -> None:
        install(site, "made-up", SOURCE, "one_of_each = made_up:OneOfEach")
        install(site, "made-up-b", SOURCE, "one_of_each = made_up_b:OneOfEach")
        with pytest.raises(PolicyError) as caught:
            policy({"kind": "one_of_each"})
        assert "the kind one_of_each is brought by " in str(caught.value)
        assert "made-up 1.0" in str(caught.value)
        assert "made-up-b 1.0" in str(caught.value)

    def test_of_our_kinds_are_an_error(self, site: Path) -> None:
        install(site, "made-up", SOURCE, "quota = made_up:OneOfEach")
        with pytest.raises(PolicyError, match=r"kind quota is brought by rotasi, made-up 1\.0"):
            fresh(lambda: policy({"kind": "quota", "max_days": 1}))
        assert "made_up" not in sys.modules

    def test_of_a_class_that_is_registered_too_are_the_same(self, site: Path) -> None:
        rotasi.register(OneOfEach)
        install(site, "made-up", SOURCE, "one_of_each = own_rules:OneOfEach")
        assert fresh(lambda: policy({"kind": "one_of_each"})).rules

    def test_take_kinds_from_who_registers(self, site: Path) -> None:
        install(site, "made-up", SOURCE, "empty = made_up:Other")
        (reason,) = fresh(lambda: reasons(Empty))
        assert reason == "the kind empty is taken: it is that of made-up 1.0; choose another"


@pytest.mark.parametrize("error", [PermissionError(13, "denied"), FileNotFoundError(2, "gone")])
def test_a_place_that_refuses_or_vanishes_is_none_of_packages(
    monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    """Whatever Python says of it when a kind is not known."""
    stat, strange = Path.stat, "/closed to us"

    def refuse(self: Path, **how: Any) -> Any:
        if self == Path(strange):
            raise error
        return stat(self, **how)

    monkeypatch.syspath_prepend(strange)
    monkeypatch.setattr(Path, "stat", refuse)
    monkeypatch.setattr(Path, "exists", lambda _self, **_how: True)
    with pytest.raises(PolicyError, match="nobody_brings_it"):
        fresh(lambda: policy({"kind": "nobody_brings_it"}))


def fresh(act: Any) -> Any:
    """What an act gives where nobody has looked for entry points yet."""
    KINDS.forget_offers()
    try:
        return act()
    finally:
        KINDS.forget_offers()


def test_our_own_kinds_come_first() -> None:
    assert list(KINDS.values())[: len(OWN)] == list(OWN)
