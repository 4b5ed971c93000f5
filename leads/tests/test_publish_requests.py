"""Who asks for a rebuild gets one job, or a reason."""

import pytest

from leads import publishing
from leads.models import RuleSet, ScoreJob
from leads.tests.rule_sets import draft_rules
from leads.tests.threads import in_threads
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_a_draft_may_be_published(admin):
    draft = draft_rules()
    job = publishing.request(rule_set_id=draft.pk, user=admin)
    assert (job.kind, job.state, job.version, job.asked_by_name) == ("publish", "queued", 2, str(admin))
    assert AuditEntry.objects.get(action="temperature.publish").details == {"kind": "publish", "version": 2}


def test_a_retired_version_may_come_back(admin):
    retired = draft_rules(status=RuleSet.Status.RETIRED)
    assert publishing.request(rule_set_id=retired.pk, user=admin).rule_set == retired


def test_the_rules_in_force_are_not_published_again(admin):
    with pytest.raises(ConflictError) as refusal:
        publishing.request(rule_set_id=RuleSet.objects.get().pk, user=admin)
    assert refusal.value.code == "rules_in_force"


def test_bad_rules_are_refused_with_the_first_reason(admin):
    draft = draft_rules(bands={"hot": 60, "warm": 60, "mild": 40, "cool": 20})
    with pytest.raises(DomainError) as refusal:
        publishing.request(rule_set_id=draft.pk, user=admin)
    assert refusal.value.extra == {"field": "bands"}
    assert not ScoreJob.objects.exists()


def test_a_second_request_is_refused_while_one_is_open(admin):
    publishing.request_rebuild(user=None)
    with pytest.raises(ConflictError) as refusal:
        publishing.request(rule_set_id=draft_rules().pk, user=admin)
    assert refusal.value.code == "score_job_open"


def test_after_a_cancelled_one_the_next_may_be_asked_for(admin):
    publishing.cancel(job_id=publishing.request_rebuild(user=admin).pk, user=admin)
    assert publishing.request_rebuild(user=admin).is_open
    assert AuditEntry.objects.filter(action="temperature.cancel").count() == 1


def test_what_has_ended_cannot_be_cancelled(admin):
    job = publishing.request_rebuild(user=admin)
    publishing.cancel(job_id=job.pk, user=admin)
    with pytest.raises(ConflictError):
        publishing.cancel(job_id=job.pk, user=admin)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_one_gets_the_job():
    def ask():
        try:
            return publishing.request_rebuild(user=None).pk
        except ConflictError:
            return None

    assert len(list(filter(None, in_threads(*[ask] * 6)))) == 1
