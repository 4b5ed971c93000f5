"""The webhook for any mail system: signed, bounded, safe to repeat, and no event loses another."""

from __future__ import annotations

import json
import time

import pytest
from django.test import RequestFactory
from structlog.testing import capture_logs

from drafts.models import Delivery, MailEvent, Suppression
from drafts.tests.hooks import SECRET, knock, signed, tell
from drafts.tests.test_mail_events import sent
from drafts.views import hooks
from leads.models import Activity, ActivityType, Lead
from leads.tests.factories import CompanyFactory, LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _set_up(settings):
    settings.MAIL_WEBHOOK_SECRETS = [SECRET]


@pytest.fixture
def delivery(lead, rep):
    made = sent(lead, rep)
    Delivery.objects.filter(pk=made.pk).update(message_id="<m-1@mail.example.jp>")
    made.refresh_from_db()
    return made


def event(**fields):
    return {"id": "e-1", "type": "bounce", "message_id": "<m-1@mail.example.jp>", "code": "5.1.1", **fields}


def test_a_bounce_is_taken_once(client, delivery, lead):
    answers = [tell(client, event()).json() for _ in range(2)]
    assert [(one["new"], one["known"]) for one in answers] == [(1, 0), (0, 1)]
    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.BOUNCED
    assert Suppression.objects.get().email == lead.email
    assert Activity.objects.filter(lead=lead, type=ActivityType.EMAIL_BOUNCE).count() == 1


@pytest.mark.parametrize(
    ("kind", "activity", "reason"),
    [
        ("reply", ActivityType.EMAIL_REPLY, None),
        ("soft_bounce", ActivityType.EMAIL_BOUNCE, None),
        ("complaint", ActivityType.OPT_OUT, "complaint"),
        ("unsubscribe", ActivityType.OPT_OUT, "opt_out"),
    ],
)
def test_each_kind_leads_to_its_activity(kind, activity, reason, client, delivery, lead):
    assert tell(client, {"events": [event(type=kind)]}).json()["new"] == 1
    assert Activity.objects.get(lead=lead, type=activity).delivery_id == delivery.pk
    assert Suppression.objects.values_list("reason", flat=True).first() == reason


def test_by_the_address_alone_the_last_mail_is_meant(client, delivery, lead):
    told = {"id": "e-1", "type": "bounce", "email": f"山田 <{lead.email.upper()}>"}
    assert tell(client, [told]).json()["new"] == 1
    assert MailEvent.objects.get().delivery == delivery


def test_an_event_about_nobody_touches_nobody(client, company, delivery):
    """A mail of another system, and no address: leads without one are not meant by it."""
    nameless = LeadFactory(company=company, email="")
    told = event(message_id="<other@mail.example.jp>", type="unsubscribe")
    assert tell(client, told).json()["ignored"] == 1
    nameless.refresh_from_db()
    assert (nameless.opted_out_at, Activity.objects.filter(lead=nameless).count()) == (None, 0)


def test_a_bad_event_loses_none_of_the_others(client, delivery):
    bad = [
        7, {}, event(id=""), event(id=None), event(id="e\n"), event(occurred_at="yesterday"),
        event(occurred_at="2026-11-29T10:00:00"), event(occurred_at=1e300), event(message_id="", email="x"),
        event(message_id=None, email="a@b\0"), event(email=["a@example.jp"]),
    ]  # fmt: skip
    answer = tell(client, [*bad, event(), event(id="e-2", type="delivered"), event(id="e-3", type=["x"])])
    assert (answer.status_code, answer.json()) == (
        200,
        {"new": 1, "known": 0, "ignored": 2, "rejected": len(bad), "failed": 0},
    )


def test_what_could_not_be_stored_is_asked_for_again(client, delivery, monkeypatch):
    """The others stay; sent again, only the missing one is new."""
    from leads import ingest

    with monkeypatch.context() as patch:
        patch.setattr(ingest, "MAX_HALF_LIVES", -1)
        body = [event(type="reply"), event(id="e-2", type="opened")]
        answer = tell(client, body)
    assert (answer.status_code, answer.json()["code"], answer.json()["failed"]) == (503, "not_stored", 1)
    assert not MailEvent.objects.exists()
    assert tell(client, body).json()["new"] == 1


def flipped(headers):
    return {**headers, "X-Salesdash-Signature": headers["X-Salesdash-Signature"][:-1] + "x"}


@pytest.mark.parametrize(
    "forge",
    [
        lambda body: {},
        lambda body: flipped(signed(body)),
        lambda body: signed(body, secret="another-secret-altogether"),
        lambda body: signed(body + b" "),
        lambda body: signed(body[:-1]),
        lambda body: {**signed(body), "X-Salesdash-Timestamp": str(int(time.time()) + 1)},
        lambda body: {**signed(body), "X-Salesdash-Signature": signed(body)["X-Salesdash-Signature"][3:]},
        lambda body: {**signed(body), "X-Salesdash-Signature": "v1=" + "é" * 64},
    ],
    ids=["none", "one digit", "other secret", "longer", "truncated", "other time", "no version", "no digits"],
)
def test_a_forged_request_changes_nothing(forge, client, delivery):
    body = json.dumps(event()).encode()
    answer = knock(client, "generic", body, forge(body))
    assert (answer.status_code, answer.json()["code"]) == (401, "signature")
    assert not MailEvent.objects.exists()


# the way there takes its time on a busy machine
@pytest.mark.parametrize("seconds", [-301, 400])
def test_an_old_request_cannot_be_sent_again(seconds, client, delivery):
    body = json.dumps(event()).encode()
    answer = knock(client, "generic", body, signed(body, at=time.time() + seconds))
    assert (answer.status_code, answer.json()["code"]) == (401, "stale")


def test_a_new_secret_may_be_brought_in_beside_the_old(client, delivery, settings):
    settings.MAIL_WEBHOOK_SECRETS = ["the-new-secret-of-the-house", SECRET]
    assert tell(client, event()).status_code == 200
    assert tell(client, event(id="e-2"), secret="the-new-secret-of-the-house").status_code == 200


def test_the_secret_of_a_team_reaches_that_team_alone(client, delivery, lead, other_team, settings):
    settings.MAIL_WEBHOOK_SECRETS = [f"{other_team.pk}:the-secret-of-another-team"]
    same = LeadFactory(company=CompanyFactory(team=other_team), email=lead.email)
    told = event(type="complaint", email=lead.email)
    assert tell(client, told, secret="the-secret-of-another-team").json()["new"] == 1
    assert Suppression.objects.get().team_id == other_team.pk
    assert Lead.objects.get(pk=lead.pk).opted_out_at is None
    assert Lead.objects.get(pk=same.pk).opted_out_at is not None


def test_without_a_secret_there_is_no_such_address(client, settings):
    settings.MAIL_WEBHOOK_SECRETS = []
    for provider in ("generic", "other"):
        assert knock(client, provider, b"{}", {}).status_code == 404


def test_ten_megabytes_are_refused_unread():
    class Unread:
        def read(self, *_size):
            raise AssertionError("was read")

    request = RequestFactory().post("/hooks/mail/generic/", b"", content_type="application/json")
    request.META["CONTENT_LENGTH"] = "10000000"
    request._stream = Unread()
    assert hooks.receive(request, "generic").status_code == 413


@pytest.mark.parametrize(
    ("body", "options", "code"),
    [
        (b"[" * 300_000, {}, "bad_json"),
        (b"\xff\xfe", {}, "bad_json"),
        (b'"text"', {}, "bad_json"),
        (json.dumps([{}] * 1001).encode(), {}, "too_many"),
        (b"{}", {"content_type": "text/xml"}, "content_type"),
    ],
    ids=["deep", "no utf-8", "a text", "too many", "xml"],
)
def test_a_signed_body_that_is_none_is_refused(body, options, code, client):
    answer = knock(client, "generic", body, signed(body), **options)
    assert answer.json()["code"] == code
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(("length", "status"), [("", 411), ("x", 411), ("-1", 411), ("99", 400)])
def test_a_length_that_is_no_length_or_not_the_body_is_refused(length, status):
    request = RequestFactory().post("/", b"{}", content_type="application/json")
    request.META |= {"CONTENT_LENGTH": length, "HTTP_X_SALESDASH_SIGNATURE": "v1=00"}
    assert hooks.receive(request, "generic").status_code == status


def test_a_page_cannot_be_read_there(client):
    assert client.get("/hooks/mail/generic/").status_code == 405


def test_the_log_holds_codes_only(client, delivery, lead):
    with capture_logs() as said:
        tell(client, [event(email=lead.email), event(id="")])
        knock(client, "generic", b"{}", {})
    assert [line["event"] for line in said] == [
        "mail event", "mail event rejected", "mail webhook", "mail webhook refused"
    ]  # fmt: skip
    for secret in (lead.email, SECRET, "m-1@"):
        assert secret not in str(said)
