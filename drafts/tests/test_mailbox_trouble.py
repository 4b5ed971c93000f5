"""A mailbox that cannot be read: what is said, to whom, and that pages go on. And what is never written down."""

from __future__ import annotations

import logging
import ssl
from datetime import timedelta

import pytest
from django.utils import timezone

from drafts.inbound import polling, status
from drafts.models import Mailbox
from drafts.tests.mails import absent, answer, returned, sent_mail
from salesdash.devmail import DevMail, Options
from salesdash.tests.dev_mail_clients import arrive, certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(tmp_path, settings):
    with DevMail(Options(folder=tmp_path)) as running:
        settings.MAILBOX_URL = running.mailbox_url()
        yield running


def test_nothing_configured_is_nothing_wrong(settings):
    settings.MAILBOX_URL = ""
    assert polling.poll_all() == 0
    assert status.summary() == "not configured"


def test_a_server_that_is_down_is_named_and_tried_again(server, settings, client):
    assert status.summary() == "not read yet"
    server.stop()
    assert polling.poll_all() == 0
    assert status.summary() == "unreachable"
    with DevMail(Options(folder=server.options.folder, imap_port=server.imap_port)):
        polling.poll_all()
        assert status.summary() == "ok"


def test_readiness_shows_the_mailbox_and_does_not_hang_on_it(server, client):
    server.stop()
    polling.poll_all()
    answer = client.get("/readyz").json()
    assert answer["mailbox"] == "unreachable"
    # the worker of a test has no heartbeat; nothing else may be wrong
    assert {name for name, state in answer.items() if state not in ("ok", "not configured")} <= {
        "status", "worker", "mailbox", "writing_service",
    }  # fmt: skip


def test_a_wrong_password_is_not_tried_again_at_once(server, settings):
    settings.MAILBOX_URL = server.mailbox_url(password="wrong")
    polling.poll_all()
    mailbox = Mailbox.objects.get()
    assert mailbox.error_code == "login_refused"
    assert mailbox.retry_at > timezone.now() + timedelta(minutes=9)
    tried = mailbox.tried_at
    polling.poll_all()
    assert Mailbox.objects.get().tried_at == tried
    Mailbox.objects.update(retry_at=timezone.now())
    settings.MAILBOX_URL = server.mailbox_url()
    polling.poll_all()
    assert status.summary() == "ok"


def test_a_mailbox_that_nobody_reads_says_so(server):
    polling.poll_all()
    Mailbox.objects.update(succeeded_at=timezone.now() - timedelta(minutes=6))
    assert status.summary().startswith("silent for 36")


@pytest.mark.parametrize(
    "url", ["imap://host", "pop3://u:p@host", "imaps://u:p@host:x/", "imap://u:p@h?starttls=no"]
)
def test_a_mistyped_address_stops_the_start_and_quotes_nothing(settings, url):
    settings.MAILBOX_URL = url
    (error,) = status.check_urls(None)
    assert "MAILBOX_URL" in error.msg
    assert url not in error.msg
    assert status.summary() == "wrong address"


@pytest.mark.parametrize("at_once", [False, True])
def test_tls_is_used_and_its_certificate_checked(tmp_path, settings, monkeypatch, lead, rep, at_once):
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with DevMail(Options(folder=tmp_path / "m", tls=context, tls_at_once=at_once)) as server:
        url = server.mailbox_url()
        settings.MAILBOX_URL = url.replace("imap://", "imaps://") if at_once else url
        polling.poll_all()
        assert status.summary() == "certificate"
        Mailbox.objects.update(retry_at=None)
        monkeypatch.setenv("SSL_CERT_FILE", cert)
        arrive_tls = answer(sent_mail(lead, rep))
        server.store.box("replies").add(arrive_tls, {"at": timezone.now().isoformat()})
        assert polling.poll_all() == 1
        assert status.summary() == "ok"


def test_a_server_without_tls_gets_no_password(server, settings):
    settings.MAILBOX_URL = server.mailbox_url() + "?starttls=required"
    polling.poll_all()
    assert status.summary() == "no tls"


def test_nothing_that_a_mail_says_is_logged(server, lead, rep, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    delivery = sent_mail(lead, rep)
    secret = "極秘の返信"
    arrive(server, answer(delivery, secret))
    arrive(server, absent(delivery))
    arrive(server, returned(delivery), sender="")
    polling.poll_all()
    server.stop()
    polling.poll_all()
    said = caplog.text + "".join(capsys.readouterr())
    for word in (secret, lead.email, "rep@ours.example", "ご案内", "devmail@", delivery.message_id):
        assert word not in said
