"""The worker of a batch is killed (kill -9): the next one goes on, no lead is lost, none written to twice."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from drafts import batches, generation, sweeping, workflow
from drafts.models import Draft, DraftBatch, State
from leads.editing.selecting import Selection
from leads.tests.factories import LeadFactory
from leads.tests.victims import database_url, stopped

pytestmark = pytest.mark.django_db(transaction=True)
RUN = """
import sys, django
django.setup()
from drafts import batches
batches.run(batch_id=int(sys.argv[1]))
"""
# where the worker hangs: a table, and the condition on its new row
POINTS = {
    "binding lead and draft": ("drafts_batchitem", "NEW.state = 'drafted'"),
    "before the model is asked": ("drafts_draft", "NEW.state = 'generating'"),
    "the text is there": ("drafts_draft", "NEW.state = 'checking'"),
    "the text is cleared": ("drafts_draft", "NEW.state = 'ready'"),
    "handing the turn on": ("drafts_draftbatch", "NEW.status = 'queued'"),
}


@pytest.mark.parametrize("point", POINTS)
def test_the_next_worker_goes_on(llm, company, rep, monkeypatch, point):
    for name, value in {
        "LLM_BASE_URL": llm.base_url, "LLM_MODEL": "salesdash-dev-writer", "LLM_JUDGE_MODEL": "salesdash-dev-judge",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    leads = [LeadFactory(company=company, owner=rep) for _ in range(batches.TURN + 1)]
    batch = batches.start(
        user=rep,
        selection=Selection((), "view=all"),
        query="view=all",
        purpose="ice_breaker",
        request_id=uuid.uuid4(),
    )
    table, condition = POINTS[point]
    with stopped(database_url(connection.settings_dict["NAME"]), table, condition, RUN, batch.pk) as worker:
        worker.kill()
        worker.wait()
    assert batches.run(batch_id=batch.pk) == []  # it may still be alive
    long_ago = timezone.now() - timedelta(seconds=workflow.attempt_seconds()) - 2 * batches.lease
    DraftBatch.objects.update(attempt_at=long_ago)
    Draft.objects.exclude(attempt_token=None).update(attempt_at=long_ago)
    Draft.objects.update(state_changed_at=long_ago)
    for draft_id in sweeping.resume():
        generation.generate(draft_id=draft_id)
    # nothing, where the last statement of the dead worker was on its way to the server already
    following = batches.sweep()
    while following:
        following = batches.run(batch_id=following[0])
    batch.refresh_from_db()
    assert batch.status == "done"
    assert sorted(Draft.objects.values_list("lead", flat=True)) == sorted(lead.pk for lead in leads)
    assert set(Draft.objects.values_list("state", flat=True)) == {State.READY}
