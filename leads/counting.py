"""Counts for a screen: many at once, and none of them dearer than the cap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from salesdash.formatting import numbers

CAP: Final = 1000


@dataclass(frozen=True, slots=True)
class Count:
    """`n` at most the cap; `more` says that there are more."""

    n: int
    more: bool = False

    def __str__(self) -> str:
        return _("%(n)s+") % {"n": numbers.number(self.n)} if self.more else numbers.number(self.n)

    def __bool__(self) -> bool:
        return self.n > 0


def capped(querysets: Mapping[str, QuerySet[Any]], cap: int = CAP) -> dict[str, Count]:
    """One statement for all; each stops counting at `cap`."""
    counts = dict.fromkeys(querysets, Count(0))
    names: list[str] = []
    parts: list[str] = []
    parameters: list[Any] = []
    for name, queryset in querysets.items():
        try:
            sql, bound = queryset.order_by().values("pk")[: cap + 1].query.sql_with_params()
        except EmptyResultSet:
            continue  # Django knows that nothing can match, e.g. for a person without a team
        names.append(name)
        parts.append(f"(SELECT count(*) FROM ({sql}) AS c)")  # noqa: S608  (the ORM's own SQL, values bound)
        parameters.extend(bound)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", parameters)
            row = cursor.fetchone()
        counts.update({n: Count(min(found, cap), found > cap) for n, found in zip(names, row, strict=True)})
    return counts
