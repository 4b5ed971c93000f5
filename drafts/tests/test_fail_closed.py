"""Whatever the state: no rep sees a text that is not cleared, by any way there is."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from drafts import reading, sending
from drafts.models import Draft, SafetyRules, State
from drafts.models.draft import READABLE
from drafts.tests.factories import BODY, SUBJECT, DraftFactory, new_rules
from salesdash.errors import DomainError

pytestmark = pytest.mark.django_db

CLOSED = sorted(set(State.values) - set(READABLE))
SECRET = "この文は検査を通っていません"


def unchecked(lead, state, **fields) -> Draft:
    """A draft that has a text in any state, also where the workflow would have none."""
    draft = DraftFactory(lead=lead, state=State.READY, subject=SECRET, body=f"{BODY}\n{SECRET}", **fields)
    Draft.objects.filter(pk=draft.pk).update(state=state)
    return draft


@pytest.mark.parametrize("state", CLOSED)
def test_an_uncleared_text_is_in_no_answer(state, lead, rep, colleague, manager, reviewer):
    draft = unchecked(lead, state, requested_by=rep)
    for person in (rep, colleague, manager, reviewer):
        assert not Draft.objects.readable_by(person).exists()
        shown = reading.shown_to(person).get(pk=draft.pk)
        assert (shown.readable, shown.shown_subject, shown.shown_body) == (False, "", "")
        api = APIClient()
        api.force_authenticate(person)
        for address in ("/api/v1/drafts/", f"/api/v1/drafts/{draft.pk}/"):
            answer = api.get(address)
            assert answer.status_code == 200
            assert SECRET not in answer.text


@pytest.mark.parametrize("state", CLOSED)
@pytest.mark.parametrize("channel", ["copy", "mail_app", "smtp"])
def test_an_uncleared_text_cannot_leave(state, channel, lead, rep):
    draft = unchecked(lead, state, requested_by=rep)
    with pytest.raises(DomainError):
        sending.claim(draft_id=draft.pk, user=rep, channel=channel)


@pytest.mark.parametrize("state", READABLE)
def test_a_cleared_text_is_readable_in_its_team_only(state, lead, rep, colleague, outsider):
    draft = DraftFactory(lead=lead, state=state, requested_by=rep)
    assert Draft.objects.readable_by(colleague).get() == draft
    assert not Draft.objects.readable_by(outsider).exists()
    assert not Draft.objects.visible_to(outsider).exists()


@pytest.mark.parametrize("state", READABLE)
def test_what_older_rules_cleared_is_read_by_nobody_unless_it_was_sent(state, lead, rep, colleague, manager):
    draft = DraftFactory(lead=lead, state=state, requested_by=rep)
    new_rules()
    for person in (rep, colleague, manager):
        shown = reading.shown_to(person).get(pk=draft.pk)
        assert shown.readable == (state == State.SENT) == (shown.shown_body == BODY)
        assert shown.outdated == (state != State.SENT)
        api = APIClient()
        api.force_authenticate(person)
        said = api.get(f"/api/v1/drafts/{draft.pk}/").json()
        assert (said["body"] is None, said["checking_again"]) == (not shown.readable, shown.outdated)


def test_without_any_rules_nothing_is_cleared(lead, rep):
    draft = DraftFactory(lead=lead, state=State.APPROVED, requested_by=rep)
    SafetyRules.objects.update(status="retired")
    assert not Draft.objects.readable_by(rep).exists()
    assert reading.shown_to(rep).get(pk=draft.pk).outdated


def test_a_clearance_without_a_version_clears_nothing(lead, rep):
    DraftFactory(lead=lead, state=State.READY, requested_by=rep, rules_version=None)
    assert not Draft.objects.readable_by(rep).exists()


@pytest.mark.parametrize("state", [State.EDITING, State.CHECKING, State.IN_REVIEW])
def test_the_author_reads_the_own_text_nobody_else(state, lead, rep, colleague):
    unchecked(lead, state, requested_by=rep, text_author=rep)
    assert Draft.objects.readable_by(rep).exists()
    assert not Draft.objects.readable_by(colleague).exists()


def test_a_text_without_an_author_is_not_everybodys(lead, rep):
    """NULL is no author: a model's text does not belong to who asks."""
    unchecked(lead, State.CHECKING, text_author=None)
    assert not Draft.objects.readable_by(rep).exists()


def test_the_api_shows_a_cleared_text_and_forbids_keeping_it(lead, rep, outsider):
    draft = DraftFactory(lead=lead, state=State.READY)
    api = APIClient()
    api.force_authenticate(rep)
    answer = api.get(f"/api/v1/drafts/{draft.pk}/")
    assert (answer.json()["subject"], answer.json()["body"]) == (SUBJECT, BODY)
    assert answer.headers["Cache-Control"] == "no-store"
    assert {v["layer"]: v["verdict"] for v in answer.json()["verdicts"]}["judge"] == "pass"
    api.force_authenticate(outsider)
    missing = api.get(f"/api/v1/drafts/{draft.pk}/")
    assert missing.status_code == 404
    assert missing.headers["Content-Type"] == "application/problem+json"
    assert api.get("/api/v1/drafts/").json()["results"] == []


def test_the_api_wants_a_known_person(lead, client):
    assert client.get("/api/v1/drafts/").status_code in (401, 403)


def test_the_api_list_asks_a_bounded_number_of_questions(company, rep, django_assert_max_num_queries):
    from leads.tests.factories import LeadFactory

    for _ in range(8):
        DraftFactory(lead=LeadFactory(company=company), requested_by=rep)
    api = APIClient()
    api.force_authenticate(rep)
    with django_assert_max_num_queries(6):
        assert len(api.get("/api/v1/drafts/?state=ready").json()["results"]) == 8
