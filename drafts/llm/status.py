"""How the door stands, for whoever runs the product: circuits, slots, and what the cache saves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, Q
from django.utils import timezone

from drafts.llm import breaker, providers
from drafts.llm.errors import NotConfigured
from drafts.models import LlmCall
from salesdash.models import Team

_WORST_FIRST: Final = ("open", "half_open", "unknown", "closed")


@dataclass(frozen=True)
class Service:
    """`name` is its host; `circuit` is closed, half_open, open or unknown."""

    name: str
    kind: str
    circuit: str


@dataclass(frozen=True)
class CacheUse:
    """Texts of the last hours: `hits` from the cache, `asked` in all."""

    hits: int
    asked: int

    @property
    def share(self) -> float | None:
        return self.hits / self.asked if self.asked else None


def services() -> list[Service]:
    """Per kind of call ("chat", "moderation"), in the order in which they are asked; maybe none."""
    try:
        known = [("chat", one.name) for one in providers.configured()]
        known += [("moderation", one.name) for one in providers.moderating()]
    except NotConfigured:
        return []
    return [Service(name, kind, breaker.state(f"{name}/{kind}")) for kind, name in known]


def summary() -> str:
    """One word for a public page: "not configured", or the worst state of what is asked first."""
    first: dict[str, str] = {}
    for one in services():
        first.setdefault(one.kind, one.circuit)
    return next((state for state in _WORST_FIRST if state in first.values()), "not configured")


def cache_use(teams: Iterable[Team] | None, *, hours: int = 24) -> CacheUse:
    """Counted from the ledger; `None`: of all teams."""
    rows = LlmCall.objects.filter(
        purpose=LlmCall.Purpose.GENERATION,
        outcome__in=[LlmCall.Outcome.OK, LlmCall.Outcome.CACHED],
        at__gte=timezone.now() - timedelta(hours=hours),
    )
    if teams is not None:
        rows = rows.filter(team__in=teams)
    counted = rows.aggregate(asked=Count("pk"), hits=Count("pk", filter=Q(outcome=LlmCall.Outcome.CACHED)))
    return CacheUse(counted["hits"], counted["asked"])
