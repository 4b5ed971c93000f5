"""The rules of the safety layers as versioned data, and what a person cleared."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from drafts.models.draft import Draft


class SafetyRules(models.Model):
    """One version of the editable rules: banned words, allow-list, URLs, promise patterns."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    version = models.PositiveIntegerField(_("version"), unique=True)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.DRAFT)
    # [{"word", "language", "match": "token" | "word" | "substring", "code"}]
    banned = models.JSONField(_("banned words"), default=list)
    # names and phrases in which a banned word is harmless
    allowed = models.JSONField(_("allowed words"), default=list)
    # hosts that a draft may link to
    url_hosts = models.JSONField(_("allowed hosts"), default=list, blank=True)
    # [{"pattern", "language", "code"}]: prices, discounts, guarantees, legal promises
    promises = models.JSONField(_("promise patterns"), default=list)
    note = models.CharField(_("what changed and why"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    created_by_name = models.CharField(_("created by"), max_length=200, blank=True)
    activated_at = models.DateTimeField(_("activated at"), null=True, blank=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=models.Q(status="active"), name="one_active_safety_rules"
            )
        ]
        verbose_name = _("safety rules")
        verbose_name_plural = _("safety rules")

    def __str__(self) -> str:
        return f"v{self.version}"


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
