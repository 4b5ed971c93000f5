"""Who may wish for a draft, for whom, and what the second rep is told."""

from __future__ import annotations

import time

import pytest
from django.utils import timezone

from drafts import requests
from drafts.models import Draft, State, Suppression
from drafts.tests.factories import DraftFactory
from leads.models.lead import ConsentBasis
from leads.tests.factories import LeadFactory
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_a_request_queues_a_draft_in_the_leads_language(lead, rep, django_capture_on_commit_callbacks):
    from drafts.signals import work_waiting

    heard = []

    def listen(**news):
        heard.append(news["draft_id"])

    work_waiting.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        draft = requests.request_draft(lead_id=lead.pk, user=rep, instruction=" 短く \n お願いします ")
    work_waiting.disconnect(listen)
    assert (draft.state, draft.language, draft.instruction) == ("queued", "ja", "短く お願いします")
    assert heard == [draft.pk]
    assert AuditEntry.objects.get(action="draft.request").object_id == str(draft.pk)


def test_the_second_rep_learns_who_is_on_it(lead, rep, colleague):
    requests.request_draft(lead_id=lead.pk, user=rep)
    with pytest.raises(ConflictError) as conflict:
        requests.request_draft(lead_id=lead.pk, user=colleague)
    assert conflict.value.code == "draft_open"
    assert conflict.value.extra["by"] == str(rep)
    assert Draft.objects.count() == 1


def test_an_outsider_finds_no_lead(lead, outsider):
    with pytest.raises(DomainError) as error:
        requests.request_draft(lead_id=lead.pk, user=outsider)
    assert error.value.status == 404


def test_a_reviewer_may_not_request(lead, reviewer):
    with pytest.raises(DomainError) as error:
        requests.request_draft(lead_id=lead.pk, user=reviewer)
    assert error.value.status == 403


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"consent_basis": ConsentBasis.UNKNOWN}, "consent_unknown"),
        ({"do_not_contact": True}, "do_not_contact"),
        ({"opted_out_at": timezone.now()}, "opted_out"),
        ({"erased_at": timezone.now()}, "erased"),
        ({"email": ""}, "no_address"),
    ],
)
def test_nothing_is_spent_on_a_mail_that_may_not_go_out(changes, code, lead, rep):
    for name, value in changes.items():
        setattr(lead, name, value)
    lead.save()
    with pytest.raises(DomainError) as error:
        requests.request_draft(lead_id=lead.pk, user=rep)
    assert error.value.code == code
    assert not Draft.objects.exists()


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_suppressed_address_is_refused_in_any_spelling(everywhere, lead, rep):
    lead.email = "Hanako@Shiken.example.jp"
    lead.save()
    team = None if everywhere else lead.team
    Suppression.objects.create(team=team, email="hanako@shiken.example.jp", reason="opt_out")
    with pytest.raises(DomainError) as error:
        requests.request_draft(lead_id=lead.pk, user=rep)
    assert error.value.code == "suppressed"


def test_another_teams_suppression_binds_that_team_only(lead, rep, other_team):
    Suppression.objects.create(team=other_team, email=lead.email, reason="manual")
    assert requests.request_draft(lead_id=lead.pk, user=rep).state == State.QUEUED


def test_a_rewrite_replaces_a_ready_draft_by_another_variant(lead, rep):
    old = DraftFactory(lead=lead, state=State.READY, tone="friendly")
    new = requests.rewrite(draft_id=old.pk, user=rep, instruction="短く")
    old.refresh_from_db()
    assert old.state == State.EXPIRED
    assert (new.state, new.variant, new.tone, new.instruction) == ("queued", 1, "friendly", "短く")


@pytest.mark.parametrize("state", [State.SCHEDULED, State.IN_REVIEW, State.SENT, State.GENERATING])
def test_a_draft_on_its_way_is_not_rewritten(state, lead, rep):
    old = DraftFactory(lead=lead, state=state)
    with pytest.raises(ConflictError):
        requests.rewrite(draft_id=old.pk, user=rep)
    assert Draft.objects.count() == 1


def test_a_script_is_slowed_down(company, rep, monkeypatch):
    within_one_minute = time.time()
    monkeypatch.setattr("drafts.requests.time.time", lambda: within_one_minute)
    *leads, last = [LeadFactory(company=company) for _ in range(requests.REQUESTS_PER_MINUTE + 1)]
    for lead in leads:
        requests.request_draft(lead_id=lead.pk, user=rep)
    with pytest.raises(DomainError) as error:
        requests.request_draft(lead_id=last.pk, user=rep)
    assert (error.value.code, error.value.status) == ("too_many_requests", 429)
