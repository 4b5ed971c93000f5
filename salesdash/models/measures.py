"""Measured delays: the raw material of the system layer of the KPIs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LatencyBucket(models.Model):
    """One bar of an hourly histogram. `upper_ms` is the bucket's upper edge in milliseconds."""

    hour = models.DateTimeField(_("hour"))
    kind = models.CharField(_("kind"), max_length=30)
    upper_ms = models.PositiveIntegerField(_("upper edge in ms"))
    count = models.PositiveBigIntegerField(_("count"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hour", "kind", "upper_ms"], name="latency_bucket_once")
        ]
        verbose_name = _("latency bucket")
        verbose_name_plural = _("latency buckets")

    def __str__(self) -> str:
        return f"{self.kind} {self.hour:%Y-%m-%d %H} ≤ {self.upper_ms} ms: {self.count}"


class FrameAck(models.Model):
    """A live frame that a browser acknowledged: how long the news was on its way to the screen."""

    class Kind(models.TextChoices):
        LEADS = "leads", _("Lead values")
        DRAFT = "draft", _("Draft stage")

    at = models.DateTimeField(_("acknowledged at"), auto_now_add=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    team_id = models.BigIntegerField(_("team"))
    trace_id = models.CharField(_("trace"), max_length=32, blank=True)
    delay_ms = models.PositiveIntegerField(_("delay in ms"))
    # the draft's generation time, for P(delay > 1 s | inference ≥ 800 ms)
    inference_ms = models.PositiveIntegerField(_("inference in ms"), null=True)

    class Meta:
        indexes = [models.Index(fields=["team_id", "at"], name="frame_ack_team_at")]
        verbose_name = _("acknowledged frame")
        verbose_name_plural = _("acknowledged frames")

    def __str__(self) -> str:
        return f"{self.kind} {self.delay_ms} ms"
