"""What callers may send about drafts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from drafts.models import Delivery, Purpose
from drafts.requests import INSTRUCTION_MAX_CHARS, TONES
from salesdash.api.serializers import StrictSerializer
from salesdash.cursors import LARGEST_ID


class NewDraftSerializer(StrictSerializer):
    lead = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    purpose = serializers.ChoiceField(choices=Purpose.choices, required=False)
    instruction = serializers.CharField(
        max_length=INSTRUCTION_MAX_CHARS,
        required=False,
        allow_blank=True,
        help_text=_("a wish in your own words"),
    )
    tone = serializers.ChoiceField(choices=TONES, required=False)


class ClaimSerializer(StrictSerializer):
    channel = serializers.ChoiceField(
        choices=[Delivery.Channel.COPY.value, Delivery.Channel.MAIL_APP.value], required=False
    )


class HandoutSerializer(serializers.Serializer[dict[str, Any]]):
    subject = serializers.CharField()
    body = serializers.CharField(help_text=_("with the footer that the law wants"))
    text = serializers.CharField(help_text=_("subject and body, for the clipboard"))
    recipient = serializers.CharField()
    warnings = serializers.ListField(
        child=serializers.ChoiceField(choices=["recent_mail"]),
        help_text=_("recent_mail: this address has got another mail in the last days"),
    )
