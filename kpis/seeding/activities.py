"""What the leads did of themselves: visits in bursts, documents, webinars, calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any, Final

from kpis.seeding import clock
from kpis.seeding.world import World
from leads.ingest import NewActivity
from leads.models import ActivityType as Kind

_MIX: Final = (
    (Kind.PAGE_VIEW, 520), (Kind.EMAIL_OPEN, 150), (Kind.EMAIL_OPEN_MACHINE, 80), (Kind.PRICING_VIEW, 62),
    (Kind.EMAIL_CLICK, 42), (Kind.CALL_ABSENT, 40), (Kind.DOCUMENT_REQUEST, 16), (Kind.CALL_CONNECTED, 20),
    (Kind.EMAIL_CLICK_MACHINE, 30), (Kind.WEBINAR, 14), (Kind.CALL_BACK, 10), (Kind.FORM_SUBMIT, 10),
)  # fmt: skip
_SOURCE: Final = {
    Kind.PAGE_VIEW: "web", Kind.PRICING_VIEW: "web", Kind.DOCUMENT_REQUEST: "web", Kind.FORM_SUBMIT: "web",
    Kind.WEBINAR: "webinar", Kind.CALL_ABSENT: "phone", Kind.CALL_CONNECTED: "phone", Kind.CALL_BACK: "phone",
}  # fmt: skip
_PAGES: Final = (
    "/features/",
    "/cases/manufacturing/",
    "/cases/logistics/",
    "/blog/invoice/",
    "/company/",
    "/api/",
    "/security/",
)
_DOCUMENTS: Final = ("サービス紹介資料", "導入事例集", "料金表", "セキュリティ白書", "製造業向け資料")
_WEBINARS: Final = ("見積業務の標準化", "請求の電子化 入門", "現場で使える業務改善")


def generate(rng: Random, world: World, *, total: int) -> Iterator[NewActivity]:
    """About `total` activities, skewed over the leads as real ones are."""
    weights = [
        vigour * ((world.now - lead.created_at).days + 5) ** 0.8
        for lead, vigour in zip(world.leads, world.vigour, strict=True)
    ]
    whole = sum(weights)
    kinds, odds = [kind for kind, _ in _MIX], [share for _, share in _MIX]
    for lead, weight in zip(world.leads, weights, strict=True):
        left = round(total * weight / whole)
        number = 0
        # the interest of most has faded, that of a few is waking
        skew = 0.8 if rng.random() < 0.12 else rng.uniform(1.5, 4.5)
        while left > 0:
            burst = min(left, 1 + int(rng.expovariate(0.45)))
            left -= burst
            at = clock.moment(rng, lead.created_at, world.now, skew=skew)
            for kind in rng.choices(kinds, odds, k=burst):
                yield NewActivity(
                    lead_id=lead.pk,
                    type=kind,
                    occurred_at=at,
                    source=_SOURCE.get(kind, "newsletter"),
                    external_id=f"h{number}",
                    properties=_properties(rng, kind),
                )
                number += 1
                at = min(at + timedelta(seconds=rng.randrange(20, 600)), world.now)


def _properties(rng: Random, kind: Kind) -> dict[str, Any]:
    if kind == Kind.PAGE_VIEW:
        return {"path": rng.choice(_PAGES)}
    if kind == Kind.DOCUMENT_REQUEST:
        return {"document": rng.choice(_DOCUMENTS)}
    if kind == Kind.WEBINAR:
        return {"title": rng.choice(_WEBINARS)}
    return {}
