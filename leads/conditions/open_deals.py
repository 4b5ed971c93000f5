"""The sum of a lead's open deals in yen; a lead that has none has no sum, which is not the same as ¥0."""

from __future__ import annotations

import math
from typing import Any

from django.db.models import BigIntegerField, Case, Exists, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Cast

from leads.models import Deal


def amount() -> Subquery:
    """Of one lead, by an index that holds nothing but the open deals. NULL where there are none."""
    return Subquery(_summed(Deal.objects.filter(lead=OuterRef("pk"))).values("amount"))


def order() -> Case:
    """The same for an order of many leads: whether there is any deal is asked of a hash of all open ones,
    where that is cheaper than a look into the index for each; only the few that have one are summed up.
    """
    any_open = Exists(Deal.objects.filter(lead=OuterRef("pk"), status=Deal.Status.OPEN))
    return Case(When(any_open, then=amount()), default=None, output_field=BigIntegerField())


def leads(low: float | None = None, high: float | None = None) -> Any:
    """A queryset of ids: of leads with open deals whose sum lies within these bounds, both included."""
    found = _summed(Deal.objects.all())
    if low is not None:
        found = found.filter(amount__gte=math.ceil(low))
    if high is not None:
        found = found.filter(amount__lte=math.floor(high))
    return found.values("lead")


def _summed(deals: QuerySet[Deal]) -> Any:
    """A queryset of (lead, amount)."""
    is_open = deals.filter(status=Deal.Status.OPEN).order_by()
    # a sum of whole numbers of 64 bits is a decimal to PostgreSQL
    return is_open.values("lead").annotate(amount=Cast(Sum("amount_jpy"), BigIntegerField()))
