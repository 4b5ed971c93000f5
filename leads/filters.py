"""The conditions of the lead table, read from a URL and written back to one.

Whatever a URL holds, reading it never fails: a value that cannot be meant is left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Final, Literal, Self

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from leads import folding
from leads.models import Industry, Lead, Stage
from leads.temperature import Scale
from salesdash.models import User

Owner = int | Literal["me", "none"]
LONGEST_TEXT: Final = 200
LARGEST_ID: Final = 2**63 - 1
# what says that a URL was chosen, and is not just the door
PARAMETERS: Final = ("q", "owner", "team", "stage", "industry", "min_t", "sort", "view", "after", "before")


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """`stages` empty means: the open ones. `min_t` is a temperature from 1 to 100."""

    q: str = ""
    owner: Owner | None = None
    team: int | None = None
    stages: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    min_t: int | None = None

    @classmethod
    def from_query(cls, query: MultiValueDict[str, str]) -> Self:
        return cls(
            q=_text(query.get("q")),
            owner=_owner(query.get("owner")),
            team=_identity(query.get("team")),
            stages=_choices(query.getlist("stage"), Stage.values),
            industries=_choices(query.getlist("industry"), Industry.values),
            min_t=_temperature(query.get("min_t")),
        )

    @property
    def active(self) -> list[str]:
        """Names of the conditions that a person set, in the order in which they are shown."""
        return [field.name for field in fields(self) if getattr(self, field.name) not in (None, "", ())]

    def without(self, name: str) -> LeadFilter:
        empty = LeadFilter()
        return replace(self, **{name: getattr(empty, name)})

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The filter as parts of a URL."""
        if self.q:
            yield "q", self.q
        if self.owner is not None:
            yield "owner", str(self.owner)
        if self.team is not None:
            yield "team", str(self.team)
        yield from (("stage", stage) for stage in self.stages)
        yield from (("industry", industry) for industry in self.industries)
        if self.min_t is not None:
            yield "min_t", str(self.min_t)

    def apply(self, leads: QuerySet[Lead], *, user: User, scale: Scale, now: datetime) -> QuerySet[Lead]:
        """The score row repeats what the standard filters ask for, so that one index answers in order."""
        wanted = Q(score__stage__in=self.stages or Stage.open())
        if self.owner is not None:
            wanted &= self._owned_by(user)
        if self.team is not None:
            wanted &= Q(score__team_id=self.team)
        if self.industries:
            wanted &= Q(score__industry__in=self.industries)
        if self.min_t is not None:
            wanted &= Q(score__rank__gte=scale.rank_for(self.min_t, now))
        found = leads.filter(wanted)
        return folding.search_filter(found, self.q) if self.q else found

    def _owned_by(self, user: User) -> Q:
        if self.owner == "none":
            return Q(score__owner_id__isnull=True)
        return Q(score__owner_id=user.pk if self.owner == "me" else self.owner)


def query_string(*pairs: tuple[str, str]) -> str:
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    return query.urlencode()


def _text(value: str | None) -> str:
    return (value or "").replace("\x00", "").strip()[:LONGEST_TEXT]


def _identity(value: str | None) -> int | None:
    text = unicodedata.normalize("NFKC", value or "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        return None
    return int(text) if 0 < int(text) <= LARGEST_ID else None


def _owner(value: str | None) -> Owner | None:
    if value == "me":
        return "me"
    return "none" if value == "none" else _identity(value)


def _choices(values: list[str], known: list[str]) -> tuple[str, ...]:
    return tuple(choice for choice in known if choice in values)


def _temperature(value: str | None) -> int | None:
    number = _identity(value)
    return number if number is not None and number <= 100 else None
