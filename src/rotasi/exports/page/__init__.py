"""One file that shows a schedule in any browser, without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rotasi import messages
from rotasi.errors import OutputError
from rotasi.exports.audience import Audience
from rotasi.exports.page.assembly import assemble
from rotasi.exports.page.content import INDEX, Content
from rotasi.exports.protocol import Subject
from rotasi.messages import _, number, use_language
from rotasi.support.atomic_files import writing, writing_folder
from rotasi.support.types import PathName

MOST_ASN = 2_000  # that one page shows; more want a page per OPD
#: What only these pages hold, in so many bytes from their beginning.
_SIGN, _HEAD = b'data-label="roster_of"', 100_000


def write_page(
    subject: Subject, path: PathName, *, audience: str, force: bool, language: str | None
) -> None:
    """Write a schedule as one page, or as a folder of pages, whole or not at all.

    Parameters
    ----------
    subject : Subject
    path : path
        A name that ends in ``.html`` or ``.htm`` is one page. Any other is a folder, which gets
        ``index.html`` and, but for the public, a page per OPD.
    audience : {"personnel", "opd", "public"}
    force : bool
        Replace what is there already.
    language : {"en", "id"}, optional
        What the page opens in; left out, the language in use.

    Raises
    ------
    OutputError
        If it cannot be written, or one page would have to show more than `MOST_ASN` ASN.
    ArgumentError
        If the audience or the language is unknown.
    """
    content = Content(subject, Audience(audience))
    with use_language(language or messages.language()):
        if Path(path).suffix.lower() in (".html", ".htm"):
            _check_size(content)
            with writing(path, force=force) as scratch:
                _write(content.page(), scratch)
        else:
            with writing_folder(path, belongs=belongs, force=force) as scratch:
                _write_pages(content, scratch)


def belongs(entry: Path) -> bool:
    """Whether a file is a page that rotasi wrote, whatever it is called by now."""
    if entry.suffix.lower() != ".html" or not entry.is_file():
        return False
    with entry.open("rb") as file:
        return _SIGN in file.read(_HEAD)


def _write_pages(content: Content, folder: Path) -> None:
    """An index, and a page per OPD where people are shown."""
    if not content.shows_people:
        _write(content.page(), folder / INDEX)
        return
    _write(content.index(), folder / INDEX)
    for opd, name in enumerate(content.addresses):
        _write(content.page(opd), folder / name)


def _write(data: dict[str, Any], path: Path) -> None:
    path.write_text(assemble(data), encoding="utf-8", newline="\n")


def _check_size(content: Content) -> None:
    count = len(content.subject.roster)
    if content.shows_people and count > MOST_ASN:
        text = _(
            "{count} ASN are too many for one page, which shows up to {most}; name a folder, "
            "without .html, for an index and a page per OPD"
        )
        raise OutputError(text.format(count=number(count), most=number(MOST_ASN)))
