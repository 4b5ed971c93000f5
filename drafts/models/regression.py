"""Texts that a reviewer has decided about, kept to try later rules on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from drafts.models.draft import Draft
from salesdash.models import Team


class RegressionCase(models.Model):
    """`line` has the form of the red-team set (docs/safety.md), with stand-ins for people and company.

    `caught_by`: the layers without a model that flagged it when it was kept.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", verbose_name=_("team"))
    draft = models.ForeignKey(
        Draft, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("draft")
    )
    text_hash = models.CharField(max_length=64, unique=True)
    # turned down by a person; else a false alarm, approved as it stood
    unsafe = models.BooleanField(_("unsafe"))
    code = models.CharField(_("reason"), max_length=40, blank=True)
    line = models.JSONField(_("text with its context"))
    caught_by = models.JSONField(_("caught by"), default=list)
    added_by_name = models.CharField(_("added by"), max_length=200)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("regression case")
        verbose_name_plural = _("regression cases")

    def __str__(self) -> str:
        return f"r-{self.pk}"
