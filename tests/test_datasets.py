"""The synthetic city: exact sizes, determinism, and the shares that its docstring promises."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotasi import datasets
from rotasi.tables.roster import Roster

SIZES = [1, 2, 4, 5, 44, 45, 224, 225, 300]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return datasets.city_tables(12_000)


@pytest.fixture(scope="module")
def employees(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return tables["employees"]


def share(values: pd.Series) -> float:
    return float(values.mean())


@pytest.mark.parametrize("n_asn", SIZES)
def test_city_has_exactly_the_number_of_asn(n_asn: int) -> None:
    roster = datasets.city(n_asn)
    assert len(roster.employees) == n_asn
    assert roster.employees["nip"].nunique() == n_asn


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 100_000))
def test_opd_sizes_sum_to_the_city_and_leave_no_opd_empty(n_asn: int) -> None:
    sizes = datasets._opd_sizes(n_asn)
    assert sizes.sum() == n_asn
    assert sizes.min() >= 1


@pytest.mark.parametrize(
    ("n_asn", "opds"), [(1, 1), (9, 1), (10, 2), (44, 8), (224, 44), (225, 45)]
)
def test_a_small_city_keeps_the_first_opds(n_asn: int, opds: int) -> None:
    found = datasets.city_tables(n_asn)["employees"]["opd"].unique()
    assert list(found) == [opd.name for opd in datasets.OPDS[:opds]]


def test_there_are_45_different_opds_of_very_different_sizes(employees: pd.DataFrame) -> None:
    sizes = employees["opd"].value_counts()
    assert len({opd.name for opd in datasets.OPDS}) == len(sizes) == 45
    assert sum(name.startswith("Kecamatan ") for name in sizes.index) == 12
    assert sizes.max() > 20 * sizes.min()


@pytest.mark.parametrize("n_asn", [0, -1, datasets.MOST_ASN + 1])
def test_sizes_out_of_range_are_refused(n_asn: int) -> None:
    with pytest.raises(ValueError, match="n_asn"):
        datasets.city_tables(n_asn)


def test_the_same_seed_gives_the_same_city() -> None:
    first, second = datasets.city_tables(300, seed=7), datasets.city_tables(300, seed=7)
    for name, frame in first.items():
        pd.testing.assert_frame_equal(frame, second[name])


def test_another_seed_gives_another_city() -> None:
    first, second = datasets.city_tables(300, seed=7), datasets.city_tables(300, seed=8)
    assert all(not first[name].equals(second[name]) for name in ("employees", "leave", "wishes"))


def test_the_global_random_state_plays_no_part() -> None:
    np.random.seed(1)  # noqa: NPY002
    first = datasets.city(60).hash()
    np.random.seed(2)  # noqa: NPY002
    assert datasets.city(60).hash() == first


def test_city_is_the_roster_of_the_tables() -> None:
    tables = datasets.city_tables(300, seed=3)
    assert Roster.from_frame(**tables).hash() == datasets.city(300, seed=3).hash()


def test_nips_have_the_shape_of_real_ones_but_cannot_be_real(employees: pd.DataFrame) -> None:
    nip = employees["nip"]
    assert nip.str.fullmatch(r"\d{18}").all()
    assert (nip.str[:4] == "9999").all()  # birth year
    assert (nip.str[12:14] == "00").all()  # month of appointment
    assert (nip.str[8:12].astype(int) == employees["joined"].dt.year).all()
    assert set(nip.str[14]) == {"1", "2"}  # sex


def test_every_name_says_that_it_is_made_up(employees: pd.DataFrame) -> None:
    assert employees["name"].str.endswith(" (fiktif)").all()
    woman = employees["nip"].str[14] == "2"
    given_names = employees["name"].str.split().str[0]
    assert not set(given_names[woman]) & set(given_names[~woman])


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [("Sangat Baik", 0.15), ("Baik", 0.7), ("Butuh Perbaikan", 0.1), ("Kurang", 0.04)],
)
def test_performance_is_distributed_as_intended(
    employees: pd.DataFrame, predicate: str, expected: float
) -> None:
    assert share(employees["performance"] == predicate) == pytest.approx(expected, abs=0.015)


def test_some_apply_few_are_disciplined(employees: pd.DataFrame) -> None:
    assert share(employees["applied"]) == pytest.approx(0.75, abs=0.02)
    assert share(employees["disciplined"]) == pytest.approx(0.01, abs=0.005)


def test_service_is_given_for_teachers_and_counter_staff_only(employees: pd.DataFrame) -> None:
    face_to_face = employees["position"].isin(["Guru", "Petugas Loket"])
    assert set(employees["service"]) == {"", "frontline"}
    assert (face_to_face == (employees["service"] == "frontline")).all()
    assert employees.loc[face_to_face & (employees["position"] != "Guru"), "skills"].ne("").all()


def test_each_opd_has_one_head_and_one_deputy_above_the_others(employees: pd.DataFrame) -> None:
    by_opd = employees.groupby("opd", sort=False)["echelon"]
    ladder = {"Setda": ["II.a", "II.b"]} | {
        name: ["III.a", "III.b"] for name in employees["opd"] if name.startswith("Kecamatan ")
    }
    for opd, echelons in by_opd:
        assert list(echelons[:2]) == ladder.get(str(opd), ["II.b", "III.a"])
        assert (echelons == echelons.iloc[0]).sum() == 1
    assert share(employees["echelon"] == "") > 0.8


def test_leaders_have_titles_and_staff_have_none(employees: pd.DataFrame) -> None:
    heads = employees.groupby("opd", sort=False)["position"].first()
    assert heads["Setda"] == "Sekretaris Daerah"
    assert heads["Kecamatan Jatiasih"] == "Camat"
    division_heads = employees["position"] == "Kepala Bidang"
    assert (employees.loc[division_heads, "echelon"] == "III.b").all()
    assert not employees.loc[employees["echelon"] == "", "position"].str.startswith("Kepala").any()


def test_units_and_teams_are_small_and_teams_stay_in_their_unit(employees: pd.DataFrame) -> None:
    units = employees.groupby(["opd", "unit"]).size()
    in_team = employees[employees["team"] != ""]
    assert units.max() <= 14
    assert in_team.groupby("team").size().max() <= 7
    assert len(in_team[["opd", "unit", "team"]].drop_duplicates()) == in_team["team"].nunique()
    assert (employees["team"] == "").sum() == 2 * 45  # head and deputy of each OPD


def test_some_buildings_are_shared(employees: pd.DataFrame) -> None:
    opds_per_site = employees.groupby("site")["opd"].nunique()
    assert opds_per_site.max() >= 4
    assert opds_per_site.min() == 1


def test_about_three_percent_of_the_asn_days_are_leave(tables: dict[str, pd.DataFrame]) -> None:
    days = pd.bdate_range(datasets.FIRST_DAY, datasets.LAST_DAY)
    leave = tables["leave"]
    rows, nips = np.arange(len(leave)), leave["nip"].to_numpy()
    away = {
        (nip, day)
        for day in days
        for nip in nips[rows[(leave["start"] <= day) & (day <= leave["end"])]]
    }
    assert len(away) / (12_000 * len(days)) == pytest.approx(0.03, abs=0.003)


def test_leave_is_realistic(tables: dict[str, pd.DataFrame]) -> None:
    leave = tables["leave"]
    length = (leave["end"] - leave["start"]).dt.days + 1
    maternity = leave["kind"] == "cuti melahirkan"
    assert set(leave["kind"]) == {"cuti tahunan", "cuti sakit", "cuti melahirkan"}
    assert (length[maternity] == 90).all()
    assert length[~maternity].between(1, 10).all()
    assert (leave.loc[maternity, "nip"].str[14] == "2").all()
    assert (leave["end"] >= pd.Timestamp(datasets.FIRST_DAY)).all()
    assert (leave["start"] <= pd.Timestamp(datasets.LAST_DAY)).all()


def test_everybody_has_one_to_three_wishes(tables: dict[str, pd.DataFrame]) -> None:
    counts = tables["wishes"].groupby("nip").size()
    assert set(counts.index) == set(tables["employees"]["nip"])
    assert set(counts) == {1, 2, 3}


def test_wishes_are_mostly_for_weekdays_and_positive(tables: dict[str, pd.DataFrame]) -> None:
    wishes = tables["wishes"]
    dated = wishes["date"].notna()
    assert ((wishes["weekday"] == "") == dated).all()
    assert share(dated) == pytest.approx(0.2, abs=0.02)
    assert set(wishes.loc[dated, "date"].dt.strftime("%w")) == set("12345")
    assert not wishes[~dated].duplicated(["nip", "weekday"]).any()
    assert share(wishes["weight"] > 0) == pytest.approx(0.85, abs=0.02)
    assert set(wishes["weight"]) == {*range(-10, 0), *range(1, 11)}
