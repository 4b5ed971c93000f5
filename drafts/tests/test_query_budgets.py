"""What a draft costs in round trips: each takes its time whatever the model does."""

from __future__ import annotations

from collections import Counter

import pytest
import redis.connection
from django.db import connection

from drafts import generation, prompt_sandbox, requests
from drafts.llm import providers
from drafts.models import Draft, State

pytestmark = pytest.mark.django_db


def written(lead, rep) -> list[str]:
    """Its statements, without savepoints, of which a test has more than the product."""
    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    statements = []

    def note(execute, sql, *how):
        statements.append(sql.strip())
        return execute(sql, *how)

    with connection.execute_wrapper(note):
        generation.generate(draft_id=draft.pk)
    done = Draft.objects.get(pk=draft.pk)
    assert done.state == State.READY
    Draft.objects.filter(pk=draft.pk).update(state=State.EXPIRED)
    return [sql for sql in statements if "SAVEPOINT" not in sql]


@pytest.fixture
def warm(llm, lead, rep):
    """The first draft of a process compiles rules and marks its prompt version as used."""
    from leads.tests.factories import LeadFactory

    written(LeadFactory(company=lead.company), rep)


def test_a_draft_takes_few_statements(warm, lead, rep):
    assert len(written(lead, rep)) <= 30


def test_a_draft_from_the_cache_takes_fewer(warm, lead, rep):
    written(lead, rep)
    statements = written(lead, rep)
    assert Draft.objects.order_by("-pk")[0].from_cache
    assert len(statements) <= 20


def test_nothing_is_read_twice_for_a_cached_text(warm, lead, rep):
    written(lead, rep)
    tables = Counter(
        sql.split("FROM ")[1].split()[0].strip('"')
        for sql in written(lead, rep)
        if sql.startswith("SELECT") and "drafts_check" not in sql
    )
    # companies: subject and body are searched one after the other
    assert {table for table, times in tables.items() if times > 1} <= {
        "leads_company",
        "drafts_safetyrules",
    }


def test_one_client_per_process_and_its_connections_are_kept(warm, llm, lead, rep, monkeypatch):
    clients = dict(providers._clients)
    assert len(clients) == 1
    opened = []
    served = llm._http.process_request
    monkeypatch.setattr(llm._http, "process_request", lambda *args: (opened.append(1), served(*args)))
    written(lead, rep)
    assert providers._clients == clients
    assert opened == []


def test_a_prompt_is_compiled_once(warm, lead, rep):
    before = prompt_sandbox._compiled.cache_info().misses
    written(lead, rep)
    assert prompt_sandbox._compiled.cache_info().misses == before


def test_redis_is_asked_few_times(warm, lead, rep, monkeypatch):
    sent = []
    send = redis.connection.AbstractConnection.send_packed_command

    def counted(self, *args, **kwargs):
        sent.append(1)
        return send(self, *args, **kwargs)

    monkeypatch.setattr(redis.connection.AbstractConnection, "send_packed_command", counted)
    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    sent.clear()
    generation.generate(draft_id=draft.pk)
    # the flight and the cache 5, for each of 4 calls 5, live news 4
    assert len(sent) <= 29
