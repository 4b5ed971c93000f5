"""A worker is killed (kill -9) while the model writes; PostgreSQL is killed meanwhile: one draft, one text, one bill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from drafts import generation, requests, sweeping
from drafts.models import Draft, DraftEvent, LlmCall, State
from drafts.tasks import generate_draft
from drafts.tests.readers import is_cleared
from leads.tests.victims import ROOT, database_url, python
from salesdash import embedded
from salesdash.tests.embedded.processes import kill_everything

WISH = """
import django
django.setup()
from drafts import requests
from leads.tests.factories import CompanyFactory, LeadFactory, UserFactory
company = CompanyFactory(name="株式会社青葉精機")
rep = UserFactory(role="rep", member_of=[company.team])
print(requests.request_draft(lead_id=LeadFactory(company=company, owner=rep).pk, user=rep).pk)
"""
WORK = """
import sys, django
django.setup()
from drafts import generation
generation.generate(draft_id=int(sys.argv[1]))
"""
LATER = """
import sys, django
django.setup()
from datetime import timedelta
from django.db.models import F
from drafts import generation, sweeping
from drafts.models import Draft, DraftEvent, LlmCall
from drafts.tests.readers import is_cleared
pk = int(sys.argv[1])
before = Draft.objects.get(pk=pk)
assert (before.state, before.body) == ("generating", ""), before.state
hour = timedelta(hours=1)
Draft.objects.filter(pk=pk).update(state_changed_at=F("state_changed_at") - hour, attempt_at=F("attempt_at") - hour)
LlmCall.objects.update(at=F("at") - hour)
for due in sweeping.sweep():
    generation.generate(draft_id=due)
draft = Draft.objects.get()
texts = DraftEvent.objects.filter(draft=draft, to_state="checking").count()
bills = list(LlmCall.objects.filter(purpose="generation").order_by("pk").values_list("outcome", flat=True))
print(draft.state, is_cleared(draft), texts, bills)
"""


def until(condition, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def asked_to_write(llm) -> list:
    return [entry for entry in llm.requests if entry.target == "draft"]


@pytest.fixture
def worker(llm, tmp_path):
    """A real Celery worker for the queue `generation`, in a process group of its own."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "salesdash.settings",
        "DATABASE_URL": database_url(connection.settings_dict["NAME"]),
        "LLM_BASE_URL": llm.base_url,
        "LLM_MODEL": "salesdash-dev-writer",
        "LLM_JUDGE_MODEL": "salesdash-dev-judge",
    }
    command = ["celery", "-A", "salesdash", "worker", "-Q", "generation", "-c", "1", "--without-mingle"]
    with (tmp_path / "worker.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, "--without-gossip", "-n", f"victim-{os.getpid()}@local"],
            cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        yield process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_a_call(worker, llm, lead, rep):
    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    llm.faults.next("timeout", target="draft")
    generate_draft.delay(draft.pk)
    until(lambda: asked_to_write(llm))
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    left = Draft.objects.get()
    assert (left.state, left.body) == (State.GENERATING, "")
    assert LlmCall.objects.get().outcome == "reserved"
    assert sweeping.resume() == []  # it may still be alive

    Draft.objects.update(attempt_at=timezone.now() - timedelta(hours=1))
    LlmCall.objects.update(at=timezone.now() - timedelta(hours=1))
    assert sweeping.sweep() == [draft.pk]
    generation.generate(draft_id=draft.pk)
    done = Draft.objects.get()
    assert done.state == State.READY
    assert is_cleared(done)
    assert DraftEvent.objects.filter(draft=done, to_state="checking").count() == 1
    calls = LlmCall.objects.filter(purpose="generation").order_by("pk")
    assert list(calls.values_list("outcome", "error_code")) == [("failed", "lost"), ("ok", "")]


def run(code: str, *arguments: object, **environment: str) -> str:
    with python(code, *arguments, **environment) as process:
        out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return out


def test_the_database_is_killed_and_starts_again_while_the_model_writes(llm, installation):
    known = {"LLM_BASE_URL": llm.base_url, "LLM_MODEL": "salesdash-dev-writer"}
    known["LLM_JUDGE_MODEL"] = "salesdash-dev-judge"
    servers = embedded.start(installation).environment()
    migrate = "from django.core.management import call_command; call_command('migrate', verbosity=0)"
    run(f"import django; django.setup(); {migrate}", **servers)
    pk = int(run(WISH, **servers))
    llm.faults.next("timeout", target="draft")
    with python(WORK, pk, **servers, **known) as victim:
        until(lambda: asked_to_write(llm) or victim.poll() is not None)
        assert kill_everything(installation) > 5
        servers = embedded.start(installation).environment()
        victim.communicate(timeout=120)
    # its connection was gone: it could neither write a text nor say that it failed
    assert victim.returncode != 0
    assert run(LATER, pk, **servers, **known).strip() == "ready True 1 ['failed', 'ok']"
