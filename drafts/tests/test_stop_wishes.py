"""A reply that may ask to stop: read from the mailbox, kept as a question, decided by a person alone."""

from __future__ import annotations

import json
from email.message import EmailMessage

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from drafts.inbound import own_text, polling, recording
from drafts.models import MailEvent, Suppression
from drafts.tests.mails import answer, sent_mail
from drafts.tests.test_mailbox import server  # noqa: F401 a fixture
from leads.models import Activity, ActivityType, Lead
from salesdash.models import AuditEntry
from salesdash.tests.dev_mail_clients import arrive

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
QUESTION = "配信停止の希望かもしれません"


@pytest.fixture
def mail(lead, rep):
    return sent_mail(lead, rep)


@pytest.fixture
def asked(mail):
    recording.replied(mail, at=timezone.now(), event_id="r-1", source="test", asks_to_stop=True)
    return MailEvent.objects.get()


@pytest.fixture
def panel(client, rep, lead):
    client.force_login(rep)
    return lambda: client.get(reverse("drafts:panel", args=[lead.pk]), headers=HTMX).text


def decide(client, event, stop):
    return client.post(reverse("drafts:stop_wish", args=[event.pk]), {"stop": stop}, headers=HTMX)


def test_the_mailbox_asks_and_stops_nothing(server, lead, mail, panel):  # noqa: F811
    """Our own words about opting out are quoted below each answer; nothing of the text is kept."""
    arrive(server, answer(mail, "ありがとうございます。火曜日でお願いします。"))
    arrive(server, answer(mail, "今後、メールの配信を停止してください。"))
    assert polling.poll_all() == 2
    assert list(MailEvent.objects.order_by("pk").values_list("asks_to_stop", flat=True)) == [False, True]
    assert not Suppression.objects.exists()
    assert Lead.objects.get(pk=lead.pk).opted_out_at is None
    assert QUESTION in panel()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM drafts_mailevent e WHERE e::text LIKE '%配信%'")
        assert cursor.fetchone() == (0,)


def test_one_button_stops_the_address_and_the_person(client, rep, lead, asked, panel):
    html = panel()
    assert (QUESTION in html, lead.email in html) == (True, True)
    answered = decide(client, asked, "yes")
    assert QUESTION not in answered.text
    assert "メールは送信されなくなりました" in json.loads(answered.headers["HX-Trigger"])["sd:toast"]["text"]
    assert Suppression.objects.get().reason == Suppression.Reason.OPT_OUT
    assert Lead.objects.get(pk=lead.pk).opted_out_at is not None
    assert Activity.objects.filter(lead=lead, type=ActivityType.OPT_OUT).count() == 1
    entry = AuditEntry.objects.get(action="lead.decide_stop_wish")
    assert (entry.actor, entry.details["stop"]) == (rep, True)
    # a second tab
    again = decide(client, asked, "no")
    assert json.loads(again.headers["HX-Trigger"])["sd:toast"]["tone"] == "danger"
    assert Suppression.objects.count() == 1


def test_or_it_asked_for_something_else(client, lead, asked, panel):
    panel()
    assert QUESTION not in decide(client, asked, "no").text
    assert not Suppression.objects.exists()
    assert QUESTION not in panel()
    assert decide(client, asked, "perhaps").status_code == 400


def test_where_mail_is_stopped_already_nobody_is_asked(lead, asked, panel):
    Suppression.objects.create(team=lead.team, email=lead.email, reason=Suppression.Reason.BOUNCE)
    assert QUESTION not in panel()


def test_strangers_decide_nothing(client, outsider, reviewer, asked):
    path = reverse("drafts:stop_wish", args=[asked.pk])
    assert client.post(path, {"stop": "yes"}).status_code == 302
    for person, status in ((outsider, 404), (reviewer, 403)):
        client.force_login(person)
        assert client.post(path, {"stop": "yes"}).status_code == status
    assert MailEvent.objects.get().asks_to_stop
    assert not Suppression.objects.exists()


def mime(text: str, charset: str = "utf-8", subtype: str = "plain") -> bytes:
    message = EmailMessage()
    message.set_content(text, subtype=subtype, charset=charset)
    return message.as_bytes()


def test_the_text_of_a_mail_however_it_is_written():
    japanese = "配信停止をお願いします。"
    for charset in ("utf-8", "iso-2022-jp", "shift_jis", "euc-jp"):
        assert japanese in own_text.of(mime(japanese, charset))
    html = "<style>p{}</style><p>Please stop<br>now</p><blockquote><blockquote>a</blockquote>b</blockquote>c"
    assert own_text.of(mime(html, subtype="html")).split() == ["Please", "stop", "now", "c"]
    quoted = '<div>x<div class="gmail_quote"><div>our mail</div></div></div>y'
    assert own_text.of(mime(quoted, subtype="html")).split() == ["x", "y"]
    for broken in (
        b"",
        b"\xff\x00",
        mime(japanese)[:-9],
        b"Content-Type: text/plain; charset=no-such\n\nx",
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/plain\n",
        b"Content-Type: text/html\n\n<![foo",
    ):
        own_text.of(broken)
