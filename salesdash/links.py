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
    """`name` and `query` as `reverse` takes them; `needs`: a permission; `staff`: in the administration."""

    name: str
    label: str | Promise
    needs: str = ""
    staff: bool = False
    query: tuple[tuple[str, str], ...] = ()

    def url_for(self, user: User) -> str:
        """Empty if this person would be turned away."""
        if (self.staff and not user.is_staff) or (self.needs and not user.has_perm(self.needs)):
            return ""
        return reverse(self.name, query=self.query or None)


LEADS: Final = Link("leads:index", _("To the leads"), needs="leads.view_lead")
DAY: Final = Link("day", _("To my day"), needs="leads.view_lead")
DRAFTS: Final = Link("drafts:index", _("To the drafts"), needs="drafts.view_draft")
UNCERTAIN: Final = Link(
    "drafts:index", _("To the uncertain mails"), needs="drafts.view_draft", query=(("tab", "uncertain"),)
)
TEMPLATES: Final = Link("drafts:mail_templates", _("To the mail templates"), needs="drafts.request_draft")
KPIS: Final = Link("kpis:index", _("To the KPIs"), needs="kpis.view_kpis")
QUEUE: Final = Link(
    "admin:drafts_reviewitem_changelist", _("To the review queue"), needs="drafts.review_draft", staff=True
)
# a manager's share of the same list
ESCALATED: Final = Link(
    "admin:drafts_reviewitem_changelist",
    _("To the drafts that you decide about"),
    needs="drafts.decide_escalated",
    staff=True,
)
