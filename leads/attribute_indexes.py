"""Imported attributes with an index of their own: asked for in the administration, built by a worker while
everybody works, removed likewise.

A session's advisory lock says that a worker is at it: it ends with the worker, so that another may take over.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql as pgsql

from leads.models import Attribute
from salesdash import audit
from salesdash.errors import ConflictError, DomainError
from salesdash.models import User

State = Attribute.State
logger = logging.getLogger(__name__)

# each one makes every import slower
MOST_INDEXES: Final = 20
_LOCK: Final = 0x6C617474  # "latt"
_EXPRESSIONS: Final = {
    Attribute.Kind.TEXT: "leads_key(attributes ->> {name})",
    Attribute.Kind.NUMBER: "leads_number(attributes ->> {name})",
    Attribute.Kind.DATE: "leads_day(attributes ->> {name})",
    Attribute.Kind.YES_NO: "leads_yes_no(attributes ->> {name})",
}
_HAS_INDEX: Final = (State.QUEUED, State.BUILDING, State.READY)
_WAITING: Final = (State.QUEUED, State.BUILDING, State.REMOVING)


def index_name(attribute: Attribute) -> str:
    return f"lead_attribute_{attribute.pk}"


def request(*, attribute_id: int, user: User) -> Attribute:
    """Ask for the index. Raises ConflictError: attribute_busy; DomainError: too_many_indexes."""
    with transaction.atomic():
        attribute = _locked(attribute_id)
        if attribute.state not in (State.PLAIN, State.FAILED):
            said = _("“%(name)s” has an index, or is about to get one.") % {"name": attribute.name}
            raise ConflictError("attribute_busy", said)
        if Attribute.objects.filter(state__in=_HAS_INDEX).count() >= MOST_INDEXES:
            said = _("There are %(n)d indexes already. Remove one first.") % {"n": MOST_INDEXES}
            raise DomainError("too_many_indexes", said)
        _move(attribute, State.QUEUED, user)
        details = {"kind": attribute.kind}
        audit.record(actor=user, action="attribute.index_requested", target=attribute, details=details)
    return attribute


def remove(*, attribute_id: int, user: User) -> Attribute:
    """Ask for the index to go, built or half built. Raises ConflictError: attribute_busy."""
    with transaction.atomic():
        attribute = _locked(attribute_id)
        if attribute.state in (State.PLAIN, State.REMOVING):
            raise ConflictError("attribute_busy", _("“%(name)s” has no index.") % {"name": attribute.name})
        _move(attribute, State.REMOVING, user)
        audit.record(actor=user, action="attribute.index_removal_requested", target=attribute)
    return attribute


def run(*, attribute_id: int) -> bool:
    """Build or remove; False if another worker is at it or there is nothing to do. Safe to run twice."""
    with _held(attribute_id) as is_ours:
        attribute = Attribute.objects.filter(pk=attribute_id).first() if is_ours else None
        if attribute is None or attribute.state not in _WAITING:
            return False
        try:
            if attribute.state != State.REMOVING and _build(attribute):
                return True
            _drop(attribute)
            return _end(attribute, [State.REMOVING], State.PLAIN)
        except DatabaseError as error:
            logger.exception("the index of attribute %s failed", attribute_id)
            _end(attribute, _WAITING, State.FAILED, str(error).strip().splitlines()[0][:400])
            return False


def sweep() -> list[int]:
    """Attributes that wait for a worker; those that one is at refuse a second by their lock."""
    return list(Attribute.objects.filter(state__in=_WAITING).values_list("pk", flat=True))


def _build(attribute: Attribute) -> bool:
    """False if somebody asked for its removal meanwhile."""
    Attribute.objects.filter(pk=attribute.pk, state=State.QUEUED).update(state=State.BUILDING)
    _drop(attribute)  # what an attempt before this one left is not usable
    name = pgsql.Literal(attribute.name)
    _execute(
        pgsql.SQL("CREATE INDEX CONCURRENTLY {index} ON leads_lead (({expression}))").format(
            index=pgsql.Identifier(index_name(attribute)),
            expression=pgsql.SQL(_EXPRESSIONS[Attribute.Kind(attribute.kind)]).format(name=name),
        )
    )
    # without figures about the expression the planner would not know when the index is worth it
    _execute(pgsql.SQL("ANALYZE leads_lead"))
    return _end(attribute, [State.BUILDING], State.READY)


def _drop(attribute: Attribute) -> None:
    name = pgsql.Identifier(index_name(attribute))
    _execute(pgsql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(name))


def _end(attribute: Attribute, expected: Sequence[State], state: State, error: str = "") -> bool:
    """False if it is in none of the expected states any more."""
    with transaction.atomic():
        waiting = Attribute.objects.filter(pk=attribute.pk, state__in=expected)
        changed = waiting.update(state=state, error=error, changed_at=timezone.now())
        if changed:
            audit.record(actor=None, action=f"attribute.{state}", target=attribute)
    return bool(changed)


def _move(attribute: Attribute, state: State, user: User) -> None:
    attribute.state, attribute.error, attribute.asked_by_name = state, "", str(user)
    attribute.save(update_fields=["state", "error", "asked_by_name", "changed_at"])


def _locked(attribute_id: int) -> Attribute:
    attribute = Attribute.objects.select_for_update().filter(pk=attribute_id).first()
    if attribute is None:
        raise DomainError("attribute_gone", _("This attribute is not declared any more."), status=404)
    return attribute


@contextmanager
def _held(attribute_id: int) -> Iterator[bool]:
    """Outside any transaction: CONCURRENTLY does not run within one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, attribute_id])
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, attribute_id])


def _execute(statement: pgsql.Composable) -> None:
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(raw))
