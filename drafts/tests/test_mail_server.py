"""The door to the mail server: its address, TLS, login, and that nothing secret comes back out."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ImproperlyConfigured

from drafts.mail import smtp
from drafts.mail.smtp import Server, StartTls
from drafts.tests import mailserver

MESSAGE = b"Subject: x\r\n\r\n.dot\r\n"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.jp", ("mail.example.jp", 587, False, StartTls.REQUIRED, "", "")),
        ("smtp://u:p%40ss@mail.example.jp:2525?starttls=auto",
         ("mail.example.jp", 2525, False, StartTls.AUTO, "u", "p@ss")),
        ("smtps://u:p@mail.example.jp", ("mail.example.jp", 465, True, StartTls.REQUIRED, "u", "p")),
        ("smtp://localhost:1025", ("localhost", 1025, False, StartTls.AUTO, "", "")),
        ("smtp://10.0.0.5:25?starttls=never", ("10.0.0.5", 25, False, StartTls.NEVER, "", "")),
    ],
)  # fmt: skip
def test_addresses(url, expected):
    found = Server.from_url(url)
    assert (found.host, found.port, found.tls, found.starttls, found.user, found.password) == expected
    assert "p@ss" not in repr(found)


@pytest.mark.parametrize(
    "url",
    ["http://x", "smtp://", "mail.example.jp", "smtp://u:geheim@h:port", "smtp://geheim@h?starttls=maybe"],
)
def test_a_mistyped_address_stops_the_start_and_is_not_repeated(url, settings):
    with pytest.raises(ImproperlyConfigured) as error:
        Server.from_url(url)
    assert "geheim" not in str(error.value)
    settings.MAIL_URL = url
    assert [found.id for found in smtp.check_url(None)] == ["drafts.E001"]


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A server's context, whose certificate this process trusts as it would one of a known authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    chain, secret = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    return context


def send(url: str, settings) -> str:
    settings.MAIL_URL, settings.MAIL_TIMEOUT_SECONDS = url, 2
    try:
        return smtp.connection().send(sender="a@example.com", recipient="b@example.jp", message=MESSAGE)
    finally:
        smtp.forget()


def test_starttls_and_login(certificate, settings):
    box = mailserver.Mailbox()
    with mailserver.running(box, context=certificate) as port:
        assert send(f"smtp://u:p@127.0.0.1:{port}?starttls=required", settings) == "250 2.0.0"
    assert box.logins
    assert box.mails[0].raw == MESSAGE


def test_a_certificate_that_nobody_vouches_for_gets_no_password(certificate, settings, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    box = mailserver.Mailbox()
    with mailserver.running(box, context=certificate) as port, pytest.raises(smtp.Unreachable):
        send(f"smtp://u:p@127.0.0.1:{port}?starttls=required", settings)
    assert box.logins == []


def test_without_the_tls_that_is_required_nothing_is_said(settings):
    box = mailserver.Mailbox()
    with mailserver.running(box) as port, pytest.raises(smtp.Unreachable):
        send(f"smtp://u:p@127.0.0.1:{port}?starttls=required", settings)
    assert box.logins == box.mails == []


def test_a_refused_login_is_told_by_its_figures(settings):
    box = mailserver.Mailbox()
    box.next("auth", "535 5.7.8 b@example.jp is not welcome")
    with mailserver.running(box) as port, pytest.raises(smtp.Unreachable) as error:
        send(f"smtp://u:p@127.0.0.1:{port}", settings)
    assert str(error.value) == "535"
    assert error.value.__cause__ is None


def test_a_conversation_that_broke_off_is_begun_anew(settings):
    box = mailserver.Mailbox()
    with mailserver.running(box) as port:
        settings.MAIL_URL, settings.MAIL_TIMEOUT_SECONDS = f"smtp://127.0.0.1:{port}", 2
        mail = {"sender": "a@example.com", "recipient": "b@example.jp", "message": MESSAGE}
        first = smtp.connection()
        first.send(**mail)
        box.next("mail", "drop")
        with pytest.raises(smtp.Unreachable):
            smtp.connection().send(**mail)
        assert smtp.connection() is not first
        smtp.connection().send(**mail)
        smtp.forget()
    assert (len(box.mails), box.connections) == (2, 2)
