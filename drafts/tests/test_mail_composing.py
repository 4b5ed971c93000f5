"""A mail as others read it: headers that survive Japanese, text and HTML, no way to smuggle anything in."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32, default

import pytest

from drafts.mail import composing, identity
from drafts.models import Delivery
from drafts.tests.factories import BODY, SUBJECT, DraftFactory
from drafts.texts import Text
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
LONG = (
    "製造業の皆様にお届けする、現場の見える化と在庫の最適化を同時にかなえる新しい業務基盤のご案内（二回目）"
)


@pytest.fixture
def composed(mailbox, lead, rep):
    """composed(draft fields…) → the bytes."""

    def make(**fields):
        draft = DraftFactory(lead=fields.pop("lead", lead), requested_by=rep, **fields)
        draft.text_hash = Text(draft.subject, draft.body).hash
        delivery = Delivery.objects.create(
            draft=draft, lead=draft.lead, team=draft.team, sender=rep, channel="smtp", origin="generated",
            recipient=draft.lead.email, text_hash=draft.text_hash, claimed_at=draft.created_at,
            message_id=composing.new_message_id("example.com"),
        )  # fmt: skip
        who = identity.of(draft.team, rep)
        return composing.compose(draft=draft, delivery=delivery, identity=who)

    return make


def read(raw: bytes):
    return message_from_bytes(raw, policy=default)


def old_reader(raw: bytes, name: str) -> str:
    """As programs read it that know RFC 2047 and no more."""
    return str(make_header(decode_header(message_from_bytes(raw, policy=compat32)[name])))


def test_who_writes_to_whom(composed, lead, rep):
    rep.email = "sato@example.com"
    message = read(composed())
    assert message["From"].addresses[0].display_name == "佐藤 健"
    assert message["From"].addresses[0].addr_spec == "sato@example.com"
    assert message["Reply-To"] == message["From"]
    assert message["To"].addresses[0].addr_spec == lead.email
    assert re.fullmatch(r"<[0-9a-f-]{36}@example\.com>", message["Message-ID"])
    assert message["Date"].datetime.tzinfo is not None
    assert message["Subject"] == SUBJECT
    assert message["MIME-Version"] == "1.0"
    assert message["Auto-Submitted"] is None


@pytest.mark.parametrize(
    "subject",
    [
        LONG,
        "A" * 200,
        f"{LONG} and English 👍",
        "髙﨑様 “引用” <b>",
        "短い",
        "在庫管理システムのご提案に 青葉精機 山田様 ご担当の皆様",
    ],
)
def test_subjects_survive_folding(composed, subject):
    raw = composed(subject=subject)
    assert read(raw)["Subject"] == subject
    assert old_reader(raw, "Subject").replace("\n", "") == subject
    head = raw.partition(b"\r\n\r\n")[0]
    assert all(len(word) <= 75 for word in re.findall(rb"=\?\S+\?=", head))
    assert head.isascii()


@pytest.mark.parametrize(
    ("family", "given"),
    [
        ("佐藤", "健"),
        ("髙橋﨑", "あさひ" * 12),
        ('O\'Brien, "Bob"', "X <y@z.example>"),
        ("山田（営業）", "太郎; 次郎"),
    ],
)
def test_names_survive_headers(composed, rep, family, given):
    rep.last_name, rep.first_name = family, given
    raw = composed()
    # the newer reader of the standard library puts a blank between two encoded words
    assert old_reader(raw, "From").replace("\\", "").replace('"', "") == (
        f"{rep} <{rep.email}>".replace('"', "")
    )
    assert [one.addr_spec for one in read(raw)["From"].addresses] == [rep.email]
    assert raw.partition(b"\r\n\r\n")[0].isascii()


@pytest.mark.parametrize(
    "evil",
    [
        "x\r\nBcc: evil@example.net",
        "x\nBcc: evil@example.net",
        "x\u2028Bcc: e@e.e",
        "=?utf-8?q?x=0D=0ABcc=3A_evil@example.net?=",
    ],
)
def test_no_header_can_be_smuggled_in(composed, rep, lead, evil):
    rep.last_name, rep.first_name, lead.family_name = evil, evil, evil
    message = read(composed(subject=evil))
    assert message["Bcc"] is None
    assert len(message["To"].addresses) == len(message["From"].addresses) == 1
    assert {name.lower() for name in message} == {
        "date", "from", "reply-to", "to", "subject", "message-id", "content-language", "list-unsubscribe",
        "list-unsubscribe-post", "mime-version", "content-type",
    }  # fmt: skip


def test_the_ways_out_of_it(composed):
    raw = composed()
    message = read(raw)
    stop = re.search(r"http://\S+/u/\S+", message.get_body(("plain",)).get_content()).group()
    unfolded = re.search(rb"(?s)List-Unsubscribe: (.*?)\r\n(?! )", raw).group(1).replace(b"\r\n ", b" ")
    assert unfolded.decode() == f"<{stop}>, <mailto:optout@example.com?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_text_and_html_say_the_same(composed, rep):
    body = f'{BODY}\n\n詳しくは https://example.jp/a?b=1&c=2。または（https://example.jp/ja）をご覧ください。\n5 < 6 & "7"'
    message = read(composed(body=body))
    assert message.get_content_type() == "multipart/alternative"
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (
        body,
        "株式会社セールスダッシュ",
        "東京都千代田区丸の内1-1-1",
        "optout@example.com",
        "佐藤 健",
    ):
        assert part in text.replace("\r\n", "\n")
    assert '<html lang="ja">' in html
    assert 'href="https://example.jp/a?b=1&amp;c=2"' in html
    assert 'href="https://example.jp/ja"' in html
    assert "5 &lt; 6 &amp; &quot;7&quot;" in html
    assert not re.search(r"<(script|style|img|link|iframe)|src=|style=", html)
    assert "東京都千代田区丸の内1-1-1" in html


def test_markup_in_a_text_stays_text(composed):
    html = read(composed(body='<img src=x onerror="alert(1)"> https://e.example/"><script>')).get_body(
        ("html",)
    )
    assert "<img" not in html.get_content()
    assert "<script" not in html.get_content()


def test_lines_that_begin_with_a_dot_and_long_ones_arrive(composed):
    body = ".\n..二つ\n" + "長" * 3000
    raw = composed(body=body)
    assert body in read(raw).get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_an_english_mail_is_english(composed, company):
    lead = LeadFactory(company=company, language="en", family_name="Smith", given_name="Anna")
    message = read(composed(lead=lead))
    assert message["Content-Language"] == "en"
    assert '<html lang="en">' in message.get_body(("html",)).get_content()
    assert "If you do not wish" in message.get_body(("plain",)).get_content()
    assert message["To"].addresses[0].display_name == "Anna Smith"


def test_domains_of_other_scripts_go_as_dns_knows_them():
    assert composing.wire_address("a@日本語.jp") == "a@xn--wgv71a119e.jp"
    with pytest.raises(UnicodeError):
        composing.wire_address("名@example.jp")


def test_what_reads_like_an_encoded_word_arrives_as_it_was_checked(composed):
    """But for one blank: programs would show what it encodes."""
    message = read(composed(subject="=?utf-8?b?54Sh5paZ?= ご案内"))
    assert message["Subject"] == "= ?utf-8?b?54Sh5paZ?= ご案内"


def test_the_message_id_of_a_japanese_domain_is_as_dns_knows_it():
    assert composing.new_message_id("日本語.jp").endswith("@xn--wgv71a119e.jp>")
