"""Webhooks under a flood: wrong requests are turned away, right ones are asked for again and never lost."""

from __future__ import annotations

import json

import pytest

from drafts.inbound import bodies
from drafts.models import MailEvent
from drafts.tests.hooks import SECRET, SendGrid, knock, signed, tell
from drafts.tests.test_mail_events import sent
from salesdash import redis_client

pytestmark = pytest.mark.django_db
WRONG = {"X-Salesdash-Timestamp": "1", "X-Salesdash-Signature": "v1=00"}


@pytest.fixture(autouse=True)
def _set_up(settings, lead, rep):
    settings.MAIL_WEBHOOK_SECRETS = [SECRET]
    settings.MAIL_HOOK_WRONG_RATE = "3/min"
    settings.MAIL_HOOK_RATE = "5/min"
    sent(lead, rep)


def event(lead, n):
    return {"id": f"e-{n}", "type": "soft_bounce", "email": lead.email}


def flood(client, *, headers=WRONG, times=4, **more):
    return [knock(client, "generic", b"{}", headers).status_code for _ in range(times)]


@pytest.mark.parametrize("headers", [WRONG, {}], ids=["wrong", "unsigned"])
def test_wrong_ones_are_soon_too_many(client, headers):
    assert flood(client, headers=headers) == [401, 401, 401, 429]
    answer = knock(client, "generic", b"{}", headers)
    assert answer.json()["code"] == "throttled"
    assert 1 <= int(answer["Retry-After"]) <= 20


def test_then_they_are_not_even_read(client, monkeypatch):
    flood(client)

    def unread(*_arguments, **_more):
        raise AssertionError("was read")

    monkeypatch.setattr(bodies, "read", unread)
    assert flood(client, times=2) == [429, 429]


def test_the_flood_of_one_network_takes_nothing_from_another(client, lead):
    client.defaults["REMOTE_ADDR"] = "8.8.8.8"
    flood(client)
    client.defaults["REMOTE_ADDR"] = "9.9.9.9"
    assert tell(client, event(lead, 1)).status_code == 200
    assert flood(client, times=1) == [401]


def test_whoever_signs_rightly_is_heard_in_the_midst_of_a_flood(client, lead):
    """From the same network: behind one address there may be two systems, one of them set up wrongly."""
    assert tell(client, event(lead, 1)).status_code == 200
    assert flood(client, times=6)[3:] == [429] * 3
    assert tell(client, event(lead, 2)).status_code == 200
    assert MailEvent.objects.count() == 2


def test_a_flood_of_right_ones_loses_nothing(client, lead):
    answers = [tell(client, event(lead, n)) for n in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3
    assert all(1 <= int(answer["Retry-After"]) <= 12 for answer in answers[5:])
    assert MailEvent.objects.count() == 5
    redis_client.get().delete(redis_client.key("api", "rate", "hook-webhook", 0))  # time goes by
    assert [tell(client, event(lead, n)).json()["new"] for n in range(3, 8)] == [0, 0, 1, 1, 1]
    assert MailEvent.objects.count() == 8


def test_teams_and_sources_do_not_take_from_each_other(client, lead, team, settings):
    of_team = "the-secret-of-that-team-alone"
    settings.MAIL_WEBHOOK_SECRETS = [SECRET, f"{team.pk}:{of_team}"]
    sendgrid = SendGrid()
    settings.SENDGRID_WEBHOOK_KEYS = [sendgrid.public_key]
    for n in range(6):
        last = tell(client, event(lead, n))
    assert last.status_code == 429
    assert tell(client, event(lead, 1), secret=of_team).status_code == 200
    assert knock(client, "sendgrid", b"[]", sendgrid.headers(b"[]")).status_code == 200


def test_sendgrid_is_heard_from_a_network_that_strangers_use_too(client, settings):
    sendgrid, stranger = SendGrid(), SendGrid()
    settings.SENDGRID_WEBHOOK_KEYS = [sendgrid.public_key]
    asked = [knock(client, "sendgrid", b"[]", stranger.headers(b"[]")).status_code for _ in range(5)]
    assert asked == [401, 401, 401, 429, 429]
    assert knock(client, "sendgrid", b"[]", sendgrid.headers(b"[]")).status_code == 200


def test_the_quota_of_the_house_is_above_what_a_provider_sends(client, lead, settings):
    settings.MAIL_HOOK_RATE = "3000/min"
    assert {tell(client, event(lead, n)).status_code for n in range(40)} == {200}


def test_without_redis_the_signature_alone_decides(client, lead, settings):
    url, settings.REDIS_URL = settings.REDIS_URL, "unix:///nonexistent/redis.sock"
    redis_client._clients.clear()
    try:
        assert flood(client, times=6) == [401] * 6
        assert {tell(client, event(lead, n)).status_code for n in range(7)} == {200}
    finally:
        settings.REDIS_URL = url
        redis_client._clients.clear()
    body = json.dumps(event(lead, 8)).encode()
    assert knock(client, "generic", body, signed(body, secret="x" * 24)).status_code == 401
