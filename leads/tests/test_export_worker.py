"""Files made in the background: once, again after a worker died, and gone after a day."""

import os
import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from leads import export_jobs
from leads.editing.selecting import Selection
from leads.models import LeadExport
from leads.tasks import sweep_exports
from leads.tests.table_cast import crowd

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(company, rep):
    crowd(7, company=company, owner=rep)
    with translation.override("en"):
        export = export_jobs.prepare(
            user=rep, format="csv", selection=Selection((), "owner=me"), query="owner=me", shown_columns=False
        )
    export_jobs.queue(export)
    return export


def fresh(export) -> LeadExport:
    return LeadExport.objects.get(pk=export.pk)


def silence(export) -> None:
    """As if the lease had run out."""
    LeadExport.objects.update(attempt_at=timezone.now() - export_jobs.lease - timedelta(seconds=1))


def text(export) -> str:
    with fresh(export).file.open() as file:
        return file.read().decode("utf-8-sig")


def test_it_is_made_once_in_the_language_that_was_spoken_then(queued):
    assert export_jobs.run(export_id=queued.pk)
    assert not export_jobs.run(export_id=queued.pk)
    assert text(queued).startswith("External id,Company name")
    assert text(queued).count("\n") == 8
    done = fresh(queued)
    assert (done.status, done.done, done.size_bytes) == ("done", 7, done.file.size)


def test_the_next_worker_begins_again_and_the_first_leaves_nothing(queued, monkeypatch):
    monkeypatch.setattr(export_jobs, "BEAT_ROWS", 2)
    rows = export_jobs.exporting.rows

    def taken_over(*args):
        for number, row in enumerate(rows(*args)):
            if number == 3:
                silence(queued)
                monkeypatch.undo()
                assert export_jobs.sweep() == [queued.pk]
                assert export_jobs.run(export_id=queued.pk)
            yield row

    monkeypatch.setattr(export_jobs.exporting, "rows", taken_over)
    files = set(os.listdir(default_storage.path("exports"))) if default_storage.exists("exports") else set()
    assert not export_jobs.run(export_id=queued.pk)
    assert text(queued).count("\n") == 8
    assert len(set(os.listdir(default_storage.path("exports"))) - files) == 1


def test_a_worker_killed_with_the_file_written_leaves_none_behind(queued, monkeypatch):
    save = default_storage.save
    files = set(os.listdir(default_storage.path("exports"))) if default_storage.exists("exports") else set()

    def save_and_die(*args):
        save(*args)
        raise SystemExit

    monkeypatch.setattr(default_storage, "save", save_and_die)
    with pytest.raises(SystemExit):
        export_jobs.run(export_id=queued.pk)
    monkeypatch.undo()
    assert len(set(os.listdir(default_storage.path("exports"))) - files) == 1
    silence(queued)
    assert export_jobs.run(export_id=queued.pk)
    [left] = set(os.listdir(default_storage.path("exports"))) - files
    assert fresh(queued).file.name == f"exports/{left}"


def test_an_error_is_told(queued, monkeypatch):
    monkeypatch.setattr(export_jobs, "content", lambda _export: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export_jobs.run(export_id=queued.pk)
    assert fresh(queued).status == "failed"


def test_after_a_day_file_and_row_are_gone(queued, client, rep):
    export_jobs.run(export_id=queued.pk)
    path = fresh(queued).file.path
    LeadExport.objects.update(finished_at=timezone.now() - export_jobs.kept_for - timedelta(seconds=1))
    client.force_login(rep)
    assert client.get(f"/leads/exports/{queued.pk}/").status_code == 404
    sweep_exports()
    assert not os.path.exists(path)
    assert not LeadExport.objects.exists()


def test_what_no_worker_could_make_ends(queued):
    silence(queued)
    LeadExport.objects.update(created_at=timezone.now() - export_jobs.resumed_for - timedelta(hours=1))
    assert export_jobs.sweep() == []
    assert fresh(queued).status == "failed"


def test_rows_do_not_pile_up(queued, rep, company, monkeypatch):
    """Each chunk is read when the one before was written."""
    monkeypatch.setattr("leads.exporting.CHUNK_ROWS", 2)
    _header, rows = export_jobs.content(queued)
    with CaptureQueriesContext(connection) as statements:
        read = [len(statements) for _row in rows]
    assert read == [read[0] + number // 2 for number in range(7)]


def test_an_unknown_one_is_nothing_to_do(db):
    assert not export_jobs.run(export_id=uuid.uuid4())
