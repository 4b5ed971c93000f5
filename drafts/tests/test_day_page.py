"""The page "my day": for whom it shows what, in which words, at what cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from drafts.models import Delivery, MailEvent, State
from drafts.tests.factories import BODY, SUBJECT, DraftFactory
from drafts.tests.mails import sent_mail
from leads.tests.factories import LeadFactory
from leads.tests.test_day import busy, left_at, visits
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

PAGE = "/day/"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
SECTIONS = ["recall", "action", "drafts", "risen", "cooling", "hottest"]


def lines(html: str) -> dict[str, list[int]]:
    """Lead ids by section."""
    found = {}
    for part in html.split('data-part="')[1:]:
        found[part.partition('"')[0]] = [int(pk) for pk in re.findall(r'data-lead="(\d+)"', part)]
    return found


@pytest.fixture
def world(company, rep):
    """Something in every section, for `rep`."""
    many = [LeadFactory(company=company, owner=rep) for _ in range(5)]
    busy(many[0])
    left_at(many[1], 82, timedelta(days=2))
    visits(many[2], 25, timedelta(days=6))
    DraftFactory(lead=many[3], requested_by=rep)
    return many


def test_every_section_says_why(client, rep, world):
    client.force_login(rep)
    html = client.get(PAGE).text
    rose, cooled, hot, drafted, _idle = (lead.pk for lead in world)
    assert lines(html) == {
        "recall": [rose],
        "action": [rose],
        "drafts": [drafted],
        "risen": [rose],
        "cooling": [cooled],
        "hottest": [hot],
    }
    assert SUBJECT in html
    # whole points reached: the units of an activity are rounded, and 82 may be 81.9999
    assert re.search("8[12] → 7[45]", html)
    assert "日間動きなし" in html
    assert 'href="tel:03-1234-5678"' in html


def test_a_text_never_stands_on_it(client, rep, colleague, company):
    """Only the subject, and only of a draft that is cleared; whoever wrote it."""
    for state in State:
        lead = LeadFactory(company=company, owner=colleague)
        DraftFactory(
            lead=lead, requested_by=rep, state=state, subject=f"件名{state}", text_author=rep, body=BODY
        )
    client.force_login(rep)
    for query in ("", "?who=team"):
        html = client.get(PAGE + query).text
        shown = set(re.findall(r"件名(\w+)", html))
        assert shown == {State.READY, State.APPROVED, State.SCHEDULED}
        assert "突然のご連絡" not in html


def test_a_mail_of_which_nobody_knows_is_a_task_with_two_buttons(client, rep, colleague, company, team):
    """Whose own it is sees it first; what salesdash is about to send by itself is nobody's task."""
    asked, other, waits = (
        DraftFactory(lead=LeadFactory(company=company), requested_by=person, state=state)
        for person, state in (
            (rep, State.UNCERTAIN), (colleague, State.UNCERTAIN), (rep, State.SCHEDULED),
        )
    )  # fmt: skip
    queued = sent_mail(waits.lead, rep, status="queued", sent_at=None)
    Delivery.objects.filter(pk=queued.pk).update(draft=waits)
    client.force_login(rep)
    html = client.get(f"{PAGE}?who=me").text
    assert list(lines(html)) == ["uncertain", *SECTIONS]
    assert (lines(html)["uncertain"], lines(html)["drafts"]) == ([asked.lead_id], [])
    forms = re.findall(r'hx-post="(/drafts/\d+/decide/)"(.*?)</form>', html, re.DOTALL)
    assert [path for path, _form in forms] == [f"/drafts/{asked.pk}/decide/"] * 2
    assert ("送信されていた</button>" in forms[0][1], "送信されていなかった</button>" in forms[1][1]) == (
        True,
        True,
    )
    assert 'href="/drafts/?tab=uncertain"' in html
    assert set(lines(client.get(f"{PAGE}?who=team").text)["uncertain"]) == {asked.lead_id, other.lead_id}
    rep.groups.clear()
    rep.user_permissions.add(*Permission.objects.filter(codename__in=("view_draft", "view_lead")))
    html = client.get(f"{PAGE}?who=team").text
    assert len(lines(html)["uncertain"]) == 2
    assert "/decide/" not in html


def test_drafts_are_those_i_asked_for_whoever_owns_the_lead(client, rep, colleague, company):
    asked = DraftFactory(lead=LeadFactory(company=company, owner=colleague), requested_by=rep)
    other = DraftFactory(lead=LeadFactory(company=company, owner=rep), requested_by=colleague)
    client.force_login(rep)
    assert lines(client.get(f"{PAGE}?who=me").text)["drafts"] == [asked.lead_id]
    assert set(lines(client.get(f"{PAGE}?who=team").text)["drafts"]) == {asked.lead_id, other.lead_id}


def test_an_outsider_sees_nothing_of_the_team(client, outsider, world):
    client.force_login(outsider)
    for query in ("", "?who=me", "?who=team"):
        html = client.get(PAGE + query).text
        assert not any(lines(html).values()), query
        assert SUBJECT not in html


def test_a_draft_of_a_lead_that_may_not_be_seen_is_not_shown(client, rep, company, other_team):
    """Fail closed: the lead moved to another team, its draft did not."""
    draft = DraftFactory(lead=LeadFactory(company=company), requested_by=rep)
    type(draft.lead).objects.filter(pk=draft.lead_id).update(team=other_team)
    client.force_login(rep)
    html = client.get(PAGE).text
    assert lines(html)["drafts"] == []
    assert SUBJECT not in html


def test_without_the_right_to_send_there_is_no_copy_button(client, reviewer, rep, company):
    for person in (reviewer, rep):
        for state in (State.READY, State.SCHEDULED):
            DraftFactory(lead=LeadFactory(company=company), requested_by=person, state=state)
    for person, offered in ((reviewer, False), (rep, True)):
        client.force_login(person)
        html = client.get(f"{PAGE}?who=me").text
        assert ("data-copy-url" in html, "/sent/" in html) == (offered, offered)


def test_who_may_not_see_leads_is_turned_away(client, rep):
    assert client.get(PAGE).status_code == 302
    rep.groups.clear()
    client.force_login(rep)
    assert client.get(PAGE).status_code == 403


def test_a_manager_without_leads_begins_with_the_team(client, manager, rep, world):
    client.force_login(manager)
    html = client.get(PAGE).text
    assert lines(html)["recall"] == [world[0].pk]
    assert "佐藤" in html
    assert not any(lines(client.get(f"{PAGE}?who=me").text).values())
    client.force_login(rep)
    assert lines(client.get(PAGE).text)["recall"] == [world[0].pk]


@pytest.mark.parametrize("query", ["", "?who=me", "?who=team"])
@pytest.mark.parametrize("role", ["rep", "manager", "admin", "reviewer"])
def test_thirteen_statements_whatever_the_data(
    client, request, company, rep, role, query, django_assert_max_num_queries
):
    user = request.getfixturevalue(role)
    now = timezone.now()
    for _ in range(12):
        lead = LeadFactory(
            company=company, owner=rep, recall_at=now, next_action="電話", next_action_due_at=now
        )
        visits(lead, 12, timedelta(minutes=5))
        DraftFactory(lead=lead, requested_by=user)
        DraftFactory(lead=lead, requested_by=user, state=State.UNCERTAIN, purpose="follow_up")
        left_at(LeadFactory(company=company, owner=rep), 82, timedelta(days=2))
        MailEvent.objects.create(
            team=lead.team, delivery=sent_mail(lead, user, message_id=f"<m{lead.pk}@ours.example>"), kind=MailEvent.Kind.REPLY, source="test",
            event_id=str(lead.pk), address=lead.email, occurred_at=now, received_at=now, asks_to_stop=True,
        )  # fmt: skip
    client.force_login(user)
    with django_assert_max_num_queries(13):
        response = client.get(PAGE + query)
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "今日の分はすべて終わりました"), ("en", "All done for today")]
)
def test_all_done(client, rep, company, language, said):
    rep.language = language
    rep.save()
    visits(LeadFactory(company=company, owner=rep), 25, timedelta(days=6))
    client.force_login(rep)
    html = client.get(PAGE).text
    assert said in html
    assert len(lines(html)["hottest"]) == 1
    assert findings(html, MARKUP_RULES) == []


def test_it_is_not_all_done_while_a_call_is_due(client, rep, world):
    client.force_login(rep)
    assert "day-done" not in client.get(PAGE).text


def test_strange_parameters_mean_the_whole_page(client, rep, world):
    client.force_login(rep)
    for query in ("?who=x", "?who=%00", "?who="):
        assert list(lines(client.get(PAGE + query).text)) == SECTIONS


def test_the_fragment_and_the_page_vary(client, rep):
    client.force_login(rep)
    assert "<html" not in client.get(PAGE, headers=HTMX).text
    response = client.get(PAGE)
    assert "HX-Request-Type" in response.headers["Vary"]
    assert "no-store" in response.headers["Cache-Control"]


def test_the_navigation_leads_there(client, rep):
    client.force_login(rep)
    html = client.get("/settings/").text
    assert re.search(r'href="/day/"[^>]*data-go="d"', html)
