"""Replies, bounces and complaints: each is kept once, moves the temperature, and stops what it must stop."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone

from drafts import sending
from drafts.inbound import finding, recording
from drafts.inbound.recording import Address
from drafts.models import Delivery, MailEvent, State, Suppression
from drafts.tests.factories import DraftFactory
from leads.models import Activity, ActivityType, Lead
from leads.tests.factories import CompanyFactory, LeadFactory
from salesdash.errors import DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def delivery(lead, rep):
    return sent(lead, rep)


def sent(lead, rep, **fields):
    draft = DraftFactory(lead=lead, state=State.READY, requested_by=rep, **fields)
    sending.claim(draft_id=draft.pk, user=rep, channel="copy")
    sending.mark_sent(draft_id=draft.pk, user=rep)
    return draft.deliveries.get()


def bounce(about, event_id="b-1", *, hard=True, at=None, code="5.1.1"):
    return recording.bounced(about, hard=hard, at=at or NOW(), event_id=event_id, source="test", code=code)


def test_a_reply_warms_the_lead_once(delivery, lead):
    before = Lead.objects.get(pk=lead.pk).score.rank
    told = [
        recording.replied(delivery, at=NOW(), event_id="<r-1@example.jp>", source="imap") for _ in range(2)
    ]
    assert told == [True, False]
    reply = Activity.objects.get(lead=lead, type=ActivityType.EMAIL_REPLY)
    assert (reply.delivery_id, reply.source) == (delivery.pk, "imap")
    assert Lead.objects.get(pk=lead.pk).score.rank > before
    assert not Suppression.objects.exists()


def test_a_reply_to_no_known_mail_belongs_to_the_lead(lead):
    assert recording.replied(lead, at=NOW(), event_id="r-1", source="imap")
    assert Activity.objects.get(lead=lead).delivery_id is None


def test_a_hard_bounce_stops_the_address_and_marks_the_mail(delivery, lead):
    assert bounce(delivery)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.error_code) == (Delivery.Status.BOUNCED, "5.1.1")
    held = Suppression.objects.get()
    assert (held.team_id, held.email, held.reason) == (lead.team_id, lead.email, "bounce")
    activity = Activity.objects.get(lead=lead, type=ActivityType.EMAIL_BOUNCE)
    assert activity.properties == {"kind": "bounce", "code": "5.1.1"}
    assert AuditEntry.objects.get(action="lead.bounced").details["delivery"] == delivery.pk
    # the person themselves has not said anything
    assert Lead.objects.get(pk=lead.pk).opted_out_at is None


def test_the_panel_of_the_lead_hears_of_it(delivery, django_capture_on_commit_callbacks):
    from drafts.signals import draft_changed

    heard = []
    draft_changed.connect(lambda **news: heard.append(news["draft_id"]), dispatch_uid="t", weak=False)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            bounce(delivery)
    finally:
        draft_changed.disconnect(dispatch_uid="t")
    assert heard == [delivery.draft_id]


@pytest.mark.parametrize(
    ("days", "stops"),
    [
        ([0, 10, 29], True),
        ([0, 10, 31], False),
        ([0, 10], False),
        ([29, 0, 10], True),
        ([0, 31, 40, 60], True),
    ],
    ids=["three in a month", "over more than a month", "two", "told out of order", "the last three"],
)
def test_soft_bounces_are_counted(days, stops, delivery, lead):
    first = NOW() - timedelta(days=90)
    for n, day in enumerate(days):
        bounce(delivery, f"s-{n}", hard=False, at=first + timedelta(days=day), code="4.2.2")
        # told again it counts no second time
        bounce(delivery, f"s-{n}", hard=False, at=first + timedelta(days=day), code="4.2.2")
    assert Suppression.objects.filter(email=lead.email, reason="bounce").exists() is stops
    assert Activity.objects.filter(lead=lead, type=ActivityType.EMAIL_BOUNCE).count() == len(days)
    delivery.refresh_from_db()
    assert (delivery.status == Delivery.Status.BOUNCED) is stops


def test_a_complaint_stops_address_and_person(delivery, lead):
    assert recording.complained(delivery, at=NOW(), event_id="c-1", source="test")
    assert Suppression.objects.get().reason == "complaint"
    assert Lead.objects.get(pk=lead.pk).opted_out_at is not None
    assert Activity.objects.get(lead=lead, type=ActivityType.OPT_OUT).properties == {"kind": "complaint"}


def test_an_address_without_a_mail_of_ours_is_stopped_for_the_team(lead, other_team):
    same = LeadFactory(company=CompanyFactory(team=other_team), email=lead.email.upper())
    assert bounce(Address(f" {lead.email.upper()} ", lead.team_id))
    assert Suppression.objects.get().team_id == lead.team_id
    assert Activity.objects.filter(lead=lead).count() == 1
    assert not Activity.objects.filter(lead=same).exists()


def test_an_address_told_to_the_installation_is_stopped_for_all(lead, other_team):
    same = LeadFactory(company=CompanyFactory(team=other_team), email=lead.email.upper())
    assert bounce(Address(lead.email, None))
    assert Suppression.objects.get().team_id is None
    assert set(Activity.objects.values_list("lead_id", flat=True)) == {lead.pk, same.pk}


def test_an_unknown_address_is_stopped_too(team):
    assert bounce(Address("nobody@example.jp", team.pk))
    assert Suppression.objects.get().email == "nobody@example.jp"


def test_what_holds_an_address_back_already_stays(delivery, lead):
    Suppression.objects.create(team=lead.team, email=lead.email.upper(), reason="manual", note="電話で")
    assert bounce(delivery)
    assert Suppression.objects.get().reason == "manual"


def test_two_teams_may_be_told_under_one_id(delivery, other_team):
    assert bounce(delivery, "1")
    assert bounce(Address("x@example.jp", other_team.pk), "1")
    assert MailEvent.objects.count() == 2


@pytest.mark.parametrize(
    "event_id", ["x" * 300, "メール", "a\nb", ""], ids=["long", "kanji", "lines", "empty"]
)
def test_any_id_of_a_provider_can_be_kept(event_id, delivery):
    assert [bounce(delivery, event_id) for _ in range(2)] == [True, False]


def test_a_mail_bounces_once_whoever_else_tells_it(delivery, lead):
    assert bounce(delivery, "dsn")
    assert bounce(delivery, "feedback")
    assert Activity.objects.filter(lead=lead, type=ActivityType.EMAIL_BOUNCE).count() == 1


def test_a_time_in_the_future_or_long_ago_loses_nothing(delivery, lead):
    bounce(delivery, "future", hard=False, at=NOW() + timedelta(days=9))
    recording.opted_out(delivery, at=NOW().replace(year=1900), event_id="past", source="test")
    assert Activity.objects.filter(lead=lead, type=ActivityType.EMAIL_BOUNCE).count() == 1
    assert Activity.objects.filter(lead=lead, type=ActivityType.OPT_OUT).count() == 1


def test_mails_are_found_by_message_id_and_by_address(delivery, lead, rep, other_team):
    Delivery.objects.filter(pk=delivery.pk).update(message_id="<a@mail.example.jp>")
    later = sent(lead, rep, purpose="follow_up")
    assert finding.by_message_id(["<other@x>", "a@mail.example.jp"], team_id=lead.team_id) == delivery
    assert finding.by_message_id(["<a@mail.example.jp>"], team_id=other_team.pk) is None
    assert finding.by_message_id(["", "<>"]) is None
    assert finding.by_address(lead.email.upper(), before=NOW()) == later
    just_before = later.claimed_at - timedelta(microseconds=1)
    assert finding.by_address(lead.email, before=just_before) == delivery


@pytest.mark.django_db(transaction=True)
def test_one_event_told_by_eight_at_once_is_one_event(delivery, lead):
    told = []

    def tell():
        told.append(bounce(delivery))
        connection.close()

    threads = [Thread(target=tell) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * 7 + [True]
    assert Activity.objects.filter(lead=lead, type=ActivityType.EMAIL_BOUNCE).count() == 1


def test_nothing_leaves_for_a_bounced_address(delivery, lead, rep):
    waiting = DraftFactory(lead=lead, state=State.READY, purpose="follow_up", requested_by=rep)
    bounce(delivery)
    with pytest.raises(DomainError) as refused:
        sending.claim(draft_id=waiting.pk, user=rep, channel="copy")
    assert refused.value.code == "suppressed"


def test_the_panel_says_that_it_came_back(delivery, client, rep):
    client.force_login(rep)
    page = f"/drafts/lead/{delivery.lead_id}/"
    assert "戻ってきました" not in client.get(page).text
    bounce(delivery)
    text = client.get(page).text
    assert "戻ってきました" in text
    assert "5.1.1" in text


def test_the_events_are_looked_up_in_the_administration(delivery, client, admin, rep, settings):
    settings.ADMIN_SECOND_FACTOR = False
    bounce(delivery)
    client.force_login(admin)
    assert delivery.recipient in client.get("/admin/drafts/mailevent/").text
    assert client.post(f"/admin/drafts/mailevent/{MailEvent.objects.get().pk}/change/", {}).status_code == 403
    client.force_login(rep)
    assert client.get("/admin/drafts/mailevent/").status_code == 302
