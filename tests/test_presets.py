"""The presets: what each says, that each can be solved, and figures that a reader can check."""

from datetime import date

import pandas as pd
import pytest

import rotasi
from rotasi import datasets, presets
from rotasi.case import resolve
from rotasi.errors import PolicyError
from rotasi.policy import Policy
from rotasi.roster import Roster

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
