"""The rep's own words: saved, checked again, never over somebody else's."""

from __future__ import annotations

import pytest
from django.urls import reverse

from drafts.models import Draft, Origin, State
from drafts.tests.factories import BODY, SUBJECT, DraftFactory

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "Accept-Language": "ja"}


@pytest.fixture
def draft(lead, rep):
    return DraftFactory(lead=lead, requested_by=rep)


def edit_url(draft: Draft) -> str:
    return reverse("drafts:edit", args=[draft.pk])


def form(draft: Draft, **changes: str) -> dict[str, str]:
    return {"subject": "新しい件名", "body": "新しい本文", "version": str(draft.version)} | changes


def test_the_form_holds_the_text_and_its_version(client, draft, rep):
    client.force_login(rep)
    html = client.get(edit_url(draft), headers=HTMX).text
    assert SUBJECT in html
    assert BODY.splitlines()[-1] in html
    assert f'name="version" value="{draft.version}"' in html


def test_a_saved_text_is_checked_and_hidden_from_others_meanwhile(client, draft, rep, colleague):
    client.force_login(rep)
    html = client.post(edit_url(draft), form(draft), headers=HTMX).text
    assert 'data-kind="working"' in html
    now = Draft.objects.get()
    assert (now.state, now.subject, now.text_author) == (State.CHECKING, "新しい件名", rep)
    client.force_login(colleague)
    panel = reverse("drafts:panel", args=[draft.lead_id])
    assert "新しい件名" not in client.get(panel, headers=HTMX).text


def test_a_stale_form_keeps_what_was_typed_and_shows_the_other_text(client, draft, rep, colleague):
    Draft.objects.filter(pk=draft.pk).update(version=draft.version + 1)
    client.force_login(rep)
    answer = client.post(edit_url(draft), form(draft), headers=HTMX)
    assert answer.status_code == 409
    assert "新しい本文" in answer.text
    assert SUBJECT in answer.text
    assert Draft.objects.get().subject == SUBJECT


def test_a_stale_form_shows_no_text_that_is_not_cleared(client, draft, rep):
    Draft.objects.filter(pk=draft.pk).update(version=draft.version + 1, state=State.CHECKING, body="ひみつ")
    client.force_login(rep)
    answer = client.post(edit_url(draft), form(draft), headers=HTMX)
    assert answer.status_code == 409
    assert "ひみつ" not in answer.text


def test_an_empty_text_is_told_at_the_form(client, draft, rep):
    client.force_login(rep)
    answer = client.post(edit_url(draft), form(draft, body=" "), headers=HTMX)
    assert answer.status_code == 422
    assert "新しい件名" in answer.text


def test_only_ready_texts_are_edited(client, draft, rep):
    Draft.objects.filter(pk=draft.pk).update(state=State.SCHEDULED)
    client.force_login(rep)
    assert 'id="draft-body"' not in client.get(edit_url(draft), headers=HTMX).text


def test_mail_by_hand_goes_through_the_same_checks(client, lead, rep):
    client.force_login(rep)
    url = reverse("drafts:write", args=[lead.pk])
    assert 'id="draft-body"' in client.get(url, headers=HTMX).text
    client.post(url, {"subject": "件名", "body": "本文です"}, headers=HTMX)
    draft = Draft.objects.get()
    assert (draft.state, draft.origin, draft.text_author) == (State.CHECKING, Origin.MANUAL, rep)


def test_mail_by_hand_beside_an_open_draft_is_a_conflict_and_loses_nothing(client, draft, lead, colleague):
    client.force_login(colleague)
    url = reverse("drafts:write", args=[lead.pk])
    answer = client.post(url, {"subject": "件名", "body": "手書きの本文"}, headers=HTMX)
    assert answer.status_code == 409
    assert "手書きの本文" in answer.text
    assert Draft.objects.count() == 1


def test_another_variant_takes_the_place_of_a_ready_text(client, draft, rep):
    client.force_login(rep)
    client.post(reverse("drafts:rewrite", args=[draft.pk]), {"instruction": "もっと短く"}, headers=HTMX)
    old, new = Draft.objects.order_by("pk")
    assert (old.state, new.state, new.instruction, new.variant) == ("expired", "queued", "もっと短く", 1)
