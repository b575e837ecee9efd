"""A bar for notebooks and terminals that fills while blocks are solved."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rotasi.messages import _

_log = logging.getLogger(__name__)


def progress_bar(**options: Any) -> Callable[[Progress], None]:
    """Make a bar of tqdm for `rotasi.solve`; needs ``rotasi[progress]``.

    It is drawn in a notebook and on a terminal, and shows nothing where nobody looks, such as in a
    pipe or a log.

    Parameters
    ----------
    **options
        Go to ``tqdm.auto.tqdm``; ``disable=False`` draws the bar in any case.

    Returns
    -------
    callable
        For the parameter `progress` of one call; it can be used again for the next.

    Raises
    ------
    ImportError
        If tqdm is missing.

    Examples
    --------
    >>> import rotasi
    >>> city, policy = rotasi.datasets.city(300), rotasi.presets.bekasi_2026()
    >>> schedule = rotasi.solve(city, policy, progress=rotasi.progress_bar())
    """
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise ImportError(_('progress_bar needs tqdm: pip install "rotasi[progress]"')) from error
    # Outside of a terminal tqdm is silent with None; notebooks are none, but draw their own.
    in_notebook = _runs_in_kernel()
    settings = {
        "desc": _("solving"),
        "unit": _(" blocks"),
        "file": None if in_notebook else sys.stderr,
        "disable": False if in_notebook else None,
    }
    return _Bar(tqdm, settings | options)


def tolerant(listener: Callable[[Progress], None] | None) -> Callable[[Progress], None] | None:
    """Have whatever somebody's callback raises cost no answer: it is logged once.

    `KeyboardInterrupt` and the like still get through: they ask for the end.
    """
    return None if listener is None else _Tolerant(listener)


class _Tolerant:
    """A callback whose failures are logged, the first time."""

    def __init__(self, listener: Callable[[Progress], None]) -> None:
        self._listener, self._has_failed = listener, False

    def __call__(self, news: Progress) -> None:
        try:
            self._listener(news)
        except Exception:  # noqa: BLE001 - it is not ours, and may fail in any way
            if not self._has_failed:
                _log.exception("the progress callback failed; the work goes on")
            self._has_failed = True


def _runs_in_kernel() -> bool:
    kernel = sys.modules.get("IPython")
    shell = kernel.get_ipython() if kernel is not None else None
    return hasattr(shell, "kernel")


class _Bar:
    """The bar of one run after another; each begins with its first news."""

    def __init__(self, tqdm: Callable[..., Any], options: dict[str, Any]) -> None:
        self._tqdm, self._options = tqdm, options
        self._bar: Any = None

    def __call__(self, news: Progress) -> None:
        if self._bar is None:
            self._bar = self._tqdm(total=news.total, **self._options)
        if news.value is not None and not self._bar.disable:
            self._bar.set_postfix({news.objective: news.value, _("bound"): news.bound}, False)
        self._bar.update(news.done - self._bar.n if not self._bar.disable else 0)
        if news.done == news.total:
            self._bar.close()
            self._bar = None


@dataclass(frozen=True)
class Progress:
    """News for whoever waits: a block has ended.

    Parameters
    ----------
    done, total : int
        Blocks.
    opds : tuple of str
        OPDs of the block.
    status : str
    seconds : float
        What the block took.
    elapsed : float
        Seconds since the first block began.
    proven : int
        Blocks proven optimal so far.
    objective : str
        Kind of the policy's first objective, or ``penalty``, which comes before it.
    value : int or None
        Its value in the blocks that have ended, in natural sign; None where parts of a nation are
        told of, and from the first block on that has no roster.
    bound : int or None
        What its value in all blocks can be at best: proven for those that have ended, by
        arithmetic for the others. In the end it meets the value, if every block is proven.
    """

    done: int
    total: int
    opds: tuple[str, ...]
    status: str
    seconds: float
    elapsed: float = 0.0
    proven: int = 0
    objective: str = ""
    value: int | None = None
    bound: int | None = None
