"""The worker is killed (kill -9) in the middle of a rebuild or a publish: the next one goes on, nothing is lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from leads import auditing, building, next_table, publishing, rebuilding, score_jobs
from leads.models import Lead, LeadScore, ScoreJob
from leads.tests.factories import LeadFactory
from leads.tests.rule_sets import draft_rules
from leads.tests.victims import POINTS, database_url, stopped_worker
from leads.tests.writing import activities, changes

pytestmark = pytest.mark.django_db(transaction=True)
FIT = [{"field": "lead.title", "op": "contains", "value": ["部長", "担当"], "points": 30}]
REQUESTS = {
    "publish": lambda: publishing.request(rule_set_id=draft_rules(fit_rules=FIT).pk, user=None),
    "rebuild": lambda: publishing.request_rebuild(user=None),
}


@pytest.fixture
def leads(company):
    leads = [LeadFactory(company=company) for _ in range(40)]
    activities(leads, 1, batch=300)()
    return leads


def silence(job: ScoreJob) -> None:
    """As if the lease had run out."""
    ScoreJob.objects.filter(pk=job.pk).update(
        attempt_at=timezone.now() - score_jobs.lease - timedelta(seconds=1)
    )


def tables() -> list[str]:
    return [name for name in connection.introspection.table_names() if name.startswith("leads_leadscore")]


@pytest.mark.parametrize("kind", REQUESTS)
@pytest.mark.parametrize("point", POINTS)
def test_the_next_worker_goes_on(leads, rep, colleague, kind, point):
    job = REQUESTS[kind]()
    url = database_url(connection.settings_dict["NAME"])
    with stopped_worker(url, job.pk, point) as worker:
        worker.kill()
        worker.wait()
    assert auditing.audit().differences == []
    for seed in range(5):
        activities(leads, seed)()
        changes(leads, [rep.pk, colleague.pk], seed)()
    assert building.run(job_id=job.pk) is False  # it may still be alive
    silence(job)
    assert score_jobs.sweep() == [job.pk]
    assert building.run(job_id=job.pk) is True
    job.refresh_from_db()
    assert (job.state, job.done, job.attempts) == ("done", 40, 2)
    assert auditing.audit().differences == []
    assert LeadScore.objects.count() == Lead.objects.count() == 40
    assert tables() == ["leads_leadscore"]


def test_a_dead_worker_leaves_its_chunks_to_the_next(leads):
    job = publishing.request_rebuild(user=None)
    with stopped_worker(database_url(connection.settings_dict["NAME"]), job.pk, "copying"):
        pass
    job.refresh_from_db()
    copied, table = len(job.chunks), next_table.exists(job.pk)
    assert copied >= 2
    assert table
    silence(job)
    building.run(job_id=job.pk)
    job.refresh_from_db()
    assert sorted(job.chunks) == list(range(6))


def test_a_job_that_kills_every_worker_fails_in_the_end(leads):
    job = publishing.request_rebuild(user=None)
    ScoreJob.objects.filter(pk=job.pk).update(attempts=score_jobs.MAX_ATTEMPTS, state="running")
    silence(job)
    assert score_jobs.sweep() == []
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "worker_lost")
    assert rebuilding.rebuild().state == "done"
