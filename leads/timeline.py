"""What happened with one lead, newest first, a page at a time."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from leads import adjustments
from leads.adjustments import AdjustmentLine
from leads.models import Activity, ActivityType, Lead
from leads.rows import ICONS, activity_label
from salesdash.formatting import names, times
from salesdash.models import User

PAGE_EVENTS: Final = 20
# what a screen that has scrolled far gets anew in one answer
MOST_EVENTS: Final = 200
# what a source may tell about an activity, the most telling first
_TELLING: Final = ("note", "title", "subject", "document", "webinar", "form", "page", "url", "path")
LONGEST_DETAIL: Final = 300
_MACHINES: Final = (ActivityType.EMAIL_OPEN_MACHINE, ActivityType.EMAIL_CLICK_MACHINE)


@dataclass(frozen=True, slots=True)
class Event:
    icon: str
    label: str
    detail: str
    who: str
    at: datetime
    # nobody read or clicked: shown quieter, and its label says so
    by_machine: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """`label` is empty where the same day stands above it already."""

    day: date
    label: str
    events: list[Event]


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """`older` is the cursor of the next page, '' at the end."""

    days: list[Day]
    older: str


def read(lead: Lead, before: str = "", events: int = PAGE_EVENTS, *, continued: bool = False) -> TimelinePage:
    """One statement: the activities, and the names of the people who did them; at least a page of them.

    `continued`: it stands below what came before, so that the same day gets no second heading.

    The end of an adjustment by hand is told where it was made: both bear the same time.
    """
    actor = User.objects.filter(pk=OuterRef("actor_id"))
    size = min(max(events, PAGE_EVENTS), MOST_EVENTS)
    happened = (
        Activity.objects.standing()
        .filter(lead_id=lead.pk)
        .annotate(
            actor_family=Subquery(actor.values("last_name")), actor_given=Subquery(actor.values("first_name"))
        )
    )
    happened = happened.exclude(type=ActivityType.MANUAL, external_id__endswith="-end")
    cursor = _read_cursor(before)
    if cursor:
        happened = happened.filter(_beyond(*cursor))
    found = list(happened.order_by("-occurred_at", "source", "external_id")[: size + 1])
    shown = found[:size]
    made = {line.external_id: line for line in adjustments.lines(lead)} if _has_adjustments(shown) else {}
    days: list[Day] = []
    above = timezone.localtime(cursor[0]).date() if cursor and continued else None
    for activity in shown:
        here = timezone.localtime(activity.occurred_at).date()
        if not days or days[-1].day != here:
            days.append(Day(here, "" if here == above else times.day(here), []))
        days[-1].events.append(_event(activity, made))
    return TimelinePage(days, _write_cursor(shown[-1]) if len(found) > size else "")


def _has_adjustments(found: Iterable[Activity]) -> bool:
    return any(activity.type == ActivityType.MANUAL for activity in found)


def _event(activity: Any, made: Mapping[str, AdjustmentLine]) -> Event:
    properties = activity.properties if isinstance(activity.properties, dict) else {}
    label, detail = activity_label(activity.type), _detail(properties)
    if activity.type == ActivityType.MANUAL and (line := made.get(activity.external_id)):
        label, detail = f"{label} {line.signed}", f"{line.reason} ({adjustments.until(line)})"
    return Event(
        icon=ICONS.get(activity.type, "info"),
        label=label,
        detail=detail,
        who=names.full_name(activity.actor_family or "", activity.actor_given or ""),
        at=activity.occurred_at,
        by_machine=activity.type in _MACHINES,
    )


def _detail(properties: Mapping[str, Any]) -> str:
    telling = (properties.get(name) for name in _TELLING)
    text = next((text for text in telling if isinstance(text, str) and text), "")[:LONGEST_DETAIL]
    sent_at = _moment(properties.get("mail_sent_at"))
    mail = _("Mail of %(when)s") % {"when": times.day_time(sent_at)} if sent_at else ""
    return " · ".join(part for part in (text, mail) if part)


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _beyond(at: datetime, source: str, external_id: str) -> Q:
    same_moment = Q(source__gt=source) | Q(source=source, external_id__gt=external_id)
    return Q(occurred_at__lte=at) & (Q(occurred_at__lt=at) | same_moment)


def _write_cursor(activity: Activity) -> str:
    text = json.dumps([activity.occurred_at.isoformat(), activity.source, activity.external_id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[datetime, str, str] | None:
    try:
        at, source, external_id = json.loads(
            base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        )
        if not all(isinstance(part, str) and "\x00" not in part for part in (at, source, external_id)):
            return None
        f"{source}{external_id}".encode()
    except (ValueError, TypeError, RecursionError, binascii.Error):
        return None
    moment = _moment(at)
    return (moment, source, external_id) if moment else None
