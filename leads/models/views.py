"""How people look at leads: saved views, and imported attributes that were declared or given an index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesdash.models import Team, User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def alive(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, user: User) -> Self:
        """One's own, and those that are shared with a team of one's own."""
        mine = models.Q(owner=user)
        shared = models.Q(team__isnull=False)
        if not user.has_perm("leads.view_all"):
            shared = models.Q(team__in=user.team_ids)
        return self.alive().filter(mine | shared)


class SavedView(models.Model):
    """A named filter. `query` is what the URL says, name → list of values, so that a view is a link."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views", verbose_name=_("owner")
    )
    team = models.ForeignKey(
        Team,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="views",
        verbose_name=_("shared with"),
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.JSONField(_("filter"), default=dict)
    # as in the URL; empty: by temperature
    sort = models.CharField(_("order"), max_length=160, blank=True)
    # names of columns in their order; empty: as the person has them
    columns = models.JSONField(_("columns"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    pinned = models.BooleanField(_("shown as a tab"), default=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    # kept for a while, so that it can be brought back
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=models.Q(deleted_at__isnull=True),
                name="view_name_once",
            ),
        ]
        verbose_name = _("view")
        verbose_name_plural = _("views")

    def __str__(self) -> str:
        return self.name

    @property
    def version(self) -> int:
        """Microseconds of the last change: who has read another one has not seen that."""
        return (self.updated_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


class Attribute(models.Model):
    """An imported attribute of leads that somebody declared: what its values are, and whether they have an
    index. One that nobody declared can be asked for all the same, more slowly.
    """

    class Kind(models.TextChoices):
        TEXT = "text", pgettext_lazy("kind of value", "Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        YES_NO = "yes_no", _("Yes or no")

    class State(models.TextChoices):
        PLAIN = "plain", _("Without an index")
        QUEUED = "queued", _("Index requested")
        BUILDING = "building", _("Index is being built")
        READY = "ready", _("Indexed")
        REMOVING = "removing", _("Index is being removed")
        FAILED = "failed", _("Index failed")

    name = models.CharField(_("attribute"), max_length=120, unique=True)
    kind = models.CharField(_("read as"), max_length=8, choices=Kind.choices, default=Kind.TEXT)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PLAIN)
    error = models.CharField(_("error"), max_length=400, blank=True)
    asked_by_name = models.CharField(_("asked for by"), max_length=200, blank=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("attribute of leads")
        verbose_name_plural = _("attributes of leads")

    def __str__(self) -> str:
        return self.name
