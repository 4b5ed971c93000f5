"""The demo's leads look like a real team's: few are hot, and each for a reason of its own."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from django.utils import timezone

from kpis.management.commands.seed import Command
from kpis.seeding import activities, build, history, world
from leads import rules
from leads.models import ActivityType, LeadScore, Stage
from leads.models.score import Band

pytestmark = pytest.mark.django_db
LEADS, FIRST_PAGE = 1000, 50


@pytest.fixture
def ranking():
    """(temperature, the type of activity that weighs most) of open leads, the hottest first: as many
    activities and mails a lead as the demo has."""
    defaults = Command().create_parser("manage.py", "seed").parse_args([])
    rng, now = Random(defaults.seed), timezone.now().replace(microsecond=0)
    people = world.create(rng, lead_count=LEADS, now=now)
    mails = history.create(
        rng, people, build._experiment(now), count=defaults.deliveries * LEADS // defaults.leads
    )
    answers = [activity for mail in mails for activity in mail.outcomes]
    visits = activities.generate(rng, people, total=defaults.activities * LEADS // defaults.leads)
    build._record(itertools.chain(answers, visits))
    current = rules.current()
    scores = LeadScore.objects.filter(stage__in=Stage.open()).order_by("-rank").values_list("rank", "acc")
    return [(current.scale.temperature(rank, now), _reason(acc, current.weights)) for rank, acc in scores]


def _reason(acc: list[int], weights: tuple[float, ...]) -> ActivityType | None:
    heats = [units * weight for units, weight in zip(acc, weights, strict=True)]
    return ActivityType(heats.index(max(heats)) + 1) if max(heats) > 0 else None


def test_few_are_hot_and_most_are_cold(ranking):
    scale = rules.current().scale
    bands = [scale.band(temperature) for temperature, _reason in ranking]
    share = {band: bands.count(band) / len(bands) for band in Band}
    assert share[Band.COLD] > 0.5
    assert 0.3 > share[Band.COOL] > share[Band.MILD] > share[Band.WARM] > share[Band.HOT] > 0.005
    assert share[Band.HOT] < 0.04
    assert sum(temperature >= 95 for temperature, _reason in ranking) < 0.01 * len(ranking)


def test_the_first_page_tells_them_apart(ranking):
    shown = [int(temperature) for temperature, _reason in ranking[:FIRST_PAGE]]
    assert 86 < shown[0] < 99
    assert len(set(shown)) >= 20
    assert len({reason for _temperature, reason in ranking[:FIRST_PAGE]}) >= 5
