"""A large edit by a worker: resumed after kill -9, cancelled, undone, never done twice."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from leads import auditing
from leads.editing import bulk, chunks, running, undoing
from leads.editing.selecting import Selection
from leads.models import EditedLead, Lead, LeadEdit
from leads.tests.factories import LeadFactory
from leads.tests.victims import database_url, stopped
from salesdash.errors import ConflictError

pytestmark = pytest.mark.django_db(transaction=True)
RUN = """
import sys, django
django.setup()
from leads.editing import chunks, running
chunks.CHUNK_LEADS = 5
running.run(edit_id=int(sys.argv[1]))
"""


@pytest.fixture
def leads(company, rep, monkeypatch):
    monkeypatch.setattr(bulk, "SMALL", 3)
    monkeypatch.setattr(chunks, "CHUNK_LEADS", 5)
    return [LeadFactory(company=company, owner=rep) for _ in range(17)]


@pytest.fixture
def queued(rep, leads):
    """All of a filter but the first lead."""
    return bulk.start(
        user=rep,
        field="stage",
        value="meeting",
        selection=Selection((leads[0].pk,), "owner=me"),
        request_id=uuid.uuid4(),
    )


def moved() -> int:
    return Lead.objects.filter(stage="meeting").count()


def fresh(edit: LeadEdit) -> LeadEdit:
    return LeadEdit.objects.get(pk=edit.pk)


def silence(edit: LeadEdit) -> None:
    """As if the lease had run out."""
    LeadEdit.objects.filter(pk=edit.pk).update(
        attempt_at=timezone.now() - running.lease - timedelta(seconds=1)
    )


def test_it_waits_for_a_worker_and_runs_once(queued, leads):
    assert (queued.status, queued.total, moved()) == ("queued", 16, 0)
    assert running.run(edit_id=queued.pk)
    assert not running.run(edit_id=queued.pk)
    edit = fresh(queued)
    assert (edit.status, edit.changed, edit.total, moved()) == ("done", 16, 16, 16)
    assert Lead.objects.get(pk=leads[0].pk).stage == "new"
    assert auditing.audit().clean


@pytest.mark.parametrize("after", [0, 5, 10])
def test_another_worker_goes_on_where_one_was_killed(queued, after):
    url = database_url(connection.settings_dict["NAME"])
    condition = f"NEW.changed > {after}"
    with stopped(url, "leads_leadedit", condition, RUN, queued.pk) as worker:
        worker.kill()
        worker.wait()
    assert moved() == after
    assert not running.run(edit_id=queued.pk)  # it may still be alive
    silence(queued)
    assert running.sweep() == [queued.pk]
    assert running.run(edit_id=queued.pk)
    assert (fresh(queued).changed, moved()) == (16, 16)
    assert set(Lead.objects.filter(stage="meeting").values_list("version", flat=True)) == {2}
    assert auditing.audit().clean


def test_it_stops_between_two_chunks_and_what_is_done_can_be_undone(queued, rep, monkeypatch):
    apply = chunks.apply

    def one_and_cancel(edit):
        done = apply(edit)
        bulk.cancel(edit_id=edit.pk, user=rep)
        return done

    monkeypatch.setattr(chunks, "apply", one_and_cancel)
    running.run(edit_id=queued.pk)
    assert (fresh(queued).status, fresh(queued).changed, moved()) == ("cancelled", 5, 5)
    undoing.undo(edit_id=queued.pk, user=rep)
    running.run(edit_id=queued.pk)
    assert (fresh(queued).restored, moved()) == (5, 0)


def test_it_is_cancelled_before_it_began(queued, rep):
    assert bulk.cancel(edit_id=queued.pk, user=rep).status == "cancelled"
    assert not running.run(edit_id=queued.pk)
    with pytest.raises(ConflictError):
        bulk.cancel(edit_id=queued.pk, user=rep)
    assert moved() == 0


def test_a_large_undo_is_a_workers_too_and_outlives_one(queued, rep):
    running.run(edit_id=queued.pk)
    assert undoing.undo(edit_id=queued.pk, user=rep).status == "queued"
    url = database_url(connection.settings_dict["NAME"])
    with stopped(url, "leads_leadedit", "NEW.restored > 5", RUN, queued.pk) as worker:
        worker.kill()
        worker.wait()
    assert moved() == 11
    silence(queued)
    assert running.run(edit_id=queued.pk)
    assert (fresh(queued).status, fresh(queued).restored, moved()) == ("done", 16, 0)


def test_it_is_not_undone_while_it_runs(queued, rep):
    with pytest.raises(ConflictError) as failure:
        undoing.undo(edit_id=queued.pk, user=rep)
    assert failure.value.code == "still_running"


def test_an_error_ends_it_with_what_it_had_done(queued, rep, monkeypatch):
    apply = chunks.apply

    def fails_later(edit):
        if fresh(edit).changed:
            raise ZeroDivisionError
        return apply(edit)

    monkeypatch.setattr(chunks, "apply", fails_later)
    with pytest.raises(ZeroDivisionError):
        running.run(edit_id=queued.pk)
    assert (fresh(queued).status, moved()) == ("failed", 5)
    undoing.undo(edit_id=queued.pk, user=rep)
    monkeypatch.undo()
    assert running.run(edit_id=queued.pk)
    assert moved() == 0


def test_what_no_worker_can_finish_ends(queued):
    silence(queued)
    LeadEdit.objects.update(created_at=timezone.now() - running.resumed_for - timedelta(hours=1))
    assert running.sweep() == []
    assert fresh(queued).status == "failed"
    assert not EditedLead.objects.exists()
