"""The imported attributes that a person can ask for: named and read as the leads of their teams have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.cache import cache

from leads import sql
from leads.conditions import fields
from leads.conditions.fields import Field
from leads.conditions.operators import KIND_OF, Kind
from salesdash.models import User

FRESH_SECONDS: Final = 60
# so few different values are offered as a choice
MOST_CHOICES: Final = 12
_VERSION: Final = "attributes:version"


@dataclass(frozen=True, slots=True)
class Known:
    """An attribute as the newest leads have it; `values` are those to choose from, if it is a choice."""

    name: str
    kind: Kind
    values: tuple[str, ...] = ()

    @property
    def field(self) -> Field:
        return fields.attribute(self.name, self.kind)


def forget() -> None:
    """What is declared has changed: everybody's catalogue is made anew."""
    cache.set(_VERSION, cache.get(_VERSION, 0) + 1, None)


def attributes(user: User) -> Mapping[str, Known]:
    """By name. At most one statement, and none for a minute after."""
    everything = user.has_perm("leads.view_all")
    teams = "all" if everything else ",".join(map(str, sorted(user.team_ids)))
    key = f"attributes:{cache.get(_VERSION, 0)}:{teams}"
    found: dict[str, Known] | None = cache.get(key)
    if found is None:
        found = _seen(None if everything else list(user.team_ids))
        cache.set(key, found, FRESH_SECONDS)
    return found


def field(user: User, name: str, op: str = "") -> Field | None:
    """A column, or an attribute as its operator or else the catalogue says to read it."""
    found = fields.find(name, op)
    if found is None or not found.is_attribute or op in KIND_OF:
        return found
    known = attributes(user).get(found.attribute)
    return known.field if known else found


def _seen(teams: list[int] | None) -> dict[str, Known]:
    """In the leads of these teams; None: of all."""
    found = {}
    for *seen, declared in sql.rows(sql.load("attributes_seen"), {"teams": teams}):
        known = _known(*seen)
        found[known.name] = Known(known.name, Kind(declared)) if declared else known
    return found


def _known(
    name: str, filled: int, numbers: int, days: int, answers: int, different: int, examples: list[Any]
) -> Known:
    """One value in twenty may be a slip."""
    enough = filled * 0.95
    if answers >= enough and different <= 4:
        return Known(name, Kind.YES_NO)
    if days >= enough:
        return Known(name, Kind.DATE)
    if numbers >= enough:
        return Known(name, Kind.NUMBER)
    if different <= MOST_CHOICES and filled >= 2 * different:
        return Known(name, Kind.CHOICE, tuple(examples))
    return Known(name, Kind.TEXT)
