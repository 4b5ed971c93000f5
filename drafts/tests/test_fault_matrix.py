"""What a rep sees of each fault that stays: a sentence, no text, and nothing twice."""

from __future__ import annotations

import subprocess
import threading
import time
from contextlib import suppress

import pytest
from django.db import connection
from django.urls import reverse
from redis.exceptions import RedisError

from drafts import generation, requests
from drafts.models import Check, Draft, LlmCall, State
from drafts.tasks import generate_draft
from drafts.tests.conftest import IN_VAIN
from drafts.tests.readers import PARTIAL, is_cleared
from leads.tests.stack import _free_port as free_port
from salesdash import redis_client
from salesdash.embedded import binaries

SILENT = "文面作成サービスから応答がありません。数分後にもう一度お試しください。"
UNUSABLE = "文面作成サービスの回答を利用できませんでした。もう一度お試しください。"
REVIEWED = "承認されると文面が表示されます。それまで操作は必要ありません。"
CASES = [
    *(("draft", fault, State.FAILED, SILENT) for fault in ("timeout", "429", "500", "reset", "cut")),
    *(
        ("draft", fault, State.FAILED, UNUSABLE)
        for fault in ("malformed", "truncate", "badjson", "badschema")
    ),
    *(("judge", fault, State.IN_REVIEW, REVIEWED) for fault in ("timeout", "500", "badschema")),
    *(("moderation", fault, State.IN_REVIEW, REVIEWED) for fault in ("timeout", "500", "reset")),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("part", "fault", "state", "sentence"), CASES)
def test_a_fault_that_stays(client, llm, lead, rep, settings, part, fault, state, sentence):
    settings.LLM_TIMEOUT_SECONDS = 0.3
    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    llm.faults.next(fault, times=IN_VAIN[part], target=part)
    generate_draft.apply((draft.pk,), retries=3)
    assert (Draft.objects.get().state, LlmCall.objects.filter(purpose="generation").count()) == (state, 1)
    client.force_login(rep)
    page = client.get(reverse("drafts:panel", args=[lead.pk]), headers={**PARTIAL, "Accept-Language": "ja"})
    assert sentence in page.text
    written = Draft.objects.get().body
    assert not written or written.splitlines()[-1] not in page.text


@pytest.mark.django_db
def test_after_a_failure_the_rep_asks_again_and_gets_one(llm, lead, rep):
    first = requests.request_draft(lead_id=lead.pk, user=rep)
    llm.faults.next("badschema", times=3, target="draft")
    generate_draft.apply((first.pk,), retries=3)
    second = requests.request_draft(lead_id=lead.pk, user=rep)
    generate_draft.apply((second.pk,))
    assert list(Draft.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "ready"]


@pytest.fixture
def own_redis(tmp_path, settings):
    """A Redis of its own, to be killed; afterwards the tests' one again."""
    port = free_port()
    command = [str(binaries.find().redis_server), "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    server = subprocess.Popen([*command, "--dir", str(tmp_path)], stdout=subprocess.DEVNULL)
    before, settings.REDIS_URL = settings.REDIS_URL, f"redis://127.0.0.1:{port}/0"
    redis_client._clients.clear()
    until(lambda: server.poll() is None and answers())
    yield server
    server.kill()
    server.wait()
    settings.REDIS_URL = before
    redis_client._clients.clear()


def answers() -> bool:
    with suppress(RedisError):
        return bool(redis_client.get().ping())
    return False


def until(condition, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_redis_dies_while_the_model_writes(llm, lead, rep, own_redis):
    """The flight, the slot and the cache are gone in the middle of it; the text is checked all the same."""
    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    llm.faults.next("timeout", target="draft")

    def work():
        try:
            generation.generate(draft_id=draft.pk)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    until(lambda: [entry for entry in llm.requests if entry.target == "draft"])
    own_redis.kill()
    worker.join(60)
    done = Draft.objects.get()
    assert done.state == State.READY
    assert is_cleared(done)
    assert LlmCall.objects.filter(purpose="generation").count() == 1
    assert Check.objects.filter(draft=done).count() == 6
