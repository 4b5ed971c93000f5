"""Drafts as the API shows them: a text only to whom it is readable, verdicts without any words of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from drafts.models import Draft
from drafts.safety import latest
from drafts.tracking import tallies


class VerdictSerializer(serializers.Serializer[dict[str, Any]]):
    layer = serializers.CharField()
    verdict = serializers.ChoiceField(choices=["pass", "flag", "error"])
    blocking = serializers.BooleanField()
    codes = serializers.ListField(child=serializers.CharField())


class TallySerializer(serializers.Serializer[tallies.Tally]):
    opens = serializers.IntegerField(help_text=_("by people"))
    clicks = serializers.IntegerField(help_text=_("by people"))
    raw_opens = serializers.IntegerField(help_text=_("by people and machines"))
    raw_clicks = serializers.IntegerField(help_text=_("by people and machines"))


class DraftSerializer(serializers.ModelSerializer[Draft]):
    """Rows come from `drafts.reading`: what may not be read was not even loaded."""

    requested_by = serializers.SerializerMethodField()
    readable = serializers.BooleanField(read_only=True)
    checking_again = serializers.BooleanField(
        source="outdated",
        read_only=True,
        help_text=_(
            "cleared by rules that are no longer in force; checked by the new ones without being asked"
        ),
    )
    subject = serializers.SerializerMethodField(help_text=_("null unless the text is readable"))

    tally = serializers.SerializerMethodField(
        help_text=_("what came of the mail; null where its opens cannot be seen")
    )

    class Meta:
        model = Draft
        fields = [
            "id", "lead", "team", "requested_by", "purpose", "language", "origin", "tone", "length", "keigo",
            "revision", "based_on", "variant", "state", "state_changed_at", "readable", "checking_again",
            "subject", "judge_score", "error_code", "from_cache", "generation_ms", "reject_code", "version",
            "trace_id", "created_at", "expires_at", "tally",
        ]  # fmt: skip

    @extend_schema_field({"type": ["string", "null"]})
    def get_requested_by(self, draft: Draft) -> str | None:
        return str(draft.requested_by) if draft.requested_by else None

    @extend_schema_field({"type": ["string", "null"]})
    def get_subject(self, draft: Any) -> str | None:
        return draft.shown_subject if draft.readable else None

    @extend_schema_field(TallySerializer(allow_null=True))
    def get_tally(self, draft: Any) -> dict[str, Any] | None:
        found = tallies.read(getattr(draft, "tally", None))
        return dict(TallySerializer(found).data) if found else None


@extend_schema_serializer(many=False)
class DraftPageSerializer(serializers.Serializer[dict[str, Any]]):
    next = serializers.URLField(allow_null=True)
    results = DraftSerializer(many=True)


class DraftDetailSerializer(DraftSerializer):
    body = serializers.SerializerMethodField(help_text=_("null unless the text is readable"))
    verdicts = serializers.SerializerMethodField()

    class Meta(DraftSerializer.Meta):
        fields = [*DraftSerializer.Meta.fields, "body", "verdicts"]

    @extend_schema_field({"type": ["string", "null"]})
    def get_body(self, draft: Any) -> str | None:
        return draft.shown_body if draft.readable else None

    @extend_schema_field(VerdictSerializer(many=True))
    def get_verdicts(self, draft: Draft) -> list[dict[str, Any]]:
        return [
            {
                "layer": check.layer,
                "verdict": check.verdict,
                "blocking": check.blocking,
                "codes": sorted({str(reason["code"]) for reason in check.reasons}),
            }
            for check in latest.checks(draft)
        ]
