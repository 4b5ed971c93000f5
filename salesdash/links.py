"""Links that tour and guide offer: named by address, shown only to those who may go there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from salesdash.models import User


@dataclass(frozen=True)
class Link:
    """`name` as `reverse` takes it; `needs`: a permission; `staff`: stands in the administration."""

    name: str
    label: str | Promise
    needs: str = ""
    staff: bool = False

    def url_for(self, user: User) -> str:
        """Empty if this person would be turned away."""
        if (self.staff and not user.is_staff) or (self.needs and not user.has_perm(self.needs)):
            return ""
        return reverse(self.name)


LEADS: Final = Link("leads:index", _("To the leads"), needs="leads.view_lead")
DAY: Final = Link("day", _("To my day"), needs="leads.view_lead")
DRAFTS: Final = Link("drafts:index", _("To the drafts"), needs="drafts.view_draft")
KPIS: Final = Link("kpis:index", _("To the KPIs"), needs="kpis.view_kpis")
QUEUE: Final = Link(
    "admin:drafts_reviewitem_changelist", _("To the review queue"), needs="drafts.review_draft", staff=True
)
