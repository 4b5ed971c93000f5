"""Leads to read, activities to send. What a token may see is what its person may see."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from leads import rules
from leads.api import batches
from leads.api.parsers import ShallowJSONParser
from leads.api.serializers import (
    ActivityAnswerSerializer,
    ActivityBatchSerializer,
    ActivitySerializer,
    LeadPageSerializer,
    LeadSerializer,
    ProblemSerializer,
)
from leads.filters import LARGEST_ID
from leads.models import Industry, Lead, Stage
from leads.sorting import ORDERS
from leads.table import LeadTable
from salesdash.models import User

PAGE_LEADS = 100


class MayViewLeads(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and request.user.has_perm("leads.view_lead"))


class MayChangeLeads(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and request.user.has_perm("leads.change_lead"))


def _several(name: str, values: list[str], words: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, enum=values, many=True, description=words)


FILTERS = [
    OpenApiParameter("q", OpenApiTypes.STR, description="name, kana, company, e-mail or phone"),
    OpenApiParameter("owner", OpenApiTypes.STR, description="a user's id, `me` or `none`"),
    OpenApiParameter("team", OpenApiTypes.INT),
    _several("stage", Stage.values, "default: the open stages"),
    _several("industry", Industry.values, "any of these"),
    OpenApiParameter("min_t", OpenApiTypes.INT, description="temperature from 1 to 100"),
    OpenApiParameter(
        "sort", OpenApiTypes.STR, enum=[*ORDERS, *(f"-{name}" for name in ORDERS)], default="temperature"
    ),
    OpenApiParameter("after", OpenApiTypes.STR, description="cursor: use the address in `next`"),
    OpenApiParameter("before", OpenApiTypes.STR, description="cursor: use the address in `previous`"),
]


class LeadViewSet(viewsets.ViewSet):
    permission_classes = [MayViewLeads]

    @extend_schema(operation_id="leads_list", parameters=FILTERS, responses={200: LeadPageSerializer})
    def list(self, request: Request) -> Response:
        query = request.query_params.copy()
        query["view"] = "all"
        table = LeadTable(cast(User, request.user), query)
        window = table.window(PAGE_LEADS, "id")
        ids = [value["id"] for value in window.values]
        found = self._leads(request).in_bulk(ids)
        leads = [found[pk] for pk in ids if pk in found]
        return Response(
            {
                "next": _address(request, window.after),
                "previous": _address(request, window.before),
                "results": LeadSerializer(leads, many=True, context=self._context()).data,
            }
        )

    @extend_schema(
        operation_id="leads_retrieve",
        parameters=[OpenApiParameter("id", OpenApiTypes.INT64, OpenApiParameter.PATH)],
        responses={200: LeadSerializer, 404: ProblemSerializer},
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        lead = get_object_or_404(self._leads(request), pk=min(int(pk), LARGEST_ID))
        return Response(LeadSerializer(lead, context=self._context()).data)

    @staticmethod
    def _leads(request: Request) -> QuerySet[Lead]:
        visible = Lead.objects.visible_to(cast(User, request.user)).filter(score__isnull=False)
        return visible.select_related("company", "owner", "score").defer(
            "score__acc", "search_grams", "search_text", "company__attributes"
        )

    @staticmethod
    def _context() -> dict[str, Any]:
        return {"scale": rules.current().scale, "now": timezone.now()}


class ActivityView(APIView):
    permission_classes = [MayChangeLeads]
    parser_classes = [ShallowJSONParser]

    @extend_schema(
        operation_id="activities_create",
        request=PolymorphicProxySerializer(
            component_name="Activities",
            serializers=[ActivitySerializer, ActivityBatchSerializer, ActivitySerializer(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        responses={200: ActivityAnswerSerializer, 400: ProblemSerializer},
    )
    def post(self, request: Request) -> Response:
        return Response(batches.take(cast(User, request.user), request.data))


def _address(request: Request, query: str) -> str | None:
    return request.build_absolute_uri(f"{request.path}?{query}") if query else None
