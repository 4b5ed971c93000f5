"""Every call to a model with its price, the price lists, and the monthly budget."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from drafts.models.draft import Draft
from drafts.models.prompt import PromptVersion
from salesdash.models import Team


class LlmCall(models.Model):
    """The ledger. Reserved with an estimate before the call, settled after; never deleted."""

    class Purpose(models.TextChoices):
        GENERATION = "generation", _("Writing")
        JUDGE = "judge", _("Judging")
        MODERATION = "moderation", _("Moderation")
        EVALUATION = "evaluation", _("Evaluation")

    class Outcome(models.TextChoices):
        RESERVED = "reserved", _("Under way")
        OK = "ok", _("Answered")
        CACHED = "cached", _("From the cache")
        FAILED = "failed", _("Failed")

    at = models.DateTimeField(_("at"))
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", verbose_name=_("team"))
    draft = models.ForeignKey(
        Draft, null=True, on_delete=models.SET_NULL, related_name="llm_calls", verbose_name=_("draft")
    )
    prompt_version = models.ForeignKey(
        PromptVersion,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("prompt version"),
    )
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    provider = models.CharField(_("provider"), max_length=80)
    model = models.CharField(_("model"), max_length=120)
    tokens_in = models.PositiveIntegerField(_("tokens in"), default=0)
    tokens_out = models.PositiveIntegerField(_("tokens out"), default=0)
    tokens_cached = models.PositiveIntegerField(_("tokens cached"), default=0)
    reserved_jpy = models.DecimalField(_("reserved, JPY"), max_digits=14, decimal_places=6, default=0)
    cost_usd = models.DecimalField(_("cost, USD"), max_digits=14, decimal_places=8, default=0)
    fx_jpy = models.DecimalField(_("JPY per USD"), max_digits=10, decimal_places=4, default=0)
    cost_jpy = models.DecimalField(_("cost, JPY"), max_digits=14, decimal_places=6, default=0)
    duration_ms = models.PositiveIntegerField(_("duration in ms"), default=0)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    trace_id = models.CharField(_("trace"), max_length=32, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["team", "at"], name="llm_call_team_at"),
            models.Index(fields=["draft"], name="llm_call_draft"),
        ]
        verbose_name = _("model call")
        verbose_name_plural = _("model calls")

    def __str__(self) -> str:
        return f"{self.purpose} {self.model} {self.outcome}"


class SpendTotal(models.Model):
    """What a team's calls of fifteen minutes cost, reservations included: kept by triggers of the ledger.

    The sum over a month is what the budget is measured against.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField()
    jpy = models.DecimalField(max_digits=16, decimal_places=6)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "since"], name="spend_total_once")]

    def __str__(self) -> str:
        return f"{self.team_id} {self.since}"


class ModelPrice(models.Model):
    """Price list entry, valid from a day on. USD per million tokens."""

    model = models.CharField(_("model"), max_length=120)
    valid_from = models.DateField(_("valid from"))
    usd_per_million_in = models.DecimalField(_("USD per 1 M tokens in"), max_digits=10, decimal_places=4)
    usd_per_million_cached = models.DecimalField(
        _("USD per 1 M cached tokens"), max_digits=10, decimal_places=4
    )
    usd_per_million_out = models.DecimalField(_("USD per 1 M tokens out"), max_digits=10, decimal_places=4)
    source = models.CharField(pgettext_lazy("of a figure", "source"), max_length=200, blank=True)

    class Meta:
        ordering = ["model", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["model", "valid_from"], name="model_price_once")]
        verbose_name = _("price of a model")
        verbose_name_plural = _("prices of models")

    def __str__(self) -> str:
        return f"{self.model} {self.valid_from}"


class FxRate(models.Model):
    valid_from = models.DateField(_("valid from"), unique=True)
    jpy_per_usd = models.DecimalField(_("JPY per USD"), max_digits=10, decimal_places=4)
    source = models.CharField(pgettext_lazy("of a figure", "source"), max_length=200, blank=True)

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.jpy_per_usd}"


class Budget(models.Model):
    """A team's limit for one month (first day of the month, in the team's zone)."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="budgets", verbose_name=_("team"))
    month = models.DateField(_("month"))
    limit_jpy = models.DecimalField(_("limit, JPY"), max_digits=12, decimal_places=2)
    warned_at = models.DateTimeField(_("warned at"), null=True, editable=False)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, editable=False)

    class Meta:
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(fields=["team", "month"], name="budget_once_per_month")]
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")

    def __str__(self) -> str:
        return f"{self.team} {self.month:%Y-%m}"
