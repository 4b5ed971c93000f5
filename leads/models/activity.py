"""What a lead did, or what was done with it. Hash-partitioned by lead (32 partitions)."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.lead import Lead


class ActivityType(models.IntegerChoices):
    """The number is the slot in `LeadScore.acc` (1-based): never reuse or renumber one.

    With a minus before it an activity was taken back (leads/taking_back.py).
    """

    EMAIL_OPEN = 1, _("Opened a mail")
    EMAIL_CLICK = 2, _("Clicked a link in a mail")
    EMAIL_REPLY = 3, _("Replied")
    PAGE_VIEW = 4, _("Viewed a page")
    PRICING_VIEW = 5, _("Viewed the pricing page")
    DOCUMENT_REQUEST = 6, _("Requested a document")
    WEBINAR = 7, _("Attended a webinar")
    MEETING_BOOKED = 8, _("Booked a meeting")
    CALL_CONNECTED = 9, _("Call: connected")
    CALL_ABSENT = 10, _("Call: absent")
    CALL_BACK = 11, _("Call: call back later")
    FORM_SUBMIT = 12, _("Sent a form")
    EMAIL_SENT = 13, _("We sent a mail")
    EMAIL_BOUNCE = 14, _("Mail bounced")
    OPT_OUT = 15, _("Opted out")
    EMAIL_OPEN_MACHINE = 16, _("Mail opened by a machine")
    EMAIL_CLICK_MACHINE = 17, _("Link clicked by a machine")
    MEETING_HELD = 18, _("Meeting took place")
    TASK_DONE = 19, _("Next action done")
    # heat units stored by a manual adjustment, weight 1
    MANUAL = 24, _("Adjusted by hand")

    @property
    def key(self) -> str:
        """The name in the API, in files and in rules: `pricing_view`."""
        return self.name.lower()

    @classmethod
    def from_key(cls, key: str) -> ActivityType:
        """Raises KeyError for an unknown name."""
        return cls[key.upper()]


ACC_SLOTS = 24


class ActivityQuerySet(models.QuerySet["Activity"]):
    def standing(self) -> Self:
        """Without those that were taken back."""
        return self.filter(type__gt=0)


class Activity(models.Model):
    """`lead` names a row of `leads_lead`; the score row, locked first, is what proves that it exists."""

    pk = models.CompositePrimaryKey("lead_id", "source", "external_id")
    lead = models.ForeignKey(
        Lead, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="activities"
    )
    source = models.CharField(_("source"), max_length=40)
    external_id = models.CharField(_("external id"), max_length=120)
    type = models.SmallIntegerField(_("type"), choices=ActivityType.choices)
    occurred_at = models.DateTimeField(_("occurred at"))
    received_at = models.DateTimeField(_("received at"))
    properties = models.JSONField(_("properties"), default=dict)
    # the delivery that this answers (an open, a click, a reply); drafts live above, hence no key
    delivery_id = models.BigIntegerField(_("delivery"), null=True)
    actor_id = models.BigIntegerField(_("by"), null=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["lead", "occurred_at"], include=["type"], name="activity_lead_time"),
        ]
        verbose_name = _("activity")
        verbose_name_plural = _("activities")

    def __str__(self) -> str:
        return f"{self.lead_id} {ActivityType(abs(self.type)).key} {self.occurred_at:%Y-%m-%d %H:%M}"


class TemperatureAdjustment(models.Model):
    """A rep's ± points. `heat` is stored in heat units at `at` and never changed afterwards."""

    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="adjustments", verbose_name=_("lead")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("author"),
    )
    author_name = models.CharField(_("name of the author"), max_length=200)
    points = models.SmallIntegerField(_("points"))
    heat = models.FloatField(_("heat units"))
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("at"))
    expires_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    undone_by_name = models.CharField(_("undone by"), max_length=200, blank=True)
    # the same for both clicks of a double click
    request_id = models.UUIDField(null=True, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["expires_at"], condition=models.Q(ended_at__isnull=True), name="adjustment_expiry"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(points__range=(-99, 99)), name="adjustment_points"),
            models.UniqueConstraint(fields=["lead", "request_id"], name="adjustment_request"),
        ]
        verbose_name = _("manual adjustment")
        verbose_name_plural = _("manual adjustments")

    def __str__(self) -> str:
        return f"{self.points:+d} {self.author_name}"

    @property
    def external_id(self) -> str:
        """Of the activity that carries its heat; the one that takes it back has `-end` behind."""
        return f"adjust-{self.pk}"
