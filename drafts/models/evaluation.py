"""How good the texts of a prompt version are: runs over the golden set, and what each lead got."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from drafts import failures
from drafts.models.prompt import PromptVersion
from salesdash.models import Team


class EvaluationRun(models.Model):
    """One prompt version, written and judged over its part of the golden set."""

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        STOPPED = "stopped", _("Interrupted")
        DONE = "done", _("Finished")
        SUPERSEDED = "superseded", _("Given up")

    # the runs that one command began together
    batch = models.UUIDField(default=uuid.uuid4)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", verbose_name=_("who pays"))
    prompt_version = models.ForeignKey(
        PromptVersion,
        on_delete=models.PROTECT,
        related_name="evaluations",
        verbose_name=_("prompt version"),
    )
    # of the cases: figures are comparable only where it is the same
    golden_hash = models.CharField(max_length=16)
    cases = models.PositiveSmallIntegerField(_("leads of the golden set"))
    writer = models.CharField(_("writing model"), max_length=120)
    judge = models.CharField(_("judging model"), max_length=120)
    # the built-in writer or judge answered: the figures prove that the parts work together, no more
    is_plumbing = models.BooleanField(_("built-in writer"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.RUNNING)
    stop_code = models.CharField(_("reason"), max_length=40, blank=True)
    cost_jpy = models.DecimalField(_("cost, JPY"), max_digits=14, decimal_places=6, default=0)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        default_permissions = ("view",)
        indexes = [models.Index(fields=["-started_at"], name="evaluation_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["prompt_version"], condition=Q(finished_at=None), name="one_open_evaluation"
            )
        ]
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")

    def __str__(self) -> str:
        return f"{self.prompt_version} {self.started_at:%Y-%m-%d}"

    @property
    def stop_reason(self) -> str:
        return failures.message(self.stop_code) if self.stop_code else ""


class EvaluationResult(models.Model):
    """One lead of the golden set. Without scores there is an error, and the next command tries again."""

    run = models.ForeignKey(EvaluationRun, on_delete=models.CASCADE, related_name="results")
    case_id = models.CharField(max_length=40)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    # of the first and of the second judgement, 0 to 100
    score_1 = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(100)])
    score_2 = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(100)])
    reasons = models.JSONField(default=list)
    # what the golden set asks for and the text does not mention: ["製造 / 生産"]
    missing = models.JSONField(default=list)
    # what the layers without a model flagged: ["rules:price"]
    codes = models.JSONField(default=list)
    error_code = models.CharField(max_length=40, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["run", "case_id"], name="one_result_per_case")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.score_1}, {self.score_2}"
