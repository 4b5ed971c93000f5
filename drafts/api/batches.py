"""Drafts for many leads: estimated, begun, watched, held. The texts are read as drafts are."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from drafts import batch_estimate, batches
from drafts.api.batch_bodies import (
    BatchItemPageSerializer,
    BatchItemSerializer,
    BatchPageSerializer,
    BatchSerializer,
    EstimateSerializer,
    LeadsSerializer,
    NewBatchSerializer,
)
from drafts.models import BatchItem, DraftBatch
from drafts.tasks import run_batch
from leads.editing.selecting import Selection
from leads.models import Lead
from salesdash import cursors
from salesdash.api import idempotency, paging
from salesdash.api.operations import ID, IDEMPOTENCY_KEY, LOCATION, Example
from salesdash.api.views import ApiViewSet
from salesdash.cursors import LARGEST_ID
from salesdash.models import User

# as the table showed the leads
_ITEMS: Final = paging.Order("batch_items", (paging.Key("pk", cursors.whole),))
_BATCH: Final[dict[str, Any]] = {
    "id": 31,
    "author": "佐藤 健",
    "purpose": "follow_up",
    "tone": "polite",
    "length": "normal",
    "keigo": "standard",
    "instruction": "",
    "status": "queued",
    "stopped_by": "",
    "total": 2,
    "created_at": "2026-11-27T14:05:00+09:00",
    "finished_at": None,
}
_COUNTS: Final = {
    "waiting": 1, "skipped": 0, "ready": 1, "review": 0, "failed": 0, "working": 0, "other": 0,
}  # fmt: skip
_DETAIL: Final = {**_BATCH, "counts": _COUNTS}
_ITEM: Final = {"lead": 4711, "state": "drafted", "reason": "", "draft": 512, "draft_state": "ready"}
_ESTIMATE: Final = {
    "leads": 2, "skipped": 0, "too_many": False, "tokens_in": 11840, "tokens_out": 1420, "jpy": "2.61",
    "seconds": 14, "seen": 180, "priced_on": "2026-11-01", "fx_on": "2026-11-20", "jpy_per_usd": "152.0000",
    "teams": [{"team": 1, "drafts": 2, "jpy": "2.61", "left_jpy": "30000.00", "stops_after": None}],
}  # fmt: skip
_SHOWN: Final = Example(_DETAIL, response_only=True)


def _step(name: str, summary: Any) -> Callable[[Any], Any]:
    return extend_schema(
        operation_id=f"batches_{name}",
        summary=summary,
        parameters=[ID],
        request=None,
        responses={200: BatchSerializer, 404: None, 409: None},
        examples=[_SHOWN],
    )


class BatchViewSet(ApiViewSet):
    needs = {"*": "drafts.request_draft"}
    known_parameters = {
        name: frozenset(parameter.name for parameter in paging.PARAMETERS) for name in ("list", "items")
    }

    @extend_schema(
        operation_id="batches_list",
        summary=_("Your batches of drafts, newest first; a manager sees those of the team"),
        parameters=[*paging.PARAMETERS],
        responses={200: BatchPageSerializer},
        examples=[Example({"next": None, "results": [_BATCH]}, response_only=True)],
    )
    def list(self, request: Request) -> Response:
        visible = DraftBatch.objects.visible_to(self.user_of(request)).select_related("author")
        found, following = paging.NEWEST_FIRST.page(request, visible)
        page = {"next": following, "results": found}
        return Response(BatchPageSerializer(page).data)

    @extend_schema(
        operation_id="batches_create",
        summary=_("Have drafts written for many leads"),
        description=_(
            "In the background, one after the other; nothing is sent. Leads you do not see are left out; "
            "those that may not be written to, or have an open draft, are skipped with a reason."
        ),
        parameters=[IDEMPOTENCY_KEY, LOCATION],
        request=NewBatchSerializer,
        responses={201: BatchSerializer, 429: None},
        examples=[Example({"leads": [4711, 4712], "purpose": "follow_up"}, request_only=True), _SHOWN],
    )
    def create(self, request: Request) -> Response:
        user = self.user_of(request)
        body = NewBatchSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wish = dict(body.validated_data)
        selection = _selection(wish.pop("leads"))

        def make() -> str:
            with transaction.atomic():
                batch = batches.start(
                    user=user, selection=selection, query="", request_id=uuid.uuid4(), **wish
                )
                transaction.on_commit(partial(run_batch.delay, batch.pk))
            return str(batch.pk)

        made, again = idempotency.once(request, user, make)
        location = reverse("api_batch", args=[made], request=request)
        headers = {"Location": location, **idempotency.said(again)}
        return _answer(batches.find(int(made), user), status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(
        operation_id="batches_estimate",
        summary=_("What a batch would take: cost, time, what is left of the budget"),
        description=_("Nothing is begun. From drafts by the same prompt; “seen” 0 means an upper bound."),
        request=LeadsSerializer,
        responses={200: EstimateSerializer},
        examples=[
            Example({"leads": [4711, 4712], "purpose": "follow_up"}, request_only=True),
            Example(_ESTIMATE, response_only=True),
        ],
    )
    def estimate(self, request: Request) -> Response:
        body = LeadsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        found = batch_estimate.of(
            user=self.user_of(request), selection=_selection(sent["leads"]), purpose=sent["purpose"]
        )
        return Response(EstimateSerializer(found).data)

    @extend_schema(
        operation_id="batches_read",
        summary=_("One batch, with what became of its leads in numbers"),
        parameters=[ID],
        responses={200: BatchSerializer},
        examples=[_SHOWN],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return _answer(_find(self.user_of(request), pk))

    @extend_schema(
        operation_id="batches_items",
        summary=_("The leads of a batch, and what became of each"),
        description=_("Leads that you no longer see are not among them."),
        parameters=[ID, *paging.PARAMETERS],
        responses={200: BatchItemPageSerializer},
        examples=[Example({"next": None, "results": [_ITEM]}, response_only=True)],
    )
    def items(self, request: Request, pk: str) -> Response:
        user = self.user_of(request)
        rows = BatchItem.objects.filter(batch=_find(user, pk), lead__in=Lead.objects.visible_to(user))
        found, following = _ITEMS.page(request, rows.select_related("draft"))
        return Response({"next": following, "results": BatchItemSerializer(found, many=True).data})

    @_step("pause", _("Pause: no further lead is begun"))
    def pause(self, request: Request, pk: str) -> Response:
        return _answer(batches.pause(batch_id=_id(pk), user=self.user_of(request)))

    @_step("resume", _("Go on; what failed for want of money or service is tried again"))
    def resume(self, request: Request, pk: str) -> Response:
        batch = batches.resume(batch_id=_id(pk), user=self.user_of(request))
        transaction.on_commit(partial(run_batch.delay, batch.pk))
        return _answer(batch)

    @_step("cancel", _("Cancel the rest: what is written stays"))
    def cancel(self, request: Request, pk: str) -> Response:
        return _answer(batches.cancel(batch_id=_id(pk), user=self.user_of(request)))


def _find(user: User, pk: str) -> DraftBatch:
    return batches.find(_id(pk), user)


def _answer(batch: DraftBatch, **response: Any) -> Response:
    return Response(BatchSerializer(batch).data, **response)


def _selection(leads: list[int]) -> Selection:
    return Selection(tuple(sorted(set(leads))))


def _id(pk: str) -> int:
    return min(int(pk), LARGEST_ID)
