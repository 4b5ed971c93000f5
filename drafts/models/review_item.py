"""The review queue's view of a draft: a proxy, so that the queue has permissions and pages of its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from drafts.models.draft import Draft


class ReviewItem(Draft):
    class Meta:
        proxy = True
        # nobody adds or deletes here: an item enters and leaves by drafts/workflow.py
        default_permissions = ("view", "change")
        verbose_name = _("draft in review")
        verbose_name_plural = _("review queue")
