"""What has happened between a lead and us, as far as a text about it needs to know: one statement."""

from __future__ import annotations

import json
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from drafts.texts import SentText
from leads.models import ActivityType, Lead
from leads.sql import prepared_rows

ACTIVITY_DAYS: Final = 90
MAX_NOTES: Final = 3
MAX_MAILS: Final = 5
_MAX_ACTIVITIES: Final = 500
_STATEMENT: Final = (Path(__file__).parent / "sql" / "history.sql").read_text(encoding="utf-8")

# what a lead did: its kind, when last, the name of the document or webinar, how often
Deed = tuple[ActivityType, datetime, str, int]
# a note: what it says, and when it was made (ISO 8601, or nothing)
Remark = tuple[str, str]


@dataclass(frozen=True, repr=False)
class History:
    """`deeds`: the latest of each kind in the team's zone, newest first; `earlier`: sent mails, newest first.

    `suppressed`: the address stands on a list of those that get nothing.
    """

    deeds: Sequence[Deed] = ()
    notes: Sequence[Remark] = ()
    suppressed: bool = False
    earlier: tuple[SentText, ...] = ()


def read(
    lead: Lead, *, types: Sequence[ActivityType], besides: int | None = None, now: datetime | None = None
) -> History:
    """`lead` with its team; `besides`: a draft whose own mail does not count as an earlier one."""
    asked: dict[str, Any] = {
        "lead": lead.pk, "team": lead.team_id, "address": lead.email.strip().lower(),
        "types": [int(kind) for kind in types],
        "since": (now or timezone.now()) - timedelta(days=ACTIVITY_DAYS), "besides": besides,
        "most_activities": _MAX_ACTIVITIES, "most_notes": MAX_NOTES, "most_mails": MAX_MAILS,
    }  # fmt: skip
    [(deeds, notes, suppressed, mails)] = prepared_rows(_STATEMENT, asked)
    zone = zoneinfo.ZoneInfo(lead.team.time_zone)
    return History(
        [
            (ActivityType(kind), datetime.fromisoformat(at).astimezone(zone), _name_in(properties), times)
            for kind, at, properties, times in _list(deeds)
        ],
        [(body, datetime.fromisoformat(at).isoformat()) for body, at in _list(notes)],
        suppressed,
        tuple(SentText(subject, body, tuple(claims)) for subject, body, claims in _list(mails)),
    )


def _list(column: Any) -> list[Any]:
    found = json.loads(column) if isinstance(column, str) else column
    return found or []


def _name_in(properties: dict[str, Any]) -> str:
    return str(properties.get("document") or properties.get("title") or "")
