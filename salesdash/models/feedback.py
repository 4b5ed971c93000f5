"""What people tell us about the product, in their own words."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesdash.roles import Role


class Feedback(models.Model):
    """Exactly what the person saw in the form before sending, and who it was."""

    class Kind(models.TextChoices):
        PROBLEM = "problem", _("Problem")
        WISH = "wish", _("Wish")
        PRAISE = "praise", _("Praise")

    # made with the form: sent twice, stored once
    request_id = models.UUIDField(editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("user"),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    language = models.CharField(_("language"), max_length=5)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    message = models.TextField(_("message"))
    # a path of ours without its query, which may hold a name that was searched for; may be empty
    page = models.CharField(_("about the page"), max_length=300, blank=True)
    app_version = models.CharField(_("version"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "request_id"], name="feedback_once"),
            models.CheckConstraint(condition=~models.Q(message=""), name="feedback_says_something"),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="feedback_by_user"),
            models.Index(fields=["-created_at"], name="feedback_at"),
        ]
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.created_at:%Y-%m-%d %H:%M}"
