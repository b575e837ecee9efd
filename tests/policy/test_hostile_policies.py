"""Whatever the bytes of a policy are, it is read or refused: soon, in few words, and by us."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers import policy, terms

from rotasi import Assumptions, Policy, PolicyError
from rotasi.policy.limits import MOST_VALUES

HEAD = "start = 2026-01-05\nend = 2026-01-30\n"
JSON = '{"start": "2026-01-05", "end": "2026-01-30", '

CASES: dict[str, Callable[[], tuple[str, str]]] = {
    "a huge hexadecimal number": lambda: (HEAD + "weekly_cap = 0x" + "f" * 100_000, ".toml"),
    "a huge number as a name": lambda: (HEAD + "name = 0b" + "1" * 100_000, ".toml"),
    "a huge number in a scope": lambda: (
        HEAD + "[[rules]]\nkind = 'never_remote'\nscope = {opd = [0x" + "f" * 9000 + "]}", ".toml"
    ),
    "a number of 6,000 digits": lambda: (JSON + '"weekly_cap": ' + "9" * 6000 + "}", ".json"),
    "100,000 dotted tables": lambda: (
        HEAD + "".join(f"[a{n}.b.c]\n" for n in range(100_000)), ".toml"
    ),
    "a key of 20,000 parts": lambda: (HEAD + ".".join("a" * 20_000) + " = 1", ".toml"),
    "a table of 20,000 parts": lambda: (HEAD + "[" + " . ".join(['"a b"'] * 20_000) + "]", ".toml"),
    "100,000 levels": lambda: (HEAD + "x = " + "[" * 100_000, ".toml"),
    "100,000 levels of JSON": lambda: ('{"a":' * 100_000, ".json"),
    "20 levels": lambda: (HEAD + "x = " + "[" * 20 + "1" + "]" * 20, ".toml"),
    "a million days": lambda: (HEAD + "workdays = [" + "1," * 1_000_000 + "]", ".toml"),
    "half a surrogate": lambda: (JSON + r'"name": "\ud800"}', ".json"),
    "half a surrogate in a key": lambda: (JSON + r'"opd_services": {"\udfff": "field"}}', ".json"),
    "NUL": lambda: (HEAD + r'name = "\u0000"', ".toml"),
    "a key of a million signs, twice": lambda: (
        JSON + f'"{"k" * 1_000_000}": 1, "{"k" * 1_000_000}": 2}}', ".json"
    ),
    "a kind of a million signs": lambda: (HEAD + f"[[rules]]\nkind = '{'k' * 10**6}'", ".toml"),
    "a text of escaped quotation marks": lambda: (
        HEAD + 'weekly_cap = "' + r"\"" * 1_000_000 + '"', ".toml"
    ),
    "a text of quotation marks": lambda: (HEAD + "x = " + "'\" " * 1_000_000, ".toml"),
    "NaN": lambda: (JSON + '"weekly_cap": NaN}', ".json"),
    "no text": lambda: ("\x00\x01", ".toml"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("model", [Policy, Assumptions])
def test_files_that_nobody_writes(tmp_path: Path, case: str, model: type[Policy]) -> None:
    text, suffix = CASES[case]()
    path = tmp_path / f"policy{suffix}"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        model.read(path)
    assert len(str(caught.value)) < 2000


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"name": "\ud800"}, "name"),
        ({"labels": {"WFH": "\0"}}, "labels.WFH"),
        ({"opd_services": {"\ud800": "field"}}, "opd_services"),
        ({"rules": [{"kind": "never_remote", "text": "\udfff"}]}, "rules[0].text"),
        ({"rules": [{"kind": "never_remote", "scope": {"opd": ["\0"]}}]}, "rules[0].scope.opd[0]"),
        ({"rules": [{"kind": "never_remote", "scope": {"opd": [10**5000]}}]}, "rules[0].scope.opd"),
        ({"weekly_cap": -(10**5000)}, "weekly_cap"),
    ],
)  # fmt: skip
def test_what_no_file_can_hold_is_refused_where_it_stands(given: Any, place: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.model_validate(terms() | given)
    assert f"policy, {place}" in str(caught.value)


def test_a_rule_made_by_a_program_is_looked_at_too() -> None:
    rule = policy({"kind": "never_remote"}).rules[0].model_copy(update={"text": "\ud800"})
    with pytest.raises(PolicyError, match=r"rules\[0\]\.text"):
        Policy.model_validate(terms() | {"rules": [rule]})


def test_a_structure_that_holds_itself() -> None:
    endless: list[Any] = []
    endless.append(endless)
    laughs: list[Any] = ["ha"]
    for _time in range(12):
        laughs = [laughs] * 10
    for given in (endless, laughs):
        with pytest.raises(PolicyError):
            Policy.model_validate(terms() | {"workdays": given})


def test_keys_are_text() -> None:
    with pytest.raises(PolicyError, match="write its keys as text"):
        Policy.model_validate({10**5000: 1})


def test_a_scheme_is_looked_at_too() -> None:
    scheme = {"rules": [{"kind": "never_remote", "text": "\ud800"}]}
    with pytest.raises(PolicyError, match=r"scheme A, rules\[0\]\.text"):
        policy().with_opd_schemes({"A": scheme})


def test_a_long_list_of_mistakes_is_cut_in_words_and_kept_for_programs() -> None:
    many = {f"k{number}": 1 for number in range(2000)}
    with pytest.raises(PolicyError) as caught:
        Policy.model_validate(terms() | many)
    assert len(caught.value.problems) == 2000
    assert str(caught.value).endswith("and 1800 more")


def test_the_nips_of_a_province_fit_in_a_scope() -> None:
    nips = [f"{number:018}" for number in range(MOST_VALUES - 100)]
    scope = {"nip": nips}
    assert policy({"kind": "never_remote", "scope": scope}).rules[0].scope == scope


@pytest.mark.parametrize(
    "labels",
    [
        {"WFH": "wfo"},
        {"WFH": "Wfo "},
        {"WFO": "Kantor", "WFH": "KANTOR"},
        {"WFO": "Kantor", "WFH": "K\u200bantor"},
        {"WFO": "Di kantor", "WFH": "Di  kantor"},
        {"WFO": "Di kantor", "WFH": "Di\u00a0kantor"},
        {"WFO": "ﬁeld", "WFH": "field"},
        {"WFO": "Ａ", "WFH": "a"},
        {"WFH": "cuti"},
        {"WFH": "CUTI", "LEAVE": "Libur"},
        {"WFH": "leave", "LEAVE": "Libur"},
        {"WFO": "straße", "WFH": "STRASSE"},
        {"WFH": "\u200b"},
        {"WFH": " "},
        {"WFH": "0"},
        {"WFH": "1.0"},
        {"WFH": "a\nb"},
        {"WFH": "x" * 51},
    ],
)
def test_labels_that_cannot_be_told_apart_are_refused(labels: dict[str, str]) -> None:
    with pytest.raises(PolicyError, match="labels"):
        policy(labels=labels)


@pytest.mark.parametrize(
    "labels",
    [
        {"WFO": "WFO", "WFH": "WFH", "LEAVE": "LEAVE"},
        {"WFO": "kantor", "WFH": "WFA", "LEAVE": "libur"},
        {"WFO": "wfo", "WFH": "wfh", "LEAVE": "Cuti"},
        {"WFO": "●", "WFH": "○", "LEAVE": "–"},
        {"WFH": "Dari rumah (WFH)"},
    ],
)
def test_labels_that_can_are_taken(labels: dict[str, str]) -> None:
    assert labels["WFH"] == policy(labels=labels).labels.WFH
