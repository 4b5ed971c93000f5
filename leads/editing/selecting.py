"""Which leads a step on many is about: some by their ids, or all that the table shows at an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from leads.filters import LARGEST_ID
from leads.models import Lead, LeadEdit
from leads.table import LeadTable
from salesdash.errors import DomainError
from salesdash.models import User

# more than anybody ticks row by row; all of a filter are chosen by its address
MOST_IDS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Selection:
    """`query` None: the leads `ids`. Else all at this address of the table but those `ids`."""

    ids: tuple[int, ...]
    query: str | None = None

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Self:
        """`ids` joined by commas; `all` with the `query`. Errors: `nothing_selected`, `too_many`."""
        ids = tuple(sorted({int(text) for text in sent.get("ids", "").split(",") if _is_id(text)}))
        everything = sent.get("all") == "1"
        if not ids and not everything:
            raise DomainError("nothing_selected", _("No lead is selected."))
        if len(ids) > MOST_IDS:
            raise DomainError(
                "too_many", _("Too many single leads are selected. Select all of a filter instead.")
            )
        return cls(ids, sent.get("query", "") if everything else None)

    def leads(self, user: User) -> QuerySet[Lead]:
        """As far as the person sees them; in no order."""
        if self.query is None:
            return Lead.objects.visible_to(user).filter(pk__in=self.ids)
        # an address without a condition is a person's door to the table: here it means all
        table = LeadTable(user, QueryDict(self.query or "view=all"))
        found = table.leads(table.filter)
        return found.exclude(pk__in=self.ids) if self.ids else found

    def count(self, user: User) -> int:
        return self.leads(user).count()


def collect(edit: LeadEdit, selection: Selection) -> int:
    """The leads of an edit as they are chosen now, in one statement; how many."""
    try:
        found, bound = selection.leads(edit.author).order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0
    columns = "(edit_id, lead_id, state, reason)"
    # the ORM's own statement, its values bound
    insert = f"INSERT INTO leads_editedlead {columns} SELECT %s, f.id, 0, '' FROM ({found}) AS f(id)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(insert, [edit.pk, *bound])
        number: int = cursor.rowcount
    return number


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20 and 0 < int(text) <= LARGEST_ID
