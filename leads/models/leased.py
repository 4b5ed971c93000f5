"""What every job has that one worker at a time holds; leads/leases.py claims, renews and sweeps by it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeasedJob(models.Model):
    """A job adds its `status`, with "queued" and "running" among others."""

    # which worker holds it: every later UPDATE must match
    attempt_token = models.UUIDField(null=True, editable=False)
    # its last sign of life
    attempt_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        abstract = True
