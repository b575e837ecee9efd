"""Facts that look at scopes and groups once, not at every roster again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from rotasi.instance.resolve import Instance
from rotasi.model.facts import Facts, Flags, Groups, Scope

T = TypeVar("T")


class _Remembering(Facts):
    def select(self, scope: Scope, without: Scope | None = None) -> Flags:
        key = (repr(scope), repr(without))
        return self._once(key, lambda: Facts.select(self, scope, without))

    def group(self, by: Sequence[str], members: Flags) -> Groups:
        return self._once((*by, members.tobytes()), lambda: Facts.group(self, by, members))

    def _once(self, key: Hashable, look: Callable[[], T]) -> T:
        known: dict[Hashable, Any] = self.__dict__.setdefault("known", {})
        if key not in known:
            known[key] = look()
        found: T = known[key]
        return found


def remember(instance: Instance) -> Instance:
    """The instance with such facts."""
    fields = {name: getattr(instance.facts, name) for name in Facts.__dataclass_fields__}
    return replace(instance, facts=_Remembering(**fields))
