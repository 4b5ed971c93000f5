"""Answers fetched from a real IMAP server: each counts once, for the mail that it answers."""

from __future__ import annotations

import base64
import shutil
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from drafts.inbound import imap, polling
from drafts.models import Delivery, Mailbox, MailEvent, Suppression
from drafts.tests.mails import absent, answer, lead_at, original, returned, sent_mail
from leads.models import Activity, ActivityType
from salesdash.devmail import DevMail, Options, answers
from salesdash.tests.dev_mail_clients import arrive

REPLY = ActivityType.EMAIL_REPLY


@pytest.fixture
def server(tmp_path, settings):
    with DevMail(Options(folder=tmp_path)) as running:
        settings.MAILBOX_URL = running.mailbox_url()
        yield running


@pytest.fixture
def delivery(lead, rep):
    return sent_mail(lead, rep)


def replies(lead) -> list[int | None]:
    found = Activity.objects.filter(lead=lead, type=REPLY)
    return list(found.values_list("delivery_id", flat=True))


def counts() -> dict[str, int]:
    fields = ("replies", "bounces", "complaints", "automatic", "unrelated")
    row = Mailbox.objects.values(*fields).get()
    return {name: number for name, number in row.items() if number}


@pytest.mark.django_db
def test_an_answer_counts_once_for_the_mail_that_it_answers(server, lead, rep, delivery):
    newer = sent_mail(lead, rep, message_id="<two@ours.example>", claimed_at=timezone.now())
    arrive(server, answer(delivery))
    assert polling.poll_all() == 1
    assert polling.poll_all() == 0
    assert replies(lead) == [delivery.pk] != [newer.pk]
    assert MailEvent.objects.get().kind == MailEvent.Kind.REPLY
    assert counts() == {"replies": 1}


@pytest.mark.django_db
def test_a_colleague_of_the_lead_who_answers_in_the_thread_counts(server, lead, delivery):
    arrive(server, answer(delivery, sender="boss@example.jp"))
    polling.poll_all()
    assert replies(lead) == [delivery.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("channel", ["copy", "mail_app"])
def test_mail_that_went_by_hand_is_found_by_the_address(server, lead, rep, channel):
    handed = sent_mail(lead, rep, channel=channel)
    arrive(server, answer(handed, sender=handed.recipient.upper()))
    polling.poll_all()
    assert replies(lead) == [handed.pk]


@pytest.mark.django_db
def test_a_mail_of_long_ago_is_not_what_an_address_answers(server, lead, rep):
    long_ago = timezone.now() - timedelta(days=61)
    handed = sent_mail(lead, rep, channel="copy", claimed_at=long_ago, sent_at=long_ago)
    arrive(server, answer(handed))
    polling.poll_all()
    assert replies(lead) == []


@pytest.mark.django_db
def test_automatic_answers_colleagues_and_strangers_are_no_answers(server, company, lead, rep, delivery):
    arrive(server, absent(delivery))
    arrive(server, answer(delivery, sender=rep.email))
    stranger = Delivery(recipient="stranger@nowhere.example")
    arrive(server, answers.reply(original(stranger), sender="stranger@nowhere.example", text="x"))
    assert polling.poll_all() == 3
    assert not Activity.objects.filter(type=REPLY).exists()
    assert counts() == {"automatic": 1, "unrelated": 2}


@pytest.mark.django_db
def test_a_returned_mail_stops_its_address(server, lead, delivery):
    arrive(server, returned(delivery), sender="")
    polling.poll_all()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.error_code) == (Delivery.Status.BOUNCED, "5.1.1")
    assert Suppression.objects.get().email == lead.email.lower()
    assert counts() == {"bounces": 1}


@pytest.mark.django_db
def test_a_full_mailbox_stops_nothing(server, lead, delivery):
    arrive(server, returned(delivery, hard=False), sender="")
    polling.poll_all()
    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.SENT
    assert not Suppression.objects.exists()


@pytest.mark.django_db
def test_a_report_about_nobodys_mail_changes_nothing(server, lead, delivery):
    forged = Delivery(recipient="somebody@else.example", message_id="<forged@ours.example>")
    arrive(server, returned(forged), sender="")
    polling.poll_all()
    assert not MailEvent.objects.exists()
    assert not Suppression.objects.exists()


@pytest.mark.django_db
def test_the_same_mail_in_two_mailboxes_and_twice_in_one_counts_once(server, settings, lead, delivery):
    settings.MAILBOX_URL = f"{server.mailbox_url()} {server.mailbox_url('rep@ours.example')}"
    same = answer(delivery)
    arrive(server, same)
    arrive(server, same)
    assert polling.poll_all() == 4
    assert replies(lead) == [delivery.pk]


@pytest.mark.django_db
def test_a_mailbox_that_is_numbered_anew_is_read_again_and_counts_nothing_twice(
    server, tmp_path, lead, delivery
):
    first = answer(delivery)
    arrive(server, first)
    polling.poll_all()
    validity = Mailbox.objects.get().uid_validity
    server.stop()
    shutil.rmtree(tmp_path / "mailboxes")
    (tmp_path / "mailboxes" / "replies").mkdir(parents=True)
    (tmp_path / "mailboxes" / "replies" / "validity").write_text(str(validity + 1))
    with DevMail(Options(folder=tmp_path, imap_port=server.imap_port)) as anew:
        arrive(anew, answer(delivery, sender="other@example.jp"))
        arrive(anew, first)
        assert polling.poll_all() == 2
    mailbox = Mailbox.objects.get()
    assert (mailbox.uid_validity, mailbox.last_uid) == (validity + 1, 2)
    assert replies(lead) == [delivery.pk] * 2


@pytest.mark.django_db
def test_garbage_hides_no_answer(server, lead, delivery):
    head = b"From: x@y.example\r\nTo: rep@ours.example\r\n"
    arrive(server, b"\r\n\r\n")
    arrive(server, b"\xff\x00\xfe no header\r\n")
    arrive(server, head + b"Content-Type: multipart/mixed; boundary=none\r\n\r\n--other\r\n")
    arrive(
        server, head + b"Content-Type: text/plain; charset=utf-99\r\nSubject: =?utf-99?q?=FF?=\r\n\r\n\xff"
    )
    arrive(server, head + b"In-Reply-To: <a@b\r\n <c@d>>\r\nReferences: )UID 7 FLAGS (\r\n\r\n")
    arrive(server, head + b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nnothing")
    arrive(server, head + b"\r\n" + b"A" * 10_000_000)
    named = base64.b64encode(b"Message-ID: <a\0b@x>\r\n")
    arrive(
        server,
        head
        + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
        + b"Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + named
        + b"\r\n--b--\r\n",
    )
    arrive(server, answer(delivery))
    assert polling.poll_all() == 9
    assert replies(lead) == [delivery.pk]
    assert polling.poll_all() == 0


@pytest.mark.django_db
def test_an_answer_without_a_message_id_counts_once(server, lead, delivery):
    lines = [f"From: {lead.email}", "Subject: Re: x", f"In-Reply-To: {delivery.message_id}", "", "はい。"]
    for _ in range(2):
        arrive(server, "\r\n".join(lines).encode())
    polling.poll_all()
    assert replies(lead) == [delivery.pk]


@pytest.mark.django_db
def test_reading_leaves_the_mailbox_as_it_was(server, delivery):
    arrive(server, returned(delivery), sender="")
    arrive(server, answer(delivery))
    polling.poll_all()
    box = server.store.box("replies")
    assert [box.flags(number) for number in box.numbers()] == ["", ""]


@pytest.mark.django_db
def test_a_poll_that_was_killed_is_gone_on_with(server, monkeypatch, lead, company, rep, delivery):
    other = sent_mail(lead_at(company, "second@example.jp"), rep, message_id="<two@ours.example>")
    arrive(server, answer(delivery))
    arrive(server, answer(other))

    class Killed(BaseException):
        pass

    def die(self, uid, counted):
        raise Killed

    with monkeypatch.context() as patched:
        # recorded, and the position not yet kept
        patched.setattr(polling._Lease, "advance", die)
        with pytest.raises(Killed):
            polling.poll_all()
    # kill -9 leaves the lease, too
    Mailbox.objects.update(
        lease_token="00000000-0000-0000-0000-000000000001", lease_until=timezone.now() + polling.LEASE
    )
    assert polling.poll_all() == 0
    Mailbox.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert polling.poll_all() == 2
    assert (replies(lead), replies(other.lead)) == ([delivery.pk], [other.pk])


@pytest.mark.django_db(transaction=True)
def test_two_polls_at_once_count_each_mail_once(server, lead, delivery):
    for number in range(5):
        arrive(server, answer(delivery, sender=f"p{number}@example.jp"))
    seen: list[int] = []
    barrier = threading.Barrier(2)

    def run():
        barrier.wait()
        try:
            seen.append(polling.poll_all())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(seen) == 5
    assert replies(lead) == [delivery.pk] * 5


@pytest.mark.django_db
def test_a_poll_that_lost_its_lease_stops(server, monkeypatch, delivery):
    for number in range(3):
        arrive(server, answer(delivery, sender=f"p{number}@example.jp"))
    take = polling._take

    def taken_over(box, arrival):
        Mailbox.objects.update(lease_token="00000000-0000-0000-0000-000000000001")
        return take(box, arrival)

    monkeypatch.setattr(polling, "_take", taken_over)
    polling.poll_all()
    assert Mailbox.objects.get().last_uid == 0
    assert MailEvent.objects.count() == 1


@pytest.mark.django_db
def test_a_large_mailbox_is_read_in_bites(server, monkeypatch, delivery):
    monkeypatch.setattr(polling, "MAILS_PER_POLL", 2)
    for number in range(5):
        arrive(server, answer(delivery, sender=f"p{number}@example.jp"))
    assert [polling.poll_all() for _ in range(4)] == [2, 2, 1, 0]


def test_addresses_of_mailboxes():
    one, two = imap.servers(
        "imaps://a%40b.jp:p%20w@mail.example imap://u:p@localhost:1143/Team%20A?starttls=never"
    )
    assert (one.host, one.port, one.tls, one.user, one.password, one.folder) == (
        "mail.example", 993, True, "a@b.jp", "p w", "INBOX",
    )  # fmt: skip
    assert (two.port, two.tls, two.starttls, two.folder) == (1143, False, "never", "Team A")
    assert "p w" not in repr(one)
