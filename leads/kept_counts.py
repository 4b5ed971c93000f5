"""Counts kept for a moment, by person: a page counts what it shows, not all that its tabs could show.

What is shown is counted with the page as long as it is a number; “1,000+” stays “1,000+”.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Hashable, Mapping
from functools import cached_property
from typing import Any, Final

from django.core.cache import cache

from leads.counting import Count
from leads.filters import LeadFilter, query_string
from leads.signals import rows_edited
from salesdash.models import User

# as often as screens ask again (static/js/views.js)
TAB_SECONDS: Final = 30.0
MANY_SECONDS: Final = 60.0
# of one person, the newest
_MOST: Final = 32


# number, whether there are more, and when: plain values, which outlive a new version of this module
_Kept = tuple[int, bool, float]


class KeptCounts:
    """One person's. `whose` is what their counts depend on besides the filter, in words that compare."""

    def __init__(self, user: User, *whose: Hashable) -> None:
        self._key = _key(user.pk)
        self._whose = (user.reach, *whose)
        self._now = time.time()

    def complete(
        self,
        wanted: Mapping[str, LeadFilter],
        shown: Collection[LeadFilter],
        count: Callable[[Mapping[str, LeadFilter]], dict[str, Count]],
        anew: Collection[LeadFilter] = (),
    ) -> dict[str, Count]:
        """All that is `wanted`, by name; `count` finds what is not known.

        `shown`: what the page may show; `anew`: what is counted in any case.
        """
        askable = {name: one for name, one in wanted.items() if one not in anew}
        found = {name: kept for name, one in askable.items() if (kept := self._of(one, shown)) is not None}
        missing = {name: one for name, one in wanted.items() if name not in found}
        if not missing:
            return found
        counted = count(missing)
        self.keep({missing[name]: one for name, one in counted.items()})
        return found | counted

    def keep(self, counts: Mapping[LeadFilter, Count]) -> None:
        new = {_name(one): (count.n, count.more, self._now) for one, count in counts.items()}
        newest = sorted((self._known | new).items(), key=lambda item: item[1][2])[-_MOST:]
        cache.set(self._key, (self._whose, dict(newest)), MANY_SECONDS)

    def _of(self, condition: LeadFilter, shown: Collection[LeadFilter]) -> Count | None:
        kept = self._known.get(_name(condition))
        if kept is None:
            return None
        n, more, at = kept
        is_fresh = self._now - at < (MANY_SECONDS if more else TAB_SECONDS)
        return Count(n, more) if is_fresh and (more or condition not in shown) else None

    @cached_property
    def _known(self) -> dict[str, _Kept]:
        whose, known = cache.get(self._key) or (None, {})
        return known if whose == self._whose else {}


def forget(user_id: int) -> None:
    """After what a person has changed: their own tabs show it at once."""
    cache.delete(_key(user_id))


def connect() -> None:
    rows_edited.connect(_on_rows_edited, dispatch_uid="kept_counts")


def _on_rows_edited(by: int | None, **_kwargs: Any) -> None:
    if by is not None:
        forget(by)


def _name(condition: LeadFilter) -> str:
    return query_string(*condition.pairs())


def _key(user_id: int) -> str:
    return f"counts:{user_id}"
