"""The presets: what each says, that each can be solved, and figures that a reader can check."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

import rotasi
from rotasi import claims, datasets, presets
from rotasi.analysis.savings import savings
from rotasi.errors import PolicyError
from rotasi.instance.resolve import resolve
from rotasi.policy.document import Policy
from rotasi.tables.roster import Roster

ADMINISTRATIVE = "administrative"


@pytest.fixture(scope="module")
def city() -> Roster:
    return datasets.city(300)


def services(roster: Roster, policy: Policy) -> pd.Series:
    """Service class per NIP: the ASN's own, else the OPD's, else administrative."""
    people = roster.employees.set_index("nip")
    of_opd = people["opd"].map(policy.opd_services).fillna(ADMINISTRATIVE)
    return people["service"].where(people["service"] != "", of_opd)


def good_applicants(roster: Roster) -> pd.Series:
    people = roster.employees.set_index("nip")
    good = people["performance"].isin(["Baik", "Sangat Baik"])
    return good & people["applied"] & ~people["disciplined"]


def solve(roster: Roster, policy: Policy) -> pd.DataFrame:
    """The roster's frame, with the service and the eligibility of each person."""
    schedule = rotasi.solve(roster, policy, workers=1)
    assert schedule.status == "OPTIMAL"
    frame = schedule.to_frame()
    frame["service"] = frame["nip"].map(services(roster, policy))
    frame["good"] = frame["nip"].map(good_applicants(roster))
    frame["remote"] = frame["status"] == "WFH"
    frame["present"] = frame["status"] != "LEAVE"
    return frame


def dates_of(frame: pd.DataFrame) -> list[str]:
    return sorted(set(frame["date"].astype(str).str[:10]))


# Every preset


def test_names_are_those_of_the_functions() -> None:
    assert presets.NAMES == (
        "bekasi_2026",
        "jabar_wfa_2023",
        "jabar_se150_november_2025",
        "jabar_se150_december_2025",
        "bekasi_yearend_2025",
        "bekasi_piket",
        "bekasi_field_rotation",
        "pandemic_rotation",
    )
    assert all(presets.load(name) == getattr(presets, name)() for name in presets.NAMES)


def test_an_unknown_name_is_an_error_that_lists_the_names() -> None:
    with pytest.raises(PolicyError, match="bekasi_yearend_2025"):
        presets.load("bekasi_2027")


@pytest.mark.parametrize("name", presets.NAMES)
def test_every_rule_has_its_words_and_its_source(name: str) -> None:
    policy = presets.load(name)
    assert policy.name
    assert policy.rules
    assert all(rule.text and rule.source for rule in policy.rules)


@pytest.mark.parametrize("name", presets.NAMES)
def test_docstrings_say_what_is_read_and_what_is_not_enforced(name: str) -> None:
    docstring = getattr(presets, name).__doc__
    for heading in ("Parameters", "Returns", "Readings taken", "Not enforced", "Source"):
        assert heading in docstring


@pytest.mark.parametrize("name", presets.NAMES)
def test_classed_opds_exist_in_the_city(name: str) -> None:
    classed = presets.load(name).opd_services
    assert classed
    assert set(classed) <= {opd.name for opd in datasets.OPDS}


@pytest.mark.parametrize("name", presets.NAMES)
def test_each_rule_reaches_somebody_in_a_full_city(city: Roster, name: str) -> None:
    assert resolve(city, presets.load(name)).notices == ()


@pytest.mark.parametrize("name", presets.NAMES)
def test_period_and_classes_can_be_given(name: str) -> None:
    start, end = date(2026, 2, 2), date(2026, 2, 27)
    policy = presets.load(name, start, end, opd_services={"Samsat": "frontline"})
    assert (policy.start, policy.end) == (start, end)
    assert policy.opd_services == {"Samsat": "frontline"}


@pytest.mark.parametrize("name", presets.NAMES)
def test_every_preset_can_be_edited_as_toml(name: str, tmp_path: Path) -> None:
    policy = presets.load(name)
    assert type(policy) is Policy
    text = policy.to_toml()
    (tmp_path / "policy.toml").write_text(text, encoding="utf-8")
    assert Policy.read(tmp_path / "policy.toml") == policy
    (tmp_path / "policy.toml").write_text(
        text.replace(str(policy.end), str(policy.end - timedelta(days=1))), encoding="utf-8"
    )
    assert Policy.read(tmp_path / "policy.toml").end == policy.end - timedelta(days=1)


@pytest.mark.parametrize("name", presets.NAMES)
def test_every_rule_answers_a_clause(name: str) -> None:
    policy = presets.load(name)
    served = set("; ".join(policy.coverage()["rules"]).split("; "))
    # A share from another circular, and the field OPDs, whose rotation is a preset of its own.
    spare = {"min_on_site-1", "never_remote-3"} if name == "bekasi_2026" else set()
    assert {rule.id for rule in policy.rules} - served == spare


@pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")  # a tiny city lacks OPDs
@pytest.mark.parametrize("n_asn", [1, 2, 7, 44, 120])
@pytest.mark.parametrize("name", presets.NAMES)
def test_every_preset_can_be_solved_for_a_city_of_any_size(name: str, n_asn: int) -> None:
    roster, policy = datasets.city(n_asn, seed=n_asn), presets.load(name)
    schedule = rotasi.solve(roster, policy, workers=1)
    assert schedule.status == "OPTIMAL"
    assert rotasi.verify(schedule, roster, policy).ok


# bekasi_2026


def test_bekasi_2026_grants_two_days_to_good_applicants_of_administrative_service(
    city: Roster,
) -> None:
    frame = solve(city, presets.bekasi_2026())
    remote = frame[frame["remote"]]
    weeks = remote.groupby(["nip", pd.to_datetime(remote["date"]).dt.isocalendar()["week"]])
    assert set(remote["service"]) == {ADMINISTRATIVE}
    assert remote["good"].all()
    assert weeks.size().max() == 2


def test_bekasi_2026_keeps_half_of_each_opd_and_one_of_each_unit_on_site(city: Roster) -> None:
    frame = solve(city, presets.bekasi_2026())
    units = city.employees.set_index("nip")["unit"]
    by_opd = frame.groupby(["opd", "date"])[["remote", "present"]].sum()
    by_unit = frame.groupby(["opd", frame["nip"].map(units), "date"])[["remote", "present"]].sum()
    staffed = by_unit[by_unit["present"] > 0]
    assert (2 * by_opd["remote"] <= by_opd["present"]).all()
    assert (staffed["remote"] < staffed["present"]).all()


def test_bekasi_2026_keeps_the_services_of_the_draft_on_site() -> None:
    classes = presets.bekasi_2026().opd_services
    assert {"DPMPTSP", "Disdukcapil", "Dinkes"} == {o for o in classes if classes[o] == "frontline"}
    assert {"RSUD", "Damkar", "Dishub"} <= {o for o in classes if classes[o] == "essential"}
    assert {"Satpol PP", "DLH"} == {o for o in classes if classes[o] == "field"}
    assert not {"Bappeda", "BKPSDM", "Setda"} & set(classes)


def test_bekasi_2026_takes_its_parameters_into_rules_and_words() -> None:
    policy = presets.bekasi_2026(max_days=1, share=0.6, performance="Sangat Baik")
    rules = {rule.kind: rule for rule in reversed(policy.rules)}
    assert rules["quota"].model_dump()["max_days"] == 1
    assert "paling banyak 1 hari" in rules["quota"].text
    assert rules["min_on_site"].model_dump()["share"] == 0.6
    assert "60 %" in rules["min_on_site"].text
    assert rules["require_performance"].model_dump()["minimum"] == "Sangat Baik"


def test_bekasi_2026_can_do_without_application_and_discipline() -> None:
    policy = presets.bekasi_2026(require_application=False, bar_disciplined=False)
    kinds = {rule.kind for rule in policy.rules}
    assert not kinds & {"require_application", "bar_disciplined"}


def test_more_than_four_days_a_week_are_refused() -> None:
    with pytest.raises(PolicyError):
        presets.bekasi_2026(max_days=5)


# jabar_wfa_2023


def test_jabar_wfa_2023_gives_four_days_a_week_to_the_good_of_every_echelon(city: Roster) -> None:
    frame = solve(city, presets.jabar_wfa_2023())
    entitled = frame["good"] & (frame["service"] == ADMINISTRATIVE)
    days = frame[entitled].groupby("nip")["remote"].sum()
    # Four weeks of July 2023, one of them with four workdays (1 Muharram is Wednesday the 19th).
    assert (days == 16).all()
    assert not frame.loc[~entitled, "remote"].any()
    echelons = city.employees.set_index("nip")["echelon"]
    assert {"", "IV.a", "III.b", "II.b"} <= set(echelons[days.index])


def test_jabar_wfa_2023_takes_formats_by_track_record() -> None:
    policy = presets.jabar_wfa_2023(max_by_performance={"Sangat Baik": 4, "Baik": 1})
    quota = policy.rules[-1].model_dump()
    assert quota["max_by_performance"] == {"Sangat Baik": 4, "Baik": 1}
    assert quota["max_days"] is None


# jabar_se150_november_2025


def test_november_is_remote_on_thursdays_only_and_for_all_outside_direct_services(
    city: Roster,
) -> None:
    frame = solve(city, presets.jabar_se150_november_2025())
    thursdays = ["2025-11-06", "2025-11-13", "2025-11-20", "2025-11-27"]
    administrative = frame["service"] == ADMINISTRATIVE
    on_thursday = frame["date"].astype(str).str[:10].isin(thursdays)
    assert (frame["remote"] == administrative & on_thursday & frame["present"]).all()
    assert dates_of(frame[frame["remote"]]) == thursdays


def test_november_can_be_another_weekday() -> None:
    policy = presets.jabar_se150_november_2025(weekday="Fri")
    rules = {rule.kind: rule.model_dump() for rule in policy.rules}
    assert rules["fixed_remote_day"]["weekdays"] == ["Fri"]
    assert rules["no_remote_day"]["weekdays"] == ["Mon", "Tue", "Wed", "Thu"]
    assert "Jumat" in rules["fixed_remote_day"]["text"]


def test_november_refuses_a_weekday_without_work() -> None:
    with pytest.raises(PolicyError, match="weekday"):
        presets.jabar_se150_november_2025(weekday="Sat")


# jabar_se150_december_2025


def test_december_has_half_of_each_opd_remote_and_never_more(city: Roster) -> None:
    frame = solve(city, presets.jabar_se150_december_2025())
    days = frame.groupby(["opd", "date"])[["remote", "present"]].sum()
    assert (days["remote"] <= days["present"] // 2).all()
    # An OPD without direct services reaches the ceiling on each day.
    exempt = set(frame.loc[frame["service"] != ADMINISTRATIVE, "opd"])
    free = days[~days.index.get_level_values("opd").isin(exempt)]
    assert len(free) > 0
    assert (free["remote"] == free["present"] // 2).all()
    assert set(frame.loc[frame["remote"], "service"]) == {ADMINISTRATIVE}


def test_december_gives_equal_turns_before_wishes() -> None:
    kinds = [objective.kind for objective in presets.jabar_se150_december_2025().objectives]
    assert kinds == ["remote_days", "fairness", "wishes"]


# bekasi_yearend_2025


def test_yearend_is_remote_on_the_three_days_only(city: Roster) -> None:
    frame = solve(city, presets.bekasi_yearend_2025())
    days = ["2025-12-29", "2025-12-30", "2025-12-31"]
    administrative = frame["service"] == ADMINISTRATIVE
    allowed = frame["date"].astype(str).str[:10].isin(days)
    assert dates_of(frame) == ["2025-12-22", "2025-12-23", "2025-12-24", *days, "2026-01-02"]
    assert (frame["remote"] == administrative & allowed & frame["present"]).all()
    assert dates_of(frame[frame["remote"]]) == days


def test_yearend_keeps_four_services_on_site(city: Roster) -> None:
    frame = solve(city, presets.bekasi_yearend_2025())
    on_site = frame[frame["opd"].isin(["Dinkes", "Damkar", "RSUD", "Disdukcapil"])]
    assert set(on_site["opd"]) == {"Dinkes", "Damkar", "RSUD", "Disdukcapil"}
    assert not on_site["remote"].any()


@pytest.mark.parametrize(
    ("start", "end", "rules"),
    [
        (date(2025, 12, 29), date(2025, 12, 31), 0),
        (date(2025, 12, 22), date(2025, 12, 31), 1),
        (date(2025, 12, 29), date(2026, 1, 2), 1),
        (date(2025, 12, 28), date(2026, 1, 1), 2),
        (date(2026, 1, 5), date(2026, 1, 30), 1),
    ],
)
def test_yearend_has_rules_for_the_days_around_only_where_there_are_some(
    start: date, end: date, rules: int
) -> None:
    policy = presets.bekasi_yearend_2025(start, end)
    assert sum(rule.kind == "no_remote_day" for rule in policy.rules) == rules


# bekasi_piket

PIKET = ["Disdukcapil", "Dinkes", "RSUD", "RSUD Tipe D", "Damkar"]
WFA_DAYS = ["2025-12-29", "2025-12-30", "2025-12-31"]


def on_duty(roster: Roster, policy: Policy) -> pd.DataFrame:
    """ASN of the piket OPDs on the WFA days: unit, skill, present, on duty."""
    frame = solve(roster, policy)
    frame = frame[frame["opd"].isin(PIKET) & frame["date"].astype(str).str[:10].isin(WFA_DAYS)]
    people = roster.employees.set_index("nip")
    operator = people["skills"].str.split(";").map(lambda tags: "operator" in tags)
    return frame.assign(
        unit=frame["nip"].map(people["unit"]),
        operator=frame["nip"].map(operator),
        duty=frame["present"] & ~frame["remote"],
    )


def test_piket_has_two_of_each_unit_on_duty_and_no_more(city: Roster) -> None:
    groups = on_duty(city, presets.bekasi_piket()).groupby(["opd", "unit", "date"])
    count = groups[["present", "duty"]].sum()
    assert (count["duty"] == count["present"].clip(upper=2)).all()
    assert set(count["duty"]) >= {2}


def test_piket_has_an_operator_wherever_a_unit_has_one_present(city: Roster) -> None:
    duty = on_duty(city, presets.bekasi_piket())
    able = duty[duty["operator"] & duty["present"]].groupby(["opd", "unit", "date"])["duty"].sum()
    assert len(able) > 0
    assert (able >= 1).all()


def test_piket_is_shared_equally(city: Roster) -> None:
    """Who was present on all three days has at most one day of duty more than a colleague."""
    duty = on_duty(city, presets.bekasi_piket(roles=[]))
    days = duty.groupby(["opd", "unit", "nip"])[["duty", "present"]].sum()
    units = days[days["present"] == 3].groupby(["opd", "unit"])["duty"]
    assert (units.max() - units.min()).max() == 1


def test_piket_keeps_the_yearend_elsewhere(city: Roster) -> None:
    piket, yearend = (
        solve(city, policy) for policy in (presets.bekasi_piket(), presets.bekasi_yearend_2025())
    )
    elsewhere = ~piket["opd"].isin(PIKET)
    assert (piket.loc[elsewhere, "status"] == yearend.loc[elsewhere, "status"]).all()
    assert dates_of(piket[piket["remote"]]) == WFA_DAYS


def test_piket_takes_number_groups_and_roles() -> None:
    policy = presets.bekasi_piket(on_duty=5, by=["opd"], roles=["operator", "bendahara"])
    rules = {rule.id: rule.model_dump() for rule in policy.rules}
    assert rules["min_on_site-1"]["count"] == rules["max_on_site-1"]["count"] == 5
    assert rules["max_on_site-1"]["by"] == ["opd"]
    assert rules["min_on_site-3"]["scope"]["skills"] == ["bendahara"]
    assert "5 pegawai" in rules["max_on_site-1"]["text"]
    coverage = presets.bekasi_piket(roles=[]).coverage().set_index("clause")
    assert "tidak ada peran" in coverage.loc["2.b", "because"]


def test_the_opds_of_piket_are_those_of_frontline_and_essential_class() -> None:
    classes = {"Samsat": "frontline", "SAR": "essential", "DLH": "field"}
    scopes = {rule.kind: rule.scope for rule in presets.bekasi_piket(opd_services=classes).rules}
    assert scopes["max_on_site"] == {"opd": ["Samsat", "SAR"]}


def test_piket_without_an_opd_is_refused() -> None:
    with pytest.raises(PolicyError, match="name at least one"):
        presets.bekasi_piket(opd_services={"DLH": "field"})


# bekasi_field_rotation

FIELD = ["Satpol PP", "DLH", "Dishub"]


def sections(n_sections: int, size: int, opd: str = "DLH", **columns: object) -> Roster:
    """An OPD of equal sections."""
    rows = [(f"{s}-{n}", opd, f"Seksi {s}") for s in range(n_sections) for n in range(size)]
    return Roster.from_frame(pd.DataFrame(rows, columns=["nip", "opd", "unit"]).assign(**columns))


def days_by_unit(roster: Roster, policy: Policy) -> pd.Series:
    """Remote days of each unit; all its members have the same."""
    frame = solve(roster, policy)
    grid = frame.assign(unit=frame["nip"].map(roster.employees.set_index("nip")["unit"]))
    by_day = grid.groupby(["unit", "date"])["remote"]
    assert (by_day.min() == by_day.max()).all()
    return by_day.max().groupby("unit").sum()


@pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")
def test_field_rotation_sends_each_section_out_on_three_days_a_week() -> None:
    """Three sections, of which two may be outside: 10 section-days a week, of which 9 are due."""
    week = date(2026, 1, 5), date(2026, 1, 9)
    policy = presets.bekasi_field_rotation(*week)
    assert sorted(days_by_unit(sections(3, 4), policy)) == [3, 3, 3]
    half = presets.bekasi_field_rotation(*week, share=0.5)
    assert days_by_unit(sections(3, 4), half).sum() == 5
    one = presets.bekasi_field_rotation(*week, max_days=1)
    assert sorted(days_by_unit(sections(3, 4), one)) == [1, 1, 1]


def test_field_rotation_is_for_field_opds_and_moves_sections_as_one(city: Roster) -> None:
    frame = solve(city, presets.bekasi_field_rotation())
    outside = frame[frame["remote"]]
    assert outside["nip"].nunique() > 0
    assert set(outside["opd"]) <= set(FIELD)
    units = frame["nip"].map(city.employees.set_index("nip")["unit"])
    present = frame[frame["present"]]
    moves = present.groupby(["opd", units, "date"])["remote"]
    in_field = present["opd"].isin(FIELD)
    assert (moves.min() == moves.max()).all()
    share = present[in_field].groupby(["opd", "date"])["remote"].mean()
    assert (share <= 0.7).all()


@pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")
def test_field_rotation_in_numbered_groups_serves_an_opd_of_one_section() -> None:
    week = date(2026, 1, 5), date(2026, 1, 9)
    roster = sections(1, 4)
    assert solve(roster, presets.bekasi_field_rotation(*week))["remote"].sum() == 0
    # Two groups of two, one of them outside each day: 5 days × 2 ASN.
    assert solve(roster, presets.bekasi_field_rotation(*week, groups=2))["remote"].sum() == 10


@pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")
def test_field_days_are_labelled_and_save_nothing() -> None:
    week = date(2026, 1, 5), date(2026, 1, 9)
    roster, policy = sections(3, 4), presets.bekasi_field_rotation(*week)
    assert (policy.labels.WFO, policy.labels.WFH) == ("Kantor", "Lapangan")
    found = savings(rotasi.solve(roster, policy), claims.BERDAYA_NEWS)
    assert (found["mid_month"].dropna() == 0).all()
    assert found["mid_month"].notna().any()


def test_field_rotation_takes_its_columns() -> None:
    rules = {r.kind: r.model_dump() for r in presets.bekasi_field_rotation(by="team").rules}
    assert rules["rotation_groups"]["by"] == ["team"]
    rules = {r.kind: r.model_dump() for r in presets.bekasi_field_rotation(by=["site"]).rules}
    assert rules["rotation_groups"]["by"] == ["site"]


# pandemic_rotation


@pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")
def test_pandemic_rotation_alternates_two_sections() -> None:
    """One of two sections is at home each day, and never for two days in succession."""
    policy = presets.pandemic_rotation()
    # 16 to 31 March 2020 has twelve weekdays, of which the 25th is Nyepi.
    days = days_by_unit(sections(2, 3, "Bappeda"), policy)
    assert sorted(days) == [5, 6]
    longer = presets.pandemic_rotation(run=2)
    assert days_by_unit(sections(2, 3, "Bappeda"), longer).sum() == 11


@pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")
def test_pandemic_rotation_forms_two_groups_where_there_is_one_section() -> None:
    roster = sections(1, 4, "Bappeda")
    assert solve(roster, presets.pandemic_rotation())["remote"].sum() == 0
    assert solve(roster, presets.pandemic_rotation(groups=2))["remote"].sum() == 22


def test_pandemic_rotation_keeps_health_operators_and_leaders_present(city: Roster) -> None:
    frame = solve(city, presets.pandemic_rotation(date(2026, 1, 5), date(2026, 1, 16)))
    people = city.employees.set_index("nip")
    at_home = people.loc[frame.loc[frame["remote"], "nip"].unique()]
    assert len(at_home) > 0
    assert not set(at_home["opd"]) & {"Dinkes", "RSUD", "RSUD Tipe D"}
    assert not at_home["skills"].str.contains("operator").any()
    assert not set(at_home["echelon"]) & {"II.a", "II.b", "III.a"}
    grid = frame.pivot_table(index="nip", columns="date", values="remote", sort=True)
    assert not (grid.to_numpy()[:, 1:] * grid.to_numpy()[:, :-1]).any()
    present = frame[frame["present"]].groupby(["opd", "date"])["remote"].mean()
    assert (present <= 0.7).all()


def test_pandemic_rotation_can_do_without_roles_and_leaders() -> None:
    policy = presets.pandemic_rotation(roles=[], leaders=[])
    assert sum(rule.kind == "never_remote" for rule in policy.rules) == 1
    because = policy.coverage().set_index("clause")["because"]
    assert "dimatikan" in because["2.b"]
    assert "dimatikan" in because["3"]
    roles_only = presets.pandemic_rotation(leaders=[]).coverage().set_index("clause")["rules"]
    leaders_only = presets.pandemic_rotation(roles=[]).coverage().set_index("clause")["rules"]
    assert roles_only["2.b"] == leaders_only["3"] == "never_remote-2"


def test_pandemic_rotation_takes_its_parameters_into_rules_and_words() -> None:
    policy = presets.pandemic_rotation(run=3, share=0.4, by=["unit", "site"], leaders=["IV.a"])
    rules = {rule.kind: rule for rule in policy.rules}
    assert rules["max_consecutive"].model_dump()["remote"] == 3
    assert "3 hari" in rules["max_consecutive"].text
    assert rules["min_on_site"].model_dump()["share"] == 0.4
    assert "40 %" in rules["min_on_site"].text
    assert rules["rotation_groups"].model_dump()["by"] == ["unit", "site"]
    assert rules["never_remote"].scope == {"echelon": ["IV.a"]}
