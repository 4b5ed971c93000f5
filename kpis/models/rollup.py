"""One table for all figures of all days: rerunnable from the sources at any time."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesdash.models import Team, User


class DailyFigureQuerySet(models.QuerySet["DailyFigure"]):
    def visible_to(self, user: User) -> Self:
        return self if user.has_perm("leads.view_all") else self.filter(team__in=user.team_ids)


class DailyFigure(models.Model):
    """`metric` of one team on one day (of the team's zone), as numerator over denominator.

    `segment` splits a metric (origin, prompt version, channel); '' is the whole. A plain count has
    denominator 1. Never written by hand: `kpis.rollup` computes it from deliveries, activities,
    deals, the ledger and the latency histograms.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", verbose_name=_("team"))
    day = models.DateField(_("day"))
    metric = models.CharField(_("metric"), max_length=40)
    segment = models.CharField(_("segment"), max_length=60, blank=True)
    numerator = models.FloatField(_("numerator"))
    denominator = models.FloatField(_("denominator"), default=1)
    computed_at = models.DateTimeField(_("computed at"))

    objects = DailyFigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "day", "metric", "segment"], name="figure_once")
        ]
        indexes = [models.Index(fields=["metric", "day"], name="figure_metric_day")]
        permissions = [("view_kpis", _("Can see the KPI pages"))]
        verbose_name = _("daily figure")
        verbose_name_plural = _("daily figures")

    def __str__(self) -> str:
        return f"{self.day} {self.metric} {self.segment}"
