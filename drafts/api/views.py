"""Drafts to read. What a token may see is what its person may see."""

from __future__ import annotations

from typing import cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, pagination, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from drafts import reading
from drafts.api.serializers import DraftDetailSerializer, DraftSerializer
from drafts.models import Draft
from salesdash.models import User


class MayViewDrafts(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and request.user.has_perm("drafts.view_draft"))


class NewestFirst(pagination.CursorPagination):
    page_size = 50
    ordering = "-id"


@extend_schema_view(
    list=extend_schema(operation_id="drafts_list"), retrieve=extend_schema(operation_id="drafts_read")
)
class DraftViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Draft]):
    permission_classes = [MayViewDrafts]
    pagination_class = NewestFirst
    filterset_fields = ["lead", "state", "origin", "purpose"]
    queryset = Draft.objects.none()

    def get_queryset(self) -> QuerySet[Draft]:
        user = cast(User, self.request.user)
        rows = reading.shown_to(user) if self.action == "retrieve" else reading.titles_shown_to(user)
        return rows.select_related("requested_by")

    def get_serializer_class(self) -> type[BaseSerializer[Draft]]:
        return DraftDetailSerializer if self.action == "retrieve" else DraftSerializer

    def finalize_response(
        self, request: Request, response: Response, *args: object, **kwargs: object
    ) -> Response:
        """Texts may lose their clearance: nobody keeps a copy."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        return answer
