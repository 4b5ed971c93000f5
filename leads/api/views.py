"""Leads: listed, read, made and changed. What a caller may see is what their person may see."""

from __future__ import annotations

from typing import Any, Final

from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from leads import saving
from leads.api import parameters, reading
from leads.api.bodies import (
    ConsentSerializer,
    DoNotContactSerializer,
    LeadChangeSerializer,
    NewLeadSerializer,
    NextActionSerializer,
    OwnerSerializer,
    StageSerializer,
)
from leads.api.describing import EXAMPLE_LEAD, SHOWN, changes, reads
from leads.api.listing import LeadList
from leads.api.serializers import LeadPageSerializer, LeadSerializer
from leads.models import Lead
from salesdash.api import idempotency, paging
from salesdash.api.operations import ETAG, IDEMPOTENCY_KEY, LOCATION, Example
from salesdash.api.views import ApiViewSet
from salesdash.errors import DomainError
from salesdash.models import Team, User

PAGE_LEADS = 100
SOURCE: Final = "api"
# of the address, besides what the table's own addresses repeat
_KEPT: Final = ("limit", "updated_since")


class LeadViewSet(ApiViewSet):
    needs = {"*": "leads.view_lead", "POST": "leads.add_lead", "PATCH": "leads.change_lead"}
    known_parameters = {"list": parameters.NAMES}

    @extend_schema(
        operation_id="leads_list",
        summary=gettext_lazy("Leads, the hottest first"),
        description=gettext_lazy(
            "Filters, orders and saved views are those of the table on the screen. To keep a copy up to "
            "date, follow “next” from updated_since on to the end, and begin the next time with the last "
            "“updated_at”."
        ),
        parameters=parameters.FILTERS,
        responses={200: LeadPageSerializer},
        examples=[Example({"next": None, "previous": None, "results": [EXAMPLE_LEAD]}, response_only=True)],
    )
    def list(self, request: Request) -> Response:
        user, query = self.user_of(request), request.query_params
        asked = parameters.read(query, user)
        table = LeadList(user, asked.query, asked.since)
        window = table.rest(paging.limit(query, default=PAGE_LEADS), "id")
        if window is None:
            raise paging.bad_cursor()
        ids = [value["id"] for value in window.values]
        found = table.settled(reading.visible(user)).in_bulk(ids)
        return Response(
            {
                "next": _address(request, window.after),
                "previous": _address(request, window.before),
                "results": reading.shown([found[pk] for pk in ids if pk in found]),
            }
        )

    @reads("leads_retrieve", gettext_lazy("One lead"))
    def retrieve(self, request: Request, pk: str) -> Response:
        return reading.answer(request, reading.one(self.user_of(request), pk))

    @extend_schema(
        operation_id="leads_create",
        summary=gettext_lazy("A new lead"),
        description=gettext_lazy("The company is found by its name in any spelling, or made."),
        parameters=[IDEMPOTENCY_KEY, ETAG, LOCATION],
        request=NewLeadSerializer,
        responses={201: LeadSerializer, 404: None, 409: None},
        examples=[
            Example(
                {
                    "company_name": "株式会社青葉精機",
                    "family_name": "山田",
                    "given_name": "花子",
                    "email": "hanako@aoba.example.jp",
                    "external_id": "crm-90210",
                },
                request_only=True,
            ),
            SHOWN,
        ],
    )
    def create(self, request: Request) -> Response:
        user = self.user_of(request)
        body = NewLeadSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        made, again = idempotency.once(request, user, lambda: str(_create(user, body.validated_data).pk))
        location = reverse("api_lead", args=[made], request=request)
        headers = {"Location": location, **idempotency.said(again)}
        return reading.answer(
            request, reading.one(user, made), status=status.HTTP_201_CREATED, headers=headers
        )

    @changes(
        "leads_update",
        gettext_lazy("What is known of the person"),
        LeadChangeSerializer,
        {"title": "部長", "department": "購買部", "version": 7},
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, LeadChangeSerializer, saving.update_lead)

    def _change(self, request: Request, pk: str, body: type[Any], act: Any) -> Response:
        read = body(data=request.data)
        read.is_valid(raise_exception=True)
        return reading.change(request, self.user_of(request), pk, dict(read.validated_data), act)


class LeadPartViewSet(LeadViewSet):
    """Parts of a lead that are changed by themselves, each with an audit entry of its own kind."""

    needs = {"*": "leads.change_lead"}

    @changes(
        "leads_stage", gettext_lazy("Change the stage"), StageSerializer, {"stage": "meeting", "version": 7}
    )
    def stage(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, StageSerializer, saving.change_stage)

    @changes("leads_owner", gettext_lazy("Change the owner"), OwnerSerializer, {"owner": 7, "version": 7})
    def owner(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, OwnerSerializer, _assign)

    @changes(
        "leads_next_action",
        gettext_lazy("Set or clear the next action"),
        NextActionSerializer,
        {"text": "見積もりを送る", "due_at": "2026-12-01T17:00:00+09:00", "version": 7},
    )
    def next_action(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, NextActionSerializer, saving.set_next_action)

    @changes(
        "leads_consent",
        gettext_lazy("Record why mail is lawful"),
        ConsentSerializer,
        {"basis": "business_card", "note": "展示会", "version": 7},
    )
    def consent(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, ConsentSerializer, saving.record_consent)

    @changes(
        "leads_do_not_contact",
        gettext_lazy("Block or unblock mail to this person"),
        DoNotContactSerializer,
        {"blocked": True, "reason": "本人の希望", "version": 7},
    )
    def do_not_contact(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, DoNotContactSerializer, saving.set_do_not_contact)


def _create(user: User, data: dict[str, Any]) -> Lead:
    values = {"source": SOURCE, **data}
    team = _team(user, values.pop("team", None))
    owner = _member(values.pop("owner", None), team.pk)
    values["source"] = values["source"] or SOURCE
    return saving.create_lead(team=team, user=user, owner=owner, **values)


def _assign(*, owner: int | None, lead_id: int, **who: Any) -> Lead:
    team = Lead.objects.values_list("team_id", flat=True).get(pk=lead_id)
    return saving.assign(lead_id=lead_id, owner=_member(owner, team), **who)


def _team(user: User, wanted: int | None) -> Team:
    """The one that is named, or the only one. Errors: `team_missing`, `team_forbidden`."""
    if wanted is None:
        if len(user.team_ids) != 1:
            raise DomainError("team_missing", _("Please name the team: you are not in exactly one."))
        wanted = user.team_ids[0]
    allowed = wanted in user.team_ids or user.has_perm("leads.view_all")
    team = Team.objects.filter(pk=wanted).first() if allowed else None
    if team is None:
        raise DomainError("team_forbidden", _("You are not a member of this team."), status=404)
    return team


def _member(wanted: int | None, team_id: int) -> User | None:
    """Nobody learns whether an id that is not in the team belongs to somebody. Errors: `owner_team`."""
    if wanted is None:
        return None
    person = User.objects.filter(pk=wanted, is_active=True, memberships__team=team_id).first()
    if person is None:
        raise DomainError("owner_team", _("The owner must be a member of the team."))
    return person


def _address(request: Request, query: str) -> str | None:
    if not query:
        return None
    kept = [(name, request.query_params[name]) for name in _KEPT if name in request.query_params]
    return request.build_absolute_uri(f"{request.path}?{query}{'&' * bool(kept)}{urlencode(kept)}")
