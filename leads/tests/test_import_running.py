"""An import survives its worker: claimed by one at a time, resumed without losing or doubling a row."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from leads import leases
from leads.importing import jobs, running, tasks
from leads.importing.refusals import Refusal
from leads.models import ImportJob, Lead
from leads.tests.import_files import people, text
from salesdash.errors import ConflictError

Status = ImportJob.Status


def uploaded(team, content: bytes) -> ImportJob:
    return jobs.create(team=team, author=None, file=ContentFile(content), filename="list.csv")


def queued(team, content: bytes) -> ImportJob:
    job = uploaded(team, content)
    jobs.queue(job, user=None)
    return job


def many(rows: int) -> bytes:
    """Every third row broken, every fifth like the one before it."""

    def row(i: int) -> list[str]:
        if i % 5 == 0:
            return ["", "same"]
        return [f"user{i}@" if i % 3 == 0 else f"user{i}@example.jp", str(i)]

    lines = [["メール", "メモ"], *map(row, range(rows))]
    return text(*lines).encode()


def counts(job: ImportJob) -> dict[str, int]:
    job.refresh_from_db()
    names = ("processed_rows", "created_rows", "updated_rows", "unchanged_rows", "rejected_rows")
    return {name: getattr(job, name) for name in names}


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(running, "BATCH_ROWS", 50)


@pytest.mark.django_db
def test_a_job_runs_once(team):
    job = queued(team, people())
    assert running.run(job_id=job.pk)
    assert not running.run(job_id=job.pk)
    assert counts(job)["created_rows"] == 2


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_away_is_no_failure_of_the_job(team, error):
    """One error tells that the connection went, the other that it is gone; both leave the job to the sweep."""

    def away(_job):
        raise error("the connection is closed")

    job = queued(team, people())
    with pytest.raises(error):
        running.run(job_id=job.pk, open_with=away)
    job.refresh_from_db()
    assert job.status == Status.RUNNING
    failed = []
    with pytest.raises(error), leases.working(lambda: failed.append(job)):
        away(job)
    assert not failed


@pytest.mark.django_db
def test_an_upload_runs_only_after_it_was_started(team):
    job = uploaded(team, people())
    assert not running.run(job_id=job.pk)
    jobs.queue(job, user=None)
    with pytest.raises(ConflictError):
        jobs.queue(job, user=None)


@pytest.mark.django_db
@pytest.mark.parametrize("batches_before", [0, 1, 3, 5, 6])
def test_another_worker_goes_on_where_one_died(team, other_team, small_batches, monkeypatch, batches_before):
    whole, cut = queued(team, many(275)), queued(other_team, many(275))
    running.run(job_id=whole.pk)
    commit, left = running._commit, [batches_before]

    def dies(*args):
        if not left[0]:
            raise SystemExit
        left[0] -= 1
        commit(*args)

    finish = running._finish
    monkeypatch.setattr(running, "_commit", dies)
    monkeypatch.setattr(running, "_finish", lambda *_args: dies())
    with pytest.raises(SystemExit):
        running.run(job_id=cut.pk)
    monkeypatch.setattr(running, "_commit", commit)
    monkeypatch.setattr(running, "_finish", finish)
    assert not running.run(job_id=cut.pk), "the dead worker's lease still holds"
    ImportJob.objects.filter(pk=cut.pk).update(attempt_at=timezone.now() - 2 * running.lease)
    assert running.sweep() == [cut.pk]
    assert running.run(job_id=cut.pk)

    assert counts(cut) == counts(whole)
    assert counts(cut)["processed_rows"] == 275
    assert cut.status == Status.DONE
    assert cut.rejects.count() == whole.rejects.count()
    ids = [set(Lead.objects.filter(team=t).values_list("external_id", "email")) for t in (team, other_team)]
    assert ids[0] == ids[1]


@pytest.mark.django_db
def test_a_job_whose_message_was_lost_is_sent_again_once_per_lease(team):
    job = queued(team, people())
    assert running.sweep() == []
    ImportJob.objects.update(attempt_at=timezone.now() - 2 * running.lease)
    assert running.sweep() == [job.pk]
    assert running.sweep() == []
    assert running.run(job_id=job.pk)


@pytest.mark.django_db
def test_reading_a_large_file_keeps_the_lease_and_notices_its_loss(team, monkeypatch):
    monkeypatch.setattr(running, "BEAT_ROWS", 100)
    job = queued(team, many(275))
    learn = running.Identities.learn

    def slow(self, rows):
        ImportJob.objects.update(attempt_at=timezone.now() - 2 * running.lease)
        learn(self, rows)
        assert running.sweep() == []
        ImportJob.objects.update(attempt_token="0" * 32)

    monkeypatch.setattr(running.Identities, "learn", slow)
    assert not running.run(job_id=job.pk)
    assert counts(job)["processed_rows"] == 0


@pytest.mark.django_db
def test_a_worker_that_lost_its_job_writes_nothing_more(team, small_batches, monkeypatch):
    job = queued(team, many(275))
    commit = running._commit

    def taken_over(*args):
        commit(*args)
        ImportJob.objects.filter(pk=job.pk).update(attempt_token="0" * 32)

    monkeypatch.setattr(running, "_commit", taken_over)
    assert not running.run(job_id=job.pk)
    assert counts(job)["processed_rows"] == 50
    assert job.status == Status.RUNNING


@pytest.mark.django_db
def test_a_file_that_vanished_is_told(team):
    job = queued(team, people())
    job.file.delete(save=False)
    running.run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.error_code) == (Status.FAILED, Refusal.GONE)


@pytest.mark.django_db
def test_a_fault_of_ours_ends_the_job_and_is_raised(team, monkeypatch):
    job = queued(team, people())
    monkeypatch.setattr("leads.scoring.ensure", lambda _ids: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.run_import(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error_code) == (Status.FAILED, Refusal.INTERNAL)
    assert not Lead.objects.exists()


@pytest.mark.django_db
def test_the_sweep_ends_what_cannot_be_finished_and_forgets_old_uploads(team):
    stuck, forgotten = queued(team, people()), uploaded(team, people())
    long_ago = timezone.now() - timedelta(days=2)
    ImportJob.objects.filter(pk=stuck.pk).update(created_at=long_ago, attempt_at=long_ago)
    ImportJob.objects.filter(pk=forgotten.pk).update(created_at=timezone.now() - timedelta(days=8))
    assert running.sweep() == []
    stuck.refresh_from_db()
    assert stuck.status == Status.FAILED
    assert not ImportJob.objects.filter(pk=forgotten.pk).exists()
    assert not forgotten.file.storage.exists(forgotten.file.name)


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_list_at_once_make_no_lead_twice(team, small_batches):
    both = [queued(team, many(275)) for _ in range(2)]

    def work(job):
        running.run(job_id=job.pk)
        connection.close()

    threads = [threading.Thread(target=work, args=(job,)) for job in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one, two = map(counts, both)
    assert one["processed_rows"] == two["processed_rows"] == 275
    assert one["created_rows"] + two["created_rows"] == Lead.objects.count() == 275 - one["rejected_rows"]


WORKER = """
import django
django.setup()
from django.conf import settings
from django.db import connections
settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = {database!r}
from leads.importing import running
running.BATCH_ROWS = 50
running.run(job_id={job})
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle(team):
    job = queued(team, many(8_000))
    code = WORKER.format(database=connection.settings_dict["NAME"], job=job.pk)
    worker = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    )
    deadline = time.monotonic() + 60
    while counts(job)["processed_rows"] < 300:
        assert worker.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    done = counts(job)["processed_rows"]
    assert 0 < done < 8_000
    assert done % 50 == 0
    ImportJob.objects.update(attempt_at=timezone.now() - 2 * running.lease)
    running.run(job_id=job.pk)

    after = counts(job)
    assert after["processed_rows"] == 8_000
    assert after["created_rows"] == Lead.objects.count()
    assert after["created_rows"] + after["rejected_rows"] == 8_000
