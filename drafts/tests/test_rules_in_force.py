"""Other rules come into force: screens say that texts are checked again, and they are, at once and all."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.urls import reverse

from drafts import generation, reading, sending, sweeping, tasks
from drafts.models import Draft, DraftEvent, SafetyRules, State
from drafts.safety import pipeline, rulebook
from drafts.signals import rules_published
from drafts.tests.factories import BODY, SUBJECT, DraftFactory, new_rules
from leads.tests.factories import LeadFactory
from salesdash.errors import ConflictError

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def outdated(db, lead, rep):
    draft = DraftFactory(lead=lead, requested_by=rep)
    new_rules("幸い")
    return draft


@pytest.mark.parametrize(("language", "said"), [("ja", "もう一度検査しています"), ("en", "Checking again")])
def test_the_panel_says_so_calmly_and_asks_again_by_itself(client, rep, outdated, language, said):
    rep.language = language
    rep.save()
    client.force_login(rep)
    html = client.get(reverse("drafts:panel", args=[outdated.lead_id]), headers=HTMX).text
    assert said in html
    assert 'data-kind="recheck"' in html
    assert 'data-poll="4"' in html
    assert not any(word in html for word in (SUBJECT, BODY[:20], "data-copy-url", "alertbar"))


def test_the_list_and_the_day_name_it_without_its_subject(client, rep, outdated):
    client.force_login(rep)
    for page in (reverse("drafts:index"), reverse("day")):
        html = client.get(page, headers=HTMX).text
        assert "もう一度検査しています" in html
        assert SUBJECT not in html
        assert "data-copy-url" not in html


def test_it_cannot_be_opened_for_editing(client, rep, outdated):
    client.force_login(rep)
    html = client.get(reverse("drafts:edit", args=[outdated.pk]), headers=HTMX).text
    assert SUBJECT not in html
    assert "<textarea" not in html


def test_the_author_goes_on_reading_the_own_words(client, rep, lead):
    DraftFactory(lead=lead, requested_by=rep, text_author=rep)
    new_rules()
    client.force_login(rep)
    html = client.get(reverse("drafts:panel", args=[lead.pk]), headers=HTMX).text
    assert SUBJECT in html
    assert "data-copy-url" not in html


def test_what_was_taken_out_can_be_marked_or_undone_but_not_read_again(client, rep, lead):
    draft = DraftFactory(lead=lead, requested_by=rep)
    sending.claim(draft_id=draft.pk, user=rep, channel="copy")
    new_rules()
    client.force_login(rep)
    html = client.get(reverse("drafts:panel", args=[lead.pk]), headers=HTMX).text
    assert SUBJECT not in html
    assert "data-copy-url" not in html
    assert reverse("drafts:mark_sent", args=[draft.pk]) in html
    assert reverse("drafts:undo", args=[draft.pk]) in html
    sending.undo(draft_id=draft.pk, user=rep)
    assert Draft.objects.get().state == State.CHECKING


def test_nothing_changes_on_screen_while_the_check_goes_on(client, rep, outdated):
    sweeping.recheck()
    client.force_login(rep)
    html = client.get(reverse("drafts:panel", args=[outdated.lead_id]), headers=HTMX).text
    assert 'data-kind="recheck"' in html


def test_publishing_starts_the_chain_at_once(outdated, django_capture_on_commit_callbacks, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.recheck, "apply_async", lambda *_args, **_options: asked.append("recheck"))
    with django_capture_on_commit_callbacks(execute=True):
        rules_published.send(SafetyRules, version=9)
    assert asked == ["recheck"]


def test_the_chain_goes_on_until_none_is_left(company, rep, db, monkeypatch):
    for _ in range(5):
        DraftFactory(lead=LeadFactory(company=company), requested_by=rep)
    sent = DraftFactory(lead=LeadFactory(company=company), requested_by=rep, state=State.SENT)
    new_rules()
    monkeypatch.setattr(sweeping, "BATCH", 2)
    rounds = []
    monkeypatch.setattr(tasks.recheck, "delay", lambda: rounds.append(1) or tasks.recheck())
    tasks.recheck()
    assert len(rounds) == 3
    assert set(Draft.objects.exclude(pk=sent.pk).values_list("state", flat=True)) == {State.CHECKING}
    assert DraftEvent.objects.filter(details__code="rules_changed").count() == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["layers", "held"])
def test_rules_published_while_a_text_becomes_ready(llm, lead, rep, monkeypatch, moment):
    """Real connections: either the verdict counts for nothing, or the text is ready and at once unreadable."""
    draft = DraftFactory(lead=lead, state=State.CHECKING, requested_by=rep, attempts=3)
    started, published = threading.Event(), threading.Event()
    place, name = (pipeline, "run") if moment == "layers" else (rulebook, "hold")
    real = getattr(place, name)

    def slowly(*args, **options):
        answer = real(*args, **options)
        started.set()
        # within the transaction that holds the rules, a publisher waits for us: give it time to have begun
        published.wait(10 if moment == "layers" else 0.3)
        return answer

    monkeypatch.setattr(place, name, slowly)
    worker = threading.Thread(target=_work, args=(draft.pk,))
    worker.start()
    assert started.wait(20)
    monkeypatch.setattr(place, name, real)
    version = new_rules("幸い").version
    published.set()
    seen = reading.shown_to(rep).get(pk=draft.pk)
    assert (seen.readable, seen.shown_body) == (False, "")
    worker.join(20)
    assert not reading.shown_to(rep).get(pk=draft.pk).readable
    with pytest.raises(ConflictError):
        sending.claim(draft_id=draft.pk, user=rep, channel="copy")
    tasks.recheck.run()
    generation.generate(draft_id=draft.pk)
    done = Draft.objects.get()
    assert (done.state, done.rules_version) == (State.IN_REVIEW, version)


def _work(draft_id: int) -> None:
    try:
        generation.generate(draft_id=draft_id)
    finally:
        connection.close()
