"""Mails and clients for tests of the local mail server: the standard library's own smtplib and imaplib."""

from __future__ import annotations

import imaplib
import smtplib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from salesdash.devmail import DevMail


def mail(to: str = "tanaka@example.jp", subject: str = "ご案内", body: str = "本文です。", **headers: str):
    message = EmailMessage()
    message["From"] = headers.pop("sender", "rep@ours.example")
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = headers.pop("message_id", "<first@ours.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message


def submit(server: DevMail, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", server.submission_port, timeout=10) as client:
        client.send_message(message)


def arrive(
    server: DevMail, content: bytes, *, to: str = "rep@ours.example", sender: str = "tanaka@example.jp"
):
    """As from another company's server."""
    with smtplib.SMTP("127.0.0.1", server.incoming_port, timeout=10) as client:
        client.sendmail(sender, [to], content)


def mailbox(server: DevMail, account: str = "rep@ours.example", password: str = "") -> imaplib.IMAP4:
    client = imaplib.IMAP4("127.0.0.1", server.imap_port, timeout=10)
    client.login(account, password or server.options.password)
    return client


def certificate(folder) -> tuple[str, str]:
    """Paths of a certificate for 127.0.0.1 and localhost, and of its key."""
    from ipaddress import ip_address

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "key.pem").write_bytes(pem)
    return str(folder / "cert.pem"), str(folder / "key.pem")
