"""News between those who record activities and the worker who tells it."""

from __future__ import annotations

import pytest
from celery import current_app
from redis.exceptions import ConnectionError as RedisIsAway

from leads import news, notifying
from leads.models import ActivityType, Notification
from leads.tests.events import event, record
from leads.tests.factories import LeadFactory
from salesdash import redis_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def called(monkeypatch):
    """Names of the tasks that were asked for."""
    names: list[str] = []
    monkeypatch.setattr(current_app, "send_task", names.append)
    return names


@pytest.fixture
def reply(django_capture_on_commit_callbacks):
    def answer(lead, key):
        with django_capture_on_commit_callbacks(execute=True):
            record(event(lead, ActivityType.EMAIL_REPLY, external_id=key))

    return answer


def told() -> list[str]:
    return sorted(Notification.objects.values_list("key", flat=True))


def test_a_worker_is_called_for_the_first_of_many(called, reply, company, rep):
    lead, *others = LeadFactory.create_batch(3, company=company, owner=rep)
    for place, one in enumerate([lead, *others]):
        reply(one, "abc"[place])
    assert called == ["leads.tell_news"]
    assert told() == []
    assert news.drain() == 3
    assert [key[-1] for key in told()] == ["a", "b", "c"]
    assert news.drain() == 0
    reply(lead, "d")
    assert called == ["leads.tell_news"] * 2


def test_recording_asks_the_database_nothing_about_it(
    called, lead, rep, django_assert_num_queries, django_capture_on_commit_callbacks
):
    some = [event(lead, ActivityType.EMAIL_REPLY, external_id=str(n)) for n in range(20)]
    record(event(lead, external_id="before"))
    # savepoint, lock, statement, release
    with django_assert_num_queries(4), django_capture_on_commit_callbacks(execute=True):
        record(*some)
    assert redis_client.get().llen(news.WAITING) == 2  # a crossing and the replies
    news.drain()
    assert set(Notification.objects.values_list("kind", flat=True)) == {"hot", "reply"}


def test_without_redis_it_is_told_at_once(monkeypatch, called, reply, lead):
    def away(*_args):
        raise RedisIsAway

    monkeypatch.setattr(type(redis_client.get()), "rpush", away)
    reply(lead, "a")
    assert len(told()) == 1
    assert called == []


def test_without_a_broker_it_waits_for_the_sweep(monkeypatch, reply, lead):
    def away(_name):
        raise RedisIsAway

    monkeypatch.setattr(current_app, "send_task", away)
    reply(lead, "a")
    assert news.drain() == 1
    assert len(told()) == 1


def test_what_could_not_be_told_goes_on_waiting(monkeypatch, called, reply, company, rep):
    for key in "ab":
        reply(LeadFactory(company=company, owner=rep), key)
    real, calls = notifying.replied, []

    def fails_once(replies):
        calls.append(replies)
        if len(calls) == 2:
            raise RuntimeError
        real(replies)

    monkeypatch.setattr(notifying, "replied", fails_once)
    with pytest.raises(RuntimeError):
        news.drain()
    assert len(told()) == 1
    assert news.drain() == 2
    assert len(told()) == 2


def test_two_workers_do_not_take_the_same_off_twice(monkeypatch, called, reply, lead):
    reply(lead, "a")
    monkeypatch.setattr(news, "_WAIT_SECONDS", 0.01)
    store = redis_client.get()
    with store.lock(news._LOCK, timeout=10):
        assert news.drain() == 0
    assert store.llen(news.WAITING) == 1
    assert news.drain() == 1
