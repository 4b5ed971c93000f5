"""The call log."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads import auditing, calls
from leads.models import Activity, ActivityType, LeadScore, Note
from salesdash.errors import DomainError
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


def tomorrow():
    return timezone.now() + timedelta(days=1)


def test_a_connected_call_warms_and_ends_an_open_recall(rep, lead):
    calls.log_call(lead=lead, user=rep, outcome="call_back", recall_at=tomorrow())
    calls.log_call(lead=lead, user=rep, outcome="connected", note="来週訪問")
    lead.refresh_from_db()
    assert lead.recall_at is None
    assert LeadScore.objects.get(pk=lead.pk).rank > 0
    assert Note.objects.get().body == "来週訪問"
    assert auditing.audit().clean


def test_an_absent_call_leaves_the_recall(rep, lead):
    due = tomorrow()
    calls.log_call(lead=lead, user=rep, outcome="call_back", recall_at=due)
    calls.log_call(lead=lead, user=rep, outcome="absent")
    lead.refresh_from_db()
    assert lead.recall_at == due
    kinds = set(Activity.objects.values_list("type", flat=True))
    assert kinds == {ActivityType.CALL_BACK, ActivityType.CALL_ABSENT}
    assert set(Activity.objects.values_list("actor_id", flat=True)) == {rep.pk}


def test_a_double_click_logs_one_call(rep, lead):
    for _ in range(2):
        calls.log_call(lead=lead, user=rep, outcome="connected", note="一度だけ", request_id="r-1")
    assert Activity.objects.count() == Note.objects.count() == AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("outcome", "recall", "code"),
    [
        ("busy", None, "outcome"),
        ("call_back", None, "recall_at"),
        ("connected", timedelta(days=1), "recall_at"),
        ("call_back", -timedelta(minutes=1), "recall_at"),
    ],
)
def test_what_makes_no_sense_is_refused(rep, lead, outcome, recall, code):
    recall_at = timezone.now() + recall if recall else None
    with pytest.raises(DomainError) as failure:
        calls.log_call(lead=lead, user=rep, outcome=outcome, recall_at=recall_at, note="x")
    assert failure.value.code == code
    assert not Activity.objects.exists()
    assert not Note.objects.exists()


def test_an_outsider_logs_no_call(outsider, lead):
    with pytest.raises(DomainError) as failure:
        calls.log_call(lead=lead, user=outsider, outcome="connected")
    assert failure.value.status == 404
    assert not Activity.objects.exists()
