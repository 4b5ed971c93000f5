"""What may befall drafts that salesdash sends: rules of drafts/tests/machine.py."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from drafts.mail import delivering, ending, queueing, smtp
from drafts.models import Delivery, State
from leads.models import Lead

number = st.integers(0, 7)
who = st.sampled_from(["rep", "colleague", "admin"])
# of the mail server: at which step, what; at "text" a break leaves open whether it was sent
ANSWERS = [
    (),
    (),
    ("rcpt", "450 later"),
    ("rcpt", "550 5.1.1 unknown"),
    ("data", "554 no"),
    ("mail", "drop"),
    ("text", "drop"),
]


class MailRules:
    """`mailbox` is a mail server in this process."""

    mailbox: Any = None

    @rule(which=number, user=who)
    def send(self, which, user):
        draft = self.some(which, State.READY, State.APPROVED)
        queued = self.act(lambda: queueing.queue(draft_id=draft.pk, user=self.cast[user]))
        if queued:
            assert Lead.objects.get(pk=draft.lead_id).opted_out_at is None
            Delivery.objects.filter(pk=queued.delivery_id).update(not_before=timezone.now())

    @rule(which=number, answer=st.sampled_from(ANSWERS), dies=st.booleans())
    def a_sender_runs(self, which, answer, dies):
        """`dies`: after it claimed the mail, and before it said a word about it."""
        due = list(Delivery.objects.filter(status="queued").order_by("pk"))
        if not due:
            return
        delivery = due[which % len(due)]
        opted_out = Lead.objects.get(pk=delivery.lead_id).opted_out_at is not None
        arrived = len(self.mailbox.mails)
        if answer:
            self.mailbox.next(*answer)
        if dies:
            self.act(lambda: delivering.claim(delivery.pk))
        else:
            self.act(lambda: delivering.send(delivery.pk, smtp.connection()))
        self.mailbox.faults.clear()
        if len(self.mailbox.mails) > arrived:
            assert not opted_out
            assert self.mailbox.ids()[-1] == delivery.message_id

    @rule(which=number, user=who, sent=st.booleans())
    def decide(self, which, user, sent):
        draft = self.some(which, State.UNCERTAIN)
        self.act(lambda: ending.decide(draft_id=draft.pk, user=self.cast[user], sent=sent))

    @invariant()
    def no_mail_arrives_twice(self):
        ids = self.mailbox.ids()
        assert len(ids) == len(set(ids))
