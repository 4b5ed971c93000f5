"""Delays and errors of the installation: from the latency histograms and the rows that still wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, Sum
from django.utils import timezone

from drafts.models import Draft, State
from kpis.models import DailyFigure
from salesdash.models import FrameAck, LatencyBucket, Team

WAITING = (State.QUEUED, State.GENERATING, State.CHECKING, State.REGENERATING)


@dataclass(frozen=True, slots=True)
class Machinery:
    """Milliseconds, shares of one, seconds; None where nothing was measured."""

    page_p95_ms: int | None
    page_count: int
    error_share: float | None
    live_p95_ms: int | None
    live_count: int
    oldest_waiting_seconds: float | None


def quantile(bars: Sequence[tuple[int, int]], share: float) -> int | None:
    """Upper edge of the bucket that holds the quantile; bars are (upper edge in ms, count), ascending."""
    total = sum(count for _edge, count in bars)
    reached = 0
    for edge, count in bars:
        reached += count
        if total and reached >= share * total:
            return edge
    return None


def histogram(kind: str, since: datetime) -> list[tuple[int, int]]:
    rows = LatencyBucket.objects.filter(kind=kind, hour__gte=since).values("upper_ms")
    return [(row["upper_ms"], row["n"]) for row in rows.annotate(n=Sum("count")).order_by("upper_ms")]


def read(teams: Sequence[Team], *, hours: int = 24, now: datetime | None = None) -> Machinery:
    """The last `hours`; pages and errors are those of the whole installation."""
    now = now or timezone.now()
    since = (now - timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)
    pages = histogram("http", since)
    page_count = sum(count for _edge, count in pages)
    errors = sum(count for _edge, count in histogram("http_error", since))
    waiting = Draft.objects.filter(team__in=teams, state__in=WAITING).aggregate(
        oldest=Min("state_changed_at")
    )
    return Machinery(
        page_p95_ms=quantile(pages, 0.95),
        page_count=page_count,
        error_share=errors / (errors + page_count) if errors + page_count else None,
        live_p95_ms=_live_p95(teams, since),
        live_count=FrameAck.objects.filter(team_id__in=[team.pk for team in teams], at__gte=since).count(),
        oldest_waiting_seconds=(now - waiting["oldest"]).total_seconds() if waiting["oldest"] else None,
    )


def _live_p95(teams: Sequence[Team], since: datetime) -> int | None:
    delays = list(
        FrameAck.objects.filter(team_id__in=[team.pk for team in teams], at__gte=since)
        .order_by("delay_ms")
        .values_list("delay_ms", flat=True)
    )
    return delays[min(len(delays) - 1, int(0.95 * len(delays)))] if delays else None


def freshness(teams: Sequence[Team]) -> datetime | None:
    """When the roll-up last ran for the teams."""
    found: datetime | None = DailyFigure.objects.filter(team__in=teams).aggregate(at=Max("computed_at"))["at"]
    return found
