"""Mail templates as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from drafts.mail_templates import NAME_MAX_CHARS
from drafts.models import MailTemplate, Purpose
from drafts.texts import BODY_MAX_CHARS, SUBJECT_MAX_CHARS
from leads.api.bodies import LANGUAGES
from salesdash.api.serializers import EditSerializer, StrictSerializer
from salesdash.cursors import LARGEST_ID


class TemplateSerializer(serializers.ModelSerializer[MailTemplate]):
    personal = serializers.BooleanField(source="is_personal", help_text=_("for its owner alone"))
    changed_by = serializers.SerializerMethodField()

    class Meta:
        model = MailTemplate
        fields = [
            "id", "team", "name", "language", "purpose", "subject", "body", "personal", "version",
            "changed_by", "changed_at",
        ]  # fmt: skip

    @extend_schema_field({"type": ["string", "null"]})
    def get_changed_by(self, template: MailTemplate) -> str | None:
        return str(template.changed_by) if template.changed_by else None


@extend_schema_serializer(many=False)
class TemplatePageSerializer(serializers.Serializer[dict[str, Any]]):
    next = serializers.URLField(allow_null=True)
    results = TemplateSerializer(many=True)


class NewTemplateSerializer(StrictSerializer):
    team = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    name = serializers.CharField(max_length=NAME_MAX_CHARS)
    language = serializers.ChoiceField(choices=LANGUAGES)
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    subject = serializers.CharField(max_length=SUBJECT_MAX_CHARS)
    body = serializers.CharField(max_length=BODY_MAX_CHARS)
    personal = serializers.BooleanField(required=False)


class TemplateChangeSerializer(EditSerializer):
    name = serializers.CharField(max_length=NAME_MAX_CHARS, required=False)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    purpose = serializers.ChoiceField(choices=Purpose.choices, required=False)
    subject = serializers.CharField(max_length=SUBJECT_MAX_CHARS, required=False)
    body = serializers.CharField(max_length=BODY_MAX_CHARS, required=False)
    personal = serializers.BooleanField(
        required=False, help_text=_("false shares it with its team; true only keeps what is yours yours")
    )


class PreviewLeadSerializer(StrictSerializer):
    lead = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)


class PreviewSerializer(serializers.Serializer[dict[str, Any]]):
    subject = serializers.CharField()
    body = serializers.CharField()
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text=_("placeholders that were left standing")
    )
    objections = serializers.ListField(child=serializers.CharField(), help_text=_("of the checks, in words"))
