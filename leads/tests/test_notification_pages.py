"""The bell, the list, the choice of kinds: whose they are, and what marking as read does."""

from __future__ import annotations

import pytest
from django.utils import timezone

from leads.models import Notification
from leads.models.notification import OFF, ON_DESKTOP, Kind
from leads.tests.factories import LeadFactory
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
JSON = {"Accept": "application/json"}
LIST, READ, FRESH = "/notifications/", "/notifications/read/", "/notifications/fresh/"


def note(user, lead, kind=Kind.HOT, **fields) -> Notification:
    number = Notification.objects.count()
    values = {"key": f"{kind}-{number}", "at": timezone.now()} | fields
    return Notification.objects.create(user=user, lead=lead, kind=kind, **values)


@pytest.fixture
def noted(rep, lead):
    return [note(rep, lead, kind) for kind in Kind]


def unread(client) -> int:
    return client.get(FRESH, headers=JSON).json()["unread"]


def test_the_list_names_every_kind(client, rep, noted):
    client.force_login(rep)
    for headers in ({}, HTMX):
        html = client.get(LIST, headers=headers).text
        assert html.count("data-read-id") == len(Kind)
        assert "山田 花子" in html
        assert findings(html, MARKUP_RULES) == []
    assert "<html" not in html


def test_the_bell_counts_on_every_page_at_no_further_query(client, rep, noted, django_assert_max_num_queries):
    client.force_login(rep)
    with django_assert_max_num_queries(6):
        html = client.get("/settings/").text
    bell = html.partition('id="bell"')[2].partition("</a>")[0]
    assert f'class="dot">{len(Kind)}<' in bell
    Notification.objects.update(read_at=timezone.now())
    bell = client.get("/settings/").text.partition('id="bell"')[2].partition("</a>")[0]
    assert "dot" not in bell


def test_marking_one_a_lead_or_all(client, rep, lead, company, noted):
    other = note(rep, LeadFactory(company=company))
    client.force_login(rep)
    told = client.post(READ, {"id": noted[0].pk}, headers=JSON).json()
    assert told == {"changed": 1, "unread": len(Kind)}
    assert unread(client) == len(Kind)
    client.post(READ, {"lead": lead.pk}, headers=JSON)
    assert unread(client) == 1
    assert client.post(READ, {}).status_code == 302
    assert unread(client) == 0
    other.refresh_from_db()
    assert other.read_at


@pytest.mark.parametrize("sent", [{"id": "x"}, {"id": ""}, {"id": "9" * 30}, {"id": "-1"}])
def test_an_id_that_is_none_marks_nothing(client, rep, noted, sent):
    client.force_login(rep)
    client.post(READ, sent, headers=JSON)
    assert unread(client) == len(Kind)


@pytest.mark.parametrize(
    "sent", [{"kind": "hot", "day": "x"}, {"kind": "hot"}, {"day": "2026-01-01"}, {"lead": "x"}]
)
def test_half_a_group_marks_nothing(client, rep, noted, sent):
    client.force_login(rep)
    client.post(READ, sent, headers=JSON)
    assert unread(client) == len(Kind)


def test_an_outsider_sees_and_marks_nothing(client, rep, outsider, noted):
    client.force_login(outsider)
    assert "data-read-id" not in client.get(LIST).text
    assert client.get(FRESH, {"after": 0}, headers=JSON).json() == {"unread": 0, "newest": 0, "news": []}
    client.post(READ, {"id": [one.pk for one in noted]}, headers=JSON)
    client.post(READ, {"lead": noted[0].lead_id}, headers=JSON)
    client.post(READ, {}, headers=JSON)
    assert not Notification.objects.filter(read_at__isnull=False).exists()


@pytest.mark.parametrize("path", [LIST, FRESH, READ, "/notifications/settings/"])
def test_a_visitor_is_sent_to_sign_in(client, db, path):
    answer = client.post(path) if path == READ else client.get(path)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.url


def test_a_lead_of_another_team_is_not_named_even_to_its_former_owner(client, rep, lead, noted, other_team):
    type(lead).objects.filter(pk=lead.pk).update(team=other_team)
    client.force_login(rep)
    assert "山田 花子" not in client.get(LIST).text
    assert client.get(FRESH, {"after": 0}, headers=JSON).json()["news"] == []


def test_fresh_tells_what_is_newer(client, rep, lead):
    first = note(rep, lead)
    client.force_login(rep)
    answer = client.get(FRESH, {"after": first.pk}, headers=JSON).json()
    assert answer == {"unread": 1, "newest": first.pk, "news": []}
    second = note(rep, lead, Kind.REPLY)
    [news] = client.get(FRESH, {"after": first.pk}, headers=JSON).json()["news"]
    assert news["id"] == second.pk
    assert news["url"] == f"/leads/{lead.pk}/"
    assert "山田 花子" in news["title"]
    assert client.get(FRESH, {"after": "x"}, headers=JSON).json() == {"unread": 2}


def test_a_draft_is_told_without_a_word_of_it(client, rep, lead):
    note(rep, lead, Kind.DRAFT_READY, details={"draft": 1, "state": "ready"})
    client.force_login(rep)
    [news] = client.get(FRESH, {"after": 0}, headers=JSON).json()["news"]
    assert news["url"] == f"/leads/{lead.pk}/#draft"
    assert set(news) == {"id", "title", "text", "url"}


def test_choosing_kinds(client, rep, noted):
    client.force_login(rep)
    path = "/notifications/settings/"
    assert client.get(path).text.count("checked") == len(Kind)
    client.post(path, {"kinds": ["hot", "reply"], "on_desktop": "on"})
    rep.refresh_from_db()
    assert set(rep.preferences[OFF]) == set(Kind.values) - {"hot", "reply"}
    assert rep.preferences[ON_DESKTOP] is True
    assert unread(client) == 2
    saved = client.post(path, {"kinds": Kind.values}, headers=HTMX)
    assert "<html" not in saved.text
    assert unread(client) == len(Kind)


def test_a_kind_that_does_not_exist_is_refused_and_loses_nothing(client, rep):
    client.force_login(rep)
    answer = client.post("/notifications/settings/", {"kinds": ["hot", "nonsense"]})
    assert answer.status_code == 200
    rep.refresh_from_db()
    assert OFF not in rep.preferences


def test_the_settings_page_leads_there(client, rep):
    client.force_login(rep)
    assert 'hx-get="/notifications/settings/"' in client.get("/settings/").text
