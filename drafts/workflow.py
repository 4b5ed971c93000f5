"""The only place where a draft changes its state: a conditional UPDATE and an event row, together."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from drafts.models import Draft, State
from drafts.models.draft import READABLE
from drafts.signals import draft_changed, work_waiting
from leads.sql import columns, instance, prepared_rows, prepared_run
from salesdash.errors import ConflictError
from salesdash.models import User

S = State
TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    # checking: with a text from the cache
    S.QUEUED: frozenset({S.GENERATING, S.CHECKING, S.FAILED}),
    S.GENERATING: frozenset({S.CHECKING, S.FAILED}),
    S.CHECKING: frozenset({S.READY, S.REGENERATING, S.IN_REVIEW, S.FAILED}),
    S.REGENERATING: frozenset({S.CHECKING, S.FAILED}),
    S.EDITING: frozenset({S.CHECKING, S.FAILED}),
    S.READY: frozenset({S.EDITING, S.CHECKING, S.SCHEDULED, S.EXPIRED}),
    S.APPROVED: frozenset({S.EDITING, S.CHECKING, S.SCHEDULED, S.EXPIRED}),
    S.IN_REVIEW: frozenset({S.APPROVED, S.REJECTED, S.REGENERATING, S.CHECKING, S.EXPIRED}),
    S.SCHEDULED: frozenset({S.SENDING, S.READY, S.APPROVED}),
    # scheduled: the mail server asked to wait; ready, approved: it refused
    S.SENDING: frozenset({S.SENT, S.UNCERTAIN, S.SCHEDULED, S.READY, S.APPROVED}),
    # by a person, or by a sender that was slow and has its answer after all
    S.UNCERTAIN: frozenset({S.SENT, S.READY, S.APPROVED}),
    S.REJECTED: frozenset(),
    # for some minutes, by whoever marked it as sent
    S.SENT: frozenset({S.SCHEDULED}),
    S.EXPIRED: frozenset(),
    S.FAILED: frozenset(),
}
# states in which a job has something to do
WORKABLE: Final = (S.QUEUED, S.GENERATING, S.CHECKING, S.REGENERATING)
_EVENT: Final = """
INSERT INTO drafts_draftevent (draft_id, at, actor_id, actor_name, from_state, to_state, details)
SELECT {draft}, %s::timestamptz, %s::bigint, %s::text, %s::text, %s::text, %s::jsonb"""
# written out: a draft moves four times, and the ORM took longer to build this than the database to do it
_MOVE: Final = """
WITH moved AS (
    UPDATE drafts_draft SET {changes}, version = version + 1 WHERE {met} RETURNING id
) {event} FROM moved"""
# with whoever asked for it
_CLAIM: Final = f"""
WITH claimed AS (
    UPDATE drafts_draft SET attempt_token = %(token)s, attempt_at = %(now)s
    WHERE id = %(draft)s AND state = ANY(%(workable)s) AND (attempt_token IS NULL OR attempt_at < %(dead)s)
        AND unhurried()
    RETURNING *
)
SELECT {columns(Draft, "claimed")}, {columns(User, "who")}
FROM claimed LEFT JOIN salesdash_user AS who ON who.id = claimed.requested_by_id
"""  # noqa: S608 -- names of the models' own columns
_FIELDS: Final = {
    name: field for field in Draft._meta.concrete_fields for name in (field.name, field.attname)
}
READY_DAYS: Final = 14
REVIEW_DAYS: Final = 30


def attempt_seconds() -> float:
    """A job without a sign of life for so long is taken over; it gives one before each call to a model."""
    return float(settings.LLM_TIMEOUT_SECONDS) + 60


class AttemptLost(Exception):
    """Another job took the draft over, or a person moved it on: this one must write nothing more."""


def moved_on() -> ConflictError:
    return ConflictError("draft_moved_on", _("The draft has changed in the meantime. Please look again."))


def stale(draft: Draft) -> ConflictError:
    return ConflictError(
        "stale_draft",
        _("Someone else has changed this draft. Your version was not saved."),
        {"version": draft.version},
    )


def record_event(
    draft: Draft,
    *,
    origin: str,
    to: State,
    at: datetime,
    actor: User | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """`details` holds codes, numbers and hashes, never a text."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENT.format(draft="%s"), (draft.pk, *_event(origin, to, at, actor, details)))


def _event(
    origin: str, to: State, at: datetime, actor: User | None, details: dict[str, Any] | None
) -> tuple[Any, ...]:
    told = json.dumps(details or {}, ensure_ascii=False)
    return at, actor.pk if actor else None, str(actor) if actor else "system", str(origin), to.value, told


def move(
    draft: Draft,
    *,
    to: State,
    actor: User | None = None,
    token: uuid.UUID | None = None,
    held: dict[str, Any] | None = None,
    details: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Move `draft` from the state that the caller saw, or raise.

    A job passes its attempt `token` (AttemptLost if it lost it); a person passes none (ConflictError if
    the draft moved on), but perhaps fields that must be as they are `held`. `changes` are values, written
    in the same UPDATE; `draft` is refreshed.
    """
    origin = State(draft.state)
    if to not in TRANSITIONS[origin]:
        raise ValueError(f"no transition {origin} → {to}")
    changes = _standing(to) | changes
    expected = {"id": draft.pk, "state": origin, "version": draft.version, **(held or {})}
    if token is not None:
        expected["attempt_token"] = token
    now = timezone.now()
    changes |= {"state": to, "state_changed_at": now, "updated_at": now}
    # a step that a crash takes is taken again; not so what a person did, or what ended the job
    unhurried = token is not None and to in WORKABLE and not connection.in_atomic_block
    if not _moved(expected, changes, _event(origin, to, now, actor, details), unhurried=unhurried):
        raise AttemptLost if token is not None else moved_on()
    _adopt(draft, changes)
    announce(draft, origin=origin, at=now, actor=actor)


def _moved(
    expected: dict[str, Any], changes: dict[str, Any], event: tuple[Any, ...], *, unhurried: bool
) -> bool:
    """The UPDATE and its event as one statement: both or neither, without a transaction of their own."""
    sets, written = _assigned(changes)
    wheres, met = _assigned(expected)
    statement = _MOVE.format(
        changes=", ".join(sets), met=" AND ".join(wheres), event=_EVENT.format(draft="moved.id")
    )
    if unhurried:
        statement += " WHERE unhurried()"
    return bool(prepared_run(statement, (*written, *met, *event)))


def _assigned(values: dict[str, Any]) -> tuple[list[str], list[Any]]:
    """`column = %s` for each, and what stands there; names are those of the model's own fields."""
    fields = [_FIELDS[name] for name in values]
    keys = [value.pk if isinstance(value, models.Model) else value for value in values.values()]
    stored = [field.get_db_prep_save(key, connection) for field, key in zip(fields, keys, strict=True)]
    return [f"{field.column} = %s" for field in fields], stored


def _adopt(draft: Draft, changes: dict[str, Any]) -> None:
    """Bring the object up to date without losing the relations that it has loaded."""
    draft.version += 1
    for name, value in changes.items():
        setattr(draft, name, value)


def _standing(to: State) -> dict[str, Any]:
    """What arriving in a state always means."""
    now = timezone.now()
    changes: dict[str, Any] = {}
    if to not in (S.GENERATING, S.CHECKING, S.REGENERATING):
        # nothing is left to do for a job: whatever still runs has lost its claim
        changes |= {"attempt_token": None, "attempt_at": None}
    if to in (S.READY, S.APPROVED):
        changes |= {"expires_at": now + timedelta(days=READY_DAYS), "undo_until": None, "error_code": ""}
    if to == S.IN_REVIEW:
        changes |= {"expires_at": now + timedelta(days=REVIEW_DAYS), "entered_review_at": now}
    if to in (S.APPROVED, S.REJECTED, S.REGENERATING, S.READY, S.EXPIRED):
        changes |= {"claimed_by": None, "claimed_until": None, "claim_token": None, "assigned_to": None}
    if to in (S.EDITING, S.REGENERATING, S.READY, S.EXPIRED):
        # another text, another case: whoever decided about the last one has no say in it any more
        changes |= {"escalated_to": None, "escalated_by": None, "escalated_at": None, "escalation_note": ""}
    return changes


def announce(draft: Draft, *, origin: str, at: datetime, actor: User | None = None) -> None:
    """After commit, tell whoever shows drafts what was done, and by whom."""
    news = {
        "origin": str(origin),
        "at": at,
        "actor_id": actor.pk if actor else None,
        "requested_by_id": draft.requested_by_id,
        "text_hash": draft.text_hash,
        "draft_id": draft.pk,
        "team_id": draft.team_id,
        "lead_id": draft.lead_id,
        "state": draft.state,
        "trace": draft.trace_id,
        "generation_ms": draft.generation_ms,
    }
    transaction.on_commit(lambda: draft_changed.send(Draft, **news))


def leave_for_worker(draft: Draft) -> None:
    """After commit, let a job take the draft up."""
    pk = draft.pk
    transaction.on_commit(lambda: work_waiting.send(Draft, draft_id=pk))


@dataclass
class Attempt:
    """One job's claim on a draft; every write goes through it."""

    draft: Draft
    token: uuid.UUID

    @classmethod
    def claim(cls, draft_id: int) -> Self | None:
        """The draft for this job alone, or None: nothing to do, or another job is at it."""
        token, now = uuid.uuid4(), timezone.now()
        asked: dict[str, Any] = {
            "draft": draft_id,
            "token": token,
            "now": now,
            "dead": now - timedelta(seconds=attempt_seconds()),
            "workable": [state.value for state in WORKABLE],
        }
        row = next(iter(prepared_rows(_CLAIM, asked)), None)
        if row is None:
            return None
        values = iter(row)
        draft, requester = instance(Draft, values), instance(User, values)
        draft.requested_by = requester if draft.requested_by_id is not None else None
        return cls(draft, token)

    def move(self, to: State, *, details: dict[str, Any] | None = None, **changes: Any) -> None:
        move(
            self.draft,
            to=to,
            token=self.token,
            details=details,
            **({"attempt_at": timezone.now()} | changes if to in WORKABLE else changes),
        )

    def alive(self) -> None:
        """A sign of life before a slow step; raises AttemptLost where the claim is gone."""
        mine = Draft.objects.filter(pk=self.draft.pk, attempt_token=self.token)
        if not mine.update(attempt_at=timezone.now()):
            raise AttemptLost

    def release(self) -> None:
        """Give the draft back unchanged, so that the next job may claim it at once."""
        Draft.objects.filter(pk=self.draft.pk, attempt_token=self.token).update(
            attempt_token=None, attempt_at=None
        )

    def fail(self, code: str) -> None:
        self.move(State.FAILED, details={"code": code}, error_code=code)


def is_readable(draft: Draft) -> bool:
    return draft.state in READABLE
