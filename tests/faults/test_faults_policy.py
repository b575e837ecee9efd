"""Group B of docs/faults.md: what a policy and its file may have wrong, on disk."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from helpers import day, goals, policy, roster, values, written

from rotasi import Policy, PolicyError, RotasiWarning, solve, verify

PERIOD = "start = 2026-01-05\nend = 2026-01-09\n"
PLAIN = PERIOD + '[holidays]\ncountry = ""\n'


def put(folder: Path, text: str | bytes, name: str = "policy.toml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rule(folder: Path, text: str) -> Path:
    """A policy of one rule."""
    return put(folder, f"{PERIOD}[[rules]]\n{text}\n")


def says(path: Path) -> list[str]:
    """What reading a policy complains of."""
    with pytest.raises(PolicyError) as caught:
        Policy.read(path)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("name", ["policy.toml", "policy.json"])
def test_p01_an_unknown_key_and_its_nearest_name(tmp_path: Path, name: str) -> None:
    given = {
        "start": "2026-01-05",
        "end": "2026-01-09",
        "weeky_cap": 3,
        "rules": [{"kind": "max_remote", "shar": 0.5, "count": 1}],
    }
    toml = PERIOD + 'weeky_cap = 3\n[[rules]]\nkind = "max_remote"\nshar = 0.5\ncount = 1\n'
    text = json.dumps(given) if name.endswith("json") else toml
    assert sorted(says(put(tmp_path, text, name))) == [
        "policy, rules[0].shar: 0.5: unknown key (did you mean 'share'?)",
        "policy, weeky_cap: 3: unknown key (did you mean 'weekly_cap'?)",
    ]


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_p02_shares_that_are_no_numbers(tmp_path: Path, value: str) -> None:
    (text,) = says(rule(tmp_path, f'kind = "min_on_site"\nshare = {value}'))
    assert text.startswith(f"policy, rules[0].share: {value}: a share is a part of one")
    in_json = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}[value]
    path = put(
        tmp_path,
        '{"start": "2026-01-05", "end": "2026-01-09", "rules": '
        f'[{{"kind": "min_on_site", "share": {in_json}}}]}}',
        "policy.json",
    )
    assert says(path) == [text]


@pytest.mark.parametrize("value", ['"0.5"', "true", '"50%"'])
def test_p03_texts_and_flags_are_no_shares(tmp_path: Path, value: str) -> None:
    (text,) = says(rule(tmp_path, f'kind = "min_on_site"\nshare = {value}'))
    assert "a share is a part of one" in text
    (text,) = says(put(tmp_path, PERIOD + f"weekly_cap = {value}"))
    assert text.startswith("policy, weekly_cap: ")


def test_p04_fifty_is_not_fifty_per_cent(tmp_path: Path) -> None:
    assert says(rule(tmp_path, 'kind = "min_on_site"\nshare = 50')) == [
        "policy, rules[0].share: 50: a share is a part of one: write 0.5 for 50 %"
    ]


@pytest.mark.parametrize(
    ("size", "share", "status"),
    [(1, 0.6, "INFEASIBLE"), (5, 0.6, "INFEASIBLE"), (4, 0.4, "INFEASIBLE"), (5, 0.4, "OPTIMAL")],
)
def test_p05_shares_that_exceed_the_whole(size: int, share: float, status: str) -> None:
    """60 % on site and 60 % remote: never; and 40 % remote: only where nothing is rounded."""
    both = [{"kind": "min_on_site", "share": 0.6}, {"kind": "min_remote", "share": share}]
    assert solve(roster(size), policy(*both), workers=1).status == status


@pytest.mark.parametrize(("size", "on_site"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_p06_shares_of_small_units_are_rounded_for_the_protection(size: int, on_site: int) -> None:
    given = policy({"kind": "min_on_site", "share": 0.5}, end=day(0))
    schedule = solve(roster(size), given, workers=1)
    assert values(schedule)["remote_days"] == size - on_site
    report = verify(schedule.to_frame().assign(status="WFH"), roster(size), given)
    assert report.violations["needed"].tolist() == [on_site]


@pytest.mark.parametrize("value", ["1_000_000_000_000", "0", "-1", "0.3", "true", '"3"'])
def test_p07_prices_are_whole_numbers_within_bounds(tmp_path: Path, value: str) -> None:
    (text,) = says(rule(tmp_path, f'kind = "never_remote"\npenalty = {value}'))
    assert text.startswith("policy, rules[0].penalty: ")


@pytest.mark.parametrize(
    "text",
    [
        'kind = "min_on_site"\ncount = ',
        'kind = "max_remote"\ncount = ',
        'kind = "quota"\nper = "period"\nmax_days = ',
        'kind = "bar_newcomers"\nmonths = ',
        'kind = "max_consecutive"\nremote = ',
        'kind = "max_consecutive"\non_site = ',
        'kind = "rotation_groups"\ngroups = ',
        'kind = "together"\ndays = ',
    ],
    ids=lambda text: text.split('"')[1] + text.rpartition("\n")[2][:-3],
)
def test_p07_no_number_overflows(tmp_path: Path, text: str) -> None:
    (found,) = says(rule(tmp_path, text + "1" + "0" * 30))
    assert ": must be at most " in found


def test_p08_without_an_aim_the_roster_is_still_decided() -> None:
    """No wishes at all: of equal rosters the same one comes each time."""
    aimless = policy(objectives=goals("wishes"))
    frames = [solve(roster(3), aimless, workers=1).to_frame() for _ in range(2)]
    assert frames[0].equals(frames[1])
    assert [goal.kind for goal in policy(objectives=[]).objectives] == [
        "remote_days",
        "wishes",
        "fairness",
    ]


def test_p09_a_rule_on_weekdays_that_are_all_off_is_told() -> None:
    given = policy(
        {"kind": "fixed_remote_day", "weekdays": ["Thu"]},
        {"kind": "fixed_remote_day", "weekdays": ["Thu"], "if_holiday": "previous"},
        {"kind": "no_remote_day", "weekdays": ["Thu", "Fri"]},
        {"kind": "no_remote_day", "weekdays": ["Thu"], "id": "own"},
        holidays={"country": "", "extra": [day(3)]},
    )
    with pytest.warns(RotasiWarning) as caught:
        schedule = solve(roster(), given, workers=1)
    told = [
        "rule fixed_remote_day-1 meets no workday of the period",
        "rule own meets no workday of the period",
    ]
    assert [str(each.message) for each in caught] == told
    assert schedule.provenance["notices"] == told


def test_p10_a_key_twice_in_toml_is_an_error_with_its_line(tmp_path: Path) -> None:
    (text,) = says(put(tmp_path, "start = 2026-01-05\nstart = 2026-01-06\nend = 2026-01-09\n"))
    assert text.startswith("policy, policy.toml: the file is not valid: Cannot overwrite a value")
    assert "line 2" in text


def test_p11_a_key_twice_in_json_is_an_error_too(tmp_path: Path) -> None:
    text = '{"start": "2026-01-05", "end": "2026-01-09", "weekly_cap": 1, "weekly_cap": 4}'
    assert says(put(tmp_path, text, "policy.json")) == [
        "policy, policy.json: the file is not valid: the key weekly_cap stands twice; keep one"
    ]


@pytest.mark.parametrize("suffix", ["yaml", "yml"])
def test_p12_yaml_is_refused(tmp_path: Path, suffix: str) -> None:
    path = put(tmp_path, "start: 2026-01-05\nend: 2026-01-09\nweekly_cap: no\n", f"p.{suffix}")
    (text,) = says(path)
    assert text.startswith(f"policy, p.{suffix}: the file is not valid")


@pytest.mark.parametrize("name", ["policy.toml", "policy.json"])
def test_p13_deep_nesting_is_one_error(tmp_path: Path, name: str) -> None:
    text = "a = " + "[" * 100_000 if name.endswith("toml") else "[" * 100_000
    (found,) = says(put(tmp_path, text, name))
    assert found.startswith(f"policy, {name}: the file is not valid: ")
    assert len(found) < 200


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_p14_marks_line_ends_and_tabs_do_no_harm(tmp_path: Path, mark: str, ending: str) -> None:
    text = mark + PERIOD.replace("\n", ending).replace(" = ", "\t=\t")
    assert Policy.read(put(tmp_path, text)).end == day(4)


def test_p14_other_encodings_are_told_how_to_save(tmp_path: Path) -> None:
    path = put(tmp_path, (PERIOD + "name = 'Dinas Kesehatan – é'").encode("cp1252"))
    assert says(path) == ["policy, policy.toml: the file is not UTF-8 text; save it as UTF-8"]


def test_p15_a_policy_of_another_version_is_not_read_halfway(tmp_path: Path) -> None:
    """What this version does not know is an error: nothing is left out in silence."""
    path = put(tmp_path, PERIOD + 'schema = 9\n[[rules]]\nkind = "four_day_week"\n')
    first, second = sorted(says(path))
    assert first.startswith("policy, rules[0]: 'four_day_week': unknown kind")
    assert second == "policy, schema: 9: unknown key"


def test_p16_a_group_by_its_old_name(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        PLAIN + '[[rules]]\nkind = "never_remote"\nscope = { opd = ["Disdukcapill"] }\n'
        '[[rules]]\nkind = "max_remote"\ncount = 1\nby = ["bidang"]\n',
    )
    who = roster([{"opd": "Disdukcapil", "bidangg": "A"}])
    with pytest.raises(PolicyError, match=r"rules\[1\].by: 'bidang': neither .* 'bidangg'"):
        solve(who, Policy.read(path), workers=1)
    who = roster([{"opd": "Disdukcapil", "bidang": "A"}])
    with pytest.warns(RotasiWarning, match=r"reaches nobody \(did you mean 'Disdukcapil'\?\)"):
        solve(who, Policy.read(path), workers=1)


def test_p17_of_two_rules_both_hold() -> None:
    """Nothing overrides anything: the tighter one decides, whatever the order."""
    loose, tight = ({"kind": "quota", "max_days": days} for days in (3, 1))
    own = {"kind": "quota", "max_days": 4, "scope": {"nip": ["a"]}}
    for rules in ([loose, tight, own], [own, tight, loose]):
        schedule = solve(roster(1), policy(*rules), workers=1)
        assert written(schedule)["a"].count("H") == 1


def test_p18_rules_with_dates_outside_the_period_are_told() -> None:
    given = policy(
        {"kind": "never_remote", "start": day(5)},
        {"kind": "no_remote_day", "dates": [day(30)]},
        {"kind": "min_on_site", "count": 1, "end": day(-1)},
    )
    with pytest.warns(RotasiWarning) as caught:
        solve(roster(), given, workers=1)
    assert [str(each.message) for each in caught] == [
        f"rule {name}-1 meets no workday of the period"
        for name in ("never_remote", "no_remote_day", "min_on_site")
    ]


def test_p19_no_file_a_folder_and_a_file_too_large(tmp_path: Path) -> None:
    none = tmp_path / "none.toml"
    said = f"policy: {none} cannot be read: No such file or directory; correct the path"
    assert says(none) == [said]
    (tmp_path / "folder.toml").mkdir()
    assert says(tmp_path / "folder.toml")[0].endswith(
        "folder.toml cannot be read: Is a directory; name a file"
    )
    large = tmp_path / "large.toml"
    large.touch()
    os.truncate(large, 2 * 1024**3)  # a hole: takes no room on disk
    assert says(large) == ["policy, large.toml: the file is larger than 10 MB; is it another one?"]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero here")
def test_p19_a_file_without_an_end() -> None:
    assert says(Path("/dev/zero")) == [
        "policy: /dev/zero cannot be read: it is no ordinary file; name another"
    ]


def test_p20_the_highest_cap_of_the_law_is_no_matter_of_taste(tmp_path: Path) -> None:
    assert says(put(tmp_path, PERIOD + "weekly_cap = 5")) == [
        "policy, weekly_cap: 5: at most 4 remote days a week are ever allowed"
    ]
    assert (
        "more than 4 remote days a week" in says(rule(tmp_path, 'kind = "quota"\nmax_days = 5'))[0]
    )


def test_r30_a_minimum_above_the_maximum(tmp_path: Path) -> None:
    assert says(rule(tmp_path, 'kind = "quota"\nmax_days = 1\nmin_days = 2')) == [
        "policy, rules[0].min_days: 2: the minimum is above the maximum"
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("-1", "-1: must be at least 0"),
        ("7", "7: more than 4 remote days a week"),
        ("2.5", "2.5: write a whole number"),
    ],
)
def test_r31_quotas_that_cannot_be(tmp_path: Path, value: str, expected: str) -> None:
    (text,) = says(rule(tmp_path, f'kind = "quota"\nmax_days = {value}'))
    assert text.startswith(f"policy, rules[0].max_days: {expected}")
