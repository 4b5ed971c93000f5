"""The run of a rebuild: cancelled, failed, started over; and the command."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from leads import auditing, building, next_table, publishing, rebuilding
from leads.models import LeadScore, RuleSet, ScoreJob, ScoreState
from leads.tests.events import event, record
from leads.tests.factories import LeadFactory
from leads.tests.rule_sets import draft_rules
from salesdash.errors import DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _leads(company, monkeypatch):
    monkeypatch.setattr(building, "CHUNK_LEADS", 3)
    record(*[event(LeadFactory(company=company)) for _ in range(10)])


def tables() -> list[str]:
    return [name for name in connection.introspection.table_names() if name.startswith("leads_leadscore")]


def watching(act, at="copying"):
    """Acts once, when the job was seen in that step."""
    calls = []

    def watch():
        job = ScoreJob.objects.latest("pk")
        if job.phase == at and not calls:
            calls.append(act(job))

    return watch


@pytest.mark.parametrize("step", ["copying", "indexing", "catching_up"])
def test_a_cancelled_job_leaves_everything_as_it_was(admin, step):
    before = list(LeadScore.objects.order_by("pk").values())
    job = publishing.request(rule_set_id=draft_rules(weights={}).pk, user=admin)
    cancel = watching(lambda job: publishing.cancel(job_id=job.pk, user=admin), step)
    assert building.run(job_id=job.pk, watch=cancel) is False
    job.refresh_from_db()
    assert (job.state, RuleSet.objects.get(version=2).status) == ("cancelled", "draft")
    assert list(LeadScore.objects.order_by("pk").values()) == before
    assert tables() == ["leads_leadscore"]


def test_a_failed_job_says_why_and_leaves_nothing_behind():
    job = publishing.request(rule_set_id=draft_rules(weights={}).pk, user=None)
    job.rule_set.delete()
    with pytest.raises(DomainError) as failure:
        rebuilding.finish(job)
    assert failure.value.code == "rules_unknown"
    assert (job.state, tables()) == ("failed", ["leads_leadscore"])
    assert AuditEntry.objects.get(action="temperature.failed").details["error"] == "rules_unknown"


@pytest.mark.django_db(transaction=True)
def test_accumulators_that_would_run_over_fail_the_job_and_nothing_else():
    with pytest.raises(DomainError) as failure:
        rebuilding.rebuild(landmark=timezone.now() - timedelta(days=7 * 60))
    assert failure.value.code == "temperature_overflow"
    assert tables() == ["leads_leadscore"]
    assert auditing.audit().clean
    assert rebuilding.rebuild().state == "done"


def test_rules_that_change_on_the_way_are_begun_anew():
    draft = draft_rules(weights={"pricing_view": 1})
    job = publishing.request(rule_set_id=draft.pk, user=None)
    other = watching(lambda job: RuleSet.objects.filter(pk=draft.pk).update(weights={"pricing_view": 2}))
    rebuilding.finish(job, watch=other)
    assert job.done == 10
    assert auditing.audit().clean


def test_what_an_abandoned_job_left_is_cleared_away():
    job = publishing.request_rebuild(user=None)
    next_table.create(job.pk)
    next_table.drop_abandoned()
    assert len(tables()) == 2
    publishing.cancel(job_id=job.pk, user=None)
    next_table.drop_abandoned()
    assert len(tables()) == 1


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("rebuild_temperature", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_shows_how_far_it_is():
    said = command()
    assert "Building the new table: 3 of 10" in said
    assert "100 %" in said
    assert "10 leads, " in said


def test_the_command_publishes_a_version_and_moves_the_landmark():
    draft = draft_rules(weights={})
    command("--publish", "2")
    command("--landmark", "now")
    state = ScoreState.objects.get()
    assert (state.rules, state.epoch) == (draft, 3)
    assert state.landmark > timezone.now() - timedelta(minutes=1)


def test_the_command_goes_on_with_or_gives_up_an_open_job():
    publishing.request_rebuild(user=None)
    with pytest.raises(CommandError, match="score_job_open"):
        command()
    assert "10 leads" in command("--resume")
    publishing.request_rebuild(user=None)
    assert command("--cancel") == "Cancelled.\n"


@pytest.mark.parametrize(
    "bad", [("--publish", "9"), ("--landmark", "soon"), ("--resume",), ("--publish", "1")]
)
def test_the_command_refuses_what_makes_no_sense(bad):
    with pytest.raises(CommandError):
        command(*bad)


def test_ctrl_c_leaves_the_job_to_the_next():
    def interrupt(job):
        raise KeyboardInterrupt

    job = publishing.request_rebuild(user=None)
    with pytest.raises(KeyboardInterrupt):
        rebuilding.finish(job, watch=watching(interrupt))
    assert ScoreJob.objects.get().is_open
    assert "10 leads" in command("--resume")
