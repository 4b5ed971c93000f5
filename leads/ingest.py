"""The one door for activities: files, webhooks, the tracking pixel, the API, the simulator and the seed."""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads import locking, opting_out, signals, sql
from leads.models.activity import ActivityType
from leads.models.score import Band
from leads.rules import Rules
from leads.signals import ChangedLead, Reply
from leads.temperature import MAX_HALF_LIVES
from salesdash import telemetry
from salesdash.errors import DomainError

# above this number COPY beats parameters
COPY_FROM: Final = 500
MAX_PROPERTIES_BYTES: Final = 10_000
MAX_HEAT: Final = 100_000.0
MANUAL_SOURCE: Final = "manual"
# an activity of longer ago is history, and no news to anybody
NEWS_FOR: Final = timedelta(days=3)
# a moment before the first year, as some time zones write it, could be stored but never read again
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TYPES: Final = frozenset(map(int, ActivityType))


@dataclass(frozen=True, slots=True)
class NewActivity:
    """Without an external id each call is a new activity; with one, a repetition is ignored."""

    lead_id: int
    type: ActivityType
    occurred_at: datetime
    source: str
    external_id: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    delivery_id: int | None = None
    actor_id: int | None = None


@dataclass
class IngestResult:
    """`rejected` and `duplicate_indexes` count from 0 in the order given."""

    created: int = 0
    duplicate_indexes: list[int] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    changed: list[ChangedLead] = field(default_factory=list)

    @property
    def duplicates(self) -> int:
        return len(self.duplicate_indexes)


class _Row(NamedTuple):
    """One line of the statement's input."""

    lead_id: int
    source: str
    external_id: str
    type: int
    occurred_at: datetime
    properties: str
    delivery_id: int | None
    actor_id: int | None


def record(activities: Sequence[NewActivity], *, received_at: datetime | None = None) -> IngestResult:
    """Store what is new, add it to the temperatures, and announce the changed leads after the commit.

    Repetitions (same lead, source and external id) are counted, a bad item is rejected with a code and loses
    nothing else. A time in the future becomes the time of receipt. Any number of writers may run at once;
    several calls in one transaction of the caller may deadlock with another such caller.
    """
    received_at = received_at or timezone.now()
    result = IngestResult()
    rows = _accepted(activities, received_at, result)
    if rows:
        with telemetry.span("ingest.record", count=len(activities)), transaction.atomic():
            opting_out.hold({row.lead_id for row in rows.values() if row.type == ActivityType.OPT_OUT})
            known, rules = locking.lock_scores(row.lead_id for row in rows.values())
            for index, row in list(rows.items()):
                if row.lead_id not in known:
                    result.rejected.append((index, "unknown_lead"))
                    del rows[index]
            if rows:
                _refuse_overflow(rules, received_at)
                _store(rows, rules, received_at, result)
                opting_out.keep(_opt_outs(rows, result), received_at)
            signals.announce(result.changed)
            signals.announce_answers(_answered(rows, result))
            signals.announce_replies(_replies(rows, result, received_at))
    result.rejected.sort()
    return result


def _opt_outs(rows: Mapping[int, _Row], result: IngestResult) -> list[opting_out.Word]:
    known = set(result.duplicate_indexes)
    return [
        opting_out.Word(row.lead_id, row.occurred_at)
        for index, row in rows.items()
        if row.type == ActivityType.OPT_OUT and index not in known
    ]


def _answered(rows: Mapping[int, _Row], result: IngestResult) -> list[int]:
    """Deliveries that got a reply which was not known before."""
    known = set(result.duplicate_indexes)
    return [
        row.delivery_id
        for index, row in rows.items()
        if row.type == ActivityType.EMAIL_REPLY and row.delivery_id is not None and index not in known
    ]


def _replies(rows: Mapping[int, _Row], result: IngestResult, received_at: datetime) -> list[Reply]:
    """New ones, unless they belong to a history that is read in."""
    known, oldest = set(result.duplicate_indexes), received_at - NEWS_FOR
    return [
        Reply(row.lead_id, row.source, row.external_id, row.occurred_at)
        for index, row in rows.items()
        if row.type == ActivityType.EMAIL_REPLY and row.occurred_at >= oldest and index not in known
    ]


def _accepted(
    activities: Sequence[NewActivity], received_at: datetime, result: IngestResult
) -> dict[int, _Row]:
    rows = {}
    for index, activity in enumerate(activities):
        properties = _properties(activity.properties) if activity.properties else "{}"
        if code := _fault(activity, properties):
            result.rejected.append((index, code))
            continue
        rows[index] = _Row(
            activity.lead_id,
            activity.source,
            activity.external_id or secrets.token_hex(12),
            int(activity.type),
            min(activity.occurred_at, received_at),
            properties or "{}",
            activity.delivery_id,
            activity.actor_id,
        )
    return rows


def _fault(activity: NewActivity, properties: str | None) -> str:
    """A code that says what is wrong with an item, or ''."""
    if not 0 < activity.lead_id < 2**63:
        return "unknown_lead"
    if activity.type not in _TYPES:
        return "bad_type"
    if not _is_key(activity.source, 40):
        return "bad_source"
    if activity.external_id is not None and not _is_key(activity.external_id, 120):
        return "bad_external_id"
    if activity.occurred_at.tzinfo is None or activity.occurred_at < EARLIEST:
        return "bad_time"
    if properties is None:
        return "bad_properties"
    if activity.type == ActivityType.MANUAL:
        return _adjustment_fault(activity)
    return ""


def _adjustment_fault(activity: NewActivity) -> str:
    heat = activity.properties.get("heat")
    if activity.source != MANUAL_SOURCE:
        return "bad_type"
    if isinstance(heat, bool) or not isinstance(heat, int | float):
        return "bad_properties"
    return "" if math.isfinite(heat) and abs(heat) <= MAX_HEAT else "bad_properties"


def _is_key(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and (text.isascii() or _is_storable(text)) and "\0" not in text


def _is_storable(text: str) -> bool:
    """No lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _properties(properties: Mapping[str, Any]) -> str | None:
    """As JSON that PostgreSQL takes, or None."""
    try:
        text = json.dumps(properties, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError):
        return None
    return text if size <= MAX_PROPERTIES_BYTES and "\\u0000" not in text else None


def _refuse_overflow(rules: Rules, now: datetime) -> None:
    """Accumulators hold 63 bits; the landmark moves long before they could run over."""
    if rules.scale.half_lives(now) > MAX_HALF_LIVES:
        raise DomainError(
            "temperature_landmark",
            _("The temperatures must be rebuilt before new activities fit in."),
            status=503,
        )


def _store(rows: Mapping[int, _Row], rules: Rules, received_at: datetime, result: IngestResult) -> None:
    created: set[tuple[int, str, str]] = set()
    for lead_id, source, external_id, team_id, rank, before, after in _execute(rows, rules, received_at):
        if source is None:
            result.changed.append(ChangedLead(lead_id, team_id, rank, Band(before), Band(after)))
        else:
            created.add((lead_id, source, external_id))
    result.created = len(created)
    for index, row in rows.items():
        key = row[:3]
        if key in created:
            # a second item with this key is a repetition
            created.remove(key)
        else:
            result.duplicate_indexes.append(index)


def _execute(rows: Mapping[int, _Row], rules: Rules, received_at: datetime) -> list[tuple[Any, ...]]:
    parameters = rules.parameters() | {
        "received_at": received_at,
        "rising": rules.scale.rising_ranks(received_at),
    }
    # the order spares the indexes random access; it is stable, so the first of two repetitions wins
    ordered = sorted(rows.values(), key=lambda row: row[:3])
    if len(ordered) < COPY_FROM:
        incoming = sql.load("incoming_parameters")
        parameters |= {
            name: list(values) for name, values in zip(_Row._fields, zip(*ordered, strict=True), strict=True)
        }
    else:
        incoming = "leads_incoming"
        _copy(ordered)
    statement = sql.load("record_activities").replace("{incoming}", incoming)
    ask = sql.prepared_rows if len(ordered) <= sql.FEW else sql.rows
    return ask(statement, parameters)


def _copy(rows: Sequence[_Row]) -> None:
    sql.run(sql.load("incoming_table"))
    # it may hold what an earlier call in the same transaction brought
    sql.run("DELETE FROM leads_incoming")
    columns = ", ".join(_Row._fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY leads_incoming ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
