"""Redis is gone: no cache, no breaker, no slots, no queue; and no draft is lost or shown unchecked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from drafts import generation, receivers, requests, review, sending, sweeping
from drafts.llm import breaker, cache, slots
from drafts.mail import delivering, queueing, status
from drafts.models import Delivery, Draft, State
from drafts.tests.factories import DraftFactory
from salesdash import redis_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_redis(settings):
    """A client whose server does not exist, as after a crash."""
    url = settings.REDIS_URL
    settings.REDIS_URL = "unix:///nonexistent/redis.sock"
    redis_client._clients.clear()
    yield
    settings.REDIS_URL = url
    redis_client._clients.clear()


@pytest.fixture
def no_broker():
    from salesdash.celery import app

    before = app.conf.broker_url
    app.conf.broker_url = app.conf.broker_write_url = "redis://127.0.0.1:9/0"
    app.amqp._producer_pool = None
    app._pool = None
    yield
    app.conf.broker_url = app.conf.broker_write_url = before
    app.amqp._producer_pool = None
    app._pool = None


def test_a_draft_is_written_and_checked_without_redis(llm, lead, rep, no_redis):
    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    generation.generate(draft_id=draft.pk)
    assert Draft.objects.get().state == State.READY


def test_a_mail_is_sent_without_redis(
    lead, rep, mailbox, no_redis, no_broker, django_capture_on_commit_callbacks
):
    draft = DraftFactory(lead=lead, requested_by=rep)
    with django_capture_on_commit_callbacks(execute=True):
        queueing.queue(draft_id=draft.pk, user=rep)
        assert status.summary() == "ok"
        Delivery.objects.update(not_before=timezone.now() - status.LATE_AFTER - timedelta(seconds=1))
        assert status.summary() == "late"
        delivering.drain()
    assert len(mailbox.mails) == 1
    assert Draft.objects.get().state == State.SENT


def test_a_flag_stays_a_flag_without_redis(llm, lead, rep, no_redis):
    llm.faults.next("unsafe", times=3)
    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    generation.generate(draft_id=draft.pk)
    assert Draft.objects.get().state == State.IN_REVIEW


def test_each_part_does_without(no_redis):
    assert cache.get("x") is None
    cache.store("x", {}, text_hash="y")
    assert cache.evict("y") == 0
    assert breaker.allows("x")
    assert breaker.state("x") == "unknown"
    breaker.failed("x")
    with slots.some(1):
        pass
    with cache.flight("x") as flight:
        assert flight.answer is None


def test_a_request_without_a_broker_waits_for_the_sweeper(
    lead, rep, no_broker, django_capture_on_commit_callbacks
):
    from datetime import timedelta

    from django.utils import timezone

    with django_capture_on_commit_callbacks(execute=True):
        draft = requests.request_draft(lead_id=lead.pk, user=rep)
    assert Draft.objects.get().state == State.QUEUED
    assert sweeping.resume() == []
    Draft.objects.update(state_changed_at=timezone.now() - timedelta(minutes=2))
    assert sweeping.resume() == [draft.pk]


def test_enqueueing_fails_quietly(no_broker):
    receivers.enqueue(draft_id=1)


def test_review_and_sending_go_on(lead, rep, reviewer, no_redis):
    draft = DraftFactory(lead=lead, state=State.IN_REVIEW, flags={"rules": ["price"]})
    lease = review.take(draft_id=draft.pk, reviewer=reviewer)
    review.approve(draft_id=draft.pk, reviewer=reviewer, token=lease.token, version=draft.version)
    assert sending.claim(draft_id=draft.pk, user=rep, channel="copy").subject
