"""Every kind of rule and objective: ours, those that packages bring, those that programs register.

A package names its classes as entry points of the groups ``rotasi.rules`` and
``rotasi.objectives``, each under its kind. None is loaded before something asks for that kind, so
that a package which cannot be imported stands in nobody's way who does not use it.
"""

from __future__ import annotations

import hashlib
import inspect
import operator
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, reduce
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from pkgutil import resolve_name
from threading import RLock
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from rotasi.errors import Problem, RuleError
from rotasi.messages import _, add_words
from rotasi.rules.base import Rule
from rotasi.rules.days import FixedRemoteDay, NoRemoteDay
from rotasi.rules.eligibility import (
    BarDisciplined,
    BarNewcomers,
    NeverRemote,
    RequireApplication,
    RequirePerformance,
)
from rotasi.rules.groups import RotationGroups, Together
from rotasi.rules.headcount import MaxOnSite, MaxRemote, MinOnSite, MinRemote
from rotasi.rules.individual import MaxConsecutive, Quota
from rotasi.rules.objectives import (
    Fairness,
    LevelLoad,
    Objective,
    RemoteDays,
    Stability,
    Wishes,
)
from rotasi.rules.requirements import BASES, RESERVED, find_flaws, read_kind
from rotasi.support.notices import give_notice

Class: TypeAlias = type[Rule] | type[Objective]
AnyClass = TypeVar("AnyClass", bound=Class)

#: The kinds in the box.
OWN: tuple[Class, ...] = (
    NeverRemote,
    RequirePerformance,
    RequireApplication,
    BarDisciplined,
    BarNewcomers,
    Quota,
    MaxConsecutive,
    FixedRemoteDay,
    NoRemoteDay,
    MinOnSite,
    MaxOnSite,
    MaxRemote,
    MinRemote,
    RotationGroups,
    Together,
    RemoteDays,
    Wishes,
    Fairness,
    LevelLoad,
    Stability,
)


class Registry(Mapping[str, Class]):
    """Classes of rules and objectives by kind; looking one up loads the package that brings it.

    Parameters
    ----------
    own : iterable of class
        Those that nobody can replace.
    """

    def __init__(self, own: Iterable[Class]) -> None:
        self._known: dict[str, Class] = {read_kind(cls): cls for cls in own}
        self.own = frozenset(self._known)
        self._offers: dict[str, list[EntryPoint]] | None = None
        self._stamp: list[int] = []
        self._lock = RLock()

    def __getitem__(self, kind: str) -> Class:
        """The class of a kind.

        Raises
        ------
        KeyError
            If nobody brings it.
        RuleError
            If the class that a package brings cannot be used, or two bring the kind.
        """
        with self._lock:
            offer = self._settle(kind)
            if offer is not None:
                self._add(_load(offer))
            return self._known[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._known, *self._look_up())))

    def __len__(self) -> int:
        return len(set(self))

    def add(self, cls: Class) -> None:
        """Add a class for the running process; `register` describes it."""
        flaws = find_flaws(cls)
        if flaws:
            raise RuleError([Problem(flaw, _name(cls)) for flaw in flaws])
        with self._lock:
            known = self._known.get(read_kind(cls))
            if known is None or _path(known) != _path(cls) or read_kind(cls) in self.own:
                self._check_free(cls, known)
            self._add(cls)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Forget behind a ``with`` block what was registered in it."""
        before = dict(self._known)
        try:
            yield
        finally:
            if self._known != before:
                self._known = before
                self.forget_offers()

    def forget_offers(self) -> None:
        """Look for entry points again when one is next asked for."""
        self._offers = None

    def loaded(self, base: Class) -> tuple[Class, ...]:
        """The rules, or the objectives, that are known by now; loads nothing."""
        return tuple(cls for cls in self._known.values() if issubclass(cls, base))

    def usable(self, base: Class) -> tuple[Class, ...]:
        """The rules, or the objectives, of all packages; warns of what cannot be used."""
        for kind in self:
            try:
                self[kind]
            except RuleError as error:
                give_notice(str(error))
        return self.loaded(base)

    def path(self, kind: str) -> str:
        """Where the class of a kind stands, as an entry point writes it: ``module:name``."""
        return _path(self[kind])

    def origin(self, kind: str) -> str:
        """What decides what a kind means: package and version, or where its class stands."""
        path, offers = self.path(kind), self._look_up().get(kind, [])
        packages = (_package(offer) for offer in offers if offer.value == path)
        return next(packages, f"{path} {_hash_source(self[kind])}")

    def can_be_imported(self, kind: str) -> bool:
        """Whether another process can have the class of a kind."""
        try:
            cls = self[kind]
            return cls.__module__ != "__main__" and resolve_name(_path(cls)) is cls
        except (KeyError, ImportError, AttributeError, ValueError):
            return False

    def _add(self, cls: Class) -> None:
        if self._known.get(read_kind(cls)) is not cls:
            self._known[read_kind(cls)] = cls
            for language, words in cls.words.items():
                add_words(language, words)

    def _check_free(self, cls: Class, known: Class | None) -> None:
        """Refuse a class whose kind another has; the same one may come again."""
        kind = read_kind(cls)
        others = [offer for offer in self._look_up().get(kind, []) if offer.value != _path(cls)]
        owner = next(map(_package, others), None) if known in (None, cls) else _owner(known)
        if owner is not None:
            text = _("the kind {kind} is taken: it is that of {owner}; choose another")
            raise RuleError([Problem(text.format(kind=kind, owner=owner), _name(cls))])

    def _settle(self, kind: str) -> EntryPoint | None:
        """The entry point that is to be loaded for a kind; None if there is no need."""
        known = self._known.get(kind)
        unknown = known is None and kind not in self._look_up() and kind not in RESERVED
        if unknown and self._stamp != _stamp_installed():
            self.forget_offers()  # a package may have been installed since
        offers = self._look_up().get(kind, [])
        others = [offer for offer in offers if known is None or offer.value != _path(known)]
        owners = [*([] if known is None else [_owner(known)]), *map(_package, others)]
        if len(owners) > 1:
            text = _("the kind {kind} is brought by {owners}; remove all but one")
            raise RuleError([Problem(text.format(kind=kind, owners=", ".join(owners)))])
        return others[0] if others else None

    def _look_up(self) -> dict[str, list[EntryPoint]]:
        """Entry points by kind, as they are installed; loads none of them."""
        with self._lock:
            if self._offers is None:
                self._stamp = _stamp_installed()
                self._offers, every = {}, entry_points()
                for group in BASES:
                    for offer in every.select(group=group):
                        self._offers.setdefault(offer.name, []).append(offer)
            return self._offers


def _stamp_installed() -> list[int]:
    """When something was last installed or removed in each place: looking through them is slow."""
    return [_stamp(Path(place or ".")) for place in sys.path]


def _stamp(place: Path) -> int:
    try:
        return place.stat().st_mtime_ns
    except OSError:  # it is not there, or not for us
        return 0


def _load(offer: EntryPoint) -> Class:
    """The class that an entry point names, if it can be used."""
    try:
        cls = offer.load()
    except Exception as error:  # noqa: BLE001 - the package is not ours, and may fail in any way
        flaws = [_("it cannot be loaded: {error}").format(error=f"{type(error).__name__}: {error}")]
    else:
        flaws = find_flaws(cls, BASES[offer.group])
        if not flaws and read_kind(cls) != offer.name:
            text = _("its class has the kind {kind}; name the entry point like it")
            flaws = [text.format(kind=read_kind(cls))]
    if flaws:
        text = _("the entry point {name} = {value} of {package} cannot be used: {reasons}")
        message = text.format(
            name=offer.name, value=offer.value, package=_package(offer), reasons="; ".join(flaws)
        )
        raise RuleError([Problem(message)])
    return cls  # type: ignore[no-any-return]


def _package(offer: EntryPoint) -> str:
    return offer.value if offer.dist is None else f"{offer.dist.name} {offer.dist.version}"


def _owner(cls: Class) -> str:
    return "rotasi" if cls in OWN else _path(cls)


def _path(cls: Class) -> str:
    """Where a class stands, as an entry point writes it."""
    return f"{cls.__module__}:{cls.__qualname__}"


def _hash_source(cls: Class) -> str:
    try:
        return hashlib.sha256(inspect.getsource(cls).encode()).hexdigest()
    except (OSError, TypeError):  # nobody kept it
        return ""


def _name(cls: object) -> str:
    return cls.__qualname__ if isinstance(cls, type) else repr(cls)


#: All kinds; the only list of them.
KINDS = Registry(OWN)


def register(cls: AnyClass) -> AnyClass:
    """Make a class of rules or objectives known in the running process.

    Policies then take its kind as they take ours: in files, in `solve`, `verify`, `explain` and
    everywhere else. A package names its classes as entry points instead.

    Parameters
    ----------
    cls : class
        A subclass of `rotasi.rules.Rule` or `rotasi.rules.Objective`.

    Returns
    -------
    class
        The same, so that this serves as a decorator.

    Raises
    ------
    RuleError
        With every reason why the class cannot be used, or if its kind is taken. The same class may
        come again, also when it has been defined anew, as by a notebook's cell that runs twice.

    Examples
    --------
    >>> import rotasi
    >>> rotasi.register(rotasi.rules.Quota).__name__
    'Quota'
    """
    KINDS.add(cls)
    return cls


@lru_cache(maxsize=8)
def _union(classes: tuple[Class, ...]) -> TypeAdapter[Any]:
    """What reads a clause of one of some classes by its kind."""
    union: Any = reduce(operator.or_, classes)
    return TypeAdapter(Annotated[union, Field(discriminator="kind")])


@dataclass(frozen=True)
class _OfAnyKind:
    """Reads clauses of every kind there is at that moment, not when this module was loaded."""

    base: Class

    def read(self, given: object) -> object:
        """A clause from a table, or as it is; errors name the kind as part of their place."""
        kind = given.get("kind") if isinstance(given, Mapping) else getattr(given, "kind", None)
        if isinstance(kind, str):
            KINDS.get(kind)  # loads the package that brings it
        return _union(KINDS.loaded(self.base)).validate_python(given)

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        # A clause writes itself, whatever its class: the base alone would lose its parameters.
        whole = core_schema.simple_ser_schema("any")
        return core_schema.no_info_plain_validator_function(self.read, serialization=whole)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(_union(KINDS.usable(self.base)).core_schema)


AnyRule = Annotated[Rule, _OfAnyKind(Rule)]
AnyObjective = Annotated[Objective, _OfAnyKind(Objective)]
