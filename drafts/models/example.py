"""Mails that were good enough to learn from: cleared and sent, with everything personal replaced."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from drafts.models.draft import Draft
from drafts.models.prompt import Purpose
from salesdash.models import Team


class PromptExample(models.Model):
    """Taken from one sent draft; `subject` and `body` hold {placeholders} where names and facts stood."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", verbose_name=_("team"))
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    language = models.CharField(
        _("language"), max_length=2, choices=[("ja", _("Japanese")), ("en", _("English"))]
    )
    draft = models.OneToOneField(
        Draft, on_delete=models.CASCADE, related_name="example", verbose_name=_("draft")
    )
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("body"))
    # a person has improved on the model's text: worth more than one that was merely let pass
    edited = models.BooleanField(_("edited by a person"), default=False)
    tokens = models.PositiveIntegerField(_("tokens, at most"))
    in_use = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["team", "language", "purpose", "-edited", "-id"],
                condition=models.Q(in_use=True),
                name="prompt_example_choice",
            )
        ]
        verbose_name = _("example for prompts")
        verbose_name_plural = _("examples for prompts")

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} #{self.pk}"
