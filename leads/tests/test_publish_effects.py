"""What a publish does to temperatures, bands and the table, and what it leaves alone."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from leads import auditing, rebuilding, rules
from leads.models import ActivityType, Lead, LeadScore, RuleSet, ScoreState
from leads.models.score import Band
from leads.signals import temperature_crossed
from leads.tests.events import acc, event, listening, record
from leads.tests.factories import LeadFactory
from leads.tests.rule_sets import draft_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(lead, company):
    record(event(lead, ActivityType.EMAIL_REPLY), event(lead), event(lead, ago=timedelta(days=20)))
    record(event(LeadFactory(company=company), ago=timedelta(days=90)))
    return lead


def ranks() -> dict[int, tuple[float, float, list[int]]]:
    return {s.lead_id: (s.rank, s.fit_factor, s.acc) for s in LeadScore.objects.all()}


def test_other_weights_change_the_ranks_and_no_accumulator(busy):
    before = acc(busy)
    rebuilding.publish(rule_set_id=draft_rules(weights={"email_reply": 1}).pk)
    score = LeadScore.objects.get(pk=busy.pk)
    assert score.acc == before
    assert score.rank == score.fit_factor * before[ActivityType.EMAIL_REPLY - 1]
    assert auditing.audit().clean


@pytest.mark.parametrize(
    "changes", [{"weights": {"pricing_view": -3}}, {"fit_rules": []}, {"bands": {"hot": 90, "warm": 70, "mild": 50, "cool": 30}}]
)  # fmt: skip
def test_rolling_back_brings_the_same_bits(busy, changes):
    before, first = ranks(), RuleSet.objects.get()
    rebuilding.publish(rule_set_id=draft_rules(**changes).pk)
    rebuilding.publish(rule_set_id=first.pk)
    assert ranks() == before
    assert ScoreState.objects.get().rules == first
    assert auditing.audit().clean


def test_another_half_life_counts_from_now_and_every_activity_anew(busy):
    rebuilding.publish(rule_set_id=draft_rules(half_life_hours=1.0).pk)
    scale = rules.reload().scale
    assert scale.landmark > timezone.now() - timedelta(minutes=1)
    # an hour ago: a reply and a look at the prices, both worth half
    heat = scale.heat(LeadScore.objects.get(pk=busy.pk).rank, timezone.now())
    assert heat == pytest.approx(LeadScore.objects.get(pk=busy.pk).fit_factor * 10, rel=0.01)
    assert auditing.audit().clean


def test_other_weights_are_applied_without_looking_at_activities(busy):
    """The activities are out of reach: nobody could read them."""
    draft = draft_rules(weights={"email_reply": 1})
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE leads_activity RENAME TO leads_activity_away")
        rebuilding.publish(rule_set_id=draft.pk)
        cursor.execute("ALTER TABLE leads_activity_away RENAME TO leads_activity")
    assert auditing.audit().clean


def test_bands_settle_in_silence(busy, django_capture_on_commit_callbacks):
    """At about 98 and 79: with hot from 99.9 the first is warm, and no alert says so; two points hold a band."""
    LeadScore.objects.filter(pk=busy.pk).update(announced_band=Band.HOT)
    shown = rules.current().scale.temperature(LeadScore.objects.get(pk=busy.pk).rank, timezone.now())
    bands = {"hot": min(99, shown + 2), "warm": 60, "mild": 40, "cool": 20}
    kept = draft_rules(bands=bands)
    lost = draft_rules(weights={"email_reply": 1}, bands=bands)
    with listening(temperature_crossed) as heard, django_capture_on_commit_callbacks(execute=True):
        rebuilding.publish(rule_set_id=kept.pk)
        assert LeadScore.objects.get(pk=busy.pk).announced_band == Band.HOT
        rebuilding.publish(rule_set_id=lost.pk)
    assert LeadScore.objects.get(pk=busy.pk).announced_band < Band.HOT
    assert heard == []


def test_screens_are_not_told_of_a_change_of_every_lead(busy):
    before = dict(LeadScore.objects.values_list("lead_id", "changed_at"))
    rebuilding.publish(rule_set_id=draft_rules(weights={}).pk)
    rebuilding.rebuild()
    assert dict(LeadScore.objects.values_list("lead_id", "changed_at")) == before


def test_the_score_of_a_vanished_lead_goes(busy):
    Lead.objects.filter(pk=busy.pk).delete()
    rebuilding.publish(rule_set_id=draft_rules(weights={}).pk)
    assert not LeadScore.objects.filter(pk=busy.pk).exists()


def test_the_score_of_a_lead_gone_before_goes_even_if_another_lead_has_none(busy, company):
    other = LeadFactory(company=company)
    LeadScore.objects.filter(pk=other.pk).delete()
    Lead.objects.filter(pk=busy.pk).delete()
    rebuilding.publish(rule_set_id=draft_rules(weights={}).pk)
    assert not LeadScore.objects.filter(pk=busy.pk).exists()


def test_a_table_without_leads_can_be_rebuilt(db):
    assert rebuilding.rebuild().total == 0
    assert rebuilding.publish(rule_set_id=draft_rules().pk).state == "done"


def described() -> list[tuple[object, ...]]:
    """Columns, indexes, constraints and options of the score table as the catalog has them."""
    queries = (
        "SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid) FROM pg_attribute"
        " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
        " WHERE attrelid = 'leads_leadscore'::regclass AND attnum > 0 ORDER BY attnum",
        "SELECT pg_get_indexdef(indexrelid), indisvalid, indisprimary FROM pg_index"
        " WHERE indrelid = 'leads_leadscore'::regclass ORDER BY 1",
        "SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = 'leads_leadscore'::regclass ORDER BY 1",
        "SELECT reloptions, relpersistence FROM pg_class WHERE oid = 'leads_leadscore'::regclass",
    )
    with connection.cursor() as cursor:
        return [tuple(cursor.execute(query).fetchall()) for query in queries]


def test_nothing_in_the_catalog_tells_the_new_table_from_the_old(busy):
    before = described()
    rebuilding.publish(rule_set_id=draft_rules().pk)
    rebuilding.rebuild()
    assert described() == before
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_migrations_go_back_and_forth_after_a_publish(lead):
    rebuilding.publish(rule_set_id=draft_rules().pk)
    before = described()
    call_command("migrate", "leads", "0004", verbosity=0)
    # what rests on them went back, too
    call_command("migrate", verbosity=0)
    assert described() == before
    assert auditing.audit().clean
