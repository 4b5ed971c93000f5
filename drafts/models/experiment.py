"""Prompt experiments: arms, the hand-written holdout, sticky assignment."""

from __future__ import annotations

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from drafts.models.prompt import PromptVersion, Purpose
from leads.models import Lead


class Experiment(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        STOPPED = "stopped", _("Stopped")

    name = models.CharField(_("name"), max_length=80, unique=True)
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    language = models.CharField(
        _("language"), max_length=2, choices=[("ja", _("Japanese")), ("en", _("English"))]
    )
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.DRAFT)
    # hashed together with the lead: changing it reshuffles, so it never changes while running
    salt = models.CharField(max_length=32)
    hypothesis = models.TextField(_("what we expect"), blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "language"],
                condition=models.Q(status="running"),
                name="one_running_experiment",
            )
        ]
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")

    def __str__(self) -> str:
        return self.name

    @cached_property
    def arm_list(self) -> list[Arm]:
        """Arms in the fixed order that assignment by hash relies on."""
        return list(self.arms.order_by("pk"))


class Arm(models.Model):
    """A prompt version under test; without one it is the holdout kept for hand-written mail."""

    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="arms", verbose_name=_("experiment")
    )
    prompt_version = models.ForeignKey(
        PromptVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="arms",
        verbose_name=_("prompt version"),
    )
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "prompt_version"], nulls_distinct=False, name="arm_once"
            )
        ]
        verbose_name = _("arm")
        verbose_name_plural = _("arms")

    def __str__(self) -> str:
        return str(self.prompt_version or _("Holdout"))


class Assignment(models.Model):
    """Which arm a lead fell into, at its first exposure."""

    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("experiment")
    )
    arm = models.ForeignKey(Arm, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("arm"))
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", verbose_name=_("lead"))
    at = models.DateTimeField(_("at"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["experiment", "lead"], name="assignment_once")]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")

    def __str__(self) -> str:
        return f"{self.lead_id} → {self.arm_id}"
