"""What a person cleared."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from drafts.models.draft import Draft


class Clearance(models.Model):
    """A person looked at exactly this text and these reasons, under these rules, and let it pass."""

    draft = models.ForeignKey(
        Draft, on_delete=models.CASCADE, related_name="clearances", verbose_name=_("draft")
    )
    text_hash = models.CharField(max_length=64)
    reason_codes = models.JSONField(_("reasons"), default=list)
    rules_version = models.PositiveIntegerField(_("safety rules"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("reviewer"),
    )
    reviewer_name = models.CharField(_("name of the reviewer"), max_length=200)
    at = models.DateTimeField(_("at"))

    class Meta:
        indexes = [models.Index(fields=["draft", "text_hash"], name="clearance_draft_text")]
        verbose_name = _("clearance")
        verbose_name_plural = _("clearances")

    def __str__(self) -> str:
        return f"{self.reviewer_name} {self.at:%Y-%m-%d}"
