"""Who the caller is: their teams with the people in them, and what they may do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from salesdash.api.operations import Example
from salesdash.api.serializers import PersonSerializer
from salesdash.api.views import ApiView
from salesdash.models import Membership, User


class TeamSerializer(serializers.Serializer[dict[str, Any]]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    members = PersonSerializer(many=True)


class MeSerializer(serializers.Serializer[dict[str, Any]]):
    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField(help_text=_("empty: as the request asks"))
    time_zone = serializers.CharField()
    teams = TeamSerializer(many=True)
    permissions = serializers.ListField(child=serializers.CharField())


class MeView(ApiView):
    @extend_schema(
        operation_id="me",
        summary=_("Who you are, your teams, what you may do"),
        responses={200: MeSerializer},
        examples=[
            Example(
                {
                    "id": 7,
                    "username": "sato",
                    "name": "佐藤 健",
                    "language": "ja",
                    "time_zone": "Asia/Tokyo",
                    "teams": [{"id": 1, "name": "東日本営業部", "members": [{"id": 7, "name": "佐藤 健"}]}],
                    "permissions": ["drafts.view_draft", "leads.view_lead"],
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        user = self.user_of(request)
        return Response(
            {
                "id": user.pk,
                "username": user.username,
                "name": str(user),
                "language": user.language,
                "time_zone": user.time_zone,
                "teams": _teams(user),
                "permissions": sorted(user.get_all_permissions()),
            }
        )


def _teams(user: User) -> list[dict[str, Any]]:
    """Active members only: nobody else can own a lead."""
    members = Membership.objects.filter(team__in=user.team_ids, user__is_active=True)
    teams: dict[int, dict[str, Any]] = {}
    for member in members.select_related("team", "user").order_by("team__name", "user__username"):
        team = teams.setdefault(
            member.team_id, {"id": member.team_id, "name": member.team.name, "members": []}
        )
        team["members"].append({"id": member.user_id, "name": str(member.user)})
    return list(teams.values())
