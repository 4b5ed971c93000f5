"""Leases, take-overs, stale forms, and what a reviewer may let pass."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from drafts import editing, generation, review
from drafts.models import Check, Clearance, Draft, State
from drafts.tests.factories import BODY, SUBJECT, DraftFactory, leave_checks
from leads.tests.factories import LeadFactory, UserFactory
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(lead, rep):
    return DraftFactory(
        lead=lead, state=State.IN_REVIEW, requested_by=rep, flags={"rules": ["price", "discount"]}
    )


@pytest.fixture
def second_reviewer(team):
    return UserFactory(role="reviewer", member_of=(team,), username="reviewer2", last_name="中村")


def held(item: Draft, reviewer) -> dict:
    lease = review.take(draft_id=item.pk, reviewer=reviewer)
    return {"draft_id": item.pk, "reviewer": reviewer, "token": lease.token, "version": item.version}


def test_a_claim_lasts_ten_minutes_and_names_its_holder(item, reviewer, second_reviewer):
    lease = review.take(draft_id=item.pk, reviewer=reviewer)
    assert timedelta(minutes=9) < lease.until - timezone.now() <= timedelta(minutes=10)
    with pytest.raises(ConflictError) as conflict:
        review.take(draft_id=item.pk, reviewer=second_reviewer)
    assert conflict.value.extra == {"by": str(reviewer)}


def test_an_expired_claim_is_free(item, reviewer, second_reviewer):
    review.take(draft_id=item.pk, reviewer=reviewer)
    Draft.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert review.take(draft_id=item.pk, reviewer=second_reviewer)


def test_a_take_over_makes_the_first_token_worthless(item, reviewer, second_reviewer):
    first = held(item, reviewer)
    review.take(draft_id=item.pk, reviewer=second_reviewer, take_over=True)
    with pytest.raises(ConflictError):
        review.heartbeat(draft_id=item.pk, reviewer=reviewer, token=first["token"])
    with pytest.raises(ConflictError):
        review.approve(**first)
    assert Draft.objects.get().state == State.IN_REVIEW
    assert AuditEntry.objects.get(action="review.take_over").details == {"from": reviewer.pk}


def test_a_heartbeat_prolongs(item, reviewer):
    lease = review.take(draft_id=item.pk, reviewer=reviewer)
    Draft.objects.update(claimed_until=timezone.now() + timedelta(seconds=5))
    longer = review.heartbeat(draft_id=item.pk, reviewer=reviewer, token=str(lease.token))
    assert longer.until > timezone.now() + timedelta(minutes=9)


def test_release_frees_the_item(item, reviewer, second_reviewer):
    lease = review.take(draft_id=item.pk, reviewer=reviewer)
    review.release(draft_id=item.pk, reviewer=reviewer, token=lease.token)
    assert review.take(draft_id=item.pk, reviewer=second_reviewer)


def test_approval_is_bound_to_text_reasons_and_rules(item, reviewer):
    done = review.approve(**held(item, reviewer))
    clearance = Clearance.objects.get()
    assert done.state == State.APPROVED
    assert clearance.text_hash == item.text_hash
    assert clearance.reason_codes == ["rules:discount", "rules:price"]
    assert clearance.rules_version == item.rules_version
    assert done.claimed_by is None


@pytest.mark.parametrize("token", [uuid.uuid4(), "no token", ""])
def test_without_the_token_nothing_is_decided(token, item, reviewer):
    mine = held(item, reviewer) | {"token": token}
    for decide in (
        lambda: review.approve(**mine),
        lambda: review.reject(**mine, code="tone"),
        lambda: review.save_edit(**mine, subject="a", body="b"),
        lambda: review.regenerate(**mine),
    ):
        with pytest.raises(ConflictError):
            decide()
    assert Draft.objects.get().state == State.IN_REVIEW


def test_a_stale_form_gets_a_conflict(item, reviewer):
    mine = held(item, reviewer) | {"version": item.version - 1}
    with pytest.raises(ConflictError) as conflict:
        review.save_edit(**mine, subject="a", body="b")
    assert conflict.value.code == "stale_draft"
    assert Draft.objects.get().body == item.body


def test_nobody_clears_a_text_they_edited_as_rep(lead, admin, llm):
    """An administrator may both edit and review: not the same text."""
    ready = DraftFactory(lead=lead, state=State.READY)
    editing.edit(
        draft_id=ready.pk,
        user=admin,
        subject=SUBJECT,
        body=BODY + "\n月額1,000円です。",
        version=ready.version,
    )
    generation.generate(draft_id=ready.pk)
    item = Draft.objects.get()
    assert item.state == State.IN_REVIEW
    with pytest.raises(DomainError) as error:
        review.approve(**held(item, admin))
    assert error.value.code == "own_text"


def test_a_blocking_verdict_cannot_be_cleared(lead, reviewer):
    item = DraftFactory(lead=lead, state=State.IN_REVIEW)
    Check.objects.all().delete()
    leave_checks(item, {"format": ["placeholder"]}, blocking=("format",))
    with pytest.raises(DomainError) as error:
        review.approve(**held(item, reviewer))
    assert error.value.code == "blocked"


def test_a_text_that_a_layer_has_not_seen_cannot_be_cleared(item, reviewer):
    Check.objects.filter(layer="judge").delete()
    with pytest.raises(DomainError) as error:
        review.approve(**held(item, reviewer))
    assert error.value.code == "not_checked"


def test_approval_under_outdated_rules_is_refused(item, reviewer):
    Draft.objects.update(rules_version=0)
    with pytest.raises(ConflictError) as conflict:
        review.approve(**held(item, reviewer))
    assert conflict.value.code == "rules_changed"


def test_a_rejection_tells_the_rep_why(item, reviewer):
    done = review.reject(**held(item, reviewer), code="promise", note="値引きは書けません")
    assert (done.state, done.reject_code, done.reject_note) == ("rejected", "promise", "値引きは書けません")
    with pytest.raises(DomainError):
        review.reject(**held(DraftFactory(state=State.IN_REVIEW, lead=item.lead), reviewer), code="because")


def test_a_reviewers_edit_is_checked_again_and_passes(item, reviewer, llm):
    changed = review.save_edit(**held(item, reviewer), subject="改めてのご案内", body=BODY)
    assert changed.state == State.CHECKING
    generation.generate(draft_id=item.pk)
    done = Draft.objects.get()
    assert (done.state, done.subject) == (State.READY, "改めてのご案内")
    assert done.text_author == reviewer


def test_the_lease_survives_the_check_of_the_reviewers_edit(item, reviewer, llm):
    mine = held(item, reviewer)
    review.save_edit(**mine, subject=SUBJECT, body=BODY + "\n月額1,000円です。")
    generation.generate(draft_id=item.pk)
    back = Draft.objects.get()
    assert back.state == State.IN_REVIEW
    done = review.approve(draft_id=item.pk, reviewer=reviewer, token=mine["token"], version=back.version)
    assert done.state == State.APPROVED


def test_a_cleared_text_is_not_flagged_again_for_the_same_reasons(lead, reviewer, llm):
    item = DraftFactory(
        lead=lead, state=State.IN_REVIEW, flags={"rules": ["price"]}, body=BODY + "\n月額1,000円です。"
    )
    # what the rules really find in this text
    from drafts.workflow import move

    move(item, to=State.CHECKING)
    generation.generate(draft_id=item.pk)
    item.refresh_from_db()
    approved = review.approve(**held(item, reviewer))
    move(approved, to=State.CHECKING)
    generation.generate(draft_id=item.pk)
    assert Draft.objects.get().state == State.READY


def test_regenerating_brings_another_text(item, reviewer, llm):
    changed = review.regenerate(**held(item, reviewer), instruction="価格に触れないでください")
    assert (changed.state, changed.variant) == (State.REGENERATING, 1)
    generation.generate(draft_id=item.pk)
    done = Draft.objects.get()
    assert done.state == State.READY
    assert done.text_hash != item.text_hash
    assert done.instruction == "価格に触れないでください"


def test_the_oldest_free_item_comes_next(item, reviewer, second_reviewer, company):
    older = DraftFactory(lead=LeadFactory(company=company), state=State.IN_REVIEW)
    Draft.objects.filter(pk=older.pk).update(entered_review_at=timezone.now() - timedelta(hours=3))
    assert review.next_for(reviewer) == older
    review.take(draft_id=older.pk, reviewer=second_reviewer)
    assert review.next_for(reviewer) == item


def test_reps_and_outsiders_review_nothing(item, rep, outsider):
    other = UserFactory(role="reviewer", member_of=(outsider.memberships.get().team,))
    assert review.next_for(rep) is None
    assert review.next_for(other) is None
    for person, status in ((rep, 403), (other, 404)):
        with pytest.raises(DomainError) as error:
            review.take(draft_id=item.pk, reviewer=person)
        assert error.value.status == status


@pytest.mark.parametrize("state", sorted(set(State.values) - {"in_review"}))
def test_what_is_not_in_the_queue_cannot_be_taken(state, lead, reviewer):
    draft = DraftFactory(lead=lead, state=state)
    with pytest.raises(ConflictError):
        review.take(draft_id=draft.pk, reviewer=reviewer)
