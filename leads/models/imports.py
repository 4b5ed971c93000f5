"""A file on its way in: what was detected, how it maps, how far it got, what was refused."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.leased import LeasedJob
from salesdash.models import Team, User


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def visible_to(self, user: User) -> Self:
        return self if user.has_perm("leads.view_all") else self.filter(team__in=user.team_ids)


class ImportJob(LeasedJob):
    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="imports", verbose_name=_("team"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("author"),
    )
    author_name = models.CharField(_("name of the author"), max_length=200)
    file = models.FileField(_("file"), upload_to="imports/")
    filename = models.CharField(_("file name"), max_length=255)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.UPLOADED)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    delimiter = models.CharField(_("separator"), max_length=1, blank=True)
    # header → field name, `attributes` or '' (left out)
    mapping = models.JSONField(_("mapping"), default=dict)
    # value of the outcome column → stage
    stage_values = models.JSONField(_("stages by value"), default=dict)
    default_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("owner"),
    )
    total_rows = models.PositiveIntegerField(_("rows"), default=0)
    processed_rows = models.PositiveIntegerField(_("rows done"), default=0)
    created_rows = models.PositiveIntegerField(_("created"), default=0)
    updated_rows = models.PositiveIntegerField(_("updated"), default=0)
    unchanged_rows = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected_rows = models.PositiveIntegerField(_("rejected"), default=0)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.filename


class ImportReject(models.Model):
    """One refused row with its reasons; the row itself is kept so that it can be mended and sent again."""

    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="rejects", verbose_name=_("import")
    )
    line = models.PositiveIntegerField(_("line"))
    reason_code = models.CharField(_("reason"), max_length=60)
    field = models.CharField(_("field"), max_length=120, blank=True)
    cells = models.JSONField(_("cells"), default=list)

    class Meta:
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["job", "line"], name="import_reject_once")]
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")

    def __str__(self) -> str:
        return f"{self.line}: {self.reason_code}"
