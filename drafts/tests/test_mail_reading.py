"""What a mail that came in is, by its header: answers, automatic answers, reports; and garbage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafts.inbound import reading
from drafts.inbound.reading import Failure, Kind, Report

PLAIN = b"From: Hanako <Hanako@Example.JP>\r\nSubject: Re: x\r\nMessage-ID: <a@b>\r\n"


def kind(*lines: str) -> Kind:
    return reading.read(PLAIN + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n").kind


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied",
        "auto-submitted: Auto-Generated; owner-email=x",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "List-Id: <news.example.jp>",
        "Return-Path: <>",
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="x"',
    ],
)
def test_what_a_machine_sends_is_no_answer(line):
    assert kind(line) is Kind.AUTOMATIC


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: no",
        "Precedence: normal",
        "Return-Path: <hanako@example.jp>",
        "X-Auto-Response-Suppress: All",
    ],
)
def test_what_a_person_sends_is(line):
    assert kind(line) is Kind.ANSWER


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Automatic reply: ご案内", Kind.AUTOMATIC),
        ("Out of Office Re: hello", Kind.AUTOMATIC),
        ("=?utf-8?b?44CQ6Ieq5YuV6L+U5L+h44CR5LiN5Zyo44Gr44Gk44GN?=", Kind.AUTOMATIC),
        ("=?iso-2022-jp?B?GyRCSVQ6XyRHJDkbKEI=?=", Kind.AUTOMATIC),
        ("Re: 自動返信の仕組みについて", Kind.ANSWER),
        ("Automation of replies", Kind.ANSWER),
        ("=?nonsense?b?!!!?=", Kind.ANSWER),
    ],
)
def test_subjects_of_automatic_answers(subject, expected):
    header = f"From: a@example.jp\r\nSubject: {subject}\r\n\r\n".encode()
    assert reading.read(header).kind is expected


def test_sender_and_what_is_answered():
    header = PLAIN + b"In-Reply-To: <two@ours>\r\nReferences: <one@ours>\r\n <two@ours>\r\n <three@x>\r\n\r\n"
    incoming = reading.read(header)
    assert incoming.sender == "hanako@example.jp"
    assert incoming.answers == ("<two@ours>", "<three@x>", "<one@ours>")
    assert incoming.key == "<a@b>"


def test_without_an_id_the_key_is_the_same_on_every_way():
    body = b"From: a@example.jp\r\nDate: Mon, 1 Jun 2026 10:00:00 +0900\r\nSubject: x\r\n"
    one = reading.read(b"Received: from a\r\nReturn-Path: <a@example.jp>\r\n" + body + b"\r\n")
    two = reading.read(b"Delivered-To: other\r\n" + body + b"\r\n")
    other = reading.read(body.replace(b"Subject: x", b"Subject: y") + b"\r\n")
    assert one.key == two.key != other.key


def report(status: str, fields: str, returned: str = "") -> bytes:
    return (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\n<evil@text.example>\r\n"
        f"--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n{fields}"
        f"Status: {status}\r\n\r\n{returned}--B--\r\n"
    ).encode()


FAILED = "Final-Recipient: rfc822; Hanako@example.jp\r\nAction: failed\r\n"
RETURNED = (
    "--B\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <ours@x>\r\nSubject: s\r\n\r\nText <no@x>\r\n"
)


@pytest.mark.parametrize(
    ("status", "hard"),
    [
        ("5.1.1", True),
        ("5.0.0", True),
        ("5.2.1", True),
        ("5.1.8", False),
        ("5.2.2", False),
        ("5.7.1", False),
        ("4.4.7", False),
        ("", False),
    ],
)
def test_reports_of_failure(status, hard):
    found = reading.report(report(status, FAILED, RETURNED))
    assert found == Report((Failure("hanako@example.jp", status),), about=("<ours@x>",))
    assert found.failures[0].hard is hard


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", ""])
def test_what_did_not_fail_is_no_failure(action):
    fields = f"Final-Recipient: rfc822; a@example.jp\r\nAction: {action}\r\n"
    assert reading.report(report("4.0.0", fields)).failures == ()


def test_a_complaint_names_its_mail():
    content = (
        'Content-Type: multipart/report; report-type=feedback-report; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n\r\n"
        "--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <ours@x>\r\n\r\n--B--\r\n"
    )
    found = reading.report(content.encode())
    assert (found.complaint, found.about) == (True, ("<ours@x>",))


def test_a_report_that_is_cut_off_still_names_its_mail():
    whole = report("5.1.1", FAILED, RETURNED)
    assert reading.report(whole[: whole.index(b"Subject: s")]).about == ("<ours@x>",)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\x00\xff\xfe",
        b"no header at all",
        b"From: " + b"<" * 5000 + b"\r\n\r\n",
        b"From: =?utf-8?b?" + b"A" * 9000 + b"?=\r\n\r\n",
        b"Content-Type: multipart/report; report-type*=utf-9''%ff; boundary=\r\n\r\n",
        "From: 山田 <a@例え.jp>\r\nSubject: 生の文字\r\n\r\n".encode("cp932"),
        b"References: " + b"<x@y> " * 20_000 + b"\r\n\r\n",
    ],
)
def test_garbage_is_read_as_something(header):
    incoming = reading.read(header)
    assert incoming.kind in Kind
    assert len(incoming.answers) <= reading.MOST_IDS
    assert isinstance(reading.report(header), Report)


@given(st.binary(max_size=2000))
def test_nothing_that_comes_in_raises(content):
    reading.read(content)
    reading.report(
        b"Content-Type: multipart/report; boundary=B; report-type=delivery-status\r\n\r\n" + content
    )
