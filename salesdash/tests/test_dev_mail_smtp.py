"""The local mail server as an SMTP server: what it takes, what it refuses, and how it fails on purpose."""

from __future__ import annotations

import smtplib
import socket
import ssl
import time

import pytest

from salesdash.devmail import DevMail, Options
from salesdash.devmail.faults import Fault, Faults
from salesdash.tests.dev_mail_clients import certificate, mail, mailbox, submit


@pytest.fixture
def server(tmp_path):
    with DevMail(Options(folder=tmp_path, max_message_bytes=200_000)) as running:
        yield running


def talk(server, *lines: bytes) -> bytes:
    """Raw bytes in, all that came back until the server or we hang up."""
    with socket.create_connection(("127.0.0.1", server.submission_port), timeout=5) as connection:
        connection.sendall(b"".join(lines))
        answers = b""
        while received := connection.recv(65_536):
            answers += received
        return answers


def test_a_mail_is_kept_as_it_came(server):
    submit(server, mail(body="一行目\n.点で始まる行\n"))
    (number,) = server.store.sent.numbers()
    note = server.store.sent.note(number)
    assert (note["sender"], note["recipients"]) == ("rep@ours.example", ["tanaka@example.jp"])
    assert b"Message-ID: <first@ours.example>" in server.store.sent.content(number)


def test_dots_and_bare_line_feeds_do_not_end_or_change_a_mail(server):
    head = b"EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n"
    body = b"Subject: x\r\n\r\n..one\r\nsmuggled\n.\r\nMAIL FROM:<evil@b.example>\r\n"
    answers = talk(server, head, body, b".\r\nQUIT\r\n")
    assert answers.endswith(b"221 Bye\r\n")
    (number,) = server.store.sent.numbers()
    assert server.store.sent.content(number) == body.replace(b"..one", b".one")


@pytest.mark.parametrize("order", [b"RCPT TO:<a@b.c>", b"DATA", b"MAIL FROM:<a@b.c>", b"EHLO"])
def test_commands_out_of_order_are_refused(server, order):
    answer = talk(server, order, b"\r\nQUIT\r\n").split(b"\r\n")[1]
    assert answer.startswith(b"50")


@pytest.mark.parametrize("nonsense", [b"\xff\xfe", b"MAIL FROM:a@b", b"x" * 200_000, b"RCPT TO:<a b@c>", b""])
def test_nonsense_is_answered_and_the_session_goes_on(server, nonsense):
    answers = talk(server, b"EHLO me\r\n", nonsense, b"\r\nQUIT\r\n").split(b"\r\n")
    assert answers[-3].startswith(b"50") or answers[-3].startswith(b"503")
    assert answers[-2] == b"221 Bye"


def test_a_mail_that_is_too_large_is_refused_before_and_after_it_is_sent(server):
    large = mail(body="あ" * 100_000)
    with pytest.raises(smtplib.SMTPSenderRefused) as announced:
        submit(server, large)
    assert announced.value.smtp_code == 552
    with smtplib.SMTP("127.0.0.1", server.submission_port) as client:
        client.helo()  # no SIZE to announce with
        client.mail("a@b.example")
        client.rcpt("c@d.example")
        assert client.data(large.as_bytes())[0] == 552
        assert client.noop()[0] == 250
    assert server.store.sent.numbers() == []


def test_a_configured_user_must_log_in(tmp_path):
    with DevMail(Options(folder=tmp_path, user="salesdash", password="right")) as server:
        with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
            submit(server, mail())
        assert refusal.value.smtp_code == 530
        with smtplib.SMTP("127.0.0.1", server.submission_port) as client:
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("salesdash", "wrong")
            client.login("salesdash", "right")
            client.send_message(mail())
        (number,) = server.store.sent.numbers()
        assert server.store.sent.note(number)["user"] == "salesdash"


@pytest.mark.parametrize("at_once", [False, True])
def test_tls_from_the_start_or_by_starttls(tmp_path, at_once):
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    trusting = ssl.create_default_context(cafile=cert)
    with DevMail(Options(folder=tmp_path / "m", tls=context, tls_at_once=at_once)) as server:
        if at_once:
            client = smtplib.SMTP_SSL("localhost", server.submission_port, context=trusting)
        else:
            client = smtplib.SMTP("localhost", server.submission_port)
            client.starttls(context=trusting)
        with client:
            client.send_message(mail())
        assert len(server.store.sent.numbers()) == 1


@pytest.mark.parametrize(("tag", "code"), [("550", 550), ("451", 451), ("421", 421)])
def test_a_tagged_recipient_is_refused(server, tag, code):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        submit(server, mail(to=f"tanaka+{tag}@example.jp"))
    assert refusal.value.recipients[f"tanaka+{tag}@example.jp"][0] == code


def test_a_tagged_mail_is_refused_after_its_text(server):
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        submit(server, mail(to="tanaka+data451@example.jp"))
    assert refusal.value.smtp_code == 451
    assert server.store.sent.numbers() == []


@pytest.mark.parametrize(("tag", "kept"), [("drop", 1), ("lost", 0)])
def test_the_connection_ends_before_the_answer(server, tag, kept):
    with pytest.raises(smtplib.SMTPServerDisconnected):
        submit(server, mail(to=f"tanaka+{tag}@example.jp"))
    assert len(server.store.sent.numbers()) == kept


def test_a_slow_answer_comes_late(server):
    started = time.monotonic()
    submit(server, mail(to="tanaka+slow1@example.jp"))
    assert time.monotonic() - started >= 1


def test_a_returned_mail_reaches_its_sender(server):
    submit(server, mail(to="tanaka+bounce@example.jp"))
    assert len(server.store.sent.numbers()) == 1
    client = mailbox(server)
    client.select()
    content = client.fetch("1", "(RFC822)")[1][0][1]
    assert b"Status: 5.1.1" in content
    assert b"<first@ours.example>" in content


def test_faults_asked_for_by_a_test_go_first_and_rates_are_kept(tmp_path):
    faults = Faults(Options(folder=tmp_path, rate_550=0.3, seed=7))
    faults.next("slow2")
    assert faults.draw("a+451@b.example") == Fault(slow_seconds=2)
    assert faults.draw("a+451@b.example") == Fault(rcpt=451)
    refused = sum(faults.draw("a@b.example").rcpt == 550 for _ in range(1000))
    assert 240 < refused < 360
    with pytest.raises(ValueError, match="no such fault"):
        faults.next("rain")
