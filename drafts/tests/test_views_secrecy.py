"""An uncleared text is in no answer of any page, whoever asks and whatever the state."""

from __future__ import annotations

import pytest
from django.urls import reverse

from drafts.models import State
from drafts.models.draft import READABLE
from drafts.tests.factories import DraftFactory
from drafts.texts import Text

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
SECRETS = {
    "subject": "ひみつの件名",
    "body": "ひみつの本文です。引用句つき。",
    "ai_subject": "下書き前の件名",
    "ai_body": "下書き前の本文です。",
}


def draft_in(state: State, lead, rep, **fields):
    draft = DraftFactory(
        lead=lead,
        requested_by=rep,
        state=state,
        claims=[{"phrase": "引用句", "fact_id": "F1"}],
        facts=[{"id": "F1", "kind": "note", "text": "ひみつの事実", "value": ""}],
        text_hash=Text(SECRETS["subject"], SECRETS["body"]).hash,
        **(SECRETS | fields),
    )
    return draft


def answers(client, draft) -> str:
    pages = [reverse("drafts:panel", args=[draft.lead_id]), reverse("drafts:edit", args=[draft.pk])]
    pages += [
        f"{reverse('drafts:index')}?tab={tab}&who=team"
        for tab in ("ready", "working", "review", "sent", "stopped")
    ]
    seen = [client.get(page, headers=headers).text for page in pages for headers in (HTMX, {})]
    accept = {"Accept": "application/json"}
    for name in ("copy", "undo", "mark_sent", "undo_sent", "rewrite"):
        url = reverse(f"drafts:{name}", args=[draft.pk])
        seen += [client.post(url, headers=HTMX).text, client.post(url, headers=accept).text]
    seen.append(client.post(reverse("drafts:request", args=[draft.lead_id]), headers=HTMX).text)
    old = {"subject": "x", "body": "y", "version": "0"}
    seen.append(client.post(reverse("drafts:edit", args=[draft.pk]), old, headers=HTMX).text)
    return "\n".join(seen)


@pytest.mark.parametrize("who", ["rep", "colleague", "manager", "reviewer"])
@pytest.mark.parametrize("state", [state for state in State if state not in READABLE])
def test_no_page_gives_out_an_uncleared_text(client, request, lead, rep, who, state):
    draft = draft_in(state, lead, rep)
    client.force_login(request.getfixturevalue(who))
    seen = answers(client, draft)
    assert "draft-panel" in seen
    for secret in (*SECRETS.values(), "引用句", "ひみつの事実"):
        assert secret not in seen


@pytest.mark.parametrize("who", ["rep", "colleague", "manager"])
@pytest.mark.parametrize("state", READABLE)
def test_a_cleared_text_is_read_by_the_whole_team(client, request, lead, rep, who, state):
    draft = draft_in(state, lead, rep)
    client.force_login(request.getfixturevalue(who))
    html = client.get(reverse("drafts:panel", args=[draft.lead_id]), headers=HTMX).text
    assert SECRETS["subject"] in html
    assert "引用句" in html
    # the model's first text is for reviewers only
    assert SECRETS["ai_body"] not in html


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.REJECTED, State.FAILED])
def test_reps_read_their_own_wording_and_nobody_elses(client, lead, rep, colleague, state):
    draft = draft_in(state, lead, rep, text_author=rep)
    url = reverse("drafts:panel", args=[draft.lead_id])
    client.force_login(rep)
    assert SECRETS["subject"] in client.get(url, headers=HTMX).text
    client.force_login(colleague)
    assert SECRETS["subject"] not in client.get(url, headers=HTMX).text


def test_panels_are_never_stored(client, lead, rep):
    draft = draft_in(State.READY, lead, rep)
    client.force_login(rep)
    for url in (reverse("drafts:panel", args=[lead.pk]), reverse("drafts:index")):
        assert "no-store" in client.get(url).headers["Cache-Control"]
    copied = client.post(reverse("drafts:copy", args=[draft.pk]), headers={"Accept": "application/json"})
    assert "no-store" in copied.headers["Cache-Control"]
