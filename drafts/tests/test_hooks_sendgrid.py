"""SendGrid's webhook: its signature by its own example, its events as its reference shows them."""

from __future__ import annotations

import base64
import json

import pytest

from drafts.inbound import sendgrid
from drafts.models import Delivery, MailEvent, Suppression
from drafts.tests.hooks import SendGrid, knock
from drafts.tests.test_mail_events import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings):
    made = SendGrid()
    settings.SENDGRID_WEBHOOK_KEYS = [made.public_key]
    return made


@pytest.fixture
def delivery(lead, rep):
    made = sent(lead, rep)
    Delivery.objects.filter(pk=made.pk).update(message_id="<m-1@mail.example.jp>")
    made.refresh_from_db()
    return made


def tell(client, provider, *events):
    body = json.dumps(events).encode()
    return knock(client, "sendgrid", body, provider.headers(body))


def event(delivery, **fields):
    return {
        "email": delivery.recipient,
        "timestamp": 1764000000,
        "smtp-id": "<m-1@mail.example.jp>",
        "sg_event_id": "rWVYmVk90MjZJ9iohOBa3w==",
        "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
        "category": ["cat facts"],
        **fields,
    }


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        (
            {"event": "bounce", "type": "bounce", "status": "5.0.0", "reason": "500 unknown recipient"},
            "bounce",
        ),
        ({"event": "bounce", "type": "blocked", "status": "4.0.0"}, "soft"),
        ({"event": "dropped", "reason": "Bounced Address", "status": "5.0.0"}, "bounce"),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, "complaint"),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, "opt_out"),
        ({"event": "spamreport"}, "complaint"),
        ({"event": "unsubscribe"}, "opt_out"),
        ({"event": "group_unsubscribe", "asm_group_id": 10}, "opt_out"),
        ({"event": "dropped", "reason": "Recipient List over Package Quota"}, None),
        ({"event": "deferred", "response": "400 try again later"}, None),
        ({"event": "delivered"}, None),
        ({"event": "open", "ip": "255.255.255.255"}, None),
        ({"event": "something new"}, None),
    ],
)
def test_each_event_is_taken_for_what_it_is(fields, kind, client, provider, delivery):
    answer = tell(client, provider, event(delivery, **fields)).json()
    assert (answer["new"], answer["ignored"]) == ((1, 0) if kind else (0, 1))
    assert MailEvent.objects.values_list("kind", flat=True).first() == kind
    assert not kind or MailEvent.objects.get().delivery == delivery


def test_a_repeated_request_changes_nothing(client, provider, delivery):
    bounce = event(delivery, event="bounce", type="bounce")
    answers = [tell(client, provider, bounce).json() for _ in range(2)]
    assert [one["known"] for one in answers] == [0, 1]
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("spoil", ["body", "stamp", "signature", "none", "no base64", "other key"])
def test_a_forged_request_changes_nothing(spoil, client, provider, delivery):
    body = json.dumps([event(delivery, event="spamreport")]).encode()
    headers = (SendGrid() if spoil == "other key" else provider).headers(body)
    signature = "X-Twilio-Email-Event-Webhook-Signature"
    if spoil == "stamp":
        headers["X-Twilio-Email-Event-Webhook-Timestamp"] = "1764000001"
    if spoil in ("signature", "none", "no base64"):
        headers[signature] = {"signature": headers[signature][:-8], "none": "", "no base64": "é!"}[spoil]
    answer = knock(client, "sendgrid", body[:-1] if spoil == "body" else body, headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature")
    assert not MailEvent.objects.exists()


def test_the_example_of_sendgrids_own_library_holds():
    """Key, signature and time stamp as published with it."""
    key = (
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvF"
        "YPAZFceEu/1FwCM/QmGUhA=="
    )
    signature = (
        "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/0="
    )
    payload = b'{"category":"example_payload","event":"test_event","message_id":"message_id"}'
    assert sendgrid._holds(key, base64.b64decode(signature), b"1588788367" + payload)
    assert not sendgrid._holds(key, base64.b64decode(signature), b"1588788368" + payload)


@pytest.mark.parametrize("key", ["no key at all", "AAAA", ""])
def test_a_key_that_is_none_opens_nothing(key, client, provider, delivery, settings):
    settings.SENDGRID_WEBHOOK_KEYS = [f"{delivery.team_id}:{key}" if key else "7: "]
    assert tell(client, provider, event(delivery, event="spamreport")).status_code == 401
    assert not MailEvent.objects.exists()


def test_an_event_that_says_too_little_loses_none_of_the_others(client, provider, delivery):
    good = event(delivery, event="spamreport")
    bad = [{}, 1, {**good, "sg_event_id": ""}, {**good, "timestamp": "x"}, {**good, "email": "nobody"}]
    answer = tell(client, provider, *bad, good).json()
    assert (answer["rejected"], answer["new"]) == (len(bad), 1)
