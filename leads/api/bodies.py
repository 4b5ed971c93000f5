"""What callers may send about leads."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leads.api.fields import AttributesField, MomentField, TypedField
from leads.calls import Outcome
from leads.forms import KanaField, NewLeadForm, TidyEmailField, TidyField
from leads.models import Industry, Lead, Stage
from leads.models.lead import ConsentBasis
from salesdash.api.serializers import EditSerializer, StrictSerializer
from salesdash.cursors import LARGEST_ID

LANGUAGES = list(Lead._meta.get_field("language").choices or ())
_PHONE = NewLeadForm.base_fields["phone"].validators


class _PersonFields(StrictSerializer):
    family_name = TypedField(TidyField(max_length=80, required=False))
    given_name = TypedField(TidyField(max_length=80, required=False))
    family_kana = TypedField(
        KanaField(max_length=80, required=False), help_text=_("hiragana becomes katakana")
    )
    given_kana = TypedField(KanaField(max_length=80, required=False))
    department = TypedField(TidyField(max_length=120, required=False))
    title = TypedField(TidyField(max_length=80, required=False))
    email = TypedField(TidyEmailField(max_length=254, required=False))
    phone = TypedField(
        TidyField(max_length=40, required=False, validators=_PHONE),
        help_text=_("digits and + ( ) - only"),
    )
    language = serializers.ChoiceField(
        choices=LANGUAGES, required=False, help_text=_("the language that we write to this person in")
    )
    external_id = TypedField(
        TidyField(max_length=120, required=False), help_text=_("your own id; once per team")
    )
    attributes = AttributesField(required=False, help_text=_("at most 10,000 bytes as JSON"))


class NewLeadSerializer(_PersonFields):
    team = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, help_text=_("only if you are in several teams")
    )
    company_name = TypedField(TidyField(max_length=200), required=True)
    industry = serializers.ChoiceField(
        choices=Industry.choices, required=False, help_text=_("of a new company; a known one keeps its own")
    )
    owner = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, help_text=_("a member of the team; default: you")
    )
    # an attribute of every field of the framework, hence declared below
    consent_basis = serializers.ChoiceField(choices=ConsentBasis.choices, required=False)
    consent_note = TypedField(TidyField(max_length=200, required=False))

    def get_fields(self) -> dict[str, Any]:
        source = TypedField(TidyField(max_length=40, required=False), help_text=_("default: api"))
        return {**super().get_fields(), "source": source}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not any(attrs.get(name) for name in ("family_name", "given_name", "email")):
            raise serializers.ValidationError(
                {"family_name": [_("Please enter a name or an e-mail address.")]}, code="required"
            )
        return attrs


class LeadChangeSerializer(_PersonFields, EditSerializer):
    """Only what is to change. Stage, owner and next action have addresses of their own."""


class StageSerializer(EditSerializer):
    stage = serializers.ChoiceField(choices=Stage.choices)


class OwnerSerializer(EditSerializer):
    owner = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, allow_null=True, help_text=_("a member of the team, or null")
    )


class NextActionSerializer(EditSerializer):
    text = TypedField(
        TidyField(max_length=200, required=False), required=True, help_text=_("empty clears it")
    )
    due_at = MomentField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("due_at") and not attrs["text"]:
            raise serializers.ValidationError({"text": [_("Please say what is to be done by then.")]})
        return attrs


class ConsentSerializer(EditSerializer):
    basis = serializers.ChoiceField(choices=ConsentBasis.choices)
    note = TypedField(TidyField(max_length=200, required=False))


class DoNotContactSerializer(EditSerializer):
    blocked = serializers.BooleanField()
    reason = TypedField(TidyField(max_length=200, required=False))


class NewNoteSerializer(StrictSerializer):
    body = serializers.CharField(max_length=4000)


class NewCallSerializer(StrictSerializer):
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    recall_at = MomentField(
        required=False, allow_null=True, help_text=_("only with, and always with, call_back")
    )
