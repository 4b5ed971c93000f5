"""Drafts that went out, and addresses that nothing may go to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from drafts.models.draft import Draft, Origin
from leads.models import Lead
from leads.models.lead import ConsentBasis
from salesdash.models import Team


class Delivery(models.Model):
    class Channel(models.TextChoices):
        COPY = "copy", _("Copied")
        MAIL_APP = "mail_app", _("Mail app")
        SMTP = "smtp", _("Sent by salesdash")

    class Status(models.TextChoices):
        CLAIMED = "claimed", _("Handed out")
        QUEUED = "queued", _("Waiting")
        SENDING = "sending", pgettext_lazy("state of a mail", "Sending")
        SENT = "sent", _("Sent")
        UNDONE = "undone", _("Undone")
        UNCERTAIN = "uncertain", _("Uncertain")
        FAILED = "failed", _("Failed")
        BOUNCED = "bounced", _("Bounced")

    draft = models.ForeignKey(
        Draft, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("draft")
    )
    lead = models.ForeignKey(
        Lead, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("lead")
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("team")
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="deliveries",
        verbose_name=_("sender"),
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.CLAIMED)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices)
    recipient = models.EmailField(_("recipient"), max_length=254)
    # opens and clicks can be seen: only then does it count in their rates
    trackable = models.BooleanField(_("trackable"), default=False)
    message_id = models.CharField(_("Message-ID"), max_length=200, blank=True)
    text_hash = models.CharField(max_length=64)
    copies = models.PositiveSmallIntegerField(_("times copied"), default=0)
    # why this person could be written to, when it was handed out or last looked at before sending
    consent_basis = models.CharField(
        _("basis for mail"), max_length=14, choices=ConsentBasis.choices, blank=True
    )
    claimed_at = models.DateTimeField(_("handed out at"))
    # SMTP alone: the moment from which it may go out; moved on by a server that asks to wait
    not_before = models.DateTimeField(_("not before"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    # who talks to the mail server about it, since when, for the how manieth time
    attempt_token = models.UUIDField(null=True, editable=False)
    attempt_at = models.DateTimeField(_("last try at"), null=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    # the mail server's last word on it, in figures: "550 5.1.1"
    smtp_reply = models.CharField(_("answer of the mail server"), max_length=20, blank=True)
    # what a hand-written mail takes; for the minutes saved
    writing_seconds = models.PositiveIntegerField(_("seconds of writing"), null=True)

    class Meta:
        ordering = ["-claimed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft"],
                # what bounced before it was accepted was never sent, either
                condition=~models.Q(status__in=["undone", "failed"])
                & ~models.Q(status="bounced", sent_at=None),
                name="one_live_delivery_per_draft",
            ),
            models.UniqueConstraint(
                fields=["message_id"], condition=~models.Q(message_id=""), name="delivery_message_id_once"
            ),
        ]
        indexes = [
            models.Index(fields=["team", "sent_at"], name="delivery_team_sent"),
            models.Index(fields=["lead", "-sent_at"], name="delivery_lead_sent"),
            models.Index(Lower("recipient"), name="delivery_recipient"),
            models.Index(fields=["not_before"], condition=models.Q(status="queued"), name="delivery_due"),
            models.Index(
                fields=["attempt_at"], condition=models.Q(status="sending"), name="delivery_under_way"
            ),
            models.Index(
                fields=["sender", "not_before"], condition=models.Q(channel="smtp"), name="delivery_cap"
            ),
        ]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_channel_display()}"


class Suppression(models.Model):
    """An address that must not get mail from a team (or from anyone, where no team is named)."""

    class Reason(models.TextChoices):
        OPT_OUT = "opt_out", _("Opted out")
        BOUNCE = "bounce", _("Bounced")
        COMPLAINT = "complaint", _("Complained")
        MANUAL = "manual", _("Added by hand")
        # goes with the mark on the lead, by triggers (migration 0043); all others stay
        NO_CONTACT = "no_contact", _("Lead marked “do not contact”")

    team = models.ForeignKey(
        Team,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="suppressions",
        verbose_name=_("team"),
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    created_by_name = models.CharField(_("created by"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "team",
                Lower("email"),
                # the mark beside what else holds the address back
                models.ExpressionWrapper(models.Q(reason="no_contact"), models.BooleanField()),
                nulls_distinct=False,
                name="suppression_once",
            )
        ]
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return self.get_reason_display()
