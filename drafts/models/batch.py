"""Drafts for many leads in one step: what was wished for, and what became of each lead."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from drafts.models.draft import Draft
from drafts.models.prompt import Purpose
from drafts.models.wish import Keigo, Length, Tone
from leads.models import Lead
from leads.models.leased import LeasedJob
from salesdash.models import User


class DraftBatchQuerySet(models.QuerySet["DraftBatch"]):
    def visible_to(self, user: User) -> Self:
        """One's own; a manager sees those that concern none but the own teams."""
        if user.has_perm("leads.view_all"):
            return self
        seen = models.Q(author=user)
        if user.has_perm("kpis.view_kpis"):
            seen |= models.Q(team_ids__contained_by=user.team_ids)
        return self.filter(seen)


class DraftBatch(LeasedJob):
    """A job of leads.leases that also knows a pause."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    # the same for both clicks of a double click
    request_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="draft_batches",
        verbose_name=_("author"),
    )
    team_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    tone = models.CharField(_("tone"), max_length=12, choices=Tone.choices, default=Tone.POLITE)
    length = models.CharField(_("length"), max_length=8, choices=Length.choices, default=Length.NORMAL)
    keigo = models.CharField(_("level of keigo"), max_length=8, choices=Keigo.choices, default=Keigo.STANDARD)
    instruction = models.CharField(_("instruction"), max_length=300, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.QUEUED)
    # why it paused by itself; a code of drafts.failures
    stopped_by = models.CharField(_("stopped by"), max_length=60, blank=True)
    total = models.PositiveIntegerField(_("leads"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = DraftBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["status", "attempt_at"], name="draft_batch_status"),
            models.Index(fields=["author", "-id"], name="draft_batch_author"),
        ]
        verbose_name = _("batch of drafts")
        verbose_name_plural = _("batches of drafts")

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} #{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.QUEUED, self.Status.RUNNING, self.Status.PAUSED)


class BatchItem(models.Model):
    """One lead of a batch. Where there is a draft, its own state says what came of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DRAFTED = "drafted", _("Draft requested")
        SKIPPED = "skipped", _("Skipped")

    batch = models.ForeignKey(DraftBatch, on_delete=models.CASCADE, related_name="items")
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+")
    draft = models.OneToOneField(
        Draft, null=True, on_delete=models.SET_NULL, related_name="batch_item", verbose_name=_("draft")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    # why it was skipped
    reason = models.CharField(_("reason"), max_length=40, blank=True)

    class Meta:
        # as the table showed the leads
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "lead"], name="batch_item_once")]
        indexes = [models.Index(fields=["batch", "state", "id"], name="batch_item_state")]
        verbose_name = _("lead of a batch")
        verbose_name_plural = _("leads of a batch")

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.lead_id}"
