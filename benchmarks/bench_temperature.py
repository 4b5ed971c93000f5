"""Temperatures: accumulators against a sum over all activities, ingest, the hot list, name search."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from benchmarks import temperature_data
from benchmarks.figures import Figure, faster, p95_ms, seconds
from benchmarks.temperature_data import Shape
from leads import auditing, folding, ingest, rebuilding, rules
from leads.ingest import NewActivity
from leads.models import ActivityType, Lead, LeadScore, Stage

SIZES: Final = {"quick": (100_000, 5_000_000), "full": (1_000_000, 50_000_000)}
PAGE: Final = 50
WARM_UP_BATCHES: Final = 5
KINDS: Final = [
    ActivityType.PAGE_VIEW,
    ActivityType.EMAIL_OPEN,
    ActivityType.PRICING_VIEW,
    ActivityType.EMAIL_REPLY,
]


def run(size: str) -> Iterator[Figure]:
    leads, activities = SIZES[size]
    shape = temperature_data.build(leads=leads, activities=activities)
    yield Figure("leads", leads, "leads")
    yield Figure("activities", activities, "activities")
    yield from _computing()
    yield from _hot_list(shape)
    yield from _search(shape)
    yield from _ingesting(shape)
    yield Figure("rebuild in place", seconds(rebuilding.rebuild), "s", reach=30)
    wrong = auditing.audit().differing_leads
    yield Figure("leads that differ from their activities", wrong, "leads", reach=0)


def _computing() -> Iterator[Figure]:
    """All temperatures, three ways. The sums agree, or the comparison means nothing."""
    now, current = timezone.now(), rules.reload()
    parameters = {
        "now": now,
        "scale_heat": current.scale.scale_heat,
        "per_rank": current.scale.heat(1.0, now) / current.scale.scale_heat,
        **current.parameters(),
    }
    exact, naive = _one("accumulators", parameters), _one("naive", parameters)
    assert abs(exact - naive) < 1e-3 * naive, f"{exact} is not {naive}"
    ours = seconds(partial(_one, "accumulators", parameters), best_of=5)
    scan = seconds(partial(_one, "scan", {}), best_of=5)
    yield faster("all temperatures", ours, seconds(partial(_one, "naive", parameters), best_of=2), reach=100)
    yield Figure("… against a scan of the score table", ours, "s", 3, baseline=scan, ratio=ours / scan)


def _hot_list(shape: Shape) -> Iterator[Figure]:
    """The first page of 50 by temperature, as SQL."""
    dice = random.Random(7)
    now, scale = timezone.now(), rules.current().scale
    open_leads = LeadScore.objects.filter(stage__in=Stage.open())
    ordered = open_leads.order_by("-rank", "-fit", "-lead_id")
    far = ordered[20 * PAGE]
    after = open_leads.filter(rank__lte=far.rank).exclude(rank=far.rank, fit__gt=far.fit)
    wanted: dict[str, Callable[[], Any]] = {
        "all": lambda: ordered,
        "owner": lambda: ordered.filter(owner_id=dice.choice(shape.reps)),
        "team": lambda: ordered.filter(team_id=dice.choice(shape.teams)),
        "industry and region": lambda: ordered.filter(industry="software", region="東京都"),
        "minimum temperature": lambda: ordered.filter(rank__gte=scale.rank_for(dice.uniform(20, 60), now)),
        "page 21": lambda: after.order_by("-rank", "-fit", "-lead_id"),
    }
    for name, query in wanted.items():
        jobs = [partial(_page, query()) for _ in range(60)]
        yield Figure(f"hot list: {name}, p95", p95_ms(jobs[10:]), "ms", reach=3)


def _page(query: Any) -> None:
    rows = list(query.values_list("lead_id", "rank", "fit")[:PAGE])
    assert rows


def _search(shape: Shape) -> Iterator[Figure]:
    dice = random.Random(8)
    companies = shape.leads // temperature_data.LEADS_PER_COMPANY
    texts = [f"計測{dice.randrange(1, companies)}" for _ in range(40)] + ["佐藤健", "髙橋", "lead471"] * 5
    jobs = [partial(_found, text) for text in texts]
    yield Figure("name search, p95", p95_ms(jobs), "ms", reach=30)


def _found(text: str) -> None:
    assert list(folding.search_filter(Lead.objects.all(), text).values_list("pk")[:PAGE])


def _ingesting(shape: Shape) -> Iterator[Figure]:
    dice = random.Random(9)
    # the first touch of a page after a checkpoint writes all of it to the log; a server at work is past that
    for number in range(WARM_UP_BATCHES):
        ingest.record(_batch(dice, shape, 10_000, f"warm-{number}"))
    for size, rounds, reach in ((1, 300, 3), (100, 100, 40), (10_000, 12, 1500)):
        batches = [_batch(dice, shape, size, f"{size}-{n}") for n in range(rounds)]
        yield Figure(
            f"ingest, batch of {size:,}, p95",
            p95_ms([partial(ingest.record, batch) for batch in batches]),
            "ms",
            reach=reach,
        )
    batches = [_batch(dice, shape, 10_000, f"rate-{n}") for n in range(10)]
    spent = sum(seconds(partial(ingest.record, batch)) for batch in batches)
    yield Figure("ingest, one writer", 100_000 / spent, "activities/s", reach=20_000, at_least=True)


def _batch(dice: random.Random, shape: Shape, size: int, name: str) -> list[NewActivity]:
    """Of the last days, and as skewed as the rest."""
    now = timezone.now()
    return [
        NewActivity(
            shape.first_lead + int(shape.leads * dice.random() ** 2.2),
            dice.choice(KINDS),
            now - timedelta(seconds=dice.randrange(300_000)),
            "bench-live",
            f"{name}-{n}",
        )
        for n in range(size)
    ]


def _one(name: str, parameters: dict[str, Any]) -> float:
    with connection.cursor() as cursor:
        cursor.execute(temperature_data.statement(name), parameters)
        return float(cursor.fetchone()[0])
