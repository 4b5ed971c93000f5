"""What happened with a lead, what was noted, and calls; activities from outside."""

from __future__ import annotations

import uuid
from typing import Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from leads import calls, notes
from leads.api import batches, reading
from leads.api.bodies import NewCallSerializer, NewNoteSerializer
from leads.api.serializers import (
    ActivityAnswerSerializer,
    ActivityBatchSerializer,
    ActivitySerializer,
    HistoryPageSerializer,
    HistorySerializer,
    NotePageSerializer,
    NoteSerializer,
)
from leads.models import Activity, Note
from salesdash import cursors
from salesdash.api import idempotency, paging
from salesdash.api.operations import ID, IDEMPOTENCY_KEY, Example
from salesdash.api.views import ApiView, ApiViewSet
from salesdash.models import User

NEWEST: Final = paging.Order(
    "activities",
    (
        paging.Key("occurred_at", cursors.moment, descending=True),
        paging.Key("source", cursors.text),
        paging.Key("external_id", cursors.text),
    ),
)
_PAGED: Final = frozenset(parameter.name for parameter in paging.PARAMETERS)
_NOTE: Final = {
    "id": 88,
    "author": "佐藤 健",
    "body": "来期の予算で検討とのこと。",
    "created_at": "2026-11-27T14:05:00+09:00",
}
_CALL: Final = {
    "type": "call_back",
    "occurred_at": "2026-11-27T14:05:00+09:00",
    "received_at": "2026-11-27T14:05:00+09:00",
    "source": "call",
    "external_id": "0c8f4f7e-5d0a-4c55-8a9a-0f1f3c9d6f11",
    "properties": {},
    "by": {"id": 7, "name": "佐藤 健"},
}


class HistoryViewSet(ApiViewSet):
    """Each list and each new entry of one lead, which is fetched first."""

    needs = {"*": "leads.view_lead", "POST": "leads.change_lead"}
    known_parameters = {"activities": _PAGED, "notes": _PAGED}

    @extend_schema(
        operation_id="leads_activities",
        summary=_("What happened with a lead, newest first"),
        parameters=[ID, *paging.PARAMETERS],
        responses={200: HistoryPageSerializer},
        examples=[Example({"next": None, "results": [_CALL]}, response_only=True)],
    )
    def activities(self, request: Request, pk: str) -> Response:
        lead = reading.one(self.user_of(request), pk)
        happened = Activity.objects.standing().filter(lead_id=lead.pk)
        found, following = NEWEST.page(request, happened)
        return Response({"next": following, "results": _history(found)})

    @extend_schema(
        operation_id="leads_notes",
        summary=_("Notes on a lead, newest first"),
        parameters=[ID, *paging.PARAMETERS],
        responses={200: NotePageSerializer},
        examples=[Example({"next": None, "results": [_NOTE]}, response_only=True)],
    )
    def notes(self, request: Request, pk: str) -> Response:
        lead = reading.one(self.user_of(request), pk)
        found, following = paging.NEWEST_FIRST.page(request, Note.objects.filter(lead=lead))
        return Response({"next": following, "results": NoteSerializer(found, many=True).data})

    @extend_schema(
        operation_id="leads_notes_create",
        summary=_("A new note"),
        parameters=[ID, IDEMPOTENCY_KEY],
        request=NewNoteSerializer,
        responses={201: NoteSerializer},
        examples=[Example({"body": _NOTE["body"]}, request_only=True), Example(_NOTE, response_only=True)],
    )
    def add_note(self, request: Request, pk: str) -> Response:
        user = self.user_of(request)
        lead = reading.one(user, pk)
        body = NewNoteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        made, again = idempotency.once(
            request, user, lambda: str(notes.add_note(lead=lead, user=user, **body.validated_data).pk)
        )
        note = Note.objects.get(pk=made)
        return Response(NoteSerializer(note).data, status.HTTP_201_CREATED, headers=idempotency.said(again))

    @extend_schema(
        operation_id="leads_calls_create",
        summary=_("Log a call"),
        description=_("Connected and absent have no time; a call back has one in the future."),
        parameters=[ID, IDEMPOTENCY_KEY],
        request=NewCallSerializer,
        responses={201: HistorySerializer},
        examples=[
            Example({"outcome": "call_back", "recall_at": "2026-12-01T10:00:00+09:00"}, request_only=True),
            Example(_CALL, response_only=True),
        ],
    )
    def add_call(self, request: Request, pk: str) -> Response:
        user = self.user_of(request)
        lead = reading.one(user, pk)
        body = NewCallSerializer(data=request.data)
        body.is_valid(raise_exception=True)

        def log() -> str:
            request_id = str(uuid.uuid4())
            calls.log_call(lead=lead, user=user, request_id=request_id, **body.validated_data)
            return request_id

        made, again = idempotency.once(request, user, log)
        call = Activity.objects.get(lead_id=lead.pk, source=calls.SOURCE, external_id=made)
        return Response(_history([call])[0], status.HTTP_201_CREATED, headers=idempotency.said(again))


class ActivityView(ApiView):
    needs = {"*": "leads.change_lead"}
    throttle_scope = "ingest"

    @extend_schema(
        operation_id="activities_create",
        summary=_("Activities from outside: one, a list, or a batch"),
        description=_("Each is judged by itself; the answer says what became of each."),
        request=PolymorphicProxySerializer(
            component_name="Activities",
            serializers=[ActivitySerializer, ActivityBatchSerializer, ActivitySerializer(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        responses={200: ActivityAnswerSerializer, 503: None},
        examples=[
            Example(
                {
                    "lead": 4711,
                    "type": "pricing_view",
                    "occurred_at": "2026-11-27T14:05:00+09:00",
                    "source": "web",
                    "external_id": "visit-1",
                },
                request_only=True,
            ),
            Example(
                {
                    "created": 1,
                    "duplicates": 0,
                    "rejected": 0,
                    "results": [{"index": 0, "status": "created"}],
                },
                response_only=True,
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        return Response(batches.take(self.user_of(request), request.data))


def _history(found: list[Activity]) -> list[dict[str, object]]:
    """With the names of our own people, in one statement."""
    people = User.objects.in_bulk({activity.actor_id for activity in found if activity.actor_id})
    return list(HistorySerializer(found, many=True, context={"people": people}).data)
