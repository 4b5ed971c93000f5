"""The whole world in one call."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Final

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from drafts.models import Arm, Budget, Experiment, PromptVersion, Purpose
from kpis import rollup
from kpis.seeding import activities, by_hand, deliveries, history, recalls, today, world
from kpis.seeding.world import DAYS, World
from leads import ingest, scoring
from leads.ingest import NewActivity
from leads.models import Lead, Notification
from salesdash import roles
from salesdash.models import Team, User

_BATCH: Final = 10_000
_BUDGET_JPY: Final = 20_000
_WISHED_DRAFTS, _STOPPED_DRAFTS = 8, 9


def everything(*, seed: int, lead_count: int, activity_count: int, delivery_count: int) -> dict[str, int]:
    """All or nothing: a seed that was interrupted leaves an empty database. Returns counts by kind."""
    rng, now = Random(seed), timezone.now().replace(microsecond=0)
    with transaction.atomic():
        roles.sync()
        people = world.create(rng, lead_count=lead_count, now=now)
        mails = history.create(rng, people, _experiment(now), count=delivery_count)
        answers = [activity for mail in mails for activity in mail.outcomes]
        deals = deliveries.deals(rng, mails, now)
        _move_stages({mail.lead.pk: mail.lead for mail in mails})
        visits = activities.generate(rng, people, total=activity_count - len(answers))
        recorded = _record(itertools.chain(answers, visits))
        calls = recalls.create(rng, now)
        _budgets(people.teams, now)
        by_hand.templates(people.teams, User.objects.get(username="manager"))
    _analyse()
    _read_until_this_morning(now)
    drafts = today.create(rng, wished=_WISHED_DRAFTS, stopped=_STOPPED_DRAFTS)
    figures = _roll_up(people)
    return {
        "leads": len(people.leads),
        "activities": recorded,
        "mails": len(mails),
        "deals": len(deals),
        "calls to return": calls,
        "open drafts": sum(drafts.values()),
        "figures": figures,
    }


def _experiment(now: datetime) -> Experiment:
    """Generated against hand-written, since the first day: what the KPI page compares."""
    prompt = PromptVersion.objects.get(
        template__purpose=Purpose.ICE_BREAKER, template__language="ja", status=PromptVersion.Status.ACTIVE
    )
    experiment = Experiment.objects.create(
        name="アイスブレイク：生成と手書き",
        purpose=Purpose.ICE_BREAKER,
        language="ja",
        status=Experiment.Status.RUNNING,
        salt="ice-breaker-1",
        hypothesis="生成した下書きは、手書きのメールより多くの返信と商談につながる。",
        started_at=now - timedelta(days=DAYS),
    )
    Arm.objects.create(experiment=experiment, prompt_version=prompt, weight=3)
    Arm.objects.create(experiment=experiment, prompt_version=None, weight=2)
    return experiment


def _move_stages(leads: dict[int, Lead]) -> None:
    Lead.objects.bulk_update(leads.values(), ["stage", "stage_changed_at"], batch_size=2000)
    scoring.ensure(list(leads))


def _record(stream: Iterable[NewActivity]) -> int:
    created = 0
    for batch in _batched(stream):
        created += ingest.record(batch).created
    return created


def _batched(stream: Iterable[NewActivity]) -> Iterable[tuple[NewActivity, ...]]:
    """`itertools.batched` came with Python 3.12 only."""
    iterator = iter(stream)
    while batch := tuple(itertools.islice(iterator, _BATCH)):
        yield batch


def _budgets(teams: list[Team], now: datetime) -> None:
    month = timezone.localtime(now).date().replace(day=1)
    Budget.objects.bulk_create(Budget(team=team, month=month, limit_jpy=_BUDGET_JPY) for team in teams)


def _read_until_this_morning(now: datetime) -> None:
    """What came until yesterday evening has been seen."""
    morning = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    Notification.objects.filter(at__lt=morning).update(read_at=F("at") + timedelta(hours=1))


def _analyse() -> None:
    """Fresh statistics: without them the first pages are planned for empty tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM (ANALYZE) leads_activity, leads_leadscore, leads_lead, leads_company, drafts_draft, drafts_delivery"
        )


def _roll_up(people: World) -> int:
    return sum(
        rollup.roll_up(
            team=team,
            first=rollup.today(team) - timedelta(days=DAYS + 1),
            last=rollup.today(team) + timedelta(days=1),
        )
        for team in people.teams
    )
