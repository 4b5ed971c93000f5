"""The deals of a lead, read along with it, and in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.functional import Promise

from leads.models import Deal
from salesdash.formatting import numbers

COLUMNS = (
    "id", "version", "name", "status", "stage", "amount_jpy", "gross_margin_jpy", "opened_at", "closed_at",
    "lost_reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DealLine:
    """`key` and `version` are texts, for attributes; `opened` and `closed` days as a form takes them."""

    pk: int
    version: str
    name: str
    state: str
    status: str | Promise
    stage: str
    amount_jpy: int
    gross_margin_jpy: int
    opened_at: datetime
    closed_at: datetime | None
    lost_reason: str

    @property
    def key(self) -> str:
        return f"deal-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == Deal.Status.OPEN

    @property
    def opened(self) -> str:
        return f"{timezone.localdate(self.opened_at):%Y-%m-%d}"

    @property
    def closed(self) -> str:
        return f"{timezone.localdate(self.closed_at):%Y-%m-%d}" if self.closed_at else ""

    @property
    def form(self) -> dict[str, str]:
        """What its form begins with."""
        return {
            "name": self.name,
            "status": self.state,
            "stage": self.stage,
            "amount_jpy": f"{self.amount_jpy:,}",
            "gross_margin_jpy": f"{self.gross_margin_jpy:,}",
            "opened": self.opened,
            "closed": self.closed,
            "lost_reason": self.lost_reason,
        }


def along() -> ArraySubquery:
    """An annotation for leads: saves the lead page a statement. `lines` reads it."""
    deals = Deal.objects.filter(lead=OuterRef("pk")).order_by("-opened_at", "-pk")
    return ArraySubquery(deals.values(line=JSONObject(**{name: name for name in COLUMNS})))


def lines(read: Iterable[dict[str, Any]]) -> list[DealLine]:
    return [
        DealLine(
            pk=line["id"],
            version=str(line["version"]),
            name=line["name"],
            state=line["status"],
            status=Deal.Status(line["status"]).label,
            stage=line["stage"],
            amount_jpy=line["amount_jpy"],
            gross_margin_jpy=line["gross_margin_jpy"],
            opened_at=datetime.fromisoformat(line["opened_at"]),
            closed_at=datetime.fromisoformat(line["closed_at"]) if line["closed_at"] else None,
            lost_reason=line["lost_reason"],
        )
        for line in read
    ]


def blank() -> dict[str, str]:
    """What the form of a new deal begins with."""
    return {"status": Deal.Status.OPEN, "opened": f"{timezone.localdate():%Y-%m-%d}"}


def told(deal: Deal) -> str:
    """In one line, for the two sides of a conflict."""
    parts = [
        deal.name,
        Deal.Status(deal.status).label,
        deal.stage,
        numbers.yen(deal.amount_jpy),
        numbers.yen(deal.gross_margin_jpy),
        deal.lost_reason,
    ]
    return " · ".join(str(part) for part in parts if part)
