"""The demo's mail server as the supervisor starts it: the product's addresses fit the ports that it serves."""

from __future__ import annotations

import imaplib
import smtplib
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from salesdash.models import DomainProof, Team
from salesdash.sending_domains import proving
from salesdash.sending_domains.verdicts import State
from salesdash.supervisor import demo
from salesdash.tests.dev_mail_clients import mail

CHECKOUT = Path(__file__).parents[3]


@pytest.mark.django_db
def test_the_demo_gets_a_mail_server_that_fits_its_addresses(
    tmp_path, monkeypatch, settings, team, other_team
):
    monkeypatch.setenv("SALESDASH_STATE", str(tmp_path))
    for name in ("MAIL_URL", "MAILBOX_URL"):
        monkeypatch.delenv(name, raising=False)
    environment = demo._environment(8000, "mark")
    (program,) = [one for one in demo._programs("127.0.0.1", 8000, environment) if one.name == "mail"]
    submission, box = urlsplit(environment["MAIL_URL"]), urlsplit(environment["MAILBOX_URL"])
    with subprocess.Popen(program.command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline().startswith("dev mail ready")
            with smtplib.SMTP("127.0.0.1", submission.port, timeout=10) as client:
                client.login(submission.username, submission.password)
                client.send_message(mail())
            with smtplib.SMTP(*environment["SALESDASH_DEV_MAIL"].split(":"), timeout=10) as client:
                client.send_message(mail(to="rep@ours.example"))
            with imaplib.IMAP4("127.0.0.1", box.port, timeout=10) as client:
                client.login(box.username, box.password)
                assert client.select("INBOX") == ("OK", [b"1"])
            settings.DEMO, settings.DEV_MAIL_FOLDER = True, environment["SALESDASH_DEV_MAIL_FOLDER"]
            settings.DNS_SERVERS = [environment["DNS_SERVERS"]]
            settings.MAIL_SPF, settings.MAIL_DKIM_SELECTOR = (
                environment["MAIL_SPF"],
                environment["MAIL_DKIM_SELECTOR"],
            )
            Team.objects.update(sending_domain="sampleflow.example")
            assert proving.check_due() == 2
        finally:
            process.terminate()
    # both teams' domain was proved by what the mail server answered, with nothing to be desired
    assert Team.objects.filter(sending_domain_verified_at__isnull=False).count() == 2
    for proof in DomainProof.objects.all():
        assert {one.state for one in proving.verdicts_of(proof).values()} == {State.OK}
    sent = Path(environment["SALESDASH_DEV_MAIL_FOLDER"]) / "sent"
    assert sent.is_relative_to(tmp_path)
    assert len(list(sent.glob("*.eml"))) == 1


def test_who_has_a_mail_server_gets_no_other(monkeypatch):
    monkeypatch.setenv("MAIL_URL", "smtps://u:p@mail.example")
    monkeypatch.setenv("SALESDASH_DEV_MAIL", "127.0.0.1:25")
    environment = demo._environment(8000, "mark")
    assert "SALESDASH_DEV_MAIL" not in environment
    assert environment["MAIL_URL"] == "smtps://u:p@mail.example"
    assert "mail" not in {one.name for one in demo._programs("127.0.0.1", 8000, environment)}
