"""Drafts: asked for, read once they are cleared, taken out, marked as sent.

A text that has not passed is not even loaded; nothing here moves a draft past its checks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from drafts import reading, requests, sending
from drafts.api.bodies import (
    ClaimSerializer,
    DecisionSerializer,
    HandoutSerializer,
    NewDraftSerializer,
    QueuedSerializer,
    RewriteSerializer,
)
from drafts.api.serializers import DraftDetailSerializer, DraftPageSerializer, DraftSerializer
from drafts.mail import ending, queueing
from drafts.models import Delivery, Draft, Origin, Purpose, State
from drafts.tracking import tallies
from salesdash.api import idempotency, paging
from salesdash.api.operations import ID, IDEMPOTENCY_KEY, LOCATION, Example
from salesdash.api.views import ApiViewSet
from salesdash.cursors import LARGEST_ID
from salesdash.models import User

F = TypeVar("F", bound=Callable[..., Any])
_CHOICES: Final = {"state": State.values, "origin": Origin.values, "purpose": Purpose.values}
_FILTERS: Final = [
    OpenApiParameter("lead", {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}),
    *(OpenApiParameter(name, enum=values) for name, values in _CHOICES.items()),
    *paging.PARAMETERS,
]
_DRAFT: Final = {
    "id": 512,
    "lead": 4711,
    "team": 1,
    "requested_by": "佐藤 健",
    "purpose": "ice_breaker",
    "language": "ja",
    "origin": "generated",
    "tone": "polite",
    "length": "normal",
    "keigo": "standard",
    "revision": "",
    "based_on": None,
    "variant": 0,
    "state": "queued",
    "state_changed_at": "2026-11-27T14:05:00+09:00",
    "readable": False,
    "checking_again": False,
    "subject": None,
    "judge_score": None,
    "error_code": "",
    "from_cache": False,
    "generation_ms": None,
    "reject_code": "",
    "version": 1,
    "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "created_at": "2026-11-27T14:05:00+09:00",
    "expires_at": None,
    "tally": None,
}
_DETAIL: Final = {
    **_DRAFT,
    "state": "ready",
    "readable": True,
    "subject": "サービス資料のご案内",
    "body": "株式会社青葉精機\n山田 花子 様\n…",
    "verdicts": [{"layer": "law", "verdict": "pass", "blocking": False, "codes": []}],
}
_HANDOUT: Final = {
    "subject": "サービス資料のご案内",
    "body": "株式会社青葉精機\n山田 花子 様\n…\n\n-- \n佐藤 健",
    "text": "件名：サービス資料のご案内\n\n株式会社青葉精機\n…",
    "recipient": "hanako@aoba.example.jp",
    "warnings": [],
}
_QUEUED: Final = {"not_before": "2026-11-27T14:05:10+09:00", "held": False, "warnings": []}


def _moves(operation: str, summary: Any) -> Callable[[F], F]:
    return extend_schema(
        operation_id=operation,
        summary=summary,
        parameters=[ID],
        request=None,
        responses={200: DraftDetailSerializer, 409: None},
        examples=[Example(_DETAIL, response_only=True)],
    )


class DraftViewSet(ApiViewSet):
    needs = {"*": "drafts.view_draft"}
    known_parameters = {"list": frozenset(parameter.name for parameter in _FILTERS)}
    # texts may lose their clearance: nobody keeps a copy
    kept = "no-store"

    @extend_schema(
        operation_id="drafts_list",
        summary=gettext_lazy("Drafts, newest first"),
        parameters=_FILTERS,
        responses={200: DraftPageSerializer},
        examples=[Example({"next": None, "results": [_DRAFT]}, response_only=True)],
    )
    def list(self, request: Request) -> Response:
        rows = reading.titles_shown_to(self.user_of(request)).filter(**_conditions(request))
        found, following = paging.NEWEST_FIRST.page(request, _with_tally(rows))
        return Response({"next": following, "results": DraftSerializer(found, many=True).data})

    @extend_schema(
        operation_id="drafts_read",
        summary=gettext_lazy("One draft, with its text once that is cleared"),
        parameters=[ID],
        responses={200: DraftDetailSerializer},
        examples=[Example(_DETAIL, response_only=True)],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return _answer(self.user_of(request), int(pk))

    @extend_schema(
        operation_id="drafts_create",
        summary=gettext_lazy("Ask for a draft"),
        description=gettext_lazy("It is written and checked in the background: read it again later."),
        parameters=[IDEMPOTENCY_KEY, LOCATION],
        request=NewDraftSerializer,
        responses={201: DraftDetailSerializer, 404: None, 409: None},
        examples=[
            Example({"lead": 4711, "instruction": "展示会のお礼を添えて"}, request_only=True),
            Example({**_DETAIL, **_DRAFT, "body": None, "verdicts": []}, response_only=True),
        ],
    )
    def create(self, request: Request) -> Response:
        user = self.user_of(request)
        body = NewDraftSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = dict(body.validated_data)
        lead = asked.pop("lead")
        return _created(
            request, user, lambda: str(requests.request_draft(lead_id=lead, user=user, **asked).pk)
        )

    @extend_schema(
        operation_id="drafts_rewrite",
        summary=gettext_lazy("Have a ready draft written differently"),
        description=gettext_lazy(
            "It expires, and a new one of the same purpose is written in its place: read that by its own id."
        ),
        parameters=[ID, IDEMPOTENCY_KEY, LOCATION],
        request=RewriteSerializer,
        responses={201: DraftDetailSerializer, 404: None, 409: None},
        examples=[
            Example({"revision": "shorter"}, request_only=True),
            Example({**_DETAIL, **_DRAFT, "body": None, "verdicts": []}, response_only=True),
        ],
    )
    def rewrite(self, request: Request, pk: str) -> Response:
        user = self.user_of(request)
        body = RewriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wish = dict(body.validated_data)
        return _created(request, user, lambda: str(requests.rewrite(draft_id=_id(pk), user=user, **wish).pk))

    @extend_schema(
        operation_id="drafts_claim",
        summary=gettext_lazy("Take the text out, to send it yourself"),
        description=gettext_lazy(
            "Only a cleared text is given out, and only while the law allows the mail. "
            "Again by the same channel is allowed."
        ),
        parameters=[ID],
        request=ClaimSerializer,
        responses={200: HandoutSerializer, 409: None},
        examples=[Example({"channel": "copy"}, request_only=True), Example(_HANDOUT, response_only=True)],
    )
    def claim(self, request: Request, pk: str) -> Response:
        body = ClaimSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        channel = body.validated_data.get("channel", Delivery.Channel.COPY.value)
        handout = sending.claim(draft_id=_id(pk), user=self.user_of(request), channel=channel)
        return Response(HandoutSerializer(asdict(handout)).data)

    @extend_schema(
        operation_id="drafts_send",
        summary=gettext_lazy("Let salesdash send it, in your name"),
        description=gettext_lazy(
            "In ten seconds, or when the team's quiet hours end; until then undo takes it back. "
            "Your mail address must be at the team's confirmed sending domain."
        ),
        parameters=[ID],
        request=None,
        responses={200: QueuedSerializer, 409: None},
        examples=[Example(_QUEUED, response_only=True)],
    )
    def send(self, request: Request, pk: str) -> Response:
        queued = queueing.queue(draft_id=_id(pk), user=self.user_of(request))
        return Response(QueuedSerializer(asdict(queued)).data)

    @extend_schema(
        operation_id="drafts_decide",
        summary=gettext_lazy("Say what became of a mail of which the mail server did not say it"),
        parameters=[ID],
        request=DecisionSerializer,
        responses={200: DraftDetailSerializer, 409: None},
        examples=[Example({"sent": True}, request_only=True), Example(_DETAIL, response_only=True)],
    )
    def decide(self, request: Request, pk: str) -> Response:
        body = DecisionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data["sent"]
        return self._move(request, pk, lambda **who: ending.decide(sent=sent, **who))

    @_moves("drafts_sent", gettext_lazy("Mark as sent"))
    def sent(self, request: Request, pk: str) -> Response:
        return self._move(request, pk, sending.mark_sent)

    @_moves("drafts_sent_undo", gettext_lazy("Not sent after all: undo “sent”, for ten minutes"))
    def undo_sent(self, request: Request, pk: str) -> Response:
        return self._move(request, pk, sending.undo_sent)

    @_moves("drafts_undo", gettext_lazy("Take the hand-out back"))
    def undo(self, request: Request, pk: str) -> Response:
        return self._move(request, pk, sending.undo)

    def _move(self, request: Request, pk: str, act: Callable[..., Draft]) -> Response:
        user = self.user_of(request)
        if not user.has_perm("drafts.send_draft"):
            self.permission_denied(request)
        act(draft_id=_id(pk), user=user)
        return _answer(user, int(pk))


def _created(request: Request, user: User, make: Callable[[], str]) -> Response:
    made, again = idempotency.once(request, user, make)
    headers = {"Location": reverse("api_draft", args=[made], request=request), **idempotency.said(again)}
    return _answer(user, int(made), status=status.HTTP_201_CREATED, headers=headers)


def _answer(user: User, pk: int, **response: Any) -> Response:
    draft = _with_tally(reading.shown_to(user)).filter(pk=_id(pk)).first()
    if draft is None:
        raise Http404
    return Response(DraftDetailSerializer(draft).data, **response)


def _with_tally(rows: QuerySet[Any]) -> QuerySet[Any]:
    tallied: QuerySet[Any] = rows.select_related("requested_by").annotate(tally=tallies.of_draft())
    return tallied


def _id(pk: str | int) -> int:
    """No row has the largest number, and the database knows none above it."""
    return min(int(pk), LARGEST_ID)


def _conditions(request: Request) -> dict[str, Any]:
    """Raises ValidationError for values that cannot be meant."""
    query = request.query_params
    good = {name: query.get(name) in values for name, values in _CHOICES.items()}
    lead = query.get("lead", "")
    good["lead"] = lead.isascii() and lead.isdecimal() and 0 < int(lead[:20]) <= LARGEST_ID and len(lead) < 20
    message = _("This value is not known here.")
    faults = {
        name: [ErrorDetail(message, code="unknown")]
        for name, known in good.items()
        if name in query and not known
    }
    if faults:
        raise ValidationError(faults)
    return {name: query[name] for name in good if name in query}
