"""File names made of what people call their offices."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotasi.support.file_names import name_files

TEXTS = st.lists(
    st.one_of(
        st.text(), st.sampled_from(["CON", "nul", "Com1", "index", "A", "a", "a-2", "x" * 300])
    )
)


@given(TEXTS)
def test_any_texts_get_names_of_their_own_that_every_system_takes(texts: list[str]) -> None:
    names = name_files(texts, ".html", ["index.html"], "opd")
    assert len(names) == len(texts)
    assert len({"index.html", *names}) == len(names) + 1
    for name in names:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.html", name)
        assert not re.match(r"(con|prn|aux|nul|com\d|lpt\d)\.", name)
        assert len(name) < 100


def test_many_of_one_name_take_no_time() -> None:
    names = name_files(["中"] * 20_000, ".html", [], "opd")
    assert names[0] == "opd.html"
    assert names[-1] == "opd-20000.html"


@pytest.mark.parametrize("text", ["Dinas Kesehatan", "dinas-kesehatan", "DINAS_KESEHATAN"])
def test_a_name_stays_readable(text: str) -> None:
    assert name_files([text], ".html", [], "opd") == ["dinas-kesehatan.html"]
