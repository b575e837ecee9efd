"""Pseudonyms cannot be told back to NIPs without the key, and the log speaks in them alone."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import subprocess
import sys

import pytest
from helpers import MONDAY, policy, roster, rows

from rotasi import solve, verify
from rotasi.support.pseudonyms import Pseudonyms

NIP = "198503152010011001"


class TestPseudonyms:
    def test_are_keyed_hashes_in_sixteen_digits(self) -> None:
        expected = hmac.new(b"kunci", NIP.encode(), hashlib.sha256).hexdigest()
        assert Pseudonyms("kunci").of(NIP) == Pseudonyms(b"kunci").of(NIP) == expected[:16]

    def test_differ_between_asn_and_between_keys(self) -> None:
        one, other = Pseudonyms("a"), Pseudonyms("b")
        assert len({one.of(NIP), one.of(NIP[:-1] + "2"), other.of(NIP)}) == 3

    def test_are_no_bare_hash(self) -> None:
        assert not hashlib.sha256(NIP.encode()).hexdigest().startswith(Pseudonyms().of(NIP))

    def test_a_random_key_serves_one_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("ROTASI_LOG_KEY", raising=False)
        run = Pseudonyms()
        assert run.of(NIP) == run.of(NIP)
        assert Pseudonyms().of(NIP) != run.of(NIP)

    def test_the_key_of_the_agency_serves_all_runs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ROTASI_LOG_KEY", "kunci")
        assert Pseudonyms().of(NIP) == Pseudonyms().of(NIP) == Pseudonyms("kunci").of(NIP)

    def test_an_empty_key_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ROTASI_LOG_KEY", "")
        assert Pseudonyms().of(NIP) != Pseudonyms().of(NIP)
        assert Pseudonyms("").of(NIP) != Pseudonyms("").of(NIP)


class TestLog:
    @pytest.fixture(autouse=True)
    def key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ROTASI_LOG_KEY", "kunci")

    def test_a_solve_tells_its_phases_sizes_and_seconds(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.INFO, "rotasi"):
            solve(roster(3), policy({"kind": "max_remote", "count": 1}), workers=1)
        told = [re.sub(r"\(\d+\.\d{3} s\)", "(…)", record.message) for record in caplog.records]
        assert told[0].startswith("rotasi ")
        assert told[1:3] == [
            "3 ASN × 5 workdays, 1 rules: 1 blocks (…)",
            "15 ASN-days to decide; the largest block has 3 ASN (…)",
        ]
        assert told[-5:] == [
            "blocks decided: OPTIMAL (…)",
            "remote_days: 5, proven (…)",
            "wishes: 0, proven (…)",
            "fairness: 9, proven (…)",
            "schedule put together and verified (…)",
        ]
        assert {record.name for record in caplog.records} == {"rotasi"}

    def test_a_block_of_one_asn_goes_by_its_pseudonym(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        who = roster([{"nip": NIP, "opd": "Dinkes"}, {"opd": "Damkar"}, {"opd": "Damkar"}])
        with caplog.at_level(logging.DEBUG, "rotasi"):
            solve(who, policy(), workers=1)
        assert f"ASN {Pseudonyms('kunci').of(NIP)} of Dinkes" in caplog.text
        assert "2 ASN of Damkar" in caplog.text
        assert NIP not in caplog.text

    def test_a_violation_goes_by_the_pseudonym(self, caplog: pytest.LogCaptureFixture) -> None:
        who = roster([{"nip": NIP, "name": "Siti"}])
        with caplog.at_level(logging.DEBUG, "rotasi"):
            verify(rows(**{NIP: "HHOOO"}), who, policy(weekly_cap=1))
        (told,) = (record.message for record in caplog.records if record.levelname == "DEBUG")
        assert told == (
            f"violation of weekly_cap: ASN {Pseudonyms('kunci').of(NIP)}, "
            f"{MONDAY} – 2026-01-09, needed 1, found 2"
        )

    def test_nothing_is_said_unless_somebody_listens(self) -> None:
        code = (
            "import rotasi; who = rotasi.datasets.city(30); "
            "rotasi.solve(who, rotasi.Policy.model_validate("
            "{'start': '2026-01-05', 'end': '2026-01-09'}))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout + done.stderr == ""
