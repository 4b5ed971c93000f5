"""Batches of drafts as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from drafts import batches
from drafts.api.bodies import WishSerializer
from drafts.models import BatchItem, DraftBatch, Purpose, State
from salesdash.api.serializers import StrictSerializer
from salesdash.cursors import LARGEST_ID


class LeadsSerializer(StrictSerializer):
    leads = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        min_length=1,
        max_length=batches.MOST_LEADS,
        help_text=_("ids of leads"),
    )
    purpose = serializers.ChoiceField(choices=Purpose.choices)


class NewBatchSerializer(WishSerializer, LeadsSerializer):
    pass


class CountsSerializer(serializers.Serializer[dict[str, int]]):
    """Leads by what became of them; together they are `total`."""

    waiting = serializers.IntegerField()
    skipped = serializers.IntegerField()
    ready = serializers.IntegerField()
    review = serializers.IntegerField()
    failed = serializers.IntegerField()
    working = serializers.IntegerField()
    other = serializers.IntegerField()


class BatchRowSerializer(serializers.ModelSerializer[DraftBatch]):
    author = serializers.CharField(source="author.__str__", read_only=True)

    class Meta:
        model = DraftBatch
        fields = [
            "id", "author", "purpose", "tone", "length", "keigo", "instruction", "status", "stopped_by",
            "total", "created_at", "finished_at",
        ]  # fmt: skip


class BatchSerializer(BatchRowSerializer):
    counts = serializers.SerializerMethodField()

    class Meta(BatchRowSerializer.Meta):
        fields = [*BatchRowSerializer.Meta.fields, "counts"]

    @extend_schema_field(CountsSerializer)
    def get_counts(self, batch: DraftBatch) -> dict[str, int]:
        return batches.counts(batch)


@extend_schema_serializer(many=False)
class BatchPageSerializer(serializers.Serializer[dict[str, Any]]):
    next = serializers.URLField(allow_null=True)
    results = BatchRowSerializer(many=True)


class BatchItemSerializer(serializers.ModelSerializer[BatchItem]):
    draft_state = serializers.SerializerMethodField()

    class Meta:
        model = BatchItem
        fields = ["lead", "state", "reason", "draft", "draft_state"]

    @extend_schema_field({"type": ["string", "null"], "enum": [*State.values, None]})
    def get_draft_state(self, item: BatchItem) -> str | None:
        return item.draft.state if item.draft else None


@extend_schema_serializer(many=False)
class BatchItemPageSerializer(serializers.Serializer[dict[str, Any]]):
    next = serializers.URLField(allow_null=True)
    results = BatchItemSerializer(many=True)


class TeamShareSerializer(serializers.Serializer[Any]):
    team = serializers.IntegerField(source="team.pk")
    drafts = serializers.IntegerField()
    jpy = serializers.DecimalField(max_digits=14, decimal_places=2)
    left_jpy = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        allow_null=True,
        help_text=_("of this month's budget; null: no limit"),
    )
    stops_after = serializers.IntegerField(
        allow_null=True, help_text=_("drafts after which the budget would stop the batch")
    )


class EstimateSerializer(serializers.Serializer[Any]):
    leads = serializers.IntegerField()
    skipped = serializers.IntegerField()
    too_many = serializers.BooleanField()
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    jpy = serializers.DecimalField(max_digits=14, decimal_places=2)
    seconds = serializers.IntegerField()
    seen = serializers.IntegerField(help_text=_("drafts that the means rest on; 0: an upper bound"))
    priced_on = serializers.DateField(allow_null=True)
    fx_on = serializers.DateField(allow_null=True)
    jpy_per_usd = serializers.DecimalField(max_digits=10, decimal_places=4)
    teams = TeamShareSerializer(many=True)
