"""The files of a schedule that people open: tables, workbook, letter, page and calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from os import PathLike

import numpy as np

from rotasi import messages
from rotasi.exports.audience import AudienceName
from rotasi.exports.protocol import Subject
from rotasi.messages import _, use_language
from rotasi.schedule.folder import SCHEMA, list_lines
from rotasi.support.arguments import Language, checked
from rotasi.support.atomic_files import writing
from rotasi.support.types import PathName
from rotasi.tables.csv_files import write_lines


class Exports:
    """Methods of a `Schedule` that write a file of it, whole or not at all."""

    @checked
    def to_csv(self: Subject, path: PathName, *, force: bool = False) -> None:
        """Write the long form as CSV, whole or not at all.

        Parameters
        ----------
        path : path
        force : bool
            Replace a file that is there already.

        Raises
        ------
        OutputError
            If the file exists or cannot be written.
        """
        self.raise_for_status()
        with writing(path, force=force) as scratch:
            write_lines(list_lines(self), scratch)

    @checked
    def to_parquet(self: Subject, path: PathName, *, force: bool = False) -> None:
        """Write the long form as Parquet, whole or not at all; needs ``rotasi[parquet]``.

        Parameters
        ----------
        path : path
        force : bool
            Replace a file that is there already.

        Raises
        ------
        OutputError
            If the file exists or cannot be written.
        ImportError
            If pyarrow is missing.
        """
        frame = self.to_frame().assign(schema=np.int32(SCHEMA))
        with writing(path, force=force) as scratch:
            try:
                frame.to_parquet(scratch, index=False, engine="pyarrow")
            except ImportError as error:
                text = _('writing Parquet needs pyarrow: pip install "rotasi[parquet]"')
                raise ImportError(text) from error

    @checked
    def to_excel(
        self: Subject,
        path: PathName,
        *,
        audience: AudienceName = "personnel",
        language: Language | None = None,
        force: bool = False,
    ) -> None:
        """Write a workbook to print, pass on and edit; needs ``rotasi[xlsx]``.

        A sheet per OPD has a row per ASN and a column per workday, with totals that follow what
        people write into the cells. `verify` reads the edited workbook.

        Parameters
        ----------
        path : path
            Ends in ``.xlsx``.
        audience : {"personnel", "opd", "public"}
            Who reads it. ``opd`` leaves out performance, discipline and reasons for refusal,
            ``public`` holds counts only.
        language : {"en", "id"}, optional
            Left out: the language in use.
        force : bool
            Replace a file that is there already.

        Raises
        ------
        OutputError
            If the file exists or cannot be written, or Excel cannot hold as much.
        ImportError
            If xlsxwriter is missing.
        InfeasibleError, TimeLimitError
            If there is no schedule.
        """
        from rotasi.exports.workbook.write import write_workbook

        self.raise_for_status()
        with use_language(language or messages.language()):
            write_workbook(self, path, audience, force=force)

    @checked
    def to_letter(
        self: Subject,
        path: PathName,
        *,
        opd: str,
        number: str = "",
        date: date | None = None,
        place: str = "",
        subject: str = "",
        signatory: Mapping[str, str] | None = None,
        everyone: bool = False,
        language: Language | None = None,
        force: bool = False,
    ) -> None:
        """Write the annex of a letter of assignment (surat tugas); needs ``rotasi[docx]``.

        A table of an OPD's ASN who are remote on any day, with their days. What is left out is
        left open, to be filled in by hand.

        Parameters
        ----------
        path : path
            Ends in ``.docx``.
        opd : str
        number : str
            Of the letter.
        date : date, optional
            Of the letter.
        place : str
            Where it is signed.
        subject : str
            What it is about; left out: the remote work in the period.
        signatory : mapping, optional
            ``position``, ``name``, ``nip`` and ``rank`` of the official who signs.
        everyone : bool
            List those without a remote day too.
        language : {"en", "id"}, optional
            Left out: the language in use.
        force : bool
            Replace a file that is there already.

        Raises
        ------
        OutputError
            If the file exists or cannot be written.
        ArgumentError
            If nobody belongs to the OPD or is to be listed, or the signatory has an unknown key.
        ImportError
            If python-docx is missing.
        InfeasibleError, TimeLimitError
            If there is no schedule.
        """
        from rotasi.exports.letter import Letter, Signatory, write_letter

        self.raise_for_status()
        with use_language(language or messages.language()):
            letter = Letter(number, date, place, subject, Signatory.read(signatory or {}))
            write_letter(self, path, opd, letter, everyone=everyone, force=force)

    @checked
    def to_html(
        self: Subject,
        path: PathName,
        *,
        audience: AudienceName = "personnel",
        force: bool = False,
        language: Language | None = None,
    ) -> None:
        """Write a page that shows the schedule in any browser, offline; whole or not at all.

        The same schedule gives the same bytes.

        Parameters
        ----------
        path : path
            One file if it ends in ``.html`` or ``.htm``, for up to 2,000 ASN. Any other name is
            a folder: it gets ``index.html`` and, unless for the public, a page per OPD.
        audience : {"personnel", "opd", "public"}
            Who will read it: ``personnel`` sees everything, ``opd`` names and NIPs but neither
            eligibility nor reasons, ``public`` only counts, of OPDs with at least 5 ASN.
        force : bool
            Replace what is there already.
        language : {"en", "id"}, optional
            What it opens in; its reader may switch. Left out, the language in use.

        Raises
        ------
        InfeasibleError, TimeLimitError
            If there is no schedule.
        OutputError
            If it exists or cannot be written, or one file would hold too many ASN.
        ArgumentError
            If the audience or language is unknown.

        Examples
        --------
        >>> schedule.to_html("roster.html", audience="opd", language="id")  # doctest: +SKIP
        """
        from rotasi.exports.page import write_page

        self.raise_for_status()
        write_page(self, path, audience=audience, force=force, language=language)

    @checked
    def to_ics(
        self: Subject,
        path: PathName,
        nip: str | None = None,
        opd: str | None = None,
        *,
        previous: Subject | PathName | None = None,
        key: str | None = None,
        force: bool = False,
        language: Language | None = None,
    ) -> None:
        """Write an iCalendar file, whole or not at all; needs ``rotasi[ics]``.

        Each ASN-day is an all-day event of its own, named by the policy's labels. Its UID tells
        nobody a NIP; NIPs stand in the file only where somebody has no name.

        Parameters
        ----------
        path : path
        nip, opd : str, optional
            One ASN, or one OPD with its people's names; neither: everybody.
        previous : Schedule or path, optional
            What people have already: the schedule that this one revises, or the file. Events
            that differ get a higher SEQUENCE; those from the first day on that are no more are
            cancelled.
        key : str, optional
            A secret of the agency, 16 characters or longer, which keeps the UIDs the same from file
            to file; else the environment's ROTASI_CALENDAR_KEY. Without one the file can be
            imported, but not updated.
        force : bool
            Replace a file that is there already.
        language : {"en", "id"}, optional
            Of error messages; all that is in the file are the policy's own words.

        Raises
        ------
        InfeasibleError, TimeLimitError
            If there is no schedule.
        RosterError
            If no employee has the NIP or OPD, or `previous` is no calendar.
        ArgumentError
            If both are given, the key is too short, or `previous` is given without a key or with
            another one.
        OutputError
            If the file exists or cannot be written.
        ImportError
            If icalendar is missing.
        """
        from rotasi.exports.calendar import write_calendar

        with use_language(language or messages.language()):
            self.raise_for_status()
            if not isinstance(previous, str | PathLike | None):
                previous.raise_for_status()
            write_calendar(self, path, nip, opd, previous=previous, key=key, force=force)
