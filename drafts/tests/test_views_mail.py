"""The button "Send": counted down, taken back, explained where it cannot be pressed; the uncertain box."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from drafts.inbound import recording
from drafts.mail import delivering, queueing
from drafts.models import Delivery, Draft
from drafts.tests.factories import DraftFactory
from drafts.tests.mails import sent_mail
from drafts.tests.test_mail_sending import now_of, parked, queued
from salesdash.devmail.dns import DevDns
from salesdash.models import Team
from salesdash.sending_domains import proving

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "Accept-Language": "en"}


@pytest.fixture
def draft(lead, rep):
    return DraftFactory(lead=lead, requested_by=rep)


@pytest.fixture
def panel(client, lead, rep):
    rep.language = "en"
    rep.save()
    client.force_login(rep)
    return lambda: client.get(reverse("drafts:panel", args=[lead.pk]), headers=HTMX).text


def post(client, name: str, draft: Draft, **fields):
    return client.post(reverse(f"drafts:{name}", args=[draft.pk]), fields, headers=HTMX)


def test_sent_it_counts_down_and_is_taken_back(client, draft, panel, mailbox):
    assert "Send" in panel()
    answer = post(client, "send", draft)
    toast = json.loads(answer.headers["HX-Trigger"])["sd:toast"]
    assert toast == {
        "text": "The mail goes out in 10 seconds.",
        "undo": reverse("drafts:undo", args=[draft.pk]),
        "seconds": 10,
    }
    assert 'data-kind="outgoing"' in answer.text
    assert 'data-left="9.' in answer.text or 'data-left="10.0"' in answer.text
    assert draft.body.splitlines()[0] in answer.text
    post(client, "undo", draft)
    assert 'data-kind="ready"' in panel()
    assert Delivery.objects.get().status == "undone"


def test_in_quiet_hours_it_says_when(client, draft, panel, mail_team, mailbox):
    clock = timezone.localtime()
    mail_team.quiet_from = (clock - timedelta(minutes=1)).time()
    mail_team.quiet_until = (clock + timedelta(hours=2)).time().replace(second=0)
    mail_team.save()
    assert "Quiet hours: goes out" in panel()
    answer = post(client, "send", draft)
    said = json.loads(answer.headers["HX-Trigger"])["sd:toast"]["text"]
    assert said.startswith("The mail waits for the end of the quiet hours")
    assert mail_team.quiet_until.strftime("%-H:%M") in said
    assert "Goes out when quiet hours end" in answer.text
    assert "data-left" not in answer.text


def test_asked_to_wait_it_says_until_when(draft, rep, panel, mailbox):
    queued(draft, rep)
    mailbox.next("rcpt", "450 later")
    delivering.drain()
    assert "The mail server asked to wait. Next try" in panel()


def test_refused_it_says_why_beside_the_text(draft, rep, panel, mailbox):
    queued(draft, rep)
    mailbox.next("text", "554 5.6.0 spam")
    delivering.drain()
    html = panel()
    assert "The last try to send it failed." in html
    assert "The mail server refused this mail." in html
    assert draft.body.splitlines()[0] in html


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "No mail server is connected"),
        ({"sending_domain_verified_at": None}, "sending domain is not confirmed"),
        ({"sending_domain": "example.org"}, "not at your team&#x27;s sending domain"),
    ],
)
def test_where_it_cannot_be_pressed_it_says_what_is_missing(change, words, draft, panel, request, client):
    if change:
        request.getfixturevalue("mailbox")
        Team.objects.filter(pk=draft.team_id).update(**change)
    html = panel()
    assert words in html
    assert reverse("drafts:send", args=[draft.pk]) not in html
    answer = post(client, "send", draft)
    assert json.loads(answer.headers["HX-Trigger"])["sd:toast"]["tone"] == "danger"
    assert not Delivery.objects.exists()


def test_the_uncertain_box_says_what_to_look_for_and_takes_the_answer(client, draft, rep, panel, mailbox):
    parked(draft, rep, mailbox)
    html = panel()
    delivery = Delivery.objects.get()
    for part in ("What to look for", delivery.recipient, delivery.message_id.strip("<>"), "It was not sent"):
        assert part in html
    assert draft.body.splitlines()[-1] not in html
    assert post(client, "decide", draft, sent="perhaps").status_code == 400
    assert 'data-kind="sent"' in post(client, "decide", draft, sent="yes").text
    again = post(client, "decide", draft, sent="no")
    assert json.loads(again.headers["HX-Trigger"])["sd:toast"]["tone"] == "danger"


@pytest.mark.parametrize("name", ["send", "decide"])
def test_strangers_get_nothing(name, client, draft, outsider, reviewer, rep, mailbox):
    if name == "decide":
        parked(draft, rep, mailbox)
    before = Draft.objects.get().state
    path = reverse(f"drafts:{name}", args=[draft.pk])
    assert client.post(path, {"sent": "yes"}).status_code == 302
    for person, status in ((outsider, 404), (reviewer, 403)):
        client.force_login(person)
        assert client.post(path, {"sent": "yes"}).status_code == status
    client.force_login(rep)
    assert client.get(path).status_code == 405
    assert Draft.objects.get().state == before


def test_sending_by_the_panel_takes_few_queries(client, draft, panel, mailbox, django_assert_max_num_queries):
    panel()
    with django_assert_max_num_queries(30):
        post(client, "send", draft)


def test_a_domain_that_loses_its_proof_stops_what_was_left_to_be_sent(draft, rep, mailbox, settings):
    settings.MAIL_SPF = settings.MAIL_DKIM_SELECTOR = ""
    queued(draft, rep)
    with DevDns({}) as dns:
        settings.DNS_SERVERS = [dns.address]
        proof = proving.of(Team.objects.get(pk=draft.team_id))
        dns.zone = {proving.question(proof).token_name: {"txt": [proving.question(proof).token_value]}}
        now = timezone.now()
        proving.check(proof, now=now)
        dns.zone = {}
        for days in (1, 2, 3):
            proving.check(proof, now=now + timedelta(days=days))
    delivering.drain()
    assert mailbox.mails == []
    assert now_of(draft) == ("ready", "failed", "domain_not_verified")


def test_the_list_of_drafts_shows_what_is_uncertain(client, draft, rep, panel, mailbox):
    parked(draft, rep, mailbox)
    assert "Sending uncertain" not in client.get(reverse("drafts:index"), headers=HTMX).text
    html = client.get(f"{reverse('drafts:index')}?tab=uncertain", headers=HTMX).text
    assert "sends none of them again by itself" in html
    assert html.count(f'hx-post="{reverse("drafts:decide", args=[draft.pk])}"') == 2
    for words in ("It was sent", "It was not sent"):
        assert f"{words}</button>" in html
    # where nobody may decide, the state stands in words
    rep.user_permissions.clear()
    rep.groups.clear()
    rep.user_permissions.add(Permission.objects.get(codename="view_draft"))
    html = client.get(f"{reverse('drafts:index')}?tab=uncertain", headers=HTMX).text
    assert "Sending uncertain" in html
    assert "/decide/" not in html


def test_a_mail_that_came_back_is_not_listed_as_unopened(client, rep, panel, lead):
    mail = sent_mail(lead, rep, trackable=True)
    Draft.objects.filter(pk=mail.draft_id).update(requested_by=rep)
    sent = f"{reverse('drafts:index')}?tab=sent"
    assert "not opened yet" in client.get(sent, headers=HTMX).text
    recording.bounced(mail, hard=True, at=timezone.now(), event_id="b-1", source="test")
    html = client.get(sent, headers=HTMX).text
    assert "Bounced</span>" in html
    assert "not opened yet" not in html


def test_a_colleague_sees_the_senders_signature(client, draft, rep, manager, panel, mailbox):
    type(rep).objects.filter(pk=rep.pk).update(signature="株式会社青葉\n佐藤 健")
    type(rep).objects.filter(pk=manager.pk).update(signature="部長 高橋")
    rep.refresh_from_db()
    queueing.queue(draft_id=draft.pk, user=rep)
    client.force_login(manager)
    html = client.get(f"/drafts/lead/{draft.lead_id}/").text
    assert "部長 高橋" not in html
    assert "佐藤 健" in html
