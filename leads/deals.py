"""The deals of a lead, read along with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.functional import Promise

from leads.models import Deal

COLUMNS = ("name", "status", "stage", "amount_jpy", "opened_at", "closed_at")


@dataclass(frozen=True, slots=True)
class DealLine:
    name: str
    status: str | Promise
    stage: str
    amount_jpy: int
    opened_at: datetime
    closed_at: datetime | None


def along() -> ArraySubquery:
    """An annotation for leads: saves the lead page a statement. `lines` reads it."""
    deals = Deal.objects.filter(lead=OuterRef("pk")).order_by("-opened_at")
    return ArraySubquery(deals.values(line=JSONObject(**{name: name for name in COLUMNS})))


def lines(read: Iterable[dict[str, Any]]) -> list[DealLine]:
    return [
        DealLine(
            name=line["name"],
            status=Deal.Status(line["status"]).label,
            stage=line["stage"],
            amount_jpy=line["amount_jpy"],
            opened_at=datetime.fromisoformat(line["opened_at"]),
            closed_at=datetime.fromisoformat(line["closed_at"]) if line["closed_at"] else None,
        )
        for line in read
    ]
