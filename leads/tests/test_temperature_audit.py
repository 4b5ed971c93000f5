"""The audit finds every difference, and only differences; the rebuild mends them."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from leads import auditing, rebuilding, rules
from leads.models import Activity, ActivityType, Lead, LeadScore
from leads.models.score import ScoreState
from leads.tests.events import acc, event, record
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(lead, company):
    other = LeadFactory(company=company)
    record(event(lead, ActivityType.EMAIL_REPLY), event(lead), event(other, ago=timedelta(days=90)))
    return lead


def command(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("audit_temperature", *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def damage(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


DAMAGES = {
    "accumulators": "UPDATE leads_leadscore SET acc[3] = acc[3] + 1 WHERE lead_id = %s",
    "rank": "UPDATE leads_leadscore SET rank = rank * (1 + 1e-15) WHERE lead_id = %s",
    "owner": "UPDATE leads_leadscore SET owner_id = NULL WHERE lead_id = %s",
    "stage": "UPDATE leads_lead SET stage = 'lost' WHERE id = %s",
    "fit": "UPDATE leads_leadscore SET fit = fit + 1 WHERE lead_id = %s",
    "last_activity": "UPDATE leads_leadscore SET last_activity_type = 7 WHERE lead_id = %s",
    "score": "DELETE FROM leads_leadscore WHERE lead_id = %s",
    "lead": "DELETE FROM leads_lead WHERE id = %s",
}


def test_a_healthy_table_is_clean(busy):
    assert command() == (0, "2 leads checked, 0 differ\n")


@pytest.mark.parametrize("field", DAMAGES)
def test_every_kind_of_damage_is_found(busy, field):
    damage(DAMAGES[field], busy.pk)
    code, said = command("--json")
    found = json.loads(said)["differences"]
    assert code == 1
    assert (busy.pk, field) in {(difference["lead_id"], difference["field"]) for difference in found}
    assert {difference["lead_id"] for difference in found} == {busy.pk}


def test_a_lost_or_a_stray_activity_is_found(busy):
    damage("DELETE FROM leads_activity WHERE lead_id = %s AND type = 3", busy.pk)
    damage(
        "INSERT INTO leads_activity VALUES (777777, 's', 'e', 1, now(), now(), '{}', NULL, NULL)",
    )
    assert {difference.lead_id for difference in auditing.audit().differences} == {busy.pk, 777777}


def test_a_sample_looks_at_that_many_leads(busy):
    damage("UPDATE leads_leadscore SET acc[3] = acc[3] + 1")
    assert "1 leads checked, 1 differ" in command("--sample", "1")[1]
    assert "2 leads checked, 2 differ" in command("--sample", "50")[1]


def test_a_rebuild_mends_the_score_table(busy):
    before = acc(busy)
    damage(
        "UPDATE leads_leadscore SET acc[3] = 5, rank = 7, fit = 1, owner_id = 9 WHERE lead_id = %s", busy.pk
    )
    rebuilding.rebuild()
    assert acc(busy) == before
    assert auditing.audit().clean


def test_a_rebuild_makes_missing_score_rows(busy):
    damage("DELETE FROM leads_leadscore WHERE lead_id = %s", busy.pk)
    rebuilding.rebuild()
    assert auditing.audit().clean


def test_a_new_landmark_leaves_temperatures_and_voids_cursors(busy):
    now = timezone.now()

    def shown() -> list[float]:
        scale = rules.reload().scale
        return [scale.temperature(score.rank, now) for score in LeadScore.objects.order_by("lead_id")]

    before, epoch = shown(), rules.current().epoch
    rebuilding.rebuild(landmark=now - timedelta(days=30))
    assert shown() == pytest.approx(before, abs=1e-3)
    assert rules.current().epoch == epoch + 1
    assert auditing.audit().clean


def test_the_landmark_moves_when_it_is_twenty_half_lives_old(busy):
    assert rebuilding.keep_landmark() is None
    old = timezone.now() - timedelta(days=7 * 21)
    rebuilding.rebuild(landmark=old)
    rebuilding.finish(rebuilding.keep_landmark())
    assert ScoreState.objects.get().landmark > timezone.now() - timedelta(minutes=1)
    assert auditing.audit().clean


def test_ten_thousand_activities_of_one_lead_are_summed_exactly(lead):
    start = timezone.now()
    for part in range(4):
        record(*[event(lead, at=start - timedelta(minutes=n + 2500 * part)) for n in range(2500)])
    assert Activity.objects.filter(lead=lead).count() == 10_000
    assert auditing.audit().clean


def test_a_lead_without_activities_is_right(lead):
    assert acc(lead) == [0] * 24
    assert auditing.audit().clean
    assert Lead.objects.get().score.rank == float("-inf")
