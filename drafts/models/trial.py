"""A prompt version tried out on a sample of leads before anybody's mail is written by it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from drafts import failures
from drafts.models.draft import Check
from drafts.models.prompt import PromptVersion
from drafts.safety import reasons
from leads.models import Lead
from leads.models.leased import LeasedJob


class PromptTrial(LeasedJob):
    """A job of leads.leases. Its texts are for whoever may activate prompts, never for reps."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    version = models.ForeignKey(
        PromptVersion, on_delete=models.CASCADE, related_name="trials", verbose_name=_("prompt version")
    )
    # of the version's sources and parameters as they were tried
    sources_hash = models.CharField(max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("author")
    )
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.QUEUED)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=models.Q(status__in=["queued", "running"]),
                name="one_trial_of_a_version",
            )
        ]
        verbose_name = _("prompt trial")
        verbose_name_plural = _("prompt trials")

    def __str__(self) -> str:
        return f"{self.version} #{self.pk}"


class TrialResult(models.Model):
    """What one lead's mail would have been, and what the layers say of it."""

    trial = models.ForeignKey(PromptTrial, on_delete=models.CASCADE, related_name="results")
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", verbose_name=_("lead"))
    # the worst of the layers; empty as long as it waits, or where there is no text
    verdict = models.CharField(_("verdict"), max_length=5, choices=Check.Verdict.choices, blank=True)
    # [{"layer": …, "code": …}]
    reasons = models.JSONField(_("reasons"), default=list)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    body = models.TextField(_("body"), blank=True)
    score = models.PositiveSmallIntegerField(_("judge's score"), null=True)
    # of writing alone
    cost_jpy = models.DecimalField(_("cost, JPY"), max_digits=14, decimal_places=6, default=0)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["trial", "lead"], name="trial_result_once")]
        verbose_name = _("result of a trial")
        verbose_name_plural = _("results of a trial")

    def __str__(self) -> str:
        return f"{self.trial_id}/{self.lead_id}"

    @property
    def error_message(self) -> str:
        """Why there is no text, in the reader's language; empty where there is one."""
        return failures.message(self.error_code) if self.error_code else ""

    @property
    def labels(self) -> list[str]:
        """The reasons in the reader's language, each once."""
        return list(dict.fromkeys(reasons.label(str(reason["code"])) for reason in self.reasons))
