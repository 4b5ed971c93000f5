"""Steps that people took on rows of the table: what was asked for, and what became of each lead."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.lead import Lead
from leads.models.leased import LeasedJob


class LeadEdit(LeasedJob):
    """One step on one lead or on many. Kept for as long as it may be taken back, then deleted."""

    class Field(models.TextChoices):
        STAGE = "stage", _("Stage")
        OWNER = "owner", _("Owner")
        NEXT_ACTION = "next_action", _("Next action")
        NO_CONTACT = "no_contact", _("Do not contact")

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    # the same for both clicks of a double click
    request_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("author")
    )
    field = models.CharField(_("field"), max_length=12, choices=Field.choices)
    # a stage; an owner's id or null; {"text": …, "due_at": …}; {"blocked": …, "reason": …}
    value = models.JSONField(_("value"), null=True)
    # the table's address as far as the leads are still to be found, '' once they are
    query = models.TextField(_("filter"), blank=True)
    excepted = ArrayField(models.BigIntegerField(), default=list, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DONE)
    # the leads get back what they had
    undoing = models.BooleanField(_("being undone"), default=False)
    cancel_requested = models.BooleanField(_("to be cancelled"), default=False)
    total = models.PositiveIntegerField(_("leads"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    skipped = models.PositiveIntegerField(_("skipped"), default=0)
    restored = models.PositiveIntegerField(_("restored"), default=0)
    kept = models.PositiveIntegerField(_("kept"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "attempt_at"], name="lead_edit_status")]
        verbose_name = _("edit of leads")
        verbose_name_plural = _("edits of leads")

    def __str__(self) -> str:
        return f"{self.get_field_display()} #{self.pk}"


class EditedLead(models.Model):
    """What became of one lead of an edit."""

    class State(models.IntegerChoices):
        WAITING = 0
        CHANGED = 1
        SKIPPED = 2
        RESTORED = 3
        KEPT = 4

    edit = models.ForeignKey(LeadEdit, on_delete=models.CASCADE, related_name="leads")
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+")
    state = models.PositiveSmallIntegerField(choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=20, blank=True)
    # as LeadEdit.value, and since when the stage was what it was
    before = models.JSONField(null=True)
    stage_before_since = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edit", "lead"], name="edited_lead_once")]
        indexes = [models.Index(fields=["edit", "state", "lead"], name="edited_lead_state")]
        verbose_name = _("edited lead")
        verbose_name_plural = _("edited leads")

    def __str__(self) -> str:
        return f"{self.edit_id}/{self.lead_id}"
