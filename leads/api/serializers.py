"""Leads and activities as the API shows and takes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from leads.models import Activity, ActivityType, Company, Lead, Note
from leads.models.score import Band
from leads.temperature import Scale
from salesdash.api.serializers import Person, PersonSerializer
from salesdash.models import User

BANDS = [band.key for band in Band]
TYPES = [kind.key for kind in ActivityType]
# an adjustment is made by a person, on the screen
TAKEN_TYPES = [kind.key for kind in ActivityType if kind is not ActivityType.MANUAL]


class LastActivity(TypedDict):
    type: str
    at: datetime


class LastActivitySerializer(serializers.Serializer[LastActivity]):
    type = serializers.ChoiceField(choices=TYPES)
    at = serializers.DateTimeField()


class CompanySerializer(serializers.ModelSerializer[Company]):
    class Meta:
        model = Company
        fields = ["id", "name", "name_kana", "industry", "region", "employees", "website"]


class LeadSerializer(serializers.ModelSerializer[Lead]):
    """Needs `company`, `owner` and `score` loaded, and `scale` and `now` in its context."""

    company = CompanySerializer()
    # as stored: a file may have brought what is no address
    email = serializers.CharField()
    owner = serializers.SerializerMethodField()
    temperature = serializers.SerializerMethodField(
        help_text=_("0 to 100, at the time of the request; null for a lead that a rule leaves out")
    )
    band = serializers.SerializerMethodField()
    fit = serializers.IntegerField(source="score.fit")
    last_activity = serializers.SerializerMethodField()

    class Meta:
        model = Lead
        fields = [
            "id", "team", "owner", "company", "family_name", "given_name", "family_kana", "given_kana",
            "department", "title", "email", "phone", "language", "stage", "temperature", "band", "fit",
            "win_probability", "next_action", "next_action_due_at", "recall_at", "last_activity",
            "do_not_contact", "consent_basis", "opted_out_at", "source", "external_id", "attributes",
            "created_at", "updated_at", "version",
        ]  # fmt: skip

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_owner(self, lead: Lead) -> Person | None:
        return {"id": lead.owner.pk, "name": str(lead.owner)} if lead.owner else None

    def get_temperature(self, lead: Lead) -> float | None:
        return round(self._temperature(lead), 2) if lead.score.fit_factor else None

    @extend_schema_field(serializers.ChoiceField(choices=BANDS))
    def get_band(self, lead: Lead) -> str:
        scale: Scale = self.context["scale"]
        return scale.band(self._temperature(lead)).key

    @extend_schema_field(LastActivitySerializer(allow_null=True))
    def get_last_activity(self, lead: Lead) -> dict[str, Any] | None:
        score = lead.score
        if score.last_activity_at is None or score.last_activity_type not in ActivityType.values:
            return None
        kind = ActivityType(score.last_activity_type)
        return dict(LastActivitySerializer({"type": kind.key, "at": score.last_activity_at}).data)

    def _temperature(self, lead: Lead) -> float:
        scale: Scale = self.context["scale"]
        return scale.temperature(lead.score.rank, self.context["now"])


@extend_schema_serializer(many=False)
class LeadPageSerializer(serializers.Serializer[dict[str, Any]]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = LeadSerializer(many=True)


class NoteSerializer(serializers.ModelSerializer[Note]):
    author = serializers.CharField(source="author_name")

    class Meta:
        model = Note
        fields = ["id", "author", "body", "created_at"]


class NotePageSerializer(serializers.Serializer[dict[str, Any]]):
    next = serializers.URLField(allow_null=True)
    results = NoteSerializer(many=True)


class HistorySerializer(serializers.ModelSerializer[Activity]):
    """One thing that happened with a lead."""

    type = serializers.SerializerMethodField()
    by = serializers.SerializerMethodField(help_text=_("who did it, if one of us"))

    class Meta:
        model = Activity
        fields = ["type", "occurred_at", "received_at", "source", "external_id", "properties", "by"]

    @extend_schema_field(serializers.ChoiceField(choices=TYPES))
    def get_type(self, activity: Activity) -> str:
        return ActivityType(activity.type).key

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_by(self, activity: Activity) -> Person | None:
        person: User | None = self.context["people"].get(activity.actor_id)
        return {"id": person.pk, "name": str(person)} if person else None


class HistoryPageSerializer(serializers.Serializer[dict[str, Any]]):
    next = serializers.URLField(allow_null=True)
    results = HistorySerializer(many=True)


class ActivitySerializer(serializers.Serializer[dict[str, Any]]):
    """One thing that happened. With an external id it is taken once, however often it is sent."""

    lead = serializers.IntegerField(min_value=1)
    type = serializers.ChoiceField(choices=TAKEN_TYPES)
    occurred_at = serializers.DateTimeField(required=False, help_text=_("with a time zone; default: now"))
    source = serializers.CharField(max_length=40, required=False, default="api")  # type: ignore[assignment]
    external_id = serializers.CharField(max_length=120, required=False)
    properties = serializers.DictField(required=False, help_text=_("at most 10,000 bytes as JSON"))


class ActivityBatchSerializer(serializers.Serializer[dict[str, Any]]):
    activities = ActivitySerializer(many=True, help_text=_("at most 10,000"))


class ActivityResultSerializer(serializers.Serializer[dict[str, Any]]):
    index = serializers.IntegerField()
    status = serializers.ChoiceField(choices=["created", "duplicate", "rejected"])
    reason = serializers.CharField(required=False)


class ActivityAnswerSerializer(serializers.Serializer[dict[str, Any]]):
    created = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    rejected = serializers.IntegerField()
    results = ActivityResultSerializer(many=True)
