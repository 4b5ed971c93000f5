"""A thousand leads become hot at once: stored once each, announced once, told in one line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from leads import ingest, news, notices
from leads.models import ActivityType, Lead, Notification
from leads.models.notification import Kind
from leads.tests.events import event
from leads.tests.factories import CompanyFactory, LeadFactory
from salesdash import redis_client

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 1000


@pytest.fixture
def thousand(company, rep) -> list[Lead]:
    from leads import scoring

    leads = Lead.objects.bulk_create(
        Lead(team=company.team, company=company, owner=rep, family_name="山田", email=f"f{n}@x.example")
        for n in range(MANY)
    )
    scoring.ensure([lead.pk for lead in leads])
    return leads


def heat_all(leads: list[Lead]) -> None:
    now = timezone.now()
    ingest.record(
        [
            ingest.NewActivity(lead.pk, ActivityType.EMAIL_REPLY, now - timedelta(days=4), "test", f"{n}")
            for lead in leads
            for n in range(4)
        ]
        + [ingest.NewActivity(lead.pk, ActivityType.FORM_SUBMIT, now, "test", "last") for lead in leads]
    )
    news.drain()


def answer(lead: Lead) -> None:
    ingest.record([event(lead, ActivityType.EMAIL_REPLY)])
    news.drain()


def test_a_flood_is_one_frame_and_one_line(thousand, rep, ear, django_assert_max_num_queries):
    heat_all(thousand)
    assert Notification.objects.filter(kind=Kind.HOT).count() == MANY
    told = [message for group, message in ear.messages() if group == f"live.user.{rep.pk}"]
    assert [message["kind"] for message in told] == ["notice"]
    # person's rights, teams, and the list
    with django_assert_max_num_queries(4):
        [line] = notices.recent(rep)
    assert line.more == MANY
    assert "1000" in line.text.replace(",", "")
    newest, latest = notices.since(rep, 0)
    assert newest
    assert len(latest) == 1
    assert notices.unread(rep) == 100


def test_reading_the_line_reads_them_all(thousand, rep):
    heat_all(thousand)
    [line] = notices.recent(rep)
    day = timezone.localdate()
    assert notices.mark_read(rep, kind=line.kind, day=day) == MANY
    assert notices.unread(rep) == 0
    assert not notices.recent(rep)[0].unread


def test_the_frame_carries_a_number_and_nothing_else(lead, rep, ear):
    import msgpack

    answer(lead)
    [data] = [m["data"] for group, m in ear.messages() if group == f"live.user.{rep.pk}"]
    frame = msgpack.unpackb(data)
    assert frame["n"] == 1
    assert set(frame) == {"v", "kind", "n", "trace", "ack"}


def test_a_redis_that_is_away_costs_nothing_but_the_frame(lead, rep, monkeypatch):
    from redis.exceptions import ConnectionError as RedisGone

    def publish(*_args):
        raise RedisGone

    monkeypatch.setattr(redis_client.get(), "publish", publish)
    answer(lead)
    assert Notification.objects.filter(user=rep).exists()


def test_three_are_named_a_fourth_makes_them_a_number(company, rep):
    leads = [LeadFactory(company=company, owner=rep) for _ in range(4)]
    for lead in leads[:3]:
        answer(lead)
    assert [one.more for one in notices.recent(rep)] == [0, 0, 0]
    answer(leads[3])
    assert [one.more for one in notices.recent(rep)] == [4]


def test_what_belongs_to_others_does_not_count(rep, lead, other_team, outsider):
    foreign = LeadFactory(company=CompanyFactory(team=other_team), owner=outsider)
    ingest.record([event(lead, ActivityType.EMAIL_REPLY), event(foreign, ActivityType.EMAIL_REPLY)])
    news.drain()
    assert [one.id for one in notices.recent(rep)] != [one.id for one in notices.recent(outsider)]
    assert len(notices.recent(rep)) == len(notices.recent(outsider)) == 1
