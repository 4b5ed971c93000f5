"""Looking into mailboxes for answers: each mail once, by one process at a time, in small bites.

What a mail leads to is recorded first and the position moved on after it: a process that is killed in between
leaves a mail that is looked at again and recognised (`recording` keeps each event once).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import DataError
from django.db.models import F, Q
from django.utils import timezone

from drafts.inbound import finding, imap, own_text, reading, recording, stop_words
from drafts.inbound.reading import Incoming, Kind
from drafts.models import Delivery, Mailbox
from salesdash.models import User

log = structlog.get_logger(__name__)
SOURCE: Final = "mailbox"
# a process that says nothing for so long is gone; longer than any one step of a poll may take
LEASE: Final = timedelta(minutes=5)
# after an error that does not go away by itself, such as a password: servers lock out who tries too often
RETRY_LASTING: Final = timedelta(minutes=10)
MAILS_PER_POLL: Final = 200
# of a mailbox that was never read, or is numbered anew
FIRST_LOOK: Final = timedelta(days=30)
# without a Message-ID, an address says what a mail answers for so long
BY_ADDRESS: Final = timedelta(days=60)
# clocks of two servers
SKEW: Final = timedelta(minutes=2)


class _LeaseLost(Exception):
    """Another process has taken over: it goes on where the last mail was finished."""


def poll_all() -> int:
    """Every mailbox of MAILBOX_URL once; the number of mails looked at."""
    return sum(poll(server) for server in imap.servers(settings.MAILBOX_URL))


def poll(server: imap.Server) -> int:
    """The number of mails looked at: 0 also if another process reads this mailbox, or it cannot be read."""
    with _lease(server.name) as lease:
        if lease is None:
            return 0
        try:
            with imap.opened(server) as box:
                seen = sum(1 for _ in _read(box, lease))
        except imap.MailboxError as error:
            lease.failed(error)
            log.warning("mailbox not read", code=error.code)
            return 0
        except _LeaseLost:
            log.warning("mailbox taken over")
            return 0
        lease.succeeded()
    if seen:
        log.info("mailbox read", mails=seen)
    return seen


def _read(box: imap.Box, lease: _Lease) -> Iterator[int]:
    """One uid after the other, as it is done with."""
    position = lease.position(box.validity)
    found = box.after(position) if position else box.since((timezone.now() - FIRST_LOOK).date())
    for uid in found[:MAILS_PER_POLL]:
        arrival = box.arrival(uid)
        # gone by now: somebody has put it away
        lease.advance(uid, _taken(box, arrival) if arrival else "unrelated")
        yield uid


def _taken(box: imap.Box, arrival: imap.Arrival) -> str:
    try:
        return _take(box, arrival)
    except DataError as error:
        # one mail that the database cannot take must not keep all that come after it
        log.error("mail passed over", uid=arrival.uid, error=type(error).__name__)
        return "unrelated"


def _take(box: imap.Box, arrival: imap.Arrival) -> str:
    """What became of the mail, as the field of Mailbox that counts it."""
    incoming = reading.read(arrival.header)
    match incoming.kind:
        case Kind.AUTOMATIC:
            return "automatic"
        case Kind.REPORT:
            return _take_report(reading.report(box.start(arrival.uid)), incoming, arrival.at)
        case Kind.ANSWER:
            return _take_answer(box, arrival, incoming)


def _take_answer(box: imap.Box, arrival: imap.Arrival, incoming: Incoming) -> str:
    at = arrival.at
    if not incoming.sender or User.objects.filter(email__iexact=incoming.sender).exists():
        return "unrelated"  # colleagues write into the same threads
    named = finding.by_message_id(incoming.answers)
    delivery = named or _by_address(incoming.sender, at)
    if delivery is None:
        return "unrelated"
    # only of an answer to us, only in memory, only for this question
    text = own_text.of(box.start(arrival.uid, imap.ANSWER_BYTES))
    recording.replied(
        delivery,
        at=at,
        event_id=incoming.key,
        source=SOURCE,
        names_mail=named is not None,
        asks_to_stop=stop_words.asks_to_stop(text),
    )
    return "replies"


def _take_report(report: reading.Report, incoming: Incoming, at: datetime) -> str:
    named = finding.by_message_id(report.about)
    if report.complaint and named:
        recording.complained(named, at=at, event_id=incoming.key, source=SOURCE)
        return "complaints"
    counted = "unrelated"
    failures = report.failures
    if named and failures:
        # it went to one address, whatever that stands for: one failure, the worst
        failures = (max(failures, key=lambda failure: failure.hard),)
    for number, failure in enumerate(failures):
        # a mail goes to one address: a forwarded one fails at another, which is not ours to stop
        delivery = named or _by_address(failure.recipient, at)
        if delivery is None:
            continue
        key = incoming.key if not number else f"{incoming.key}/{number}"
        recording.bounced(
            delivery,
            hard=failure.hard,
            at=at,
            event_id=key,
            source=SOURCE,
            code=failure.status,
            names_mail=named is not None,
        )
        counted = "bounces"
    return counted


def _by_address(email: str, at: datetime) -> Delivery | None:
    delivery = finding.by_address(email, before=at + SKEW)
    return delivery if delivery and delivery.claimed_at >= at - BY_ADDRESS else None


@contextmanager
def _lease(name: str) -> Iterator[_Lease | None]:
    """None: somebody else reads it, or it is too early after a lasting error."""
    mailbox, _ = Mailbox.objects.get_or_create(name=name)
    now, lease = timezone.now(), _Lease(mailbox.pk, uuid.uuid4())
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = Q(retry_at=None) | Q(retry_at__lte=now)
    taken = Mailbox.objects.filter(free, due, pk=mailbox.pk).update(
        lease_token=lease.token, lease_until=now + LEASE, tried_at=now
    )
    if not taken:
        yield None
        return
    try:
        yield lease
    finally:
        lease.mine.update(lease_token=None, lease_until=None)


class _Lease:
    """Every change asks whether the mailbox is still ours."""

    def __init__(self, pk: int, token: uuid.UUID) -> None:
        self.token = token
        self.mine = Mailbox.objects.filter(pk=pk, lease_token=token)

    def position(self, validity: int) -> int:
        """The UID that was read last; 0 in a numbering that is new to us."""
        self._must(
            self.mine.exclude(uid_validity=validity).update(uid_validity=validity, last_uid=0)
            or self.mine.filter(uid_validity=validity).count()
        )
        return self.mine.values_list("last_uid", flat=True).first() or 0

    def advance(self, uid: int, counted: str) -> None:
        counters = {counted: F(counted) + 1}
        self._must(self.mine.update(last_uid=uid, lease_until=timezone.now() + LEASE, **counters))

    def succeeded(self) -> None:
        self.mine.update(succeeded_at=timezone.now(), error_code="", retry_at=None)

    def failed(self, error: imap.MailboxError) -> None:
        wait = timezone.now() + RETRY_LASTING if error.lasting else None
        self.mine.update(error_code=error.code, retry_at=wait)

    def _must(self, changed: int) -> None:
        if not changed:
            raise _LeaseLost
