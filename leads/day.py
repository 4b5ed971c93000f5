"""What stands out today among the leads of one person or of their teams: five sections, two statements.

Nothing here is stored. Who became hot follows from the activities since then, who cools off from the rank
alone: a lead that is left alone keeps it, while the threshold rises (leads/temperature.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.utils import timezone

from leads import rules, sql
from leads.counting import Count
from leads.models import Lead, LeadScore, Stage
from leads.models.score import Band
from leads.movement import COOLING_DAYS as COOLING_DAYS
from leads.movement import Threshold, cooling_since, working_day_before
from leads.rows import COLUMNS, FIELDS
from leads.rules import Rules
from salesdash.models import Team, User

ROWS: Final = 8
MOST: Final = 100
# of the hot leads with news since, so many are asked whether they were hot before
_CANDIDATES: Final = 500


class Section(StrEnum):
    RECALL = "recall"
    ACTION = "action"
    RISEN = "risen"
    COOLING = "cooling"
    HOTTEST = "hottest"


_ABOVE: Final = (Section.RISEN, Section.COOLING)


@dataclass(frozen=True, slots=True)
class Entry:
    """Why a lead stands in a section. `at`: when it is due, or its last activity.

    `was` is its temperature at `was_at`: before it rose, or before it cooled.
    """

    lead_id: int
    at: datetime | None
    was: float | None = None
    was_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """`leads` holds the values of the table's rows, by id, of what this person may see and nothing else."""

    now: datetime
    since: datetime
    team: bool
    rules: Rules
    entries: dict[Section, list[Entry]]
    leads: dict[int, dict[str, Any]]

    def count(self, section: Section) -> Count:
        found = len(self.entries[section])
        return Count(min(found, MOST - 1), found >= MOST)

    def shown(self, section: Section, rows: int = ROWS) -> list[Entry]:
        """What newly became hot or cools off is not repeated among the hottest."""
        return list(_shown(self.entries, section, rows))


def owns_leads(user: User) -> bool:
    return LeadScore.objects.filter(owner_id=user.pk).exists()


def of(
    user: User, *, team: bool, rows: int = ROWS, also: Iterable[int] = (), now: datetime | None = None
) -> Day:
    """For `user`'s own leads, or those of their teams; `rows` of each section with the values to print.

    `also`: further leads whose values are wanted.
    """
    now = now or timezone.now()
    current = rules.current()
    since = working_day_before(now)
    entries: dict[Section, list[Entry]] = {section: [] for section in Section}
    for section, lead_id, at, _rank, was in _found(user, current, team=team, since=since, now=now):
        kind = Section(section)
        entries[kind].append(_entry(kind, lead_id, at, was, current, since, now))
    wanted = set(also) | {entry.lead_id for kind in Section for entry in _shown(entries, kind, rows)}
    return Day(now, since, team, current, entries, _values(user, wanted))


def _shown(entries: dict[Section, list[Entry]], section: Section, rows: int) -> Iterator[Entry]:
    first = entries[section]
    if section is Section.HOTTEST:
        above = {entry.lead_id for kind in _ABOVE for entry in entries[kind][:rows]}
        first = [entry for entry in first if entry.lead_id not in above]
    yield from first[:rows]


def _entry(
    section: Section,
    lead_id: int,
    at: datetime | None,
    was: float | None,
    current: Rules,
    since: datetime,
    now: datetime,
) -> Entry:
    if was is None:
        return Entry(lead_id, at)
    moment = since
    if section is Section.COOLING:
        earliest = cooling_since(now)
        moment = max(earliest, at) if at else earliest
    return Entry(lead_id, at, current.scale.temperature(was, moment), moment)


def _found(
    user: User, current: Rules, *, team: bool, since: datetime, now: datetime
) -> Sequence[tuple[Any, ...]]:
    sees_all = user.has_perm("leads.view_all")
    whose: Iterable[int] = [user.pk]
    if team:
        whose = Team.objects.values_list("pk", flat=True) if sees_all else user.team_ids
    statement = sql.load("day").replace("{whose}", "team_id" if team else "owner_id")
    return sql.rows(
        statement,
        {
            "whose": list(whose),
            "teams": None if sees_all else user.team_ids,
            "open": Stage.open(),
            "tomorrow": _tomorrow(now),
            "now": now,
            "since": since,
            "limit": MOST,
            "candidates": _CANDIDATES,
            **_ranks(current, since, now),
            **current.parameters(),
        },
    )


def _ranks(current: Rules, since: datetime, now: datetime) -> dict[str, Any]:
    """Thresholds of hot and warm: now, kept (three points below), and when cooling off is looked back to."""
    scale = current.scale
    hot, warm = (Threshold.of(band, scale, now) for band in (Band.HOT, Band.WARM))
    return {
        "hot": hot.reached,
        "hot_kept": hot.kept,
        "hot_left": hot.then,
        "hot_at_since": scale.rank_for(scale.bands[Band.HOT], since),
        "warm": warm.reached,
        "warm_kept": warm.kept,
        "warm_left": warm.then,
        "cooling_since": cooling_since(now),
    }


def _tomorrow(now: datetime) -> datetime:
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def _values(user: User, lead_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    visible = Lead.objects.visible_to(user).filter(pk__in=lead_ids)
    columns = visible.annotate(**COLUMNS)
    return {row["id"]: row for row in columns.values(*FIELDS, "phone", *COLUMNS)}
