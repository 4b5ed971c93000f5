"""The rules of the safety layers as versioned data."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.leased import LeasedJob


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
    # raised by every change of a draft; forms carry it back
    revision = models.PositiveIntegerField(default=1, editable=False)
    based_on = models.PositiveIntegerField(_("based on"), null=True, editable=False)
    # against that version: {"banned": [added, removed], …} for the tables that differ
    changes = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    created_by_name = models.CharField(_("created by"), max_length=200, blank=True)
    activated_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    published_by_name = models.CharField(_("published by"), max_length=200, blank=True)

    objects = SafetyRulesQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=models.Q(status="active"), name="one_active_safety_rules"
            )
        ]
        permissions = [("publish_safetyrules", _("Can put safety rules into force"))]
        verbose_name = _("safety rules")
        verbose_name_plural = _("safety rules")

    def __str__(self) -> str:
        return f"v{self.version}"


class RulesComparison(LeasedJob):
    """The red-team set under one version of the rules and under those in force. A job of leads.leases."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    rules = models.ForeignKey(
        SafetyRules, on_delete=models.CASCADE, related_name="comparisons", verbose_name=_("safety rules")
    )
    # what was compared: the revision of the version, and the number of the other one
    revision = models.PositiveIntegerField()
    against = models.PositiveIntegerField(_("in force"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("author"),
    )
    author_name = models.CharField(_("author"), max_length=200)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.QUEUED)
    # texts, of both versions together
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    # {"seen": {"texts": …, "flagged": …, "was": …}, …}: counts only, no text and no id
    figures = models.JSONField(default=dict)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["rules"],
                condition=models.Q(status__in=["queued", "running"]),
                name="one_comparison_of_rules",
            )
        ]
        verbose_name = _("comparison of safety rules")
        verbose_name_plural = _("comparisons of safety rules")

    def __str__(self) -> str:
        return f"v{self.rules_id} #{self.pk}"
