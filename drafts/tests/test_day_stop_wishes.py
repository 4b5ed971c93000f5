"""A reply that may ask to stop is a task on My day: with both answers, for whoever it concerns."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from drafts.inbound import recording
from drafts.models import MailEvent, Suppression
from drafts.tests.mails import sent_mail
from drafts.tests.test_day_page import HTMX, PAGE, lines
from leads.models import Lead
from leads.tests.factories import LeadFactory
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

pytestmark = pytest.mark.django_db


def asked(lead, sender, *, number=1, ago=timedelta(hours=1)) -> MailEvent:
    """A reply to a mail of `sender` that may ask to stop."""
    mail = sent_mail(lead, sender, message_id=f"<m{lead.pk}-{number}@ours.example>")
    at = timezone.now() - ago
    recording.replied(mail, at=at, event_id=f"r-{lead.pk}-{number}", source="test", asks_to_stop=True)
    return MailEvent.objects.get(delivery=mail)


@pytest.fixture
def lead(company, rep):
    return LeadFactory(company=company, owner=rep)


def shown(client, query="?who=me") -> list[int]:
    return lines(client.get(PAGE + query).text).get("stop", [])


def test_it_is_the_first_task_and_answered_there(client, rep, lead):
    event = asked(lead, rep)
    client.force_login(rep)
    html = client.get(f"{PAGE}?who=me").text
    assert next(iter(lines(html))) == "stop"
    assert shown(client) == [lead.pk]
    assert lead.email in html
    forms = re.findall(rf'hx-post="/drafts/replies/{event.pk}/stop/".*?name="stop" value="(\w+)"', html, re.S)
    assert forms == ["yes", "no"]
    answer = client.post(f"/drafts/replies/{event.pk}/stop/", {"stop": "yes"}, headers=HTMX)
    assert answer.status_code == 200
    assert Suppression.objects.get().reason == Suppression.Reason.OPT_OUT
    assert shown(client) == []


def test_the_other_answer_ends_it_too(client, rep, lead):
    event = asked(lead, rep)
    client.force_login(rep)
    client.post(f"/drafts/replies/{event.pk}/stop/", {"stop": "no"}, headers=HTMX)
    assert (shown(client), Suppression.objects.count()) == ([], 0)


def test_owner_and_sender_see_it_as_theirs_the_team_under_team(client, rep, colleague, manager, lead):
    other = LeadFactory(company=lead.company, owner=colleague)
    asked(lead, colleague)
    asked(other, colleague)
    for person, mine in ((rep, {lead.pk}), (colleague, {lead.pk, other.pk}), (manager, set())):
        client.force_login(person)
        assert set(shown(client)) == mine
        assert set(shown(client, "?who=team")) == {lead.pk, other.pk}


def test_a_lead_stands_there_once_the_oldest_question_first(client, rep, lead):
    second = LeadFactory(company=lead.company, owner=rep)
    asked(second, rep, ago=timedelta(days=3))
    asked(lead, rep, number=1, ago=timedelta(hours=1))
    asked(lead, rep, number=2, ago=timedelta(days=1))
    client.force_login(rep)
    assert shown(client) == [second.pk, lead.pk]


@pytest.mark.parametrize("how", ["opted out", "bounced", "for all teams"])
def test_where_mail_is_stopped_already_nobody_is_asked(client, rep, lead, how):
    asked(lead, rep)
    if how == "opted out":
        Lead.objects.filter(pk=lead.pk).update(opted_out_at=timezone.now())
    else:
        team = lead.team if how == "bounced" else None
        Suppression.objects.create(team=team, email=lead.email.upper(), reason="bounce")
    client.force_login(rep)
    assert shown(client) == []


def test_outsiders_see_none_and_readers_get_no_button(client, rep, outsider, lead):
    asked(lead, rep)
    client.force_login(outsider)
    assert shown(client, "?who=team") == []
    rep.groups.clear()
    rep.user_permissions.add(*Permission.objects.filter(codename__in=("view_draft", "view_lead")))
    client.force_login(rep)
    html = client.get(f"{PAGE}?who=me").text
    assert lines(html)["stop"] == [lead.pk]
    assert "/replies/" not in html


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", ("配信停止の希望？", "メールを停止する", "停止の希望ではない")),
        ("en", ("Asks to stop?", "Stop mails")),
    ],
)
def test_in_both_languages(client, rep, lead, language, words):
    rep.language = language
    rep.save()
    asked(lead, rep)
    client.force_login(rep)
    html = client.get(f"{PAGE}?who=me").text
    assert findings(html, MARKUP_RULES) == []
    assert [word for word in words if word not in html] == []
