"""The dev server in this process as the writing service; rules and prompts as the migrations leave them."""

from __future__ import annotations

import shutil
import tempfile
from datetime import time
from pathlib import Path

import pytest
from django.utils import timezone

from drafts import tracking
from drafts.llm import providers
from drafts.mail import smtp
from drafts.models import State
from drafts.tests import mailserver
from drafts.tests.factories import DraftFactory
from drafts.tests.trackable import path, sent_mail
from salesdash import embedded
from salesdash.devllm import DevServer, Options


@pytest.fixture(scope="session")
def dev_server():
    with DevServer(Options(hang_seconds=2, retry_after_ms=20, keep_requests=200)) as server:
        yield server


@pytest.fixture
def llm(dev_server, settings):
    """The writing service; `llm.faults.next(...)` says what befalls the next requests."""
    settings.LLM_BASE_URL = dev_server.base_url
    settings.OPENAI_API_KEY = ""
    settings.LLM_MODEL = "salesdash-dev-writer"
    settings.LLM_JUDGE_MODEL = "salesdash-dev-judge"
    settings.LLM_TIMEOUT_SECONDS = 1.0
    dev_server.faults.clear()
    dev_server.requests.clear()
    yield dev_server
    dev_server.faults.clear()
    providers._clients.clear()


# as often as each is asked before it is given up: the judge's second question only once then
IN_VAIN = {"draft": 3, "moderation": 3, "judge": 4}


def prompt_block() -> str:
    """A draft's data as the smallest prompt carries it."""
    from drafts import prompts

    return prompts.block({"task": "draft", "language": "ja", "company": {"name": "株式会社青葉精機"}})


@pytest.fixture
def item(lead, rep):
    """A draft that waits for a reviewer, because of a price."""
    return DraftFactory(lead=lead, requested_by=rep, state=State.IN_REVIEW, flags={"rules": ["price"]})


@pytest.fixture
def desk(client, reviewer):
    """The administration as a reviewer has it."""
    client.force_login(reviewer)
    return client


@pytest.fixture
def mail_team(team):
    """May send at any hour: no test hangs on the clock. Its people's addresses are at example.com."""
    team.sending_domain, team.sending_domain_verified_at = "example.com", timezone.now()
    team.quiet_from = team.quiet_until = time(0)
    team.quiet_days_off = False
    team.save()
    return team


@pytest.fixture
def mailbox(mail_team, settings):
    """A mail server; `mailbox.next(step, answer)` says what befalls the next mail."""
    box = mailserver.Mailbox()
    with mailserver.running(box) as port:
        settings.MAIL_URL = f"smtp://127.0.0.1:{port}"
        settings.MAIL_TIMEOUT_SECONDS = 0.5
        yield box
        smtp.forget()


@pytest.fixture
def mail(lead):
    """A sent mail whose opens and clicks are seen."""
    return sent_mail(lead)


@pytest.fixture
def pixel(mail):
    return path(tracking.pixel(mail.pk))


@pytest.fixture
def installation():
    """The folder for servers of a test's own, durable: to be killed."""
    folder = Path(tempfile.mkdtemp(prefix="sdt-"))
    folder.chmod(0o755)
    yield folder / "data"
    embedded.remove(folder / "data")
    shutil.rmtree(folder)
