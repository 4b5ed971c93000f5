"""The adjustments of a lead, read along with it. What makes and ends them stands in leads/adjusting.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from leads.models import Lead
from leads.models.activity import TemperatureAdjustment
from salesdash.formatting import numbers, times

MOST: Final = 50
COLUMNS: Final = (
    "id", "points", "heat", "reason", "author_name", "at", "expires_at", "ended_at", "undone_by_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    id: int
    points: int
    heat: float
    reason: str
    author_name: str
    at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    undone_by_name: str

    @property
    def signed(self) -> str:
        return numbers.signed(self.points)

    @property
    def external_id(self) -> str:
        """As of the activity that carries its heat."""
        return f"adjust-{self.id}"


def along() -> ArraySubquery:
    """The latest of each lead, as an annotation `adjustment_lines`: saves the lead page a statement."""
    made = TemperatureAdjustment.objects.filter(lead=OuterRef("pk")).order_by("-at", "-pk")
    return ArraySubquery(made.values(line=JSONObject(**{name: name for name in COLUMNS}))[:MOST])


def lines(lead: Lead) -> list[AdjustmentLine]:
    """The newest first; one statement unless they were read along."""
    read = getattr(lead, "adjustment_lines", None)
    if read is None:
        read = Lead.objects.filter(pk=lead.pk).values_list(along(), flat=True).first()
    return [_line(line) for line in read or []]


def until(line: AdjustmentLine) -> str:
    """Its end in words, as it is planned or as it came."""
    if line.ended_at is None:
        return _("until %(day)s") % {"day": times.day(line.expires_at)} if line.expires_at else _("no end")
    values = {"day": times.day(line.ended_at), "who": line.undone_by_name}
    return (_("undone %(day)s by %(who)s") if line.undone_by_name else _("ended %(day)s")) % values


def standing(lead: Lead) -> list[AdjustmentLine]:
    return [line for line in lines(lead) if line.ended_at is None]


def _line(line: dict[str, Any]) -> AdjustmentLine:
    moments = {
        name: datetime.fromisoformat(line[name]) if line[name] else None
        for name in ("at", "expires_at", "ended_at")
    }
    return AdjustmentLine(**(line | moments))
