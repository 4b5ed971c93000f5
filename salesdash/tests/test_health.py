from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
import redis
from django.conf import settings

from salesdash import health, latency, redis_client
from salesdash.models import LatencyBucket

pytestmark = pytest.mark.django_db


def test_the_process_answers_without_asking_anything(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_only_while_a_worker_shows_life(client):
    assert client.get("/readyz").status_code == 503
    health.beat()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        **dict.fromkeys(("postgresql", "migrations", "redis", "worker"), "ok"),
        "writing_service": "not configured",
        "mail": "not configured",
        "mailbox": "not configured",
    }


def test_a_silent_worker_is_named(client):
    redis_client.get().set(redis_client.key("heartbeat", "worker"), int(time.time()) - 300)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["worker"].startswith("silent for 30")


def test_a_lost_redis_is_named_and_breaks_no_page(client, monkeypatch):
    lost = redis.Redis(unix_socket_path="/nonexistent/redis.sock")
    with monkeypatch.context() as patch:
        patch.setattr(redis_client, "get", lambda: lost)
        answer = client.get("/readyz")
        assert client.get("/healthz").status_code == 200
    assert answer.status_code == 503
    assert answer.json()["redis"].startswith("unreachable")


@pytest.fixture
def nothing_held(monkeypatch):
    """Neither what requests of other tests have left, nor is anything told before it is time."""
    monkeypatch.setattr(latency, "HELD_SECONDS", 60)
    latency.flush()


def test_delays_are_counted_and_moved_once(nothing_held):
    for value in (3, 240, 240, 9_999_999):
        latency.observe("page", value)
    assert latency.flush() == 3
    assert latency.flush() == 0
    assert dict(LatencyBucket.objects.filter(kind="page").values_list("upper_ms", "count")) == {
        5: 1,
        250: 2,
        60000: 1,
    }


def test_redis_is_told_once_a_second(nothing_held):
    told = redis_client.get().hlen
    latency.observe("page", 3)
    assert told(latency._KEY) == 0
    latency._told_at -= latency.HELD_SECONDS
    latency.observe("page", 3)
    latency.observe("page", 240)
    assert list(redis_client.get().hgetall(latency._KEY).values()) == [b"2"]
    latency.tell()
    assert told(latency._KEY) == 2


def test_a_process_that_ends_tells_what_it_holds(nothing_held):
    count = "import django; django.setup(); from salesdash import latency; [latency.observe('page', 3) for _ in 'abc']"
    subprocess.run([sys.executable, "-c", count], cwd=settings.BASE_DIR, env=os.environ, check=True)
    assert list(redis_client.get().hgetall(latency._KEY).values()) == [b"3"]


def test_a_forked_process_does_not_tell_what_its_parent_holds(nothing_held):
    latency.observe("page", 3)
    child = os.fork()
    if not child:
        try:
            latency.tell()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert redis_client.get().hlen(latency._KEY) == 0
    latency.tell()
    assert list(redis_client.get().hgetall(latency._KEY).values()) == [b"1"]


def test_a_flush_that_died_is_finished_first(nothing_held):
    latency.observe("page", 3)
    latency.tell()
    redis_client.get().rename(latency._KEY, latency._MOVING)
    latency.observe("page", 3)
    assert (latency.flush(), latency.flush()) == (1, 1)
    assert LatencyBucket.objects.get(kind="page").count == 2
