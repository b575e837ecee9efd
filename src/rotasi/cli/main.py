"""The command ``rotasi``: which language it speaks, and which exit code an outcome has."""

from __future__ import annotations

import shutil
import signal
import sys
import textwrap
import threading
from argparse import ArgumentParser
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from traceback import extract_tb

from rotasi.cli.exit_codes import Exit
from rotasi.errors import InfeasibleError, RotasiError, TimeLimitError, VerificationError
from rotasi.messages import LANGUAGES, _, language, printable, use_language
from rotasi.support.places import explain_refusal

_CODES = (
    (InfeasibleError, Exit.INFEASIBLE),
    (TimeLimitError, Exit.OUT_OF_TIME),
    (VerificationError, Exit.BUG),
    (RotasiError, Exit.BAD_INPUT),
)


def main(args: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code.

    Parameters
    ----------
    args : sequence of str, optional
        Arguments; those of the process if not given.
    """
    arguments = sys.argv[1:] if args is None else list(args)
    _prepare()
    with use_language(_choose_language(arguments)):
        sys.exit(_run(arguments))


def _run(arguments: list[str]) -> int:
    try:
        # The texts of options are those of the language at the time of loading.
        from rotasi.cli.commands import app
    except ImportError as error:
        _complain(_('the command line needs more packages: pip install "rotasi[cli]"'), error)
        return Exit.BAD_INPUT
    try:
        app(arguments, prog_name="rotasi")
    except RotasiError as error:
        _complain(str(error))
        _advise(getattr(error, "__notes__", []))
        return next(code for kind, code in _CODES if isinstance(error, kind))
    except OSError as error:  # of no file that somebody has named: the place, not the program
        # Where a file is missing that is ours, its place helps; a full output tells enough.
        _complain(explain_refusal(error), error if error.filename else None)
        return Exit.BAD_INPUT
    except Exception as error:  # noqa: BLE001
        _complain(_("this is a bug in rotasi, please report it"), error)
        return Exit.BUG
    return Exit.DONE


def _choose_language(arguments: list[str]) -> str:
    parser = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--lang", nargs="?")
    asked = parser.parse_known_args(arguments)[0].lang
    return asked if asked in LANGUAGES else language()


def _prepare() -> None:
    """Let old consoles show what they can, and let a terminating system have the best roster."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _complain(text: str, cause: BaseException | None = None) -> None:
    """Tell what went wrong; of a cause only its kind and place, as its text may be personal."""
    for line in _("error: {text}").format(text=text).splitlines():
        print(_fold(printable(line)), file=sys.stderr)  # noqa: T201
    if cause is not None:
        print(f"{type(cause).__name__}, {_place(cause)}", file=sys.stderr)  # noqa: T201


def _advise(notes: Sequence[str]) -> None:
    """Tell what to do next; commands stay in one piece, to be copied."""
    for note in notes:
        print(printable(note), file=sys.stderr)  # noqa: T201


def _fold(line: str) -> str:
    """A line in the width of the terminal, if there is one, folded between words."""
    if not sys.stderr.isatty():
        return line
    indent = " " * (len(line) - len(line.lstrip(" -")))
    return textwrap.fill(
        line,
        shutil.get_terminal_size().columns - 1,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _place(cause: BaseException) -> str:
    """Return the line of rotasi where an exception came up."""
    own = Path(__file__).parents[1]
    places = ((Path(frame.filename), frame.lineno) for frame in extract_tb(cause.__traceback__))
    ours = [f"{path.relative_to(own)}:{line}" for path, line in places if own in path.parents]
    return ours[-1] if ours else "?"
