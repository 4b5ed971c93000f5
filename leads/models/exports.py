"""A file of leads that a worker makes for one person, to be fetched within a day."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.leased import LeasedJob


class LeadExport(LeasedJob):
    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel")
        CSV = "csv", _("CSV")

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports", verbose_name=_("author")
    )
    format = models.CharField(_("format"), max_length=4, choices=Format.choices)
    # every field, or the columns of the table at `query`
    shown_columns = models.BooleanField(_("columns as shown"), default=False)
    # which leads, as leads/editing/selecting.py reads it, and in which order
    query = models.TextField(_("filter"), blank=True)
    everything = models.BooleanField(_("all of the filter"), default=True)
    ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    # whose leads stand in it; null: those of all teams
    team_ids = ArrayField(models.BigIntegerField(), null=True, editable=False)
    # in what its headings and times are written
    language = models.CharField(_("language"), max_length=5)
    time_zone = models.CharField(_("time zone"), max_length=64)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.QUEUED)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    file = models.FileField(_("file"), upload_to="exports/", blank=True)
    size_bytes = models.PositiveBigIntegerField(_("size"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["status", "attempt_at"], name="lead_export_status")]
        verbose_name = _("export")
        verbose_name_plural = _("exports")

    def __str__(self) -> str:
        return f"{self.get_format_display()} {self.created_at:%Y-%m-%d %H:%M}"
