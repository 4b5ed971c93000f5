"""Daily figures from the sources. Running it again for any span of days gives the same table."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from kpis.models import DailyFigure
from salesdash.models import Team

_SQL: Final = Path(__file__).parent / "sql"
# answers arrive late: days younger than the longest attribution window are computed again each time
LATE_DAYS: Final = 45


@cache
def _statement(name: str) -> str:
    return (_SQL / name).read_text()


def roll_up(*, team: Team, first: date, last: date) -> int:
    """Replace the figures of `team` for first ≤ day < last; returns the number of rows."""
    parameters = {
        "team": team.pk,
        "zone": team.time_zone,
        "window": team.attribution_days,
        "first": first,
        "last": last,
    }
    now = timezone.now()
    with transaction.atomic():
        # one roll-up of a team at a time: two would delete each other's rows
        Team.objects.select_for_update().get(pk=team.pk)
        rows = [*_rows("process.sql", parameters), *_rows("system.sql", parameters)]
        DailyFigure.objects.filter(team=team, day__gte=first, day__lt=last).delete()
        DailyFigure.objects.bulk_create(
            [
                DailyFigure(
                    team=team,
                    day=day,
                    metric=metric,
                    segment=segment,
                    numerator=numerator,
                    denominator=denominator,
                    computed_at=now,
                )
                for day, metric, segment, numerator, denominator in rows
            ],
            batch_size=2000,
        )
    return len(rows)


def _rows(name: str, parameters: dict[str, Any]) -> list[tuple[date, str, str, float, float]]:
    with connection.cursor() as cursor:
        cursor.execute(_statement(name), parameters)
        rows: list[tuple[date, str, str, float, float]] = cursor.fetchall()
    return rows


def today(team: Team, now: datetime | None = None) -> date:
    return (now or timezone.now()).astimezone(ZoneInfo(team.time_zone)).date()


def roll_up_recent() -> int:
    """All teams, all days to which answers may still come."""
    return sum(
        roll_up(
            team=team,
            first=today(team) - timedelta(days=max(LATE_DAYS, team.attribution_days + 1)),
            last=today(team) + timedelta(days=1),
        )
        for team in Team.objects.all()
    )
