"""What callers may send about drafts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from drafts.models import Delivery, Keigo, Length, Purpose, Revision, Tone
from drafts.wishes import INSTRUCTION_MAX_CHARS
from salesdash.api.serializers import StrictSerializer
from salesdash.cursors import LARGEST_ID


class WishSerializer(StrictSerializer):
    instruction = serializers.CharField(
        max_length=INSTRUCTION_MAX_CHARS,
        required=False,
        allow_blank=True,
        help_text=_("a wish in your own words; an order to the writing program is refused"),
    )
    tone = serializers.ChoiceField(choices=Tone.choices, required=False)
    length = serializers.ChoiceField(choices=Length.choices, required=False)
    keigo = serializers.ChoiceField(
        choices=Keigo.choices,
        required=False,
        help_text=_("the level of honorific Japanese; in English, how formal"),
    )


class NewDraftSerializer(WishSerializer):
    lead = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    purpose = serializers.ChoiceField(choices=Purpose.choices, required=False)


class RewriteSerializer(WishSerializer):
    revision = serializers.ChoiceField(
        choices=Revision.choices,
        required=False,
        help_text=_("what is to be different; default: another variant"),
    )


class ClaimSerializer(StrictSerializer):
    channel = serializers.ChoiceField(
        choices=[Delivery.Channel.COPY.value, Delivery.Channel.MAIL_APP.value], required=False
    )


class DecisionSerializer(StrictSerializer):
    sent = serializers.BooleanField(help_text=_("whether the mail was sent, by the mail server's log"))


class QueuedSerializer(serializers.Serializer[dict[str, Any]]):
    not_before = serializers.DateTimeField(help_text=_("the moment from which it goes out"))
    held = serializers.BooleanField(help_text=_("it waits for the end of the team's quiet hours"))
    warnings = serializers.ListField(child=serializers.ChoiceField(choices=["recent_mail"]))


class HandoutSerializer(serializers.Serializer[dict[str, Any]]):
    subject = serializers.CharField()
    body = serializers.CharField(help_text=_("with the footer that the law wants"))
    text = serializers.CharField(help_text=_("subject and body, for the clipboard"))
    recipient = serializers.CharField()
    warnings = serializers.ListField(
        child=serializers.ChoiceField(choices=["recent_mail"]),
        help_text=_("recent_mail: this address has got another mail in the last days"),
    )
