"""Every text that people read is in the catalogue, translated, and compiled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from pathlib import Path
from string import Formatter
from threading import Barrier

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import rotasi.messages
from rotasi.messages import (
    LANGUAGES,
    _,
    language,
    long_date,
    month_name,
    number,
    plural,
    use_language,
    weekday_name,
)

PACKAGE = Path(rotasi.messages.__file__).parent
KEYWORDS = DEFAULT_KEYWORDS | {"plural": (1, 2), "mark": None}
VARIABLES = ("ROTASI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

Key = tuple[str | None, str]


def catalogue(code: str) -> Path:
    return PACKAGE / "locale" / code / "LC_MESSAGES" / "rotasi.po"


def read_catalogue(code: str) -> Catalog:
    with catalogue(code).open("rb") as file:
        return read_po(file, locale=code)


def key_of(message: str | tuple[str, ...], context: str | None) -> Key:
    return context, message if isinstance(message, str) else message[0]


def messages_in_sources() -> set[Key]:
    found = extract_from_dir(PACKAGE, [("**.py", "python")], keywords=KEYWORDS)
    return {key_of(message, context) for _file, _line, message, _notes, context in found}


def fields(text: str) -> set[str | None]:
    return {field for _text, field, _spec, _conversion in Formatter().parse(text)} - {None}


def variants(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


@pytest.fixture(params=[code for code in LANGUAGES if code != "en"])
def translated(request: pytest.FixtureRequest) -> Catalog:
    return read_catalogue(request.param)


class TestCatalogue:
    def test_holds_the_texts_of_the_sources(self, translated: Catalog) -> None:
        known = {key_of(message.id, message.context) for message in translated if message.id}
        assert known == messages_in_sources(), "run `make messages` and translate"

    def test_is_translated(self, translated: Catalog) -> None:
        missing = [each.id for each in translated if each.id and not all(variants(each.string))]
        assert missing == []

    def test_is_not_guessed(self, translated: Catalog) -> None:
        assert [message.id for message in translated if message.id and message.fuzzy] == []

    def test_keeps_fields(self, translated: Catalog) -> None:
        assert [message.id for message in translated if message.id and loses(message)] == []

    def test_keeps_the_ends_of_texts(self, translated: Catalog) -> None:
        plain = [message for message in translated if message.id and not message.context]
        assert [message.id for message in plain if frays(message)] == []

    def test_is_compiled(self, translated: Catalog) -> None:
        compiled = BytesIO()
        write_mo(compiled, translated)
        path = catalogue(str(translated.locale)).with_suffix(".mo")
        assert path.read_bytes() == compiled.getvalue(), "run `make messages`"


def loses(message: Message) -> bool:
    """Whether a translation lacks a field of the message, or has one that the message lacks."""
    wanted = set[str | None]().union(*map(fields, variants(message.id)))
    return any(fields(text) != wanted for text in variants(message.string))


def frays(message: Message) -> bool:
    """Whether a translation begins or ends with other spaces, line ends, colons or full stops."""
    original = variants(message.id)[0]
    return any(ends(text) != ends(original) for text in variants(message.string))


def ends(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip(" \n:.")) :]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "en"),
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LANG": "id"}, "id"),
        ({"LANG": "id-ID"}, "id"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "id_ID.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LC_MESSAGES": "en_GB.UTF-8", "LC_ALL": "id_ID"}, "id"),
        ({"LC_ALL": "en_US.UTF-8", "ROTASI_LANGUAGE": "id"}, "id"),
        ({"LANG": "id_ID.UTF-8", "LC_ALL": ""}, "id"),
        ({"LANG": "id_ID.UTF-8", "ROTASI_LANGUAGE": "fr"}, "en"),
    ],
)
def test_language_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], expected: str
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


class TestUseLanguage:
    def test_wins_over_the_environment_and_ends(self) -> None:
        with use_language("id"):
            assert language() == "id"
            with use_language("en"):
                assert language() == "en"
            assert language() == "id"
        assert language() == "en"

    def test_ends_on_an_error(self) -> None:
        with pytest.raises(KeyError), use_language("id"):
            raise KeyError
        assert language() == "en"

    def test_takes_a_locale(self) -> None:
        with use_language("id_ID.UTF-8"):
            assert language() == "id"

    def test_refuses_an_unknown_language(self) -> None:
        with pytest.raises(ValueError, match="unknown language 'fr': choose one of en, id"):
            use_language("fr").__enter__()

    def test_threads_have_their_own(self) -> None:
        together = Barrier(len(LANGUAGES), timeout=60)

        def monday(code: str) -> str:
            with use_language(code):
                together.wait()
                name = weekday_name(0)
                together.wait()
            return name

        with ThreadPoolExecutor(len(LANGUAGES)) as pool:
            assert list(pool.map(monday, LANGUAGES)) == ["Monday", "Senin"]


def test_an_unknown_text_stays_as_it_is() -> None:
    with use_language("id"):
        assert _("no such text in any catalogue") == "no such text in any catalogue"


@pytest.mark.parametrize(("code", "texts"), [("en", "1 day|2 days"), ("id", "1 day|2 days")])
def test_plural_of_an_unknown_text(code: str, texts: str) -> None:
    with use_language(code):
        one, two = (plural("{n} day", "{n} days", n).format(n=n) for n in (1, 2))
    assert f"{one}|{two}" == texts


@pytest.mark.parametrize(
    ("code", "expected"),
    [("en", "Friday, 2 January 2026"), ("id", "Jumat, 2 Januari 2026")],
)
def test_long_date(code: str, expected: str) -> None:
    with use_language(code):
        assert long_date(date(2026, 1, 2)) == expected


def test_names_of_days_and_months() -> None:
    with use_language("id"):
        assert [weekday_name(day) for day in (0, 6)] == ["Senin", "Minggu"]
        assert [month_name(month) for month in (1, 12)] == ["Januari", "Desember"]


@pytest.mark.parametrize(("code", "expected"), [("en", "1,234,567.50"), ("id", "1.234.567,50")])
def test_number(code: str, expected: str) -> None:
    with use_language(code):
        assert number(1234567.5, 2) == expected
