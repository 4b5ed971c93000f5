"""Whoever asked for a draft hears how it went: ready, stopped, decided; and nothing of its text."""

from __future__ import annotations

import pytest

from drafts import workflow
from drafts.models import State
from drafts.tests.factories import BODY, SUBJECT, DraftFactory
from leads import notices
from leads.models import Notification
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(django_capture_on_commit_callbacks, monkeypatch):
    def move(draft, to, actor=None):
        with django_capture_on_commit_callbacks(execute=True):
            workflow.move(draft, to=to, actor=actor)
        return list(Notification.objects.order_by("pk").values_list("user__username", "kind"))

    return move


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (State.CHECKING, State.READY, "draft_ready"),
        (State.CHECKING, State.IN_REVIEW, "draft_stopped"),
        (State.IN_REVIEW, State.APPROVED, "draft_decided"),
        (State.IN_REVIEW, State.REJECTED, "draft_decided"),
        (State.SCHEDULED, State.READY, None),
        (State.UNCERTAIN, State.READY, None),
        (State.CHECKING, State.REGENERATING, None),
        (State.READY, State.EXPIRED, None),
    ],
)
def test_what_is_told(moved, lead, colleague, reviewer, before, after, kind):
    draft = DraftFactory(lead=lead, requested_by=colleague, state=before, subject=SUBJECT, body=BODY)
    actor = reviewer if before == State.IN_REVIEW else None
    assert moved(draft, after, actor) == ([("colleague", kind)] if kind else [])


def test_the_words_say_which_way_it_was_decided(moved, company, rep, reviewer):
    for state in (State.APPROVED, State.REJECTED):
        lead = LeadFactory(company=company, owner=rep)
        moved(DraftFactory(lead=lead, requested_by=rep, state=State.IN_REVIEW), state, reviewer)
        Notification.objects.exclude(details__state=state).delete()
        [one] = notices.recent(rep)
        assert ("却下" in one.text) == (state == State.REJECTED)
        assert SUBJECT not in one.text


def test_the_same_text_checked_again_is_no_news_another_text_is(moved, lead, rep):
    draft = DraftFactory(lead=lead, requested_by=rep, state=State.CHECKING)
    moved(draft, State.READY)
    moved(draft, State.CHECKING)
    assert moved(draft, State.READY) == [("rep", "draft_ready")]
    draft.text_hash = "other"
    draft.save()
    moved(draft, State.CHECKING)
    assert moved(draft, State.READY) == [("rep", "draft_ready")] * 2


def test_ones_own_decision_and_a_draft_of_nobody_are_not_told(moved, lead, reviewer):
    own = DraftFactory(lead=lead, requested_by=reviewer, state=State.IN_REVIEW)
    assert moved(own, State.APPROVED, reviewer) == []
    nobody = DraftFactory(lead=lead, requested_by=None, purpose="follow_up", state=State.CHECKING)
    assert moved(nobody, State.READY) == []
