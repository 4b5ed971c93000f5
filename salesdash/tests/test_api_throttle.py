"""How often a person may call: counted in Redis, told by headers, refused with the time to wait."""

import pytest
from django.test import Client

from salesdash import tokens
from salesdash.api import throttling
from salesdash.api.throttling import Rate


@pytest.fixture
def call(rep, settings):
    settings.API_RATES = {"read": "3/min", "write": "1/hour", "ingest": "2/min"}
    client = Client()

    def send(method="get", path="/api/v1/me/", user=rep):
        _token, secret = tokens.create(user=user, name="x", scope="write")
        send = getattr(client, method)
        return send(path, content_type="application/json", headers={"Authorization": f"Bearer {secret}"})

    return send


def test_what_is_left_stands_in_the_headers(call):
    answers = [call() for _ in range(3)]
    assert [answer.headers["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0"]
    assert answers[0].headers["RateLimit-Policy"] == '"read";q=3;w=60'


def test_one_call_too_many_is_told_when_to_come_again(call):
    for _ in range(3):
        assert call().status_code == 200
    answer = call()
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(answer.headers["Retry-After"]) <= 20
    assert "r=0;" in answer.headers["RateLimit"]


def test_scopes_and_people_do_not_take_from_each_other(call, colleague):
    for _ in range(3):
        call()
    assert call().status_code == 429
    assert call(user=colleague).status_code == 200
    assert call("post", "/api/v1/leads/").status_code == 400
    assert call("post", "/api/v1/leads/").status_code == 429
    assert call("post", "/api/v1/activities/").status_code == 400


def test_the_quota_comes_back_at_an_even_pace(monkeypatch):
    """By the server's own clock: a pace of 20 ms, so that the test need not wait for a minute."""
    import time

    rate = Rate(5, 1)
    assert [throttling.count(user_id=1, scope="x", rate=rate).allowed for _ in range(6)] == [True] * 5 + [
        False
    ]
    refused = throttling.count(user_id=1, scope="x", rate=rate)
    time.sleep(refused.retry_after + 0.01)
    assert throttling.count(user_id=1, scope="x", rate=rate).allowed
    assert not throttling.count(user_id=1, scope="x", rate=rate).allowed


def test_without_redis_nobody_is_kept_out(call, monkeypatch):
    import redis

    from salesdash import redis_client

    dead = redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    with monkeypatch.context() as patch:
        patch.setattr(redis_client, "get", lambda: dead)
        answer = call()
    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers


@pytest.mark.parametrize(
    ("text", "rate"), [("300/min", Rate(300, 60)), ("5/s", Rate(5, 1)), ("9/day", Rate(9, 86400))]
)
def test_rates_are_read_from_the_settings(text, rate):
    assert Rate.read(text) == rate


@pytest.mark.parametrize("text", ["", "5", "x/min", "5/week", "0/min", "-1/min"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(ValueError, match=r"is no rate|invalid literal"):
        Rate.read(text)
