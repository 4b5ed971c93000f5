"""What a person should hear of: an event about a lead or a team, kept until it is read or forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leads.models.lead import Lead
from salesdash.models import Team, User

# in User.preferences: the kinds a person does not want, and whether the browser may tell of the others
OFF: Final = "notifications_off"
ON_DESKTOP: Final = "notifications_on_desktop"


class Kind(models.TextChoices):
    HOT = "hot", _("A lead of mine became hot")
    REPLY = "reply", _("A lead of mine replied")
    DRAFT_READY = "draft_ready", _("A draft I asked for is ready")
    DRAFT_STOPPED = "draft_stopped", _("A draft I asked for was stopped by a check")
    DRAFT_DECIDED = "draft_decided", _("A reviewer decided about my draft")
    REVIEW = "review", _("A draft was given to me to decide about")
    MAIL_UNSENT = "draft_unsent", _("A mail of mine may not have been sent")
    RECALL = "recall", _("A call is to be returned")
    ACTION = "action", _("A next action is due")
    ASSIGNED = "assigned", pgettext_lazy("notification", "A lead was given to me")
    DOMAIN = "domain", _("My team's sending domain was confirmed or lost")


# somebody waits for an answer, whatever a rule says of the lead meanwhile
ASKED: Final = (Kind.REVIEW, Kind.MAIL_UNSENT)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def shown_to(self, user: User) -> Self:
        """Theirs, of kinds they want, about teams and leads that they may see now and no rule leaves out."""
        of_lead, of_team = models.Q(lead__isnull=False), models.Q(team__isnull=False)
        of_lead &= models.Q(lead__score__fit_factor__gt=0) | models.Q(kind__in=ASKED)
        if not user.has_perm("leads.view_all"):
            of_lead &= models.Q(lead__team__in=user.team_ids)
            of_team = models.Q(team__in=user.team_ids)
        wanted = self.filter(of_lead | of_team, user=user)
        return wanted.exclude(kind__in=off) if (off := kinds_off(user.preferences)) else wanted

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


def kinds_off(preferences: Mapping[str, Any]) -> list[str]:
    return [kind for kind in preferences.get(OFF, ()) if kind in Kind.values]


class Notification(models.Model):
    """`details` holds codes, numbers and names of colleagues; never a word of a draft or about a lead."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notifications",
        db_index=False,
        verbose_name=_("user"),
    )
    # one of the two
    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("lead")
    )
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, db_index=False, related_name="+", verbose_name=_("team")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    # names the event: whoever tells of it again changes nothing
    key = models.CharField(max_length=240)
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True)
    details = models.JSONField(_("details"), default=dict)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notification_once"),
            models.CheckConstraint(
                condition=models.Q(lead__isnull=True) ^ models.Q(team__isnull=True),
                name="notification_about_one",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-at"], name="notification_user_at"),
            models.Index(
                fields=["user"], condition=models.Q(read_at__isnull=True), name="notification_unread"
            ),
            models.Index(fields=["at"], name="notification_at"),
        ]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")

    def __str__(self) -> str:
        return f"{self.kind} {self.lead_id or self.team_id}"
