"""Templates for mail that reps write by hand: a team's, or a person's own."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from drafts.models.prompt import Purpose
from salesdash.models import Team, User


class MailTemplateQuerySet(models.QuerySet["MailTemplate"]):
    def visible_to(self, user: User) -> Self:
        """Those of the person's teams, and their own; other people's own ones are theirs alone."""
        rows = self.filter(models.Q(owner=None) | models.Q(owner=user))
        return rows if user.has_perm("leads.view_all") else rows.filter(team__in=user.team_ids)

    def kept(self) -> Self:
        return self.filter(deleted_at=None)


class MailTemplate(models.Model):
    """`subject` and `body` hold {{placeholders}} of drafts/placeholders.py and no other braces.

    A deleted one stays for what was written by it, and for whoever takes the deletion back.
    """

    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, related_name="mail_templates", verbose_name=_("team")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="mail_templates",
        verbose_name=_("whose it is"),
    )
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(
        _("language"), max_length=2, choices=[("ja", _("Japanese")), ("en", _("English"))]
    )
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("body"))
    # raised by every change; forms carry it back
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("changed by"),
    )
    changed_at = models.DateTimeField(_("changed at"))
    deleted_at = models.DateTimeField(_("deleted at"), null=True, editable=False)

    objects = MailTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["language", "purpose", "name", "pk"]
        indexes = [
            models.Index(
                fields=["team", "language", "purpose"],
                condition=models.Q(deleted_at=None),
                name="mail_template_team",
            )
        ]
        verbose_name = _("mail template")
        verbose_name_plural = _("mail templates")

    def __str__(self) -> str:
        return self.name

    @property
    def is_personal(self) -> bool:
        return self.owner_id is not None
