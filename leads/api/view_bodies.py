"""Saved views as the API shows and takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from leads import columns, orders, saved_views
from leads.api import filtering
from leads.api.parameters import OWNER_PATTERN
from leads.columns import MOST_COLUMNS
from leads.conditions.tree import LONGEST, MOST_CONDITIONS, Join
from leads.filters import LeadFilter
from leads.models import Industry, SavedView, Stage
from salesdash.api.serializers import Person, PersonSerializer, StrictSerializer
from salesdash.cursors import LARGEST_ID
from salesdash.models import User

# whole microseconds since 1970, as a number of JSON keeps them exactly
LARGEST_VERSION = 2**53 - 1


class LeadFilterSerializer(StrictSerializer):
    """The parameters of the list by name."""

    owner = serializers.RegexField(
        OWNER_PATTERN, required=False, help_text=_("a person's id, “me” or “none”")
    )
    team = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    stage = serializers.ListField(
        child=serializers.ChoiceField(choices=Stage.choices),
        required=False,
        help_text=_("any of these; without: the open stages"),
    )
    industry = serializers.ListField(
        child=serializers.ChoiceField(choices=Industry.choices), required=False, help_text=_("any of these")
    )
    min_t = serializers.IntegerField(
        required=False, min_value=1, max_value=100, help_text=_("temperature at least")
    )
    c = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST),
        required=False,
        max_length=MOST_CONDITIONS,
        help_text=_("conditions, field:comparison:value, or groups any(…;…) and all(…;…)"),
    )
    match = serializers.ChoiceField(
        choices=[(join.value, join.value) for join in Join],
        required=False,
        help_text=_("whether all conditions hold or any of them; default: all"),
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        query = MultiValueDict(
            {
                name: [str(one) for one in (value if isinstance(value, list) else [value])]
                for name, value in attrs.items()
            }
        )
        return {"condition": filtering.read(query)}


def as_filter(condition: LeadFilter) -> dict[str, Any]:
    """What LeadFilterSerializer takes, of what is named at all."""
    found: dict[str, Any] = {}
    for name, value in condition.pairs():
        if name in ("stage", "industry", "c"):
            found.setdefault(name, []).append(value)
        elif name != "q":
            found[name] = int(value) if name in ("team", "min_t") else value
    return found


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    owner = serializers.SerializerMethodField()
    team = serializers.IntegerField(
        source="team_id", allow_null=True, help_text=_("the team that it is shared with")
    )
    pinned = serializers.BooleanField(help_text=_("a tab; else in the menu"))
    filter = serializers.SerializerMethodField()
    sort = serializers.CharField(help_text=_("empty: by temperature"))
    columns = serializers.ListField(
        child=serializers.CharField(), help_text=_("empty: those that each person has chosen")
    )
    version = serializers.IntegerField()

    class Meta:
        model = SavedView
        fields = [
            "id", "name", "owner", "team", "pinned", "position", "filter", "sort", "columns", "updated_at",
            "version",
        ]  # fmt: skip

    @extend_schema_field(PersonSerializer)
    def get_owner(self, view: SavedView) -> Person:
        return {"id": view.owner_id, "name": str(view.owner)}

    @extend_schema_field(LeadFilterSerializer)
    def get_filter(self, view: SavedView) -> dict[str, Any]:
        return as_filter(saved_views.condition_of(view))


@extend_schema_serializer(many=False)
class SavedViewPageSerializer(serializers.Serializer[dict[str, Any]]):
    next = serializers.URLField(allow_null=True)
    results = SavedViewSerializer(many=True)


class NewViewSerializer(StrictSerializer):
    """Needs `user` in its context: columns and orders by attributes are those of the caller's leads."""

    name = serializers.CharField(max_length=60)
    team = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=LARGEST_ID,
        help_text=_("one of your teams, or null: for yourself alone"),
    )
    pinned = serializers.BooleanField(required=False, help_text=_("a tab; else in the menu"))
    filter = LeadFilterSerializer(required=False, help_text=_("the parameters of the list; as a whole"))
    sort = serializers.CharField(
        required=False, allow_blank=True, max_length=160, help_text=_("empty: by temperature")
    )
    columns = serializers.ListField(
        child=serializers.CharField(max_length=200),
        required=False,
        max_length=MOST_COLUMNS,
        help_text=_("temperature and name always stand among them; empty: those that each person has chosen"),
    )

    def validate_sort(self, text: str) -> str:
        if text and orders.sort(text, self._user) is None:
            raise serializers.ValidationError(filtering.unknown())
        return text

    def validate_columns(self, names: list[str]) -> list[str]:
        faults = {
            str(place): filtering.unknown(gettext("There is no such column."))
            for place, name in enumerate(names)
            if not any(column.name == name for column in columns.find(self._user, [name]))
        }
        if faults:
            raise serializers.ValidationError(faults)
        return [column.name for column in columns.find(self._user, names)]

    @property
    def _user(self) -> User:
        user: User = self.context["user"]
        return user

    def changes(self) -> saved_views.Changes:
        """As leads.saved_views takes it."""
        data: Mapping[str, Any] = self.validated_data
        found: Any = {name: data[name] for name in ("name", "pinned", "sort", "columns") if name in data}
        if "team" in data:
            found["team_id"] = data["team"]
        if "filter" in data:
            found["condition"] = data["filter"]["condition"]
        changes: saved_views.Changes = found
        return changes


class ViewChangeSerializer(NewViewSerializer):
    name = serializers.CharField(max_length=60, required=False)
    version = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_VERSION,
        help_text=_("the version that you have read, unless the header If-Match names it"),
    )
