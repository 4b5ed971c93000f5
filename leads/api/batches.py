"""A batch of activities from outside: each item is judged by itself, and a bad one loses no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from leads import ingest
from leads.api.fields import is_shallow
from leads.api.serializers import TAKEN_TYPES
from leads.models import ActivityType, Lead
from salesdash import audit
from salesdash.errors import DomainError
from salesdash.models import User

MOST_ACTIVITIES: Final = 10_000
SOURCE: Final = "api"
_TYPES: Final = {key: ActivityType.from_key(key) for key in TAKEN_TYPES}


def take(user: User, body: Any) -> dict[str, Any]:
    """Errors: `body`, `too_many`. A lead that the user may not see is unknown to them."""
    items = _items(body)
    if len(items) > MOST_ACTIVITIES:
        raise DomainError("too_many", _("At most %(n)s activities at a time.") % {"n": MOST_ACTIVITIES})
    received_at = timezone.now()
    reasons: dict[int, str] = {}
    read: dict[int, ingest.NewActivity] = {}
    for index, item in enumerate(items):
        try:
            read[index] = _activity(item, received_at)
        except ValueError as error:
            reasons[index] = str(error)
    _refuse_unseen(user, read, reasons)
    duplicates = _record(user, read, reasons, received_at)
    return _answer(len(items), reasons, duplicates)


def _items(body: Any) -> list[Any]:
    """One activity, a list of them, or an object that holds the list."""
    if isinstance(body, dict) and "activities" in body:
        body = body["activities"]
    elif isinstance(body, dict) and body:
        body = [body]
    if not isinstance(body, list):
        raise DomainError("body", _("The body must be an activity, a list of them, or {“activities”: […]}."))
    return body


def _activity(item: Any, received_at: datetime) -> ingest.NewActivity:
    """Raises ValueError with the code that says what is wrong."""
    if not isinstance(item, Mapping):
        raise ValueError("not_an_object")
    lead = item.get("lead")
    if isinstance(lead, bool) or not isinstance(lead, int):
        raise ValueError("unknown_lead")
    kind = item.get("type")
    if not isinstance(kind, str) or kind not in _TYPES:
        raise ValueError("bad_type")
    external_id, source = item.get("external_id"), item.get("source", SOURCE)
    if external_id is not None and not isinstance(external_id, str):
        raise ValueError("bad_external_id")
    if not isinstance(source, str):
        raise ValueError("bad_source")
    properties = item.get("properties", {})
    if not isinstance(properties, dict) or not is_shallow(properties):
        raise ValueError("bad_properties")
    at = _moment(item.get("occurred_at"), received_at)
    return ingest.NewActivity(lead, _TYPES[kind], at, source, external_id, properties)


def _moment(value: Any, received_at: datetime) -> datetime:
    if value is None:
        return received_at
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("bad_time")
    return moment


def _refuse_unseen(user: User, read: dict[int, ingest.NewActivity], reasons: dict[int, str]) -> None:
    wanted = {activity.lead_id for activity in read.values() if 0 < activity.lead_id < 2**63}
    seen = set(Lead.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))
    for index in [index for index, activity in read.items() if activity.lead_id not in seen]:
        reasons[index] = "unknown_lead"
        del read[index]


def _record(
    user: User, read: dict[int, ingest.NewActivity], reasons: dict[int, str], received_at: datetime
) -> set[int]:
    """Stores what is left; returns the indexes of repetitions."""
    if not read:
        return set()
    indexes: Sequence[int] = list(read)
    result = ingest.record(list(read.values()), received_at=received_at)
    reasons.update((indexes[position], code) for position, code in result.rejected)
    details = {"created": result.created, "duplicates": result.duplicates, "rejected": len(result.rejected)}
    audit.record(actor=user, action="activities.receive", details=details)
    return {indexes[position] for position in result.duplicate_indexes}


def _answer(number: int, reasons: Mapping[int, str], duplicates: set[int]) -> dict[str, Any]:
    results: list[dict[str, Any]] = []
    for index in range(number):
        if index in reasons:
            results.append({"index": index, "status": "rejected", "reason": reasons[index]})
        else:
            results.append({"index": index, "status": "duplicate" if index in duplicates else "created"})
    return {
        "created": number - len(reasons) - len(duplicates),
        "duplicates": len(duplicates),
        "rejected": len(reasons),
        "results": results,
    }
