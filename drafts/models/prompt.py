"""Prompts: a template per purpose and language, its immutable versions."""

from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    ICE_BREAKER = "ice_breaker", _("Ice-breaker")
    FOLLOW_UP = "follow_up", _("Follow-up")
    THANK_YOU = "thank_you", _("Thank-you")
    REACTIVATION = "reactivation", _("Re-activation")
    MEETING_REQUEST = "meeting_request", _("Meeting request")


class PromptTemplate(models.Model):
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    language = models.CharField(
        _("language"), max_length=2, choices=[("ja", _("Japanese")), ("en", _("English"))]
    )
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "language", "name"], name="prompt_template_once")
        ]
        verbose_name = _("prompt template")
        verbose_name_plural = _("prompt templates")

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"


class PromptVersion(models.Model):
    """Jinja2 sources; immutable once a draft has used it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    template = models.ForeignKey(
        PromptTemplate, on_delete=models.PROTECT, related_name="versions", verbose_name=_("template")
    )
    number = models.PositiveIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.DRAFT)
    system_source = models.TextField(_("system prompt"))
    user_source = models.TextField(_("user prompt"))
    model = models.CharField(
        _("model"), max_length=120, blank=True, help_text=_("Empty: the configured model.")
    )
    # {"temperature": 0.7, "max_tokens": 900}
    sampling = models.JSONField(_("sampling parameters"), default=dict)
    note = models.CharField(_("what changed and why"), max_length=300, blank=True)
    first_used_at = models.DateTimeField(_("first used at"), null=True, editable=False)
    activated_at = models.DateTimeField(_("activated at"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("created by"),
    )

    class Meta:
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="prompt_version_once"),
            models.UniqueConstraint(
                fields=["template"], condition=models.Q(status="active"), name="one_active_prompt_version"
            ),
        ]
        verbose_name = _("prompt version")
        verbose_name_plural = _("prompt versions")

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"

    @property
    def sources_hash(self) -> str:
        """sha256 in hex of all that the model is asked with."""
        asked = [self.system_source, self.user_source, self.model, self.sampling]
        return hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
