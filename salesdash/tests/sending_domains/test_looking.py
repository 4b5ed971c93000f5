"""What DNS says of a domain, asked of a real server over UDP."""

from __future__ import annotations

import time

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import translation

from salesdash.sending_domains import looking, lookup, spf
from salesdash.sending_domains.looking import Outcome, Question
from salesdash.sending_domains.verdicts import REASONS, State

TOKEN = "0123456789abcdef0123456789abcdef"
NAME = "_salesdash.ours.example"
RIGHT = f"salesdash-domain={TOKEN}"
WANTED = "include:spf.mail.example"


def ask(**more):
    return Question("ours.example", TOKEN, **more)


def verdict(record, **more):
    return looking.look(ask(**more))[record]


def key(bits=2048):
    import base64

    made = rsa.generate_private_key(65537, bits) if bits else ed25519.Ed25519PrivateKey.generate()
    if not bits:
        return base64.b64encode(made.public_key().public_bytes_raw()).decode()
    raw = made.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    ("published", "state", "code"),
    [
        ({}, State.MISSING, "token_missing"),
        ({NAME: {}}, State.MISSING, "token_missing"),
        ({NAME: {"txt": [RIGHT]}}, State.OK, "token_found"),
        ({NAME: {"txt": [RIGHT.upper()]}}, State.OK, "token_found"),
        ({NAME: {"txt": ["salesdash-domain=other"]}}, State.WRONG, "token_other"),
        ({NAME: {"txt": [f"{RIGHT}0"]}}, State.WRONG, "token_other"),
        ({NAME: {"txt": ["something", "salesdash-domain=other", RIGHT]}}, State.OK, "token_found"),
        ({NAME: {"txt": [["salesdash-", "domain=", TOKEN]]}}, State.OK, "token_found"),
        (
            {NAME: {"cname": "elsewhere.example"}, "elsewhere.example": {"txt": [RIGHT]}},
            State.OK,
            "token_found",
        ),
        ({NAME: {"cname": "gone.example"}}, State.MISSING, "token_missing"),
        ({NAME: {"fault": "servfail"}}, State.UNKNOWN, "dns_silent"),
    ],
)
def test_the_token(dns, published, state, code):
    dns.zone = published
    found = verdict("token")
    assert (found.state, found.code) == (state, code)


@pytest.mark.parametrize(
    ("records", "state", "code"),
    [
        ([], State.MISSING, "spf_missing"),
        (["v=spf1x include:spf.mail.example"], State.MISSING, "spf_missing"),
        (["v=spf1 include:spf.mail.example -all", "google-site-verification=1"], State.OK, "spf_ok"),
        (["V=SPF1 +Include:SPF.mail.example ~all"], State.OK, "spf_ok"),
        ([["v=spf1 include:spf.", "mail.example -all"]], State.OK, "spf_ok"),
        (["v=spf1 include:within.example ~all"], State.OK, "spf_ok"),
        (["v=spf1 redirect=within.example"], State.OK, "spf_ok"),
        (["v=spf1 redirect=within.example ~all"], State.WRONG, "spf_without"),
        (["v=spf1 -include:within.example ~all"], State.WRONG, "spf_without"),
        (["v=spf1 -include:spf.mail.example ~all"], State.WRONG, "spf_without"),
        (["v=spf1 ip4:192.0.2.1 -all"], State.WRONG, "spf_without"),
        (["v=spf1 include:spf.mail.example +all"], State.WRONG, "spf_open"),
        (["v=spf1 include:spf.mail.example -all", "v=spf1 -all"], State.WRONG, "spf_several"),
        (["v=spf1 include:spf.mail.example a mx ptr a:b.example/24 mx:c.example exists:d.example a:1.example a:2.example a:3.example -all"], State.OK, "spf_ok"),
        (["v=spf1 include:spf.mail.example a mx ptr a:b.example/24 mx:c.example exists:d.example a:1.example a:2.example a:3.example a -all"], State.WRONG, "spf_lookups"),
        (["v=spf1 include:loop.example include:spf.mail.example -all"], State.WRONG, "spf_lookups"),
        (["v=spf1 include:spf.mail.example include:nobody.example -all"], State.WRONG, "spf_broken"),
        (["v=spf1 include:spf.mail.example include:%{d}.example -all"], State.OK, "spf_ok"),
        (["v=spf1 include:spf.mail.example include:down.example -all"], State.UNKNOWN, "dns_silent"),
    ],
)  # fmt: skip
def test_spf(dns, records, state, code):
    dns.zone = {
        "ours.example": {"txt": records},
        "spf.mail.example": {"txt": ["v=spf1 ip4:192.0.2.0/24 -all"]},
        "within.example": {"txt": ["v=spf1 include:spf.mail.example -all"]},
        "loop.example": {"txt": ["v=spf1 include:loop.example -all"]},
        "down.example": {"fault": "servfail"},
    }
    found = verdict("spf", mechanism=WANTED)
    assert (found.state, found.code) == (state, code)


def test_the_record_to_publish_keeps_what_is_there():
    assert spf.suggestion("", WANTED) == f"v=spf1 {WANTED} ~all"
    assert spf.suggestion("v=spf1 mx -all", WANTED) == f"v=spf1 {WANTED} mx -all"
    assert spf.suggestion(f"v=spf1 mx {WANTED} -all", WANTED) == f"v=spf1 mx {WANTED} -all"


def test_dkim(dns):
    good = key()
    halves = [f"v=DKIM1; k=rsa; p={good[:200]}", good[200:]]
    cases = [
        ([halves], State.OK, "dkim_ok"),
        ([f"p={key(1024)}"], State.WEAK, "dkim_short"),
        ([f"v=DKIM1; k=ed25519; p={key(0)}"], State.OK, "dkim_ok"),
        ([f"v=DKIM1; t=s:y; p={good}"], State.WEAK, "dkim_testing"),
        (["v=DKIM1; p="], State.WRONG, "dkim_revoked"),
        ([f"v=DKIM1; p={good[:90]}"], State.WRONG, "dkim_unreadable"),
        (["v=DKIM1; k=ed25519; p=AAAA"], State.WRONG, "dkim_unreadable"),
        (["nothing"], State.MISSING, "dkim_missing"),
    ]
    for records, state, code in cases:
        dns.zone = {"s1._domainkey.ours.example": {"txt": records}}
        found = verdict("dkim", selector="s1")
        assert (found.state, found.code) == (state, code), records
    assert verdict("dkim").code == "dkim_unset"


@pytest.mark.parametrize(
    ("at", "records", "state", "code"),
    [
        ("_dmarc.sub.ours.example", ["v=DMARC1; p=reject"], State.OK, "dmarc_ok"),
        ("_dmarc.sub.ours.example", ["v=DMARC1; p=none; rua=mailto:a@b.example"], State.WEAK, "dmarc_none"),
        (
            "_dmarc.sub.ours.example",
            ["v=DMARC1; p=quarantine", "v=DMARC1; p=none"],
            State.WRONG,
            "dmarc_several",
        ),
        ("_dmarc.sub.ours.example", ["v=DMARC1; p=perhaps"], State.WRONG, "dmarc_unreadable"),
        ("_dmarc.ours.example", ["v=DMARC1; p=none; sp=reject"], State.OK, "dmarc_ok"),
        ("_dmarc.other.example", ["v=DMARC1; p=reject"], State.MISSING, "dmarc_missing"),
    ],
)
def test_dmarc_at_the_domain_or_above_it(dns, at, records, state, code):
    dns.zone = {at: {"txt": records}}
    found = looking.look(Question("sub.ours.example", TOKEN))["dmarc"]
    assert (found.state, found.code) == (state, code)


def test_what_is_required_decides(dns):
    dns.zone = {NAME: {"txt": [RIGHT]}, "ours.example": {"txt": ["v=spf1 mx -all"]}}

    def outcome(**more):
        return looking.outcome(ask(**more), looking.look(ask(**more)))

    assert outcome() is Outcome.PROVED
    assert outcome(mechanism=WANTED) is Outcome.MISSED
    assert outcome(selector="s1") is Outcome.MISSED
    dns.zone["s1._domainkey.ours.example"] = {"fault": "servfail"}
    assert outcome(selector="s1") is Outcome.UNKNOWN
    assert outcome(selector="s1", mechanism=WANTED) is Outcome.MISSED


def test_a_dead_server_costs_a_bounded_time_and_no_verdict(dns, monkeypatch):
    monkeypatch.setattr(lookup, "QUESTION_SECONDS", 60)
    dns.zone = {name: {"fault": "silent"} for name in ("ours.example", NAME, "_dmarc.ours.example")}
    began = time.monotonic()
    found = looking.look(ask(), seconds=0.5)
    assert time.monotonic() - began < 10
    assert {found[record].state for record in ("token", "spf", "dmarc")} == {State.UNKNOWN}
    assert found["token"].code == "dns_silent"


def test_names_that_dns_cannot_hold_and_a_closed_port_are_no_miss(settings):
    settings.DNS_SERVERS = ["127.0.0.1:9"]
    for domain in ("ours.example", "x" * 70 + ".example", ".".join(["x" * 60] * 4), "a..b"):
        assert looking.look(Question(domain, TOKEN), seconds=0.3)["token"].state is State.UNKNOWN


def test_servers_are_addresses_or_the_start_is_refused(settings):
    given = ["192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]:5353"]
    assert lookup.servers(given) == [
        ("192.0.2.1", 53), ("192.0.2.1", 5353), ("2001:db8::1", 53), ("2001:db8::1", 5353),
    ]  # fmt: skip
    for wrong in ("dns.example", "192.0.2.1:x", "192.0.2.1:70000", "[2001:db8::1", ""):
        settings.DNS_SERVERS = [wrong]
        assert len(lookup.check_servers()) == (0 if wrong == "[2001:db8::1" else 1), wrong


def test_every_reason_has_words_in_both_languages():
    for language in ("en", "ja"):
        with translation.override(language):
            words = {str(reason) for reason in REASONS.values()}
        assert len(words) == len(REASONS)
        assert all(any(ord(sign) > 0x3000 for sign in text) == (language == "ja") for text in words)
