"""One change of a deal, kept for as long as it may be undone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.lead import Deal


class DealStep(models.Model):
    """`before` holds what the changed fields had; empty: the deal was made by it."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="steps", verbose_name=_("deal"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("author")
    )
    at = models.DateTimeField(_("at"), db_index=True)
    before = models.JSONField(default=dict)
    # of the deal, after it: an undo of what was changed again since is refused
    version = models.PositiveIntegerField()
    # the same for both clicks of a double click
    request_id = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("change of a deal")
        verbose_name_plural = _("changes of deals")

    def __str__(self) -> str:
        return f"{self.deal} {self.at:%Y-%m-%d %H:%M}"
