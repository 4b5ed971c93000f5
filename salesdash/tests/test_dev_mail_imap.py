"""The local mail server as an IMAP server, asked by the standard library's client and by raw bytes."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl

import pytest

from salesdash.devmail import DevMail, Options
from salesdash.tests.dev_mail_clients import arrive, certificate, mail, mailbox

FETCHED = re.compile(rb"UID (\d+)")


@pytest.fixture
def server(tmp_path):
    with DevMail(Options(folder=tmp_path)) as running:
        yield running


@pytest.fixture
def box(server):
    for n in range(1, 4):
        arrive(
            server, mail(to="rep@ours.example", subject=f"Re: {n}", message_id=f"<{n}@x.example>").as_bytes()
        )
    client = mailbox(server)
    client.select()
    yield client
    client.logout()


def test_what_comes_in_lies_in_the_mailbox_and_with_the_collector(server, box):
    assert box.search(None, "ALL") == ("OK", [b"1 2 3"])
    collector = mailbox(server, "replies")
    assert collector.select() == ("OK", [b"3"])
    nobody = mailbox(server, "somebody.else@ours.example")
    assert nobody.select() == ("OK", [b"0"])


def test_a_wrong_password_opens_nothing(server):
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        mailbox(server, password="wrong")
    client = imaplib.IMAP4("127.0.0.1", server.imap_port)
    with pytest.raises(imaplib.IMAP4.error):
        client.select()


def test_sections_and_parts_of_a_mail(server):
    two = mail(to="rep@ours.example", body="text")
    two.add_alternative("<p>html</p>", subtype="html")
    arrive(server, two.as_bytes())
    client = mailbox(server)
    client.select()

    def fetch(item):
        return client.fetch("1", f"({item})")[1][0][1]

    assert fetch("BODY.PEEK[HEADER.FIELDS (SUBJECT X-NONE)]").startswith(b"Subject: ")
    assert fetch("BODY.PEEK[HEADER.FIELDS.NOT (SUBJECT)]").lower().count(b"subject:") == 0
    assert fetch("BODY.PEEK[1]").strip() == b"text"
    assert b"text/html" in fetch("BODY.PEEK[2.MIME]")
    assert fetch("BODY.PEEK[]<0.12>") == b"Return-Path:"
    assert fetch("BODY.PEEK[7]") == b""
    assert fetch("RFC822.HEADER") + fetch("BODY.PEEK[TEXT]") == fetch("BODY.PEEK[]")
    plain = client.fetch("1", "(FLAGS UID RFC822.SIZE INTERNALDATE ENVELOPE BODYSTRUCTURE)")[1]
    whole = b"".join(part if isinstance(part, bytes) else b"".join(part) for part in plain)
    assert b"UID 1" in whole
    assert b'"alternative"' in whole


def test_reading_marks_and_peeking_does_not(server, box):
    box.fetch("1", "(BODY.PEEK[])")
    assert box.search(None, "UNSEEN") == ("OK", [b"1 2 3"])
    box.fetch("1", "(BODY[])")
    assert box.search(None, "UNSEEN") == ("OK", [b"2 3"])
    box.select(readonly=True)
    box.fetch("2", "(BODY[])")
    assert box.search(None, "SEEN") == ("OK", [b"1"])
    assert box.store("1", "+FLAGS", r"(\Deleted)")[0] == "NO"


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ('SUBJECT "Re: 2"', b"2"),
        ("HEADER Message-ID <3@x.example>", b"3"),
        ("UID 2:*", b"2 3"),
        ("1,3", b"1 3"),
        ("NOT 2", b"1 3"),
        ("OR 1 SUBJECT 3", b"1 3"),
        ("(SINCE 1-Jan-2020 BEFORE 1-Jan-2900)", b"1 2 3"),
        ("SENTSINCE 1-Jan-2900", b""),
        ("LARGER 100 SMALLER 100000 UNDELETED", b"1 2 3"),
        ("FROM nobody", b""),
    ],
)
def test_searching(box, criteria, found):
    assert box.search(None, criteria) == ("OK", [found])


def test_searching_in_japanese(server, box):
    arrive(server, mail(to="rep@ours.example", subject="日程のご相談").as_bytes())
    box.noop()
    box.literal = "日程".encode()
    assert box.search("UTF-8", "SUBJECT") == ("OK", [b"4"])
    with pytest.raises(imaplib.IMAP4.error, match="unknown search key"):
        box.search(None, "SPAM")


def test_uids_stay_when_messages_go(server, box):
    box.store("2", "+FLAGS", r"(\Deleted)")
    assert box.expunge() == ("OK", [b"2"])
    assert [FETCHED.search(line)[1] for line in box.fetch("1:*", "(UID)")[1]] == [b"1", b"3"]
    arrive(server, mail(to="rep@ours.example").as_bytes())
    box.noop()
    assert box.uid("SEARCH", None, "UID 4:*") == ("OK", [b"4"])
    # the highest is in the answer even if it is below the range: RFC 3501, 6.4.8
    assert box.uid("SEARCH", None, "UID 9:*") == ("OK", [b"4"])


def test_a_restart_keeps_mails_numbers_and_flags(tmp_path):
    with DevMail(Options(folder=tmp_path)) as server:
        arrive(server, mail(to="rep@ours.example").as_bytes())
        box = mailbox(server)
        box.select()
        box.store("1", "+FLAGS", r"(\Flagged)")
        before = box.status("INBOX", "(UIDNEXT UIDVALIDITY MESSAGES)")
    with DevMail(Options(folder=tmp_path)) as server:
        box = mailbox(server)
        assert box.status("INBOX", "(UIDNEXT UIDVALIDITY MESSAGES)") == before
        box.select()
        assert box.search(None, "FLAGGED") == ("OK", [b"1"])


def test_the_oldest_go_when_there_are_too_many(tmp_path):
    with DevMail(Options(folder=tmp_path, keep=2)) as server:
        for n in range(5):
            arrive(server, mail(to="rep@ours.example", message_id=f"<{n}@x.example>").as_bytes())
        assert server.store.box("rep@ours.example").numbers() == [4, 5]
        assert len(list((tmp_path / "mailboxes" / "rep@ours.example").glob("*.eml"))) == 2


def test_append_by_literal(server, box):
    assert box.append("INBOX", r"(\Seen)", None, mail().as_bytes())[0] == "OK"
    box.noop()
    assert box.search(None, "SEEN") == ("OK", [b"4"])


@pytest.mark.parametrize(
    "nonsense",
    [b"", b"a", b"a \x00", b"a FETCH", b"a LOGIN (", b'a LOGIN "x', b"a NOSUCH", b"a UID", b"x" * 100_000],
)
def test_nonsense_gets_an_answer_and_the_session_goes_on(server, nonsense):
    with socket.create_connection(("127.0.0.1", server.imap_port), timeout=5) as connection:
        connection.sendall(nonsense + b"\r\nz LOGOUT\r\n")
        answers = b""
        while received := connection.recv(65_536):
            answers += received
    lines = answers.split(b"\r\n")
    assert any(b" BAD " in line or b" NO " in line for line in lines)
    assert lines[-2] == b"z OK Bye"


@pytest.mark.parametrize("at_once", [False, True])
def test_tls_from_the_start_or_by_starttls(tmp_path, at_once):
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    trusting = ssl.create_default_context(cafile=cert)
    with DevMail(Options(folder=tmp_path / "m", tls=context, tls_at_once=at_once)) as server:
        if at_once:
            client = imaplib.IMAP4_SSL("localhost", server.imap_port, ssl_context=trusting)
        else:
            client = imaplib.IMAP4("localhost", server.imap_port)
            client.starttls(trusting)
        client.login("rep@ours.example", "devmail")
        assert client.select() == ("OK", [b"0"])
        client.logout()
