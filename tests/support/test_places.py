"""Only ordinary files are read, and no more of them than they may hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import policy, roster

import rotasi
from rotasi.errors import InputError
from rotasi.support.places import read_bytes

DEVICE = Path("/dev/null")  # it ends, unlike others, so that a reader that takes it fails at once
pytestmark = pytest.mark.skipif(not DEVICE.is_char_device(), reason="no devices")


@pytest.fixture
def schedule(tmp_path: Path) -> Path:
    folder = tmp_path / "schedule"
    rotasi.solve(roster(2), policy(), workers=1).write(folder)
    return folder


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("employees.csv", rotasi.Roster.read),
        ("employees.xlsx", rotasi.Roster.read),
        ("employees.parquet", rotasi.Roster.read),
        ("policy.toml", rotasi.Policy.read),
        ("policy.json", rotasi.Policy.read),
        ("claims.toml", rotasi.Assumptions.read),
        ("scheme.toml", lambda path: policy().with_opd_schemes(path)),
        ("schedule.csv", lambda path: rotasi.verify(path, roster(2), policy())),
    ],
)
def test_a_device_is_refused(tmp_path: Path, name: str, read: Callable[[Path], object]) -> None:
    (tmp_path / name).symlink_to(DEVICE)
    with pytest.raises(InputError, match="no ordinary file"):
        read(tmp_path / name)


@pytest.mark.parametrize("name", ["provenance.json", "schedule.csv", "policy.json", "groups.csv"])
def test_a_device_in_a_folder_is_refused(schedule: Path, name: str) -> None:
    (schedule / name).unlink(missing_ok=True)
    (schedule / name).symlink_to(DEVICE)
    with pytest.raises(InputError, match=rf"{name} cannot be read: it is no ordinary file"):
        rotasi.Schedule.read(schedule)


def test_a_device_as_an_earlier_calendar_is_refused(schedule: Path, tmp_path: Path) -> None:
    pytest.importorskip("icalendar")
    earlier = tmp_path / "old.ics"
    earlier.symlink_to(DEVICE)
    given = rotasi.Schedule.read(schedule)
    with pytest.raises(InputError, match="no ordinary file"):
        given.to_ics(tmp_path / "new.ics", key="k" * 20, previous=earlier)


def test_a_record_that_is_too_large_is_refused(schedule: Path) -> None:
    with (schedule / "provenance.json").open("ab") as file:
        file.truncate(100 * 1024**2 + 1)
    with pytest.raises(InputError, match=r"provenance\.json cannot be read: .* larger than 100 MB"):
        rotasi.Schedule.read(schedule)


def test_a_file_may_hold_as_much_as_it_may(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_bytes(tmp_path / "a", 5) == b"12345"
    with pytest.raises(OSError, match="larger than"):
        read_bytes(tmp_path / "a", 4)
