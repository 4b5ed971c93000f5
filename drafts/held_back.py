"""What the list of addresses says about a lead's own, for the lead's page: read along with the lead."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.functions import JSONObject
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from drafts.models import Suppression
from drafts.safety import law
from leads.held_back import Held

_WORDS: Final[dict[str, Promise]] = {
    Suppression.Reason.OPT_OUT: _("Opted out of mail"),
    Suppression.Reason.BOUNCE: _("Mail bounced: no such mailbox"),
    Suppression.Reason.COMPLAINT: _("Reported a mail as spam"),
    Suppression.Reason.MANUAL: _("On the list of addresses without mail"),
    Suppression.Reason.NO_CONTACT: _("Address of a lead marked “do not contact”"),
}


def column() -> Subquery:
    """Of the team's list and of the one that holds for all, what was known first; a colleague's mark last."""
    held = law.suppressions(team=OuterRef("team"), address=law.Folded(OuterRef("email")))
    mark = Case(When(reason=Suppression.Reason.NO_CONTACT, then=1), default=0)
    first = held.order_by(mark, "created_at", "pk").values(row=JSONObject(reason="reason", at="created_at"))
    return Subquery(first[:1])


def read(row: dict[str, Any]) -> Held:
    return Held(_WORDS[row["reason"]], datetime.fromisoformat(row["at"]))
