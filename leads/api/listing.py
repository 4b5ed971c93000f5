"""The list of the API: the table's leads, or those that have changed since a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict

from leads import sql
from leads.models import Lead
from leads.table import LeadTable
from salesdash.models import User

# between the stamp of a change and the first write of its transaction, and between the clocks of two machines
MARGIN_SECONDS: Final = 5.0


class LeadList(LeadTable):
    """With `since`, the closed ones too: that a lead was won is a change like others."""

    def __init__(self, user: User, query: MultiValueDict[str, str], since: datetime | None = None) -> None:
        super().__init__(user, query)
        self.closed_too = self.shows_less = since is not None
        self._since = since
        self._until = settled_until() if since else None

    def bounded(self, leads: QuerySet[Lead]) -> QuerySet[Lead]:
        if self._since is None:
            return leads
        return self.settled(leads.filter(updated_at__gte=self._since))

    def settled(self, leads: QuerySet[Lead]) -> QuerySet[Lead]:
        """Without those that have changed again a moment ago: they will come in their new place."""
        return leads.filter(updated_at__lt=self._until) if self._until else leads


def settled_until() -> datetime:
    """No change from before this moment will become visible later. One statement."""
    ((moment,),) = sql.rows(sql.load("settled_until"), {"margin_seconds": MARGIN_SECONDS})
    found: datetime = moment
    return found
