"""Escalated to a manager, kept for a colleague: who decides then, who is told, who is not let in."""

from __future__ import annotations

import pytest

from drafts import escalation, review, workflow
from drafts.models import Draft, State
from drafts.tests.factories import DraftFactory
from leads import notices
from leads.tests.factories import LeadFactory, UserFactory
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(manager):
    manager.is_staff = True
    manager.save()
    return manager


@pytest.fixture
def item(lead, rep):
    return DraftFactory(lead=lead, state=State.IN_REVIEW, requested_by=rep, flags={"rules": ["price"]})


@pytest.fixture
def second_reviewer(team):
    return UserFactory(role="reviewer", member_of=(team,), last_name="中村", is_staff=True)


def held(item: Draft, reviewer) -> dict:
    lease = review.take(draft_id=item.pk, reviewer=reviewer)
    return {"draft_id": item.pk, "reviewer": reviewer, "token": lease.token, "version": now(item).version}


def now(item: Draft) -> Draft:
    return Draft.objects.get(pk=item.pk)


@pytest.fixture
def escalated(item, reviewer, manager):
    escalation.escalate(**held(item, reviewer), to=manager.pk, note="値引きの  判断を")
    return now(item)


def test_the_manager_decides_and_was_told(escalated, reviewer, manager):
    assert (escalated.escalated_to, escalated.escalated_by) == (manager, reviewer)
    assert (escalated.escalation_note, escalated.claimed_by) == ("値引きの 判断を", None)
    [told] = notices.recent(manager)
    assert told.url == f"/admin/drafts/reviewitem/{escalated.pk}/change/"
    assert str(reviewer) in told.text
    assert AuditEntry.objects.get(action="review.escalate").details == {"to": manager.pk}
    assert review.next_for(manager) == escalated
    assert review.approve(**held(escalated, manager)).state == State.APPROVED


def test_no_reviewer_decides_meanwhile(item, reviewer, manager, second_reviewer):
    mine = held(item, reviewer)
    escalation.escalate(**mine, to=manager.pk)
    fresh = mine | {"version": now(item).version}
    for decide in (lambda: review.approve(**fresh), lambda: review.reject(**fresh, code="tone")):
        with pytest.raises(ConflictError):
            decide()
    for person in (reviewer, second_reviewer):
        assert review.next_for(person) is None
        with pytest.raises(ConflictError) as refused:
            review.take(draft_id=item.pk, reviewer=person, take_over=True)
        assert (refused.value.code, refused.value.extra) == ("escalated", {"by": str(manager)})
    assert now(item).state == State.IN_REVIEW


def test_any_reviewer_calls_it_back_and_the_managers_form_is_stale(escalated, manager, second_reviewer):
    theirs = held(escalated, manager)
    back = escalation.recall(draft_id=escalated.pk, reviewer=second_reviewer, version=escalated.version)
    assert (back.escalated_to, back.escalation_note, back.claimed_by) == (None, "", None)
    with pytest.raises(DomainError):
        review.approve(**theirs)
    assert review.next_for(second_reviewer) == back


def test_the_manager_gives_it_back(escalated, manager, reviewer):
    escalation.recall(draft_id=escalated.pk, reviewer=manager, version=escalated.version)
    assert review.next_for(manager) is None
    assert review.next_for(reviewer) == escalated


def test_a_manager_sees_nothing_but_what_was_escalated_to_them(item, manager):
    assert not Draft.objects.in_review_for(manager)
    with pytest.raises(DomainError) as refused:
        review.take(draft_id=item.pk, reviewer=manager)
    assert refused.value.status == 403


def test_it_is_escalated_to_managers_of_the_team_who_are_not_in_it_themselves(
    item, reviewer, manager, other_team, colleague, lead
):
    strangers = UserFactory(role="manager", member_of=(other_team,), is_staff=True)
    office = UserFactory(role="manager", member_of=(item.team,))  # cannot enter the administration
    gone = UserFactory(role="manager", member_of=(item.team,), is_staff=True, is_active=False)
    assert list(escalation.managers_for(item, reviewer)) == [manager]
    for person in (strangers, office, gone, colleague, reviewer):
        with pytest.raises(DomainError) as refused:
            escalation.escalate(**held(item, reviewer), to=person.pk)
        assert refused.value.code == "unknown_manager"
    Draft.objects.filter(pk=item.pk).update(requested_by=manager)
    assert not escalation.managers_for(now(item), reviewer)


def test_the_managers_own_wording_stays_with_them_another_text_does_not(escalated, manager):
    mine = held(escalated, manager)
    saved = review.save_edit(**mine, subject="件名", body="別の本文です。")
    workflow.move(saved, to=State.IN_REVIEW)
    assert now(saved).escalated_to == manager
    again = held(saved, manager)
    assert review.regenerate(**again).escalated_to is None


def test_a_stale_form_escalates_nothing(item, reviewer, manager):
    mine = held(item, reviewer)
    with pytest.raises(ConflictError):
        escalation.escalate(**mine | {"version": 99}, to=manager.pk)
    assert now(item).escalated_to is None


# --- kept for one reviewer -----------------------------------------------------------------------


def test_what_is_kept_for_one_reviewer_others_pass_over_and_may_open(item, reviewer, second_reviewer):
    assert escalation.assign(draft_ids=[item.pk], reviewer=reviewer, to=second_reviewer.pk) == 1
    assert review.next_for(reviewer) is None
    assert review.next_for(second_reviewer) == item
    assert len(notices.recent(second_reviewer)) == 1
    assert review.take(draft_id=item.pk, reviewer=reviewer)
    assert escalation.assign(draft_ids=[item.pk], reviewer=reviewer, to=None) == 1
    assert review.next_for(reviewer) == item
    assert AuditEntry.objects.filter(action="review.assign").count() == 2


def test_what_cannot_be_assigned_stays(escalated, reviewer, second_reviewer, other_team, company):
    far = DraftFactory(lead=LeadFactory(company__team=other_team), state=State.IN_REVIEW)
    ready = DraftFactory(lead=LeadFactory(company=company), state=State.READY)
    pks = [escalated.pk, far.pk, ready.pk]
    assert escalation.assign(draft_ids=pks, reviewer=reviewer, to=second_reviewer.pk) == 0
    assert not Draft.objects.filter(assigned_to__isnull=False)


def test_nobody_outside_assigns_or_is_assigned(item, rep, manager, reviewer, other_team):
    stranger = UserFactory(role="reviewer", member_of=(other_team,), is_staff=True)
    for person in (rep, manager):
        with pytest.raises(DomainError) as refused:
            escalation.assign(draft_ids=[item.pk], reviewer=person, to=reviewer.pk)
        assert refused.value.status == 403
    for person in (rep, manager, stranger):
        with pytest.raises(DomainError) as refused:
            escalation.assign(draft_ids=[item.pk], reviewer=reviewer, to=person.pk)
        assert refused.value.code == "unknown_reviewer"
    assert escalation.assign(draft_ids=[item.pk], reviewer=stranger, to=stranger.pk) == 0
