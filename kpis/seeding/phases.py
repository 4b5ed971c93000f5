"""When leads mean business: what brought them to us, and the days in which they make up their minds.

Few do so at a time, most once in half a year, many never. Pure: a random generator in, (moment, kind) out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from kpis.seeding import clock
from leads.models import ActivityType as Kind
from leads.models import Lead, Stage


class Deed(NamedTuple):
    at: datetime
    kind: Kind


# by the source of a lead: what it did when we first heard of it. A card or a word of others is no deed.
_FIRST: Final = {
    "ウェブ": (Kind.PAGE_VIEW, Kind.PAGE_VIEW, Kind.FORM_SUBMIT),
    "ウェビナー": (Kind.WEBINAR,),
    "資料請求": (Kind.PAGE_VIEW, Kind.DOCUMENT_REQUEST),
}
# (share, steps with their chances): one compares prices, one reads, one listens, one talks
_WAYS: Final = (
    (30, ((Kind.PAGE_VIEW, 1), (Kind.EMAIL_CLICK, 0.6), (Kind.PRICING_VIEW, 1), (Kind.PAGE_VIEW, 0.8),
          (Kind.PRICING_VIEW, 0.7), (Kind.PRICING_VIEW, 0.4), (Kind.FORM_SUBMIT, 0.4))),
    (28, ((Kind.EMAIL_OPEN, 0.8), (Kind.DOCUMENT_REQUEST, 1), (Kind.PAGE_VIEW, 0.9), (Kind.PAGE_VIEW, 0.6),
          (Kind.DOCUMENT_REQUEST, 0.45), (Kind.CALL_CONNECTED, 0.4), (Kind.PRICING_VIEW, 0.35))),
    (22, ((Kind.WEBINAR, 1), (Kind.PAGE_VIEW, 0.9), (Kind.EMAIL_CLICK, 0.5), (Kind.DOCUMENT_REQUEST, 0.5),
          (Kind.CALL_CONNECTED, 0.35), (Kind.FORM_SUBMIT, 0.25), (Kind.PRICING_VIEW, 0.5))),
    (20, ((Kind.CALL_BACK, 0.6), (Kind.CALL_CONNECTED, 1), (Kind.CALL_CONNECTED, 0.6), (Kind.PAGE_VIEW, 0.8),
          (Kind.DOCUMENT_REQUEST, 0.5), (Kind.EMAIL_CLICK, 0.5), (Kind.PRICING_VIEW, 0.5))),
)  # fmt: skip
# some go two of these ways at once
_THOROUGH_CHANCE: Final = 0.16
_SHORTEST_DAYS, _LONGEST_DAYS = 0.5, 9.0
# how many open leads had such days at some time, at a liveliness of 1; how many of those that were won and lost
_OPEN_CHANCE: Final = 0.18
_MOST_CHANCE: Final = 0.7
_CLOSED_CHANCE: Final = {Stage.WON: 0.85, Stage.LOST: 0.35}


def deeds(rng: Random, lead: Lead, vigour: float, now: datetime) -> list[Deed]:
    """All that this lead did with a purpose until now."""
    return [*_first(rng, lead, now), *_making_up_its_mind(rng, lead, vigour, now)]


def _first(rng: Random, lead: Lead, now: datetime) -> Iterator[Deed]:
    at = lead.created_at
    for kind in _FIRST.get(lead.source, ()):
        yield Deed(min(at, now), kind)
        at += timedelta(seconds=rng.randrange(20, 300))


def _making_up_its_mind(rng: Random, lead: Lead, vigour: float, now: datetime) -> list[Deed]:
    span = timedelta(days=rng.uniform(_SHORTEST_DAYS, _LONGEST_DAYS))
    if (chance := _CLOSED_CHANCE.get(Stage(lead.stage))) is None:
        wanted = rng.random() < min(_MOST_CHANCE, _OPEN_CHANCE * vigour**0.5)
        start = clock.moment(rng, lead.created_at, now)
    else:
        # it is over when the deal is
        wanted = rng.random() < chance
        start = max(lead.created_at, lead.stage_changed_at - span)
        span = min(span, lead.stage_changed_at - start)
    return _steps(rng, start, span, now) if wanted else []


def _steps(rng: Random, start: datetime, span: timedelta, now: datetime) -> list[Deed]:
    """In order over the span; what lies ahead of now has not happened."""
    ways = rng.choices(_WAYS, [share for share, _steps in _WAYS], k=1 + (rng.random() < _THOROUGH_CHANCE))
    kinds = [kind for _share, steps in ways for kind, chance in steps if rng.random() < chance]
    moments = sorted(clock.moment(rng, start, start + span) for _kind in kinds)
    return [Deed(at, kind) for at, kind in zip(moments, kinds, strict=True) if at <= now]
