"""What was told of a mail after it left: kept once per event, so that a repetition changes nothing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from drafts.models.delivery import Delivery
from salesdash.models import Team


class MailEvent(models.Model):
    """No text of any mail. `team` is empty where the address alone was named, to the whole installation."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Replied")
        BOUNCE = "bounce", _("Bounced")
        SOFT_BOUNCE = "soft", _("Not delivered for now")
        COMPLAINT = "complaint", _("Complained")
        OPT_OUT = "opt_out", _("Opted out")

    team = models.ForeignKey(
        Team,
        null=True,
        on_delete=models.CASCADE,
        related_name="mail_events",
        verbose_name=_("team"),
        db_index=False,
    )
    source = models.CharField(_("told by"), max_length=40)
    event_id = models.CharField(_("event"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    delivery = models.ForeignKey(
        Delivery, null=True, on_delete=models.SET_NULL, related_name="mail_events", verbose_name=_("delivery")
    )
    # by its Message-ID, or by a link in it: a proof that it had left
    names_mail = models.BooleanField(_("names the mail"), default=False)
    # a reply that may ask to stop, in words, until a person has decided about it
    asks_to_stop = models.BooleanField(_("may ask to stop"), default=False, db_default=False)
    code = models.CharField(_("error"), max_length=60, blank=True)
    # lower case
    address = models.EmailField(_("e-mail"), max_length=254)
    occurred_at = models.DateTimeField(_("occurred at"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "source", "event_id"], nulls_distinct=False, name="mail_event_once"
            ),
        ]
        indexes = [
            # how often lately
            models.Index(
                fields=["address", "occurred_at"],
                condition=models.Q(kind="soft"),
                name="mail_event_soft",
            ),
            models.Index(fields=["-received_at"], name="mail_event_received"),
            # questions that wait for a person: few among many
            models.Index(fields=["delivery"], condition=models.Q(asks_to_stop=True), name="mail_event_asks"),
        ]
        verbose_name = _("event of a mail")
        verbose_name_plural = _("events of mails")

    def __str__(self) -> str:
        return f"{self.source} {self.get_kind_display()}"
