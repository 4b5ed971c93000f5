"""From "Send" to the mail server and back: what each answer of it leads to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from drafts import sending
from drafts.mail import delivering, ending, queueing, smtp
from drafts.models import Delivery, Draft, DraftEvent, State, Suppression
from drafts.tests.factories import DraftFactory, new_rules
from drafts.tests.mails import sent_mail
from drafts.tracking import buffer
from leads.models import Activity, ActivityType, Lead, Notification
from leads.models.lead import ConsentBasis
from leads.tests.factories import LeadFactory
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry, Membership, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(lead, rep, mailbox):
    return DraftFactory(lead=lead, state=State.READY, requested_by=rep)


def queued(draft, user) -> Delivery:
    """Its ten seconds are over."""
    made = queueing.queue(draft_id=draft.pk, user=user)
    Delivery.objects.filter(pk=made.delivery_id).update(not_before=timezone.now())
    return Delivery.objects.get(pk=made.delivery_id)


def now_of(draft) -> tuple[str, str, str]:
    delivery = Delivery.objects.filter(draft=draft).order_by("-pk").first()
    return Draft.objects.get(pk=draft.pk).state, delivery.status, delivery.error_code


def test_it_is_sent_once_and_enters_the_history(draft, rep, lead, mailbox):
    delivery = queued(draft, rep)
    for _again in range(3):
        delivering.drain()
    (mail,) = mailbox.mails
    assert (mail.sender, mail.recipient) == (rep.email, lead.email)
    assert mail.message["Message-ID"] == delivery.message_id != ""
    assert now_of(draft) == ("sent", "sent", "")
    activity = Activity.objects.get(lead=lead, type=ActivityType.EMAIL_SENT)
    assert (activity.delivery_id, activity.actor_id) == (delivery.pk, rep.pk)
    delivery.refresh_from_db()
    assert (delivery.consent_basis, delivery.smtp_reply) == (lead.consent_basis, "250 2.0.0")
    states = ["scheduled", "sending", "sent"]
    assert list(DraftEvent.objects.values_list("to_state", flat=True)) == states
    with pytest.raises(ConflictError) as refused:
        sending.undo_sent(draft_id=draft.pk, user=rep)
    assert refused.value.code == "too_late"


def test_ten_seconds_are_kept_and_undo_takes_it_back(draft, rep, mailbox):
    made = queueing.queue(draft_id=draft.pk, user=rep)
    left = (made.not_before - timezone.now()).total_seconds()
    assert 8 < left <= 10
    assert not made.held
    delivering.drain()
    sending.undo(draft_id=draft.pk, user=rep)
    Delivery.objects.update(not_before=timezone.now())
    delivering.drain()
    assert mailbox.mails == []
    assert now_of(draft) == ("ready", "undone", "")


def test_one_conversation_serves_many_mails(company, rep, mailbox):
    for _number in range(5):
        queued(DraftFactory(lead=LeadFactory(company=company)), rep)
    delivering.drain()
    assert (len(mailbox.mails), mailbox.connections) == (5, 1)


def test_a_mail_takes_few_statements(draft, rep, mailbox, django_assert_max_num_queries):
    delivery = queued(draft, rep)
    connection = smtp.connection()
    with django_assert_max_num_queries(32):
        delivering.send(delivery.pk, connection)
    assert mailbox.mails


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "text"])
@pytest.mark.parametrize("answer", ["451 4.7.1 greylisted", "421 busy"])
def test_asked_to_wait_it_waits_and_comes_again(step, answer, draft, rep, mailbox):
    delivery = queued(draft, rep)
    mailbox.next(step, answer)
    delivering.drain()
    assert now_of(draft) == ("scheduled", "queued", "mail_wait")
    waiting = Delivery.objects.get(pk=delivery.pk)
    assert 50 < (waiting.not_before - timezone.now()).total_seconds() <= 60
    assert waiting.smtp_reply.startswith(answer[:3])
    assert mailbox.mails == []
    Delivery.objects.update(not_before=timezone.now())
    delivering.drain()
    assert mailbox.ids() == [delivery.message_id]
    assert now_of(draft) == ("sent", "sent", "")


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_server_that_leaves_before_it_has_the_text_has_not_sent_it(step, draft, rep, mailbox):
    queued(draft, rep)
    mailbox.next(step, "drop")
    delivering.drain()
    assert now_of(draft) == ("scheduled", "queued", "mail_wait")


def test_it_does_not_wait_for_ever(draft, rep, mailbox):
    queued(draft, rep)
    mailbox.next("rcpt", "450 later", times=delivering.MAX_ATTEMPTS)
    pauses = []
    for _try in range(delivering.MAX_ATTEMPTS):
        delivering.drain()
        pauses.append((Delivery.objects.get().not_before - timezone.now()).total_seconds() / 60)
        Delivery.objects.update(not_before=timezone.now())
    assert [round(pause) for pause in pauses[:-1]] == [1, 2, 4, 8, 16, 32, 64]
    assert now_of(draft) == ("ready", "failed", "mail_gave_up")
    assert Notification.objects.filter(user=rep).count() == 0  # told after the commit


@pytest.mark.parametrize(
    ("step", "answer", "code"),
    [
        ("mail", "550 5.7.1 not you", "mail_sender_refused"),
        ("rcpt", "554 5.7.1 relay access denied", "mail_refused"),
        ("rcpt", "550 relay not permitted", "mail_refused"),
        ("rcpt", "550 5.1.8 sender address rejected", "mail_refused"),
        ("rcpt", "552 5.2.2 mailbox full", "mail_refused"),
        ("data", "554 no", "mail_refused"),
        ("text", "554 5.6.0 looks like spam", "mail_refused"),
    ],
)
def test_a_refusal_is_final_and_the_draft_ready_again(step, answer, code, draft, rep, mailbox):
    queued(draft, rep)
    mailbox.next(step, answer)
    delivering.drain()
    assert now_of(draft) == ("ready", "failed", code)
    assert not Suppression.objects.exists()
    assert sending.claim(draft_id=draft.pk, user=rep, channel="copy").body


@pytest.mark.parametrize(
    "answer", ["550 5.1.1 unknown", "553 5.1.3 bad", "550 5.2.1 disabled", "550 5.1.10 null MX"]
)
def test_an_address_that_does_not_exist_gets_nothing_any_more(answer, draft, rep, lead, mailbox):
    queued(draft, rep)
    mailbox.next("rcpt", answer)
    delivering.drain()
    assert now_of(draft) == ("ready", "bounced", "mail_no_such_address")
    assert Suppression.objects.get().reason == "bounce"
    assert Activity.objects.filter(lead=lead, type=ActivityType.EMAIL_BOUNCE).count() == 1
    for channel in ("copy", "mail_app"):
        with pytest.raises(DomainError):
            sending.claim(draft_id=draft.pk, user=rep, channel=channel)
    Lead.objects.filter(pk=lead.pk).update(email="right@shiken.example.jp")
    assert queueing.queue(draft_id=draft.pk, user=rep)


@pytest.mark.parametrize("fault", ["drop", "hang", "999 what", "xyz"])
def test_without_a_final_answer_it_is_parked_and_never_sent_again(
    fault, draft, rep, mailbox, django_capture_on_commit_callbacks, settings
):
    settings.MAIL_TIMEOUT_SECONDS = 0.2
    queued(draft, rep)
    mailbox.next("text", fault)
    with django_capture_on_commit_callbacks(execute=True):
        delivering.drain()
    assert now_of(draft) == ("uncertain", "uncertain", "mail_no_answer")
    Delivery.objects.update(attempt_at=timezone.now() - timedelta(days=1), not_before=timezone.now())
    delivering.sweep()
    delivering.drain()
    assert len(mailbox.mails) <= 1
    assert now_of(draft)[0] == "uncertain"
    assert Notification.objects.get(user=rep).details["state"] == "uncertain"
    for channel in ("copy", "mail_app"):
        with pytest.raises(ConflictError):
            sending.claim(draft_id=draft.pk, user=rep, channel=channel)


def test_a_person_finds_that_it_was_sent(draft, rep, manager, mailbox, lead):
    parked(draft, rep, mailbox)
    ending.decide(draft_id=draft.pk, user=manager, sent=True)
    assert now_of(draft) == ("sent", "sent", "")
    sent = Delivery.objects.get()
    assert sent.sent_at == sent.attempt_at
    assert Activity.objects.get(lead=lead, type=ActivityType.EMAIL_SENT).actor_id == rep.pk
    assert AuditEntry.objects.get(action="draft.decide_uncertain").actor == manager
    with pytest.raises(ConflictError):
        ending.decide(draft_id=draft.pk, user=rep, sent=False)


def test_a_person_finds_that_it_was_not_sent(draft, rep, mailbox):
    parked(draft, rep, mailbox)
    ending.decide(draft_id=draft.pk, user=rep, sent=False)
    assert now_of(draft) == ("ready", "failed", "not_sent")
    first = Delivery.objects.get().message_id
    again = queued(draft, rep)
    delivering.drain()
    assert again.message_id != first
    assert mailbox.ids()[-1] == again.message_id


def parked(draft, rep, mailbox) -> None:
    queued(draft, rep)
    mailbox.next("text", "drop")
    delivering.drain()
    assert now_of(draft)[0] == "uncertain"


@pytest.mark.parametrize("act", [sending.undo, sending.mark_sent, sending.undo_sent])
def test_of_a_parked_mail_nothing_is_taken_back(act, draft, rep, mailbox):
    parked(draft, rep, mailbox)
    with pytest.raises(ConflictError):
        act(draft_id=draft.pk, user=rep)


def opt_out(draft, _rep):
    Lead.objects.filter(pk=draft.lead_id).update(opted_out_at=timezone.now())


def suppress(draft, _rep):
    Suppression.objects.create(team=None, email=draft.lead.email.upper(), reason="complaint")


def lose_the_basis(draft, _rep):
    Lead.objects.filter(pk=draft.lead_id).update(consent_basis=ConsentBasis.UNKNOWN)


def other_address(draft, _rep):
    Lead.objects.filter(pk=draft.lead_id).update(email="new@shiken.example.jp")


def tamper(draft, _rep):
    Draft.objects.filter(pk=draft.pk).update(body="別の本文")


def lose_the_domain(draft, _rep):
    draft.team.sending_domain_verified_at = None
    draft.team.save()


def close_the_account(_draft, rep):
    User.objects.filter(pk=rep.pk).update(is_active=False)


def leave_the_team(_draft, rep):
    Membership.objects.filter(user=rep).delete()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (opt_out, "opted_out"), (suppress, "suppressed"), (lose_the_basis, "consent_unknown"),
        (other_address, "address_changed"), (tamper, "text_changed"), (lose_the_domain, "domain_not_verified"),
        (close_the_account, "sender_gone"), (leave_the_team, "sender_not_allowed"),
    ],
)  # fmt: skip
def test_what_comes_between_keeps_it_inside(change, code, draft, rep, mailbox):
    queued(draft, rep)
    change(draft, rep)
    delivering.drain()
    assert mailbox.mails == []
    assert now_of(draft) == ("ready", "failed", code)


def test_rules_that_change_between_send_it_to_the_checks(draft, rep, mailbox):
    queued(draft, rep)
    new_rules("幸い")
    delivering.drain()
    assert mailbox.mails == []
    assert now_of(draft) == ("checking", "failed", "rules_changed")


def test_at_night_it_waits_for_the_morning(draft, rep, mail_team, mailbox):
    clock = timezone.localtime()
    mail_team.quiet_from = (clock - timedelta(minutes=1)).time()
    mail_team.quiet_until = (clock + timedelta(hours=2)).time()
    mail_team.save()
    made = queueing.queue(draft_id=draft.pk, user=rep)
    assert made.held
    assert timezone.localtime(made.not_before).time() == mail_team.quiet_until
    # nobody was there to send it until night fell
    Delivery.objects.update(not_before=timezone.now())
    delivering.drain()
    assert mailbox.mails == []
    assert Delivery.objects.get().not_before == made.not_before


def test_nobody_sends_more_than_the_cap(company, rep, colleague, mail_team, mailbox):
    mail_team.daily_send_cap = 2
    mail_team.save()
    drafts = [DraftFactory(lead=LeadFactory(company=company)) for _number in range(4)]
    for draft in drafts[:2]:
        queueing.queue(draft_id=draft.pk, user=rep)
    with pytest.raises(DomainError) as refused:
        queueing.queue(draft_id=drafts[2].pk, user=rep)
    assert refused.value.code == "daily_cap"
    assert Draft.objects.get(pk=drafts[2].pk).state == State.READY
    queueing.queue(draft_id=drafts[3].pk, user=colleague)
    sending.undo(draft_id=drafts[0].pk, user=rep)
    queueing.queue(draft_id=drafts[2].pk, user=rep)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sending_domain": ""}, "domain_not_verified"),
        ({"sending_domain_verified_at": None}, "domain_not_verified"),
        ({"sending_domain": "example.org"}, "sender_elsewhere"),
    ],
)
def test_without_a_confirmed_domain_nothing_is_queued(change, code, draft, rep, mail_team):
    for name, value in change.items():
        setattr(mail_team, name, value)
    mail_team.save()
    with pytest.raises(DomainError) as refused:
        queueing.queue(draft_id=draft.pk, user=rep)
    assert refused.value.code == code
    assert not Delivery.objects.exists()


def test_outsiders_and_reviewers_send_and_decide_nothing(draft, outsider, reviewer, rep, mailbox):
    for person, status in ((outsider, 404), (reviewer, 403)):
        with pytest.raises(DomainError) as error:
            queueing.queue(draft_id=draft.pk, user=person)
        assert error.value.status == status
    parked(draft, rep, mailbox)
    for person in (outsider, reviewer):
        with pytest.raises(DomainError):
            ending.decide(draft_id=draft.pk, user=person, sent=True)


def test_a_server_that_is_away_costs_no_try(draft, rep, mailbox, settings):
    queued(draft, rep)
    working, settings.MAIL_URL = settings.MAIL_URL, "smtp://127.0.0.1:1"
    assert delivering.drain() is False
    assert (now_of(draft)[1], Delivery.objects.get().attempts) == ("queued", 0)
    settings.MAIL_URL = working
    delivering.drain()
    assert now_of(draft)[1] == "sent"


def test_after_a_day_without_a_server_it_is_given_up(draft, rep, mailbox):
    queued(draft, rep)
    Delivery.objects.update(not_before=timezone.now() - delivering.PATIENCE - timedelta(minutes=1))
    delivering.sweep()
    assert now_of(draft) == ("ready", "failed", "mail_unreachable")


def test_an_answer_that_comes_after_the_parking_still_counts(draft, rep, mailbox):
    delivery = queued(draft, rep)
    attempt = delivering.claim(delivery.pk)
    Delivery.objects.update(attempt_at=timezone.now() - timedelta(seconds=smtp.attempt_seconds() + 1))
    delivering.sweep()
    assert now_of(draft)[0] == "uncertain"
    attempt.sent("250")
    assert now_of(draft) == ("sent", "sent", "")
    attempt.park()
    attempt.wait("mail_wait", "")
    assert now_of(draft) == ("sent", "sent", "")


def test_a_text_that_no_server_takes(draft, rep, mailbox, lead):
    Lead.objects.filter(pk=lead.pk).update(email="日本@shiken.example.jp")
    queued(draft, rep)
    delivering.drain()
    assert now_of(draft) == ("ready", "failed", "mail_not_composable")


def test_who_stopped_while_the_database_was_away_gets_nothing_more(draft, lead, rep, mailbox):
    """Noted in Redis by the page that the reader saw; the sender was in the middle of its round."""
    last = sent_mail(lead, rep, message_id="<last@ours.example>")
    mail = queued(draft, rep)
    buffer.push(buffer.STOPS, {"delivery": last.pk, "at": timezone.now().isoformat()})
    delivering.send(mail.pk, smtp.connection())
    assert mailbox.mails == []
    draft.refresh_from_db()
    assert draft.state not in (State.SENT, State.SENDING)
    assert buffer.first(buffer.STOPS) == []
