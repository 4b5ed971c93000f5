"""Leaving the house: what is read in one transaction before a text is given out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from drafts import editing, sending
from drafts.models import Delivery, Draft, DraftEvent, SafetyRules, State, Suppression
from drafts.tests.factories import DraftFactory
from leads.models import Activity, ActivityType, Lead
from leads.models.lead import ConsentBasis
from leads.tests.factories import LeadFactory
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(lead, rep):
    return DraftFactory(lead=lead, state=State.READY, requested_by=rep)


def claim(draft, user, channel="copy"):
    return sending.claim(draft_id=draft.pk, user=user, channel=channel)


def test_a_copy_hands_out_text_with_sender_and_opt_out(draft, rep):
    handout = claim(draft, rep)
    assert handout.subject == draft.subject
    assert handout.body.startswith(draft.body)
    for part in ("株式会社セールスダッシュ", "東京都千代田区丸の内1-1-1", "optout@example.com", "佐藤 健"):
        assert part in handout.body
    assert handout.text.endswith(handout.body)
    assert handout.subject in handout.text.splitlines()[0]
    delivery = Delivery.objects.get(pk=handout.delivery_id)
    assert (delivery.channel, delivery.status, delivery.copies) == ("copy", "claimed", 1)
    assert delivery.recipient == draft.lead.email
    assert Draft.objects.get().state == State.SCHEDULED


def test_the_signature_replaces_the_plain_name(draft, rep):
    rep.signature = "佐藤 健\n営業部"
    rep.save()
    assert "佐藤 健\n営業部\n株式会社セールスダッシュ" in claim(draft, rep).body


def test_copying_again_is_allowed_and_counted(draft, rep, colleague):
    first, again = claim(draft, rep), claim(draft, colleague)
    assert first.delivery_id == again.delivery_id
    assert Delivery.objects.get().copies == 2
    assert AuditEntry.objects.filter(action="draft.copy_again").count() == 1


def test_another_channel_needs_undo_first(draft, rep):
    claim(draft, rep)
    with pytest.raises(ConflictError) as conflict:
        claim(draft, rep, "mail_app")
    assert conflict.value.code == "other_channel"
    sending.undo(draft_id=draft.pk, user=rep)
    assert claim(draft, rep, "mail_app").body


@pytest.mark.parametrize("state", [State.READY, State.APPROVED])
def test_undo_leads_back_to_where_it_was(state, lead, rep):
    draft = DraftFactory(lead=lead, state=state)
    claim(draft, rep)
    assert sending.undo(draft_id=draft.pk, user=rep).state == state
    assert Delivery.objects.get().status == "undone"


def test_marking_sent_enters_the_leads_history_once(draft, rep):
    handout = claim(draft, rep)
    sending.mark_sent(draft_id=draft.pk, user=rep)
    with pytest.raises(ConflictError):
        sending.mark_sent(draft_id=draft.pk, user=rep)
    activity = Activity.objects.get(lead=draft.lead, type=ActivityType.EMAIL_SENT)
    assert (activity.delivery_id, activity.actor_id) == (handout.delivery_id, rep.pk)
    assert Draft.objects.get().state == State.SENT
    assert Delivery.objects.get().sent_at is not None
    assert list(DraftEvent.objects.values_list("to_state", flat=True)) == ["scheduled", "sending", "sent"]


def test_of_what_was_sent_neither_is_the_copy_undone_nor_another_given_out(draft, rep):
    claim(draft, rep)
    sending.mark_sent(draft_id=draft.pk, user=rep)
    for act in (lambda: sending.undo(draft_id=draft.pk, user=rep), lambda: claim(draft, rep)):
        with pytest.raises(ConflictError):
            act()


@pytest.mark.parametrize("state", sorted(set(State.values) - {"ready", "approved", "scheduled"}))
def test_no_other_state_hands_out_a_text(state, lead, rep):
    draft = DraftFactory(lead=lead, state=state, requested_by=rep)
    with pytest.raises(ConflictError):
        claim(draft, rep)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"opted_out_at": timezone.now()}, "opted_out"),
        ({"do_not_contact": True}, "do_not_contact"),
        ({"consent_basis": ConsentBasis.UNKNOWN}, "consent_unknown"),
        ({"email": ""}, "no_address"),
    ],
)
def test_what_the_law_forbids_since_the_check_stays_inside(changes, code, draft, rep):
    Lead.objects.filter(pk=draft.lead_id).update(**changes)
    with pytest.raises(DomainError) as error:
        claim(draft, rep)
    assert error.value.code == code
    assert not Delivery.objects.exists()


def test_an_address_suppressed_between_two_copies_stays_inside(draft, rep):
    claim(draft, rep)
    Suppression.objects.create(team=None, email=draft.lead.email.upper(), reason="opt_out")
    with pytest.raises(DomainError):
        claim(draft, rep)


def test_a_team_without_sender_identity_sends_nothing(draft, rep, team):
    team.sender_address = ""
    team.save()
    with pytest.raises(DomainError) as error:
        claim(draft, rep)
    assert error.value.code == "sender_not_named"


def test_changed_rules_send_the_text_back_to_the_checks(draft, rep):
    SafetyRules.objects.update(status="retired")
    SafetyRules.objects.create(version=99, status="active")
    with pytest.raises(ConflictError) as conflict:
        claim(draft, rep)
    assert conflict.value.code == "rules_changed"
    assert Draft.objects.get().state == State.CHECKING


def test_a_text_that_was_tampered_with_stays_inside(draft, rep):
    Draft.objects.update(body="書き換えられた本文")
    with pytest.raises(ConflictError) as conflict:
        claim(draft, rep)
    assert conflict.value.code == "text_changed"


def test_a_recent_mail_to_the_same_address_warns(draft, rep, company, other_team):
    """Of another team too: the person behind the address is the same."""
    from leads.tests.factories import CompanyFactory

    twin = LeadFactory(company=CompanyFactory(team=other_team), email=draft.lead.email.upper())
    old = DraftFactory(lead=twin, state=State.SENT)
    Delivery.objects.create(
        draft=old, lead=twin, team=other_team, channel="copy", status="sent", origin="manual",
        recipient=twin.email, text_hash="x", claimed_at=timezone.now() - timedelta(days=2),
    )  # fmt: skip
    assert claim(draft, rep).warnings == ("recent_mail",)
    Delivery.objects.filter(draft=old).update(claimed_at=timezone.now() - timedelta(days=30))
    assert claim(draft, rep).warnings == ()


def test_outsiders_and_reviewers_get_nothing(draft, outsider, reviewer):
    for person, status in ((outsider, 404), (reviewer, 403)):
        with pytest.raises(DomainError) as error:
            claim(draft, person)
        assert error.value.status == status
    for act in (sending.mark_sent, sending.undo):
        with pytest.raises(DomainError):
            act(draft_id=draft.pk, user=outsider)


def test_smtp_is_no_channel_yet(draft, rep):
    with pytest.raises(DomainError):
        claim(draft, rep, "smtp")


def test_a_handed_out_text_is_not_edited(draft, rep):
    claim(draft, rep)
    with pytest.raises(ConflictError):
        editing.edit(draft_id=draft.pk, user=rep, subject="a", body="b", version=draft.version + 1)


def test_the_english_footer_is_english(rep, company):
    lead = LeadFactory(company=company, language="en", family_name="Smith", given_name="Anna")
    assert "If you do not wish to receive mail" in claim(DraftFactory(lead=lead), rep).body
