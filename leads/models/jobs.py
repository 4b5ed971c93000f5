"""A rebuild of the score table: what is asked for, how far it got, how it ended."""

from __future__ import annotations

from typing import Final, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.score import RuleSet


class ScoreJobQuerySet(models.QuerySet["ScoreJob"]):
    def open(self) -> Self:
        """Waiting or running: there is at most one."""
        return self.filter(state__in=ScoreJob.OPEN)


class ScoreJob(models.Model):
    """Builds the score table anew beside the present one and puts it in its place."""

    class Kind(models.TextChoices):
        PUBLISH = "publish", _("Publish rules")
        REBUILD = "rebuild", _("Rebuild from the activities")
        LANDMARK = "landmark", _("Move the landmark")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Phase(models.TextChoices):
        WAITING = "waiting", _("Waiting for a free worker")
        COPYING = "copying", _("Building the new table")
        INDEXING = "indexing", _("Building its indexes")
        CATCHING_UP = "catching_up", _("Catching up with what happened meanwhile")
        SWAPPING = "swapping", _("Putting the new table in place")

    OPEN: Final = (State.QUEUED, State.RUNNING)

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    # what a publish brings into force; a version that is deleted later leaves its number
    rule_set = models.ForeignKey(
        RuleSet, null=True, on_delete=models.SET_NULL, related_name="jobs", verbose_name=_("rules")
    )
    version = models.PositiveIntegerField(_("version"), null=True)
    # the table is built for this moment; empty: as before, or chosen when the job starts
    landmark = models.DateTimeField(_("landmark"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    phase = models.CharField(_("step"), max_length=12, choices=Phase.choices, default=Phase.WAITING)
    # leads copied, and how many there are
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("of"), default=0)
    # rows brought up to date after the copy
    written = models.PositiveBigIntegerField(_("caught up"), default=0)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    error_text = models.CharField(_("reason"), max_length=400, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("by")
    )
    asked_by_name = models.CharField(_("asked for by"), max_length=200)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    # which worker holds it, and when it was last heard of: every later UPDATE must match the token
    attempt_token = models.UUIDField(null=True, editable=False)
    attempt_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    # the epoch and the content of the rules that the new table rests on
    basis = models.CharField(max_length=80, blank=True, editable=False)
    # the new table is copied in ranges of lead ids, which begin at these bounds; `chunks` are those copied
    bounds = ArrayField(models.BigIntegerField(), default=list, editable=False)
    chunks = ArrayField(models.IntegerField(), default=list, editable=False)
    # what an older transaction wrote is in the new table
    seen_xid = models.BigIntegerField(null=True, editable=False)

    objects = ScoreJobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(state__in=("queued", "running")),
                name="one_open_score_job",
            ),
        ]
        permissions = [("publish_rules", "Can publish temperature rules and rebuild temperatures")]
        verbose_name = _("temperature rebuild")
        verbose_name_plural = _("temperature rebuilds")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.version}" if self.version else self.get_kind_display()

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def percent(self) -> int:
        """How far it got, whole; copying takes most of the time."""
        if self.state == self.State.DONE:
            return 100
        begins = {self.Phase.INDEXING: 70, self.Phase.CATCHING_UP: 90, self.Phase.SWAPPING: 97}
        if self.phase == self.Phase.COPYING and self.total:
            return min(70, 70 * self.done // self.total)
        return begins.get(self.Phase(self.phase), 0)
