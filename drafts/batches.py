"""Drafts for many leads: a leased job in small turns, which a person may pause, go on with and cancel.

At most `share()` processes work for batches at any moment, so that a rep who presses a button finds the
others free. After each turn a batch stands at the end of the queue: a long one does not keep a short one
waiting. A lead and its draft are bound in one transaction: after a kill the next worker goes on behind it.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from drafts import generation, requests, workflow
from drafts.models import BatchItem, Draft, DraftBatch, State
from drafts.wishes import Wish
from leads import leases
from leads.editing.selecting import Selection
from leads.models import Lead
from leads.table import LeadTable
from salesdash import audit, telemetry
from salesdash.errors import ConflictError, DomainError, TemporaryError
from salesdash.formatting import numbers
from salesdash.models import User

MOST_LEADS: Final = 2000
MOST_OPEN: Final = 5
# leads of one turn
TURN: Final = 5
# one draft with all its tries takes less; a worker silent for this long is dead
lease: Final = timedelta(minutes=6)
resumed_for: Final = timedelta(days=2)
# codes of failed drafts after which every other draft would fail too
_STOPS: Final = frozenset({
    "budget_exhausted", "llm_unavailable", "llm_not_configured", "llm_rejected", "llm_busy", "no_prompt",
    "prompt_broken",
})  # fmt: skip
# which batch may begin a turn is decided by one at a time
_TURNS_LOCK: Final = 7_120_120
Status = DraftBatch.Status
ItemState = BatchItem.State


def share() -> int:
    """Processes that may work for batches at once: an eighth of all calls that may be under way."""
    return max(1, int(settings.LLM_CONCURRENCY) // 8)


def start(
    *, user: User, selection: Selection, query: str, purpose: str, request_id: uuid.UUID, **wish: str
) -> DraftBatch:
    """The caller enqueues the worker after the commit. `query` is the table's address, for the order.

    Errors: those of a wish (drafts/wishes.py), `nothing_selected`, `too_many`, `too_many_batches`.
    """
    if not user.has_perm("drafts.request_draft"):
        raise DomainError("forbidden", _("You may not request drafts."), status=403)
    wanted, aim = Wish().changed(**wish), requests.checked_purpose(purpose)
    known = DraftBatch.objects.filter(request_id=request_id, author=user).first()
    if known is not None:
        return known
    leads = _chosen(user, selection, query)
    try:
        with transaction.atomic():
            batch = DraftBatch.objects.create(
                request_id=request_id,
                author=user,
                team_ids=_teams(leads),
                purpose=aim,
                total=len(leads),
                attempt_at=timezone.now(),
                **wanted.columns(),
            )
            BatchItem.objects.bulk_create(BatchItem(batch=batch, lead_id=pk) for pk in leads)
            audit.record(
                actor=user, action="drafts.batch", target=batch, details={"leads": len(leads), "purpose": aim}
            )
    except IntegrityError as error:
        if "request_id" not in str(error):
            raise
        # both clicks of a double click came in at once
        return DraftBatch.objects.get(request_id=request_id, author=user)
    return batch


def _teams(leads: list[int]) -> list[int]:
    teams = Lead.objects.filter(pk__in=leads).order_by().values_list("team", flat=True)
    return sorted(teams.distinct())


def _chosen(user: User, selection: Selection, query: str) -> list[int]:
    if DraftBatch.objects.filter(author=user, status__in=_OPEN).count() >= MOST_OPEN:
        message = _("Several batches of yours are still open. Please finish or cancel one of them.")
        raise DomainError("too_many_batches", message, status=429)
    chosen = selection.leads(user)
    # counted no further than it matters: a million would be put in order first
    number = chosen.order_by()[: MOST_LEADS + 1].count()
    if not number:
        raise DomainError("nothing_selected", _("No lead is selected."))
    if number > MOST_LEADS:
        most = numbers.number(MOST_LEADS)
        message = _("At most %(most)s leads at a time. Please narrow the filter.") % {"most": most}
        raise DomainError("too_many", message)
    return list(LeadTable(user, QueryDict(query)).ids(chosen))


_OPEN: Final = (Status.QUEUED, Status.RUNNING, Status.PAUSED)


def find(batch_id: int, user: User) -> DraftBatch:
    batch = DraftBatch.objects.visible_to(user).select_related("author").filter(pk=batch_id).first()
    if batch is None:
        raise DomainError("not_found", _("There is no such batch."), status=404)
    return batch


def pause(*, batch_id: int, user: User) -> DraftBatch:
    """No further lead is begun; the draft under way is finished."""
    batch = find(batch_id, user)
    _move(batch, (Status.QUEUED, Status.RUNNING), Status.PAUSED, user, stopped_by="")
    return batch


def resume(*, batch_id: int, user: User) -> DraftBatch:
    """Goes on; what failed for want of money or service is tried again. The caller enqueues the worker."""
    batch = find(batch_id, user)
    with transaction.atomic():
        _move(batch, (Status.PAUSED,), Status.QUEUED, user, stopped_by="", attempt_at=timezone.now())
        failed = batch.items.filter(draft__state=State.FAILED, draft__error_code__in=_STOPS)
        failed.update(state=ItemState.WAITING, draft=None)
    return batch


def cancel(*, batch_id: int, user: User) -> DraftBatch:
    """What is written stays; what waits is not begun."""
    batch = find(batch_id, user)
    _move(batch, _OPEN, Status.CANCELLED, user, finished_at=timezone.now())
    return batch


def _move(batch: DraftBatch, origin: tuple[str, ...], to: Status, user: User, **changes: object) -> None:
    moved = DraftBatch.objects.filter(pk=batch.pk, status__in=origin).update(
        status=to, attempt_token=None, **changes
    )
    if not moved:
        raise ConflictError("batch_moved_on", _("The batch has changed in the meantime. Please look again."))
    audit.record(actor=user, action=f"drafts.batch_{to}", target=batch)
    batch.refresh_from_db()


# --- working -------------------------------------------------------------------------------------


def run(*, batch_id: int) -> list[int]:
    """One turn. Ids of the batches that are to have the next ones, this one among them if it has more."""
    token = _claim(batch_id)
    if token is None:
        return []
    batch = DraftBatch.objects.select_related("author").get(pk=batch_id)
    with (
        telemetry.span("drafts.batch", batch=batch_id, leads=batch.total),
        leases.working(partial(fail, batch_id)),
    ):
        _turn(batch, token)
    return waiting()


def waiting() -> list[int]:
    """As many as may work at once, whose turn was longest ago first."""
    queued = DraftBatch.objects.filter(status=Status.QUEUED).order_by("attempt_at", "pk")
    return list(queued.values_list("pk", flat=True)[: share()])


def _claim(batch_id: int) -> uuid.UUID | None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURNS_LOCK])
        alive = DraftBatch.objects.filter(status=Status.RUNNING, attempt_at__gte=timezone.now() - lease)
        if alive.exclude(pk=batch_id).count() >= share():
            return None
        return leases.claim(DraftBatch.objects.all(), batch_id, lease)


def _turn(batch: DraftBatch, token: uuid.UUID) -> None:
    ours = leases.held(DraftBatch.objects.all(), batch.pk, token)
    for _number in range(TURN):
        item = batch.items.filter(state=ItemState.WAITING).first()
        if item is None:
            ours.update(status=Status.DONE, finished_at=timezone.now(), attempt_token=None)
            return
        with transaction.atomic():
            leases.renew(ours)
            draft = _begin(batch, item)
        if draft is not None and (code := _write(draft)):
            ours.update(status=Status.PAUSED, stopped_by=code, attempt_token=None)
            return
    # to the end of the queue
    ours.update(status=Status.QUEUED, attempt_token=None, attempt_at=timezone.now())


def _begin(batch: DraftBatch, item: BatchItem) -> Draft | None:
    """A draft for the lead, or why there is none."""
    try:
        draft = requests.open_for_batch(
            lead_id=item.lead_id, user=batch.author, purpose=batch.purpose, wish=_wish(batch)
        )
    except DomainError as error:
        item.state, item.reason = ItemState.SKIPPED, error.code[:40]
        item.save(update_fields=["state", "reason"])
        return None
    item.state, item.draft = ItemState.DRAFTED, draft
    item.save(update_fields=["state", "draft"])
    return draft


def _wish(batch: DraftBatch) -> Wish:
    return Wish(batch.tone, batch.length, batch.keigo, batch.instruction)


def _write(draft: Draft) -> str:
    """The code for which all further drafts would fail, or nothing."""
    try:
        generation.generate(draft_id=draft.pk)
    except TemporaryError as error:
        # its own job tries again later, the batch waits for a person
        workflow.leave_for_worker(draft)
        return str(getattr(error, "code", "llm_unavailable"))
    code = Draft.objects.values_list("error_code", flat=True).get(pk=draft.pk)
    return code if code in _STOPS else ""


def fail(batch_id: int) -> None:
    leases.unfinished(DraftBatch.objects.filter(pk=batch_id)).update(
        status=Status.FAILED, finished_at=timezone.now(), attempt_token=None
    )


def sweep() -> list[int]:
    """Ids of the batches that need a worker; ends those that none could finish."""
    return leases.sweep(DraftBatch.objects.all(), lease=lease, resumed_for=resumed_for, fail=fail)


def counts(batch: DraftBatch) -> dict[str, int]:
    """Leads by what became of them: waiting, skipped, ready, review, failed, working, other."""
    of_draft = {
        "ready": Q(draft__state__in=(State.READY, State.APPROVED)),
        "review": Q(draft__state=State.IN_REVIEW),
        "failed": Q(draft__state=State.FAILED),
        "working": Q(draft__state__in=workflow.WORKABLE),
    }
    found: dict[str, int] = batch.items.aggregate(
        waiting=Count("pk", filter=Q(state=ItemState.WAITING)),
        skipped=Count("pk", filter=Q(state=ItemState.SKIPPED)),
        **{name: Count("pk", filter=condition) for name, condition in of_draft.items()},
    )
    found["other"] = batch.total - sum(found.values())
    return found
