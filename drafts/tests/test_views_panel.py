"""The draft panel: who gets it, what it says in each state, what a wish leads to."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from drafts.models import Delivery, Draft, State, Suppression
from drafts.tests.factories import DraftFactory
from leads.models.lead import ConsentBasis
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "Accept-Language": "ja"}
GET = ("panel", "write")


def url(name: str, pk: int) -> str:
    return reverse(f"drafts:{name}", args=[pk])


def panel(client, lead) -> str:
    return client.get(url("panel", lead.pk), headers=HTMX).text


def test_an_outsider_finds_nothing_at_any_address(client, lead, outsider, rep):
    draft = DraftFactory(lead=lead, requested_by=rep)
    client.force_login(outsider)
    for name in ("panel", "write"):
        assert client.get(url(name, lead.pk)).status_code == 404
    assert client.get(url("edit", draft.pk)).status_code == 404
    text = {"subject": "x", "body": "y", "version": "1"}
    for name, pk in [("request", lead.pk), ("write", lead.pk)] + [
        (name, draft.pk)
        for name in ("rewrite", "bring_back", "edit", "copy", "mark_sent", "undo_sent", "undo")
    ]:
        assert client.post(url(name, pk), text).status_code == 404
        assert client.post(url(name, pk), text, headers=HTMX).status_code == 404
    assert Draft.objects.get().state == State.READY


def test_a_visitor_is_sent_to_the_login(client, lead):
    assert "/accounts/login" in client.get(url("panel", lead.pk)).headers["Location"]


def test_the_fragment_has_no_frame_and_the_page_has(client, lead, rep):
    client.force_login(rep)
    assert "<html" not in panel(client, lead)
    page = client.get(url("panel", lead.pk)).text
    assert "<html" in page
    assert 'id="draft-panel"' in page


@pytest.mark.parametrize("state", list(State))
def test_six_queries_whatever_the_state(client, lead, rep, colleague, state, django_assert_max_num_queries):
    DraftFactory(lead=lead, requested_by=colleague, state=state, claimed_by=rep)
    DraftFactory.create_batch(3, lead=lead, state=State.EXPIRED)
    client.force_login(rep)
    with django_assert_max_num_queries(6):
        assert client.get(url("panel", lead.pk), headers=HTMX).status_code == 200


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("state", list(State))
def test_every_state_renders_in_both_languages_within_the_policy(client, lead, rep, state, language):
    rep.language = language
    rep.save()
    client.force_login(rep)
    DraftFactory(lead=lead, requested_by=rep, state=state, reject_code="tone", error_code="llm_busy")
    html = client.get(url("panel", lead.pk), headers={"Accept-Language": language}).text
    assert f'<html lang="{language}"' in html
    assert findings(html, MARKUP_RULES) == []


def test_a_wish_is_shown_as_work_under_way(client, lead, rep):
    client.force_login(rep)
    html = client.post(url("request", lead.pk), {"instruction": "短く"}, headers=HTMX).text
    draft = Draft.objects.get()
    assert (draft.state, draft.instruction, draft.requested_by) == (State.QUEUED, "短く", rep)
    assert 'data-kind="working"' in html
    assert 'data-poll="4"' in html


def test_a_double_click_asks_once_and_says_nothing_about_it(client, lead, rep):
    client.force_login(rep)
    client.post(url("request", lead.pk), headers=HTMX)
    again = client.post(url("request", lead.pk), headers=HTMX)
    assert Draft.objects.count() == 1
    assert 'data-kind="working"' in again.text
    assert "HX-Trigger" not in again.headers


def test_the_second_rep_sees_who_is_on_it(client, lead, rep, colleague):
    DraftFactory(lead=lead, requested_by=rep, state=State.GENERATING)
    client.force_login(colleague)
    assert str(rep) in panel(client, lead)
    answer = client.post(url("request", lead.pk), headers=HTMX)
    assert str(rep) in json.loads(answer.headers["HX-Trigger"])["sd:toast"]["text"]
    assert Draft.objects.count() == 1


def test_without_scripts_a_wish_leads_to_the_page(client, lead, rep):
    client.force_login(rep)
    answer = client.post(url("request", lead.pk), follow=True)
    assert answer.redirect_chain == [(f"{url('panel', lead.pk)}?purpose=ice_breaker", 302)]
    assert '<noscript><meta http-equiv="refresh" content="4">' in answer.text


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"do_not_contact": True}, "連絡禁止"),
        ({"consent_basis": ConsentBasis.UNKNOWN}, "根拠"),
        ({"opted_out_at": timezone.now()}, "配信停止"),
        ({"email": ""}, "メールアドレス"),
    ],
)
def test_what_forbids_mail_is_said_in_words_and_takes_the_buttons_away(client, lead, rep, changes, word):
    type(lead).objects.filter(pk=lead.pk).update(**changes)
    client.force_login(rep)
    html = panel(client, lead)
    assert word in html
    assert url("request", lead.pk) not in html


def test_a_suppressed_address_keeps_a_ready_text_in_the_house(client, lead, rep):
    draft = DraftFactory(lead=lead, requested_by=rep)
    Suppression.objects.create(email=lead.email.upper(), reason="opt_out")
    client.force_login(rep)
    assert url("copy", draft.pk) not in panel(client, lead)


def test_a_mail_of_the_last_days_to_the_same_address_is_told(client, lead, rep, colleague, other_team):
    before = DraftFactory(lead=lead, state=State.SENT)
    mail = Delivery.objects.create(
        draft=before, lead=lead, team=lead.team, sender=colleague, channel="copy", status="sent",
        origin="generated", recipient=lead.email.upper(), claimed_at=timezone.now(), sent_at=timezone.now(),
    )  # fmt: skip
    DraftFactory(lead=lead, requested_by=rep)
    client.force_login(rep)
    assert str(colleague) in panel(client, lead)
    Delivery.objects.filter(pk=mail.pk).update(claimed_at=timezone.now() - timedelta(days=8))
    assert str(colleague) not in panel(client, lead)


def test_each_sourced_phrase_is_tied_to_its_fact(client, lead, rep):
    DraftFactory(
        lead=lead,
        requested_by=rep,
        claims=[{"phrase": "弊社のサイトをご覧いただき", "fact_id": "F2"}],
        facts=[
            {
                "id": "F2",
                "kind": "page_view",
                "text": "弊社のサイトをご覧",
                "value": "3",
                "at": "2025-11-03T05:00:00+00:00",
            }
        ],
    )
    client.force_login(rep)
    html = panel(client, lead)
    assert re.search(
        r'<u [^>]*data-fact="F2 · [^"]+2025/11/03[^"]* — 弊社のサイトをご覧" aria-describedby="fact-F2">弊社',
        re.sub(r"<time[^>]*>|</time>", "", html),
    )
    assert '<li id="fact-F2">' in html


@pytest.mark.parametrize("at", [None, "", "x", 5, "2025-99-99T00:00:00", "<b>"])
def test_a_source_without_a_moment_is_shown_all_the_same(client, lead, rep, at):
    DraftFactory(
        lead=lead,
        requested_by=rep,
        claims=[{"phrase": "弊社のサイトをご覧いただき", "fact_id": "F2"}],
        facts=[{"id": "F2", "kind": "unheard_of", "text": "弊社のサイトをご覧", "at": at}],
    )
    client.force_login(rep)
    assert 'data-fact="F2 · 弊社のサイトをご覧"' in panel(client, lead)


def test_review_is_told_plainly_with_its_beginning(client, lead, rep, reviewer):
    draft = DraftFactory(lead=lead, requested_by=rep, state=State.IN_REVIEW)
    client.force_login(rep)
    assert draft.entered_review_at.astimezone().strftime("%Y") in panel(client, lead)
    claim = {"claimed_by": reviewer, "claimed_until": timezone.now() + timedelta(minutes=5)}
    Draft.objects.filter(pk=draft.pk).update(**claim)
    assert str(reviewer) in panel(client, lead)


def test_a_rejection_names_its_reason_and_offers_another_try(client, lead, rep):
    fields = {"reject_code": "promise", "reject_note": "値引きは書けません"}
    DraftFactory(lead=lead, requested_by=rep, state=State.REJECTED, **fields)
    client.force_login(rep)
    html = panel(client, lead)
    assert "約束" in html
    assert "値引きは書けません" in html
    assert url("request", lead.pk) in html


def test_the_demo_writer_is_named_on_the_panel(client, lead, rep, settings):
    client.force_login(rep)
    assert "demo-tag" not in panel(client, lead)
    settings.DEV_WRITER = True
    assert "AI未接続" in panel(client, lead)


def test_a_reviewer_sees_the_state_but_no_buttons(client, lead, rep, reviewer):
    draft = DraftFactory(lead=lead, requested_by=rep)
    client.force_login(reviewer)
    html = panel(client, lead)
    for name in ("copy", "edit", "rewrite"):
        assert url(name, draft.pk) not in html
