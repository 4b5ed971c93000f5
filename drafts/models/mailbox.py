"""The mailboxes that are looked into for answers, and how far each has been read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mailbox(models.Model):
    """One per address in MAILBOX_URL. What a mail says is neither here nor anywhere else."""

    # user@host:port/folder: never a password
    name = models.CharField(_("mailbox"), max_length=400, unique=True)
    # 0: never read; RFC 3501, 2.3.1.1: with another validity, all UIDs are others
    uid_validity = models.BigIntegerField("UIDVALIDITY", default=0)
    last_uid = models.BigIntegerField(_("read up to UID"), default=0)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    tried_at = models.DateTimeField(_("tried at"), null=True)
    succeeded_at = models.DateTimeField(_("last read at"), null=True)
    # after an error that does not go away by itself
    retry_at = models.DateTimeField(_("next try at"), null=True)
    error_code = models.CharField(_("error"), max_length=40, blank=True)
    replies = models.PositiveIntegerField(_("replies"), default=0)
    bounces = models.PositiveIntegerField(_("bounces"), default=0)
    complaints = models.PositiveIntegerField(_("complaints"), default=0)
    automatic = models.PositiveIntegerField(_("automatic answers"), default=0)
    unrelated = models.PositiveIntegerField(_("unrelated mails"), default=0)

    class Meta:
        ordering = ["name"]
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")

    def __str__(self) -> str:
        return self.name
