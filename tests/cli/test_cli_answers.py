"""Commands that revise, judge, explain and export: what they print, write and return."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from terminal import EMPLOYEES, POLICY, furnish, run

import rotasi

PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"
#: Arguments of each command that answers; ``{out}`` is where it writes, if it does.
COMMANDS = {
    "verify": "roster schedule --policy policy.toml",
    "explain": "roster --policy policy.toml",
    "why": "schedule 000123 2026-01-06",
    "compare": "roster --policy policy.toml --policy strict.toml --out {out}.csv",
    "revise": "schedule roster --from 2026-01-06 --out {out}",
    "ledger": "schedule --out {out}.csv",
    "accountability": "schedule --attendance logs.csv --reports reports.csv --out {out}",
    "savings": "schedule --out {out}.csv",
    "export": "schedule --out {out}.csv",
}
WRITERS = [name for name, line in COMMANDS.items() if "{out}" in line]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("furnished")
    furnish(folder)
    (folder / "strict.toml").write_text(POLICY.replace("count = 1", 'count = 2\nif_short = "cap"'))
    roster, policy = folder / "roster", folder / "policy.toml"
    assert run("solve", roster, "--policy", policy, "--out", folder / "schedule").code == 0
    return folder


@pytest.fixture
def here(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own with the files that commands name, and a schedule."""
    folder = tmp_path / "here"
    shutil.copytree(furnished, folder)
    monkeypatch.chdir(folder)
    return folder


def arguments_of(command: str, out: str = "out") -> list[str]:
    return [command, *COMMANDS[command].format(out=out).split()]


def documented_keys() -> dict[str, set[str]]:
    section = PAGE.read_text("utf-8").split("## JSON")[1].split("## ")[0]
    rows = re.findall(r"^\| (`.+`) \| (`.+`) \|$", section, re.MULTILINE)
    names = re.compile(r"`(\w+)`")
    return {name: set(names.findall(keys)) for each, keys in rows for name in names.findall(each)}


class TestEveryCommand:
    @pytest.mark.usefixtures("here")
    @pytest.mark.parametrize("command", COMMANDS)
    def test_prints_the_documented_keys_in_both_languages(self, command: str) -> None:
        ended = [
            run(*arguments_of(command, code), "--json", "--lang", code) for code in ("en", "id")
        ]
        assert [each.code for each in ended] == [0, 0], ended
        assert [set(each.json) for each in ended] == [documented_keys()[command]] * 2

    @pytest.mark.usefixtures("here")
    @pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"export"}))
    def test_speaks_both_languages(self, command: str) -> None:
        english, indonesian = (
            run(*arguments_of(command, code), "--lang", code) for code in ("en", "id")
        )
        assert english.code == indonesian.code == 0
        assert english.out.strip()
        assert english.out != indonesian.out

    @pytest.mark.parametrize("command", WRITERS)
    def test_overwrites_only_when_told(self, here: Path, command: str) -> None:
        assert run(*arguments_of(command)).code == 0
        (made,) = [path for path in (here / "out", here / "out.csv") if path.exists()]
        files = [made] if made.is_file() else [path for path in made.iterdir() if path.is_file()]
        for file in files:
            file.write_text("mine")
        refused = run(*arguments_of(command), "--lang", "en")
        assert refused.code == 2
        assert "force" in refused.err
        assert {file.read_text() for file in files} == {"mine"}
        assert run(*arguments_of(command), "--force").code == 0
        assert "mine" not in {file.read_text() for file in files}

    @pytest.mark.usefixtures("here")
    @pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"verify", "explain", "compare"}))
    def test_tells_what_is_no_schedule(self, command: str) -> None:
        ended = run(*(("roster" if word == "schedule" else word) for word in arguments_of(command)))
        assert ended.code == 2
        assert "provenance.json" in ended.err
        assert "Traceback" not in ended.err


class TestCompare:
    @pytest.mark.usefixtures("here")
    def test_shows_a_column_per_policy(self) -> None:
        ended = run(*arguments_of("compare"), "--assumptions", "bkpsdm", "--lang", "en")
        assert cells_of(ended.out, "figure") == ["policy", "strict"]
        assert cells_of(ended.out, "remote days") == ["2", "0"]
        assert cells_of(ended.out, "savings a year, low (Rp)")[1] == "0"
        assert "where the sources disagree:" in ended.out

    def test_writes_the_frame(self, here: Path) -> None:
        run(*arguments_of("compare"))
        assert pd.read_csv(here / "out.csv")["policy"].tolist() == ["policy", "strict"]

    def test_policies_of_one_name_go_by_their_paths(self, here: Path) -> None:
        (here / "old").mkdir()
        shutil.copy(here / "policy.toml", here / "old" / "policy.toml")
        names = ["policy.toml", "old/policy.toml"]
        ended = run("compare", "roster", "--policy", names[0], "--policy", names[1], "--json")
        assert [each["policy"] for each in ended.json["policies"]] == names

    @pytest.mark.usefixtures("here")
    def test_a_policy_is_named_once(self) -> None:
        ended = run("compare", "roster", *["--policy", "policy.toml"] * 2)
        assert ended.code == 2

    def test_one_that_is_impossible_has_a_status(self, here: Path) -> None:
        (here / "strict.toml").write_text(POLICY.replace("count = 1", "count = 9"))
        ended = run(*arguments_of("compare"), "--lang", "en")
        assert ended.code == 0
        assert cells_of(ended.out, "status") == ["OPTIMAL", "INFEASIBLE"]
        assert cells_of(ended.out, "remote days") == ["2", "–"]


class TestRevise:
    def test_shows_what_changes(self, here: Path) -> None:
        (here / "roster" / "leave.csv").write_text("nip,start,end\n000123,2026-01-06,2026-01-06\n")
        ended = run(*arguments_of("revise"), "--lang", "en")
        assert ended.code == 0
        assert "2 ASN-days change" in ended.out
        assert cells_of(ended.out, "000123") == ["Bappeda", "2026-01-06", "WFO", "CUTI"]
        assert rotasi.Schedule.read(here / "out").provenance["revises"]["edition"] == 1

    def test_a_new_policy_counts(self, here: Path) -> None:
        assert run(*arguments_of("revise"), "--policy", "strict.toml", "--json").code == 0
        frame = rotasi.Schedule.read(here / "out").to_frame()
        assert set(frame.loc[frame["date"] == "2026-01-06", "status"]) == {"WFO"}

    @pytest.mark.usefixtures("here")
    def test_no_date(self) -> None:
        ended = run(
            "revise", "schedule", "roster", "--from", "Tuesday", "--out", "x", "--lang", "en"
        )
        assert ended.code == 2
        assert "2026-01-05" in ended.err
        assert "bug" not in ended.err


class TestLedger:
    def test_shows_and_writes_evidence(self, here: Path) -> None:
        ended = run(*arguments_of("ledger"), "--lang", "en")
        assert "2 of 3 ASN may be remote" in ended.out
        assert cells_of(ended.out, "000125")[:3] == ["Disdukcapil", "no", "never_remote-1"]
        written = pd.read_csv(here / "out.csv", dtype=str)
        assert written["nip"].tolist() == ["000123", "000124", "000125"]

    @pytest.mark.usefixtures("here")
    def test_writes_csv_only(self) -> None:
        ended = run("ledger", "schedule", "--out", "ledger.pdf", "--lang", "en")
        assert ended.code == 2
        assert "end the name in .csv" in ended.err


class TestAccountability:
    def test_shows_nobody_but_writes_everybody(self, here: Path) -> None:
        ended = run(*arguments_of("accountability"), "--lang", "en")
        assert cells_of(ended.out, "Disdukcapil") == ["1", "0", "0", "0", "1", "1"]
        assert "000125" not in ended.out + ended.err
        found = pd.read_csv(here / "out" / "contradictions.csv", dtype=str)
        assert found["nip"].tolist() == ["000125"]
        assert {path.name for path in (here / "out").iterdir()} == {
            *("asn.csv", "opd.csv", "contradictions.csv", "evidence.csv")
        }

    @pytest.mark.usefixtures("here")
    def test_json_has_dates_as_iso_text(self) -> None:
        shown = run(*arguments_of("accountability"), "--json").json
        assert shown["contradictions"][0]["date"] == "2026-01-05"
        assert shown["evidence"][2]["performance"] is None


class TestSavings:
    @pytest.mark.usefixtures("here")
    def test_shows_rupiah_and_sources(self) -> None:
        ended = run("savings", "schedule", "--assumptions", "berdaya_news", "--lang", "en")
        assert cells_of(ended.out, "total") == ["131,100,000", "330,000,000", "330,000,000"]
        assert "- cost: Berdaya News, 3 November 2025, table" in ended.out

    @pytest.mark.usefixtures("here")
    def test_no_such_claims(self) -> None:
        ended = run("savings", "schedule", "--assumptions", "bkn", "--lang", "en")
        assert ended.code == 2
        assert "berdaya_news, bkpsdm, west_java, sekda" in ended.err


class TestExport:
    @pytest.mark.parametrize(
        ("name", "start", "options"),
        [
            ("a.csv", b"nip,opd,date,status", []),
            ("a.parquet", b"PAR1", []),
            ("a.xlsx", b"PK", ["--audience", "public"]),
            ("a.html", b"<!", ["--audience", "opd"]),
            ("a.ics", b"BEGIN:VCALENDAR", ["--nip", "000123"]),
            ("a.docx", b"PK", ["--opd", "Bappeda"]),
            ("table.txt", b"nip,opd,date,status", ["--format", "csv"]),
        ],
    )
    def test_writes_each_format(
        self, here: Path, name: str, start: bytes, options: Sequence[str]
    ) -> None:
        ended = run("export", "schedule", "--out", name, *options, "--lang", "en")
        assert (ended.code, ended.out) == (0, "")
        assert ended.err.endswith(f"written to {name}\n")
        assert (here / name).read_bytes().startswith(start)

    @pytest.mark.parametrize(
        "options",
        [
            ["--out", "a.csv", "--audience", "public"],
            ["--out", "a.docx"],
            ["--out", "a.docx", "--opd", "Bappeda", "--nip", "000123"],
            ["--out", "a.pdf"],
            ["--out", "a.docx", "--opd", "Dinas Kelautan"],
            ["--out", "a.ics", "--nip", "9"],
        ],
    )
    def test_refuses_what_a_format_cannot_do(self, here: Path, options: Sequence[str]) -> None:
        ended = run("export", "schedule", *options)
        assert ended.code == 2
        assert not list(here.glob("a.*"))
        assert "bug" not in ended.err


class TestExplain:
    def test_solve_names_it(self, here: Path) -> None:
        (here / "strict.toml").write_text(POLICY.replace("count = 1", "count = 2"))
        ended = run("solve", "roster", "--policy", "strict.toml", "--out", "out", "--lang", "en")
        assert ended.code == 3
        command = ended.err.splitlines()[-1].split(": ", 1)[1]
        assert command == "rotasi explain roster --policy strict.toml"
        answer = run(*command.split()[1:], "--lang", "en")
        assert answer.code == 0
        assert "what collides:" in answer.out
        assert "ways out, each checked by solving again:" in answer.out


class TestStandardInput:
    @pytest.mark.usefixtures("here")
    def test_a_roster(self) -> None:
        options = ["--policy", "policy.toml", "--json"]
        piped = [
            run("solve", "-", *options, "--out", "piped", feed=EMPLOYEES.encode()),
            run("explain", "-", *options, feed=EMPLOYEES.encode()),
            run("compare", "-", *options, feed=EMPLOYEES.encode()),
            run("revise", "schedule", "-", "--from", "2026-01-06", "--out", "x", "--json",
                feed=EMPLOYEES.encode()),
            run("verify", "-", "schedule", *options, feed=EMPLOYEES.encode()),
        ]  # fmt: skip
        assert [each.code for each in piped] == [0] * 5
        assert piped[0].json["status"] == "OPTIMAL"

    def test_a_schedule(self, here: Path) -> None:
        rows = (here / "schedule" / "schedule.csv").read_bytes()
        verify = ("verify", "roster", "-", "--policy", "policy.toml", "--json")
        assert run(*verify, feed=rows).json["ok"] is True
        spoilt = run(*verify, feed=rows.replace(b"WFO", b"WFH"))
        assert (spoilt.code, spoilt.json["ok"]) == (1, False)

    @pytest.mark.usefixtures("here")
    @pytest.mark.parametrize(
        "row", [r'{"nip": "\ud800", "opd": "x"}', r'{"nip": "a", "opd": "x", "\ud800": 1}']
    )
    def test_half_a_surrogate_in_it(self, row: str) -> None:
        feed = f'{{"employees": [{row}]}}'.encode()
        ended = run("explain", "-", "--policy", "policy.toml", "--lang", "en", feed=feed)
        assert (ended.code, "half a surrogate pair" in ended.err) == (2, True)

    @pytest.mark.usefixtures("here")
    def test_one_at_a_time(self) -> None:
        ended = run("verify", "-", "-", "--policy", "policy.toml", "--lang", "en")
        assert ended.code == 2
        assert "only one of the two can come from standard input" in ended.err


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "arguments",
    [
        ("why", "schedule", "\udcff", "2026-01-05"),
        ("why", "schedule", "000123", "\udcff"),
        ("compare", "roster", "--policy", "policy.toml", "--policy", "p\udcfe.toml"),
        ("export", "schedule", "--opd", "\udcff", "--out", "x.ics"),
    ],
)
def test_an_argument_that_is_no_text_is_bad_input(arguments: Sequence[str]) -> None:
    shutil.copy("policy.toml", b"p\xfe.toml")
    ended = run(*arguments, "--lang", "en")
    assert ended.code == 2
    assert "half a surrogate pair" in ended.err


def test_presets_as_json() -> None:
    shown = run("presets", "--json").json
    assert list(shown) == list(rotasi.presets.NAMES)
    name, policy = next(iter(shown.items()))
    assert rotasi.Policy.model_validate(policy) == rotasi.presets.load(name)


def cells_of(text: str, heading: str) -> list[str]:
    """The other cells of the row of a table that begins with a heading."""
    lines = (line.strip() for line in text.splitlines())
    (row, *_rest) = (line for line in lines if line.startswith(heading + "  "))
    return re.split(r" {2,}", row)[1:]
