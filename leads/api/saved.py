"""Saved views: named filters of a person, shared with a team or not. Only their owner changes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from leads import saved_views
from leads.api.view_bodies import (
    NewViewSerializer,
    SavedViewPageSerializer,
    SavedViewSerializer,
    ViewChangeSerializer,
)
from leads.filters import LeadFilter
from leads.models import SavedView
from salesdash import cursors
from salesdash.api import idempotency, paging, preconditions
from salesdash.api.operations import ETAG, ID, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, LOCATION, Example
from salesdash.api.views import ApiViewSet
from salesdash.cursors import LARGEST_ID
from salesdash.errors import DomainError
from salesdash.models import User

_ORDER: Final = paging.Order("views", (paging.Key("pk", cursors.whole),))
_PLACES: Final = {"view_name": "name", "view_name_taken": "name", "view_team": "team"}
_BODY: Final[dict[str, Any]] = {
    "name": "温かい製造業",
    "team": 1,
    "pinned": True,
    "filter": {"stage": ["new", "working"], "min_t": 60, "c": ["employees:ge:100", "due:week"]},
    "sort": "-activity",
    "columns": ["temperature", "name", "company", "employees"],
}
_VIEW: Final[dict[str, Any]] = {
    "id": 12,
    "owner": {"id": 7, "name": "佐藤 健"},
    "position": 0,
    "updated_at": "2026-11-27T14:05:00+09:00",
    "version": 1795755900000000,
    **_BODY,
}
_SHOWN: Final = Example(_VIEW, response_only=True)


class SavedViewViewSet(ApiViewSet):
    needs = {"*": "leads.view_lead"}
    known_parameters = {"list": frozenset(parameter.name for parameter in paging.PARAMETERS)}

    @extend_schema(
        operation_id="views_list",
        summary=_("Your saved views, and those shared with your teams"),
        description=_("The leads of one: leads/?view=…"),
        parameters=[*paging.PARAMETERS],
        responses={200: SavedViewPageSerializer},
        examples=[Example({"next": None, "results": [_VIEW]}, response_only=True)],
    )
    def list(self, request: Request) -> Response:
        visible = SavedView.objects.visible_to(self.user_of(request)).select_related("owner")
        found, following = _ORDER.page(request, visible)
        return Response({"next": following, "results": SavedViewSerializer(found, many=True).data})

    @extend_schema(
        operation_id="views_retrieve",
        summary=_("One saved view"),
        parameters=[ID, IF_NONE_MATCH, ETAG],
        responses={200: SavedViewSerializer},
        examples=[_SHOWN],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return _answer(request, _one(self.user_of(request), pk))

    @extend_schema(
        operation_id="views_create",
        summary=_("A new saved view"),
        description=_("Its filter holds the parameters of the list by name. At most 50 for each person."),
        parameters=[IDEMPOTENCY_KEY, ETAG, LOCATION],
        request=NewViewSerializer,
        responses={201: SavedViewSerializer, 404: None, 409: None},
        examples=[Example(_BODY, request_only=True), _SHOWN],
    )
    def create(self, request: Request) -> Response:
        user = self.user_of(request)
        body = NewViewSerializer(data=request.data, context={"user": user})
        body.is_valid(raise_exception=True)

        def make() -> str:
            values = {"condition": LeadFilter(), **body.changes()}
            return str(saved_views.create(user=user, **values).pk)  # type: ignore[arg-type]

        with _at_its_place():
            made, again = idempotency.once(request, user, make)
        location = reverse("api_view", args=[made], request=request)
        headers = {"Location": location, **idempotency.said(again)}
        return _answer(request, _one(user, made), status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(
        operation_id="views_update",
        summary=_("Change a saved view of your own"),
        description=_(
            "Only what is to change; a filter as a whole. "
            "Needs the version that you have read: by If-Match, or as “version” in the body."
        ),
        parameters=[ID, IF_MATCH, ETAG],
        request=ViewChangeSerializer,
        responses={200: SavedViewSerializer, **dict.fromkeys((409, 412, 428))},
        examples=[Example({"name": "温かい会社", "version": _VIEW["version"]}, request_only=True), _SHOWN],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        user = self.user_of(request)
        body = ViewChangeSerializer(data=request.data, context={"user": user})
        body.is_valid(raise_exception=True)
        view = saved_views.own(user=user, view_id=min(int(pk), LARGEST_ID))

        def change(version: int) -> SavedView:
            return saved_views.change(user=user, view_id=view.pk, version=version, **body.changes())

        named = body.validated_data.get("version")
        with _at_its_place():
            changed = preconditions.with_version(request, named, lambda: view.version, change)
        return _answer(request, changed)

    @extend_schema(
        operation_id="views_delete",
        summary=_("Delete a saved view of your own"),
        description=_("On the screen it can be brought back for a day."),
        parameters=[ID, IF_MATCH],
        responses={204: None, 412: None},
    )
    def destroy(self, request: Request, pk: str) -> Response:
        user = self.user_of(request)
        view = saved_views.own(user=user, view_id=min(int(pk), LARGEST_ID))

        def delete(version: int) -> SavedView:
            return saved_views.delete(user=user, view_id=view.pk, version=version)

        if "If-Match" in request.headers:
            preconditions.with_version(request, None, lambda: view.version, delete)
        else:
            saved_views.delete(user=user, view_id=view.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _one(user: User, pk: str) -> SavedView:
    """Errors: `view_gone`."""
    view = (
        SavedView.objects.visible_to(user).select_related("owner").filter(pk=min(int(pk), LARGEST_ID)).first()
    )
    if view is None:
        raise saved_views.gone()
    return view


def _answer(request: Request, view: SavedView, **response: Any) -> Response:
    return preconditions.answer(request, view.version, SavedViewSerializer(view).data, **response)


@contextmanager
def _at_its_place() -> Iterator[None]:
    """A refusal that is about one field names it as the other faults of a body do."""
    try:
        yield
    except DomainError as error:
        if place := _PLACES.get(error.code):
            fault = {"pointer": f"/{place}", "code": error.code, "detail": error.message}
            error.extra = {**error.extra, "errors": [fault]}
        raise
