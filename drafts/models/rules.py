"""The rules of the safety layers as versioned data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SafetyRulesQuerySet(models.QuerySet["SafetyRules"]):
    def in_force(self) -> models.QuerySet[SafetyRules, int]:
        """The number of the active version, for use inside another statement: nothing lies in between."""
        return self.filter(status=SafetyRules.Status.ACTIVE).values_list("version", flat=True)


class SafetyRules(models.Model):
    """One version of the editable rules: words, allow-list, URLs, patterns, statements, weights."""

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
    # [{"pattern", "language", "code"}]: prices, discounts, guarantees, legal promises; one with a "topic"
    # flags nothing by itself but lends its sentence weight
    promises = models.JSONField(_("promise patterns"), default=list)
    # [{"code", "language", "about", "claim", "within", "unless"}]: drafts/safety/statements.py
    statements = models.JSONField(_("statements"), default=list, blank=True)
    # {"ja": {"base", "flag_above", "terms": {term: weight}}, …}, in hundredths: drafts/safety/weighing.py
    weights = models.JSONField(_("weights"), default=dict, blank=True)
    note = models.CharField(_("what changed and why"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    created_by_name = models.CharField(_("created by"), max_length=200, blank=True)
    activated_at = models.DateTimeField(_("activated at"), null=True, blank=True)

    objects = SafetyRulesQuerySet.as_manager()

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
