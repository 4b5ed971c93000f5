"""What the leads did of themselves: the few days in which they mean business, and all the rest.

The rest is small: newsletters, most of them opened by machines, a look at a page, a call that nobody takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from kpis.seeding import clock, phases
from kpis.seeding.phases import Deed
from kpis.seeding.world import World
from leads.ingest import NewActivity
from leads.models import ActivityType as Kind
from leads.models import Lead

# (share, the first step, further steps with their chances)
_OCCASIONS: Final = (
    (30, Kind.EMAIL_OPEN_MACHINE, ((Kind.EMAIL_CLICK_MACHINE, 0.25), (Kind.EMAIL_OPEN, 0.3))),
    (20, Kind.EMAIL_OPEN, ((Kind.EMAIL_CLICK, 0.14), (Kind.PAGE_VIEW, 0.14))),
    (24, Kind.PAGE_VIEW, ((Kind.PAGE_VIEW, 0.7), (Kind.PAGE_VIEW, 0.5), (Kind.PAGE_VIEW, 0.3), (Kind.PRICING_VIEW, 0.1))),
    (14, Kind.CALL_ABSENT, ()),
    (4, Kind.CALL_CONNECTED, ()),
    (5, Kind.CALL_BACK, ()),
    (1.2, Kind.PAGE_VIEW, ((Kind.DOCUMENT_REQUEST, 1),)),
    (1, Kind.WEBINAR, ((Kind.PAGE_VIEW, 0.6),)),
    (0.8, Kind.PAGE_VIEW, ((Kind.FORM_SUBMIT, 1),)),
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
    """About `total` activities, skewed over the leads as real ones are.

    What is done with a purpose does not depend on `total`; the rest fills it up.
    """
    lively = list(zip(world.leads, world.vigour, strict=True))
    meant = [phases.deeds(rng, lead, vigour, world.now) for lead, vigour in lively]
    weights = [vigour**0.75 * ((world.now - lead.created_at).days + 5) ** 0.8 for lead, vigour in lively]
    each = max(0, total - sum(map(len, meant))) / sum(weights)
    for lead, weight, deeds in zip(world.leads, weights, meant, strict=True):
        deeds += _small_things(rng, lead, round(each * weight), world.now)
        for number, deed in enumerate(deeds):
            yield _activity(rng, lead, deed, number)


def _small_things(rng: Random, lead: Lead, count: int, now: datetime) -> Iterator[Deed]:
    # the interest of most has faded, that of a few is waking
    skew = 0.8 if rng.random() < 0.12 else rng.uniform(1.0, 2.8)
    left = count
    while left > 0:
        at = clock.moment(rng, lead.created_at, now, skew=skew)
        for kind in _occasion(rng)[:left]:
            yield Deed(at, kind)
            left -= 1
            at = min(at + timedelta(seconds=rng.randrange(20, 600)), now)


def _occasion(rng: Random) -> list[Kind]:
    [(_share, first, further)] = rng.choices(_OCCASIONS, [share for share, *_steps in _OCCASIONS])
    return [first, *(kind for kind, chance in further if rng.random() < chance)]


def _activity(rng: Random, lead: Lead, deed: Deed, number: int) -> NewActivity:
    return NewActivity(
        lead_id=lead.pk,
        type=deed.kind,
        occurred_at=deed.at,
        source=_SOURCE.get(deed.kind, "newsletter"),
        external_id=f"h{number}",
        properties=_properties(rng, deed.kind),
    )


def _properties(rng: Random, kind: Kind) -> dict[str, Any]:
    if kind == Kind.PAGE_VIEW:
        return {"path": rng.choice(_PAGES)}
    if kind == Kind.DOCUMENT_REQUEST:
        return {"document": rng.choice(_DOCUMENTS)}
    if kind == Kind.WEBINAR:
        return {"title": rng.choice(_WEBINARS)}
    return {}
