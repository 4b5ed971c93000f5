"""What came of a mail, for screens: how often people and machines opened it and followed its links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject

from drafts.models import Delivery

_FIGURES: Final = ("opens", "clicks", "machine_opens", "machine_clicks")


@dataclass(frozen=True, slots=True)
class Tally:
    """Of a mail whose opens can be seen."""

    opens: int
    clicks: int
    machine_opens: int
    machine_clicks: int

    @property
    def machines(self) -> int:
        return self.machine_opens + self.machine_clicks

    @property
    def raw_opens(self) -> int:
        return self.opens + self.machine_opens

    @property
    def raw_clicks(self) -> int:
        return self.clicks + self.machine_clicks


def of_draft() -> Subquery:
    """For an annotation of drafts: the figures of the mail that was sent, to be read by `read`."""
    sent = Delivery.objects.filter(draft=OuterRef("pk"), sent_at__isnull=False, trackable=True)
    figures = JSONObject(**{name: F(f"tally__{name}") for name in _FIGURES})
    return Subquery(sent.order_by("-pk").values(json=figures)[:1])


def read(row: Mapping[str, Any] | None) -> Tally | None:
    """None where opens cannot be seen: not sent, or not by us, or with tracking off."""
    return Tally(**{name: int(row.get(name) or 0) for name in _FIGURES}) if row is not None else None


def of(delivery: Delivery) -> Tally | None:
    """The same for one mail; for lists, read `tally` along with the rows."""
    if not delivery.trackable or delivery.sent_at is None:
        return None
    row = getattr(delivery, "tally", None)
    return Tally(**{name: getattr(row, name) if row else 0 for name in _FIGURES})
