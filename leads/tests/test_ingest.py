"""One door for activities: idempotent, exact, and a bad item harms nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from leads import auditing, ingest, rules
from leads.models import Activity, ActivityType, LeadScore
from leads.models.score import Band, ScoreState
from leads.signals import leads_changed, temperature_crossed
from leads.tests.events import acc, event, listening, record
from leads.tests.factories import LeadFactory
from salesdash.errors import DomainError

pytestmark = pytest.mark.django_db


def shown(lead) -> float:
    return rules.current().scale.temperature(LeadScore.objects.get(pk=lead.pk).rank, timezone.now())


def test_an_activity_makes_its_lead_warmer(lead):
    assert shown(lead) == 0
    result = record(event(lead, ActivityType.EMAIL_REPLY, properties={"delivery": 7}, delivery_id=7))
    assert (result.created, result.duplicates, result.rejected) == (1, 0, [])
    assert shown(lead) > 20
    assert Activity.objects.get(lead=lead).properties == {"delivery": 7}


def test_the_accumulator_holds_the_documented_number(lead):
    landmark = ScoreState.objects.get().landmark
    now = landmark + timedelta(days=14)
    ingest.record([event(lead, at=landmark + timedelta(days=7))], received_at=now)
    assert acc(lead)[ActivityType.PRICING_VIEW - 1] == 2**17
    assert sum(acc(lead)) == 2**17


def test_a_repetition_changes_nothing(lead):
    click = event(lead, ActivityType.EMAIL_CLICK, external_id="c1")
    record(click)
    before = acc(lead)
    result = record(click, event(lead, ActivityType.EMAIL_CLICK, external_id="c2"), click)
    assert (result.created, result.duplicate_indexes) == (1, [0, 2])
    assert acc(lead)[ActivityType.EMAIL_CLICK - 1] > before[ActivityType.EMAIL_CLICK - 1]
    assert Activity.objects.filter(lead=lead).count() == 2


def test_within_one_batch_the_first_of_two_repetitions_counts(lead):
    result = record(
        event(lead, ActivityType.EMAIL_REPLY, external_id="x"),
        event(lead, ActivityType.PAGE_VIEW, external_id="x"),
    )
    assert (result.created, result.duplicate_indexes) == (1, [1])
    assert Activity.objects.get(lead=lead).type == ActivityType.EMAIL_REPLY


def test_without_an_external_id_every_call_counts(lead):
    record(event(lead), event(lead))
    record(event(lead))
    assert Activity.objects.filter(lead=lead).count() == 3


def test_the_same_id_of_another_source_or_lead_is_another_activity(lead):
    other = LeadFactory(company=lead.company)
    result = record(
        event(lead, external_id="1"),
        event(lead, external_id="1", source="crm"),
        event(other, external_id="1"),
    )
    assert result.created == 3


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"at": datetime(2026, 1, 1)}, "bad_time"),  # noqa: DTZ001
        ({"source": ""}, "bad_source"),
        ({"source": "s" * 41}, "bad_source"),
        ({"external_id": ""}, "bad_external_id"),
        ({"external_id": "a\0b"}, "bad_external_id"),
        ({"external_id": "\ud800"}, "bad_external_id"),
        ({"external_id": "x" * 121}, "bad_external_id"),
        ({"properties": {"x": float("nan")}}, "bad_properties"),
        ({"properties": {"x": "\0"}}, "bad_properties"),
        ({"properties": {"x": "\udfff"}}, "bad_properties"),
        ({"properties": {"x": object()}}, "bad_properties"),
        ({"properties": {"x": "x" * 20_000}}, "bad_properties"),
        ({"kind": ActivityType.MANUAL, "properties": {"heat": 5}}, "bad_type"),
        ({"kind": ActivityType.MANUAL, "source": "manual"}, "bad_properties"),
        ({"kind": ActivityType.MANUAL, "source": "manual", "properties": {"heat": 1e300}}, "bad_properties"),
        ({"kind": 99}, "bad_type"),
    ],
)
def test_a_bad_item_is_refused_with_a_code_and_the_good_ones_stay(lead, fields, code):
    result = record(event(lead), event(lead, **fields), event(lead))
    assert result.rejected == [(1, code)]
    assert result.created == 2
    assert auditing.audit().clean


@pytest.mark.parametrize("lead_id", [0, -5, 2**63, 987_654_321])
def test_an_unknown_lead_is_refused(lead, lead_id):
    result = record(event(lead_id), event(lead))
    assert result.rejected == [(0, "unknown_lead")]
    assert result.created == 1
    assert record(event(lead_id)).rejected == [(0, "unknown_lead")]


def test_nothing_to_do_is_done():
    assert record().created == 0


def test_a_time_in_the_future_becomes_the_time_of_receipt(lead):
    record(event(lead, at=datetime(2999, 1, 1, tzinfo=UTC)))
    activity = Activity.objects.get(lead=lead)
    assert activity.occurred_at == activity.received_at


def test_what_came_late_counts_as_if_it_had_come_in_time(lead):
    other = LeadFactory(company=lead.company)
    late, recent = timedelta(days=40), timedelta(hours=2)
    moment = timezone.now()
    record(event(lead, at=moment - late), event(lead, at=moment - recent))
    record(event(other, at=moment - recent))
    record(event(other, at=moment - late))
    assert acc(lead) == acc(other)
    assert LeadScore.objects.get(pk=other.pk).last_activity_at == moment - recent


def test_times_before_all_computers_add_nothing(lead):
    record(event(lead, at=datetime(1, 1, 2, tzinfo=UTC)))
    assert shown(lead) == 0
    assert auditing.audit().clean


def test_the_last_activity_is_what_a_person_did(lead):
    record(event(lead, ActivityType.EMAIL_REPLY, ago=timedelta(hours=5)))
    record(event(lead, ActivityType.EMAIL_OPEN_MACHINE, ago=timedelta(hours=1)))
    score = LeadScore.objects.get(pk=lead.pk)
    assert score.last_activity_type == ActivityType.EMAIL_REPLY


def test_negative_weights_take_the_lead_to_zero_and_no_further(lead):
    record(event(lead, ActivityType.EMAIL_REPLY), event(lead, ActivityType.OPT_OUT))
    assert LeadScore.objects.get(pk=lead.pk).rank == float("-inf")
    assert shown(lead) == 0


def test_heat_added_by_hand_and_taken_back_leaves_exactly_nothing(lead):
    record(event(lead))
    before = acc(lead)
    at = timezone.now() - timedelta(days=3, microseconds=17)
    for heat in (7.123456789, -7.123456789):
        fields = {"source": ingest.MANUAL_SOURCE, "properties": {"heat": heat}, "at": at}
        assert record(event(lead, ActivityType.MANUAL, **fields)).created == 1
    assert acc(lead) == before
    assert auditing.audit().clean


def test_news_comes_after_the_commit_and_once_per_lead(lead, django_capture_on_commit_callbacks):
    with listening(leads_changed) as heard:
        with django_capture_on_commit_callbacks() as callbacks:
            record(event(lead), event(lead))
        assert heard == []
        for callback in callbacks:
            callback()
    assert [(news.lead_id, news.team_id) for news in heard] == [(lead.pk, lead.team_id)]


def test_a_crossing_is_told_once(lead, django_capture_on_commit_callbacks):
    with listening(temperature_crossed) as heard, django_capture_on_commit_callbacks(execute=True):
        record(*[event(lead, ActivityType.MEETING_BOOKED) for _ in range(3)])
        record(event(lead))
    assert [(news.band_before, news.band_after) for news in heard] == [(Band.COLD, Band.HOT)]


def test_a_repetition_is_no_news(lead, django_capture_on_commit_callbacks):
    record(event(lead, external_id="1"))
    with listening(leads_changed) as heard, django_capture_on_commit_callbacks(execute=True):
        record(event(lead, external_id="1"))
    assert heard == []


def test_a_large_batch_goes_the_same_way_as_a_small_one(lead):
    other = LeadFactory(company=lead.company)
    moment = timezone.now()
    times = [moment - timedelta(minutes=n) for n in range(ingest.COPY_FROM + 10)]
    large = [event(lead, at=at, properties={"n": "価格\t\\N\n"}) for at in times]
    assert record(*large, large[0], event(987_654_321)).created == len(times) + 1
    ingest.record([event(other, at=times[0])])
    for at in times:
        record(event(other, at=at, properties={"n": "価格\t\\N\n"}))
    assert acc(lead) == acc(other)
    assert Activity.objects.filter(lead=lead).first().properties == {"n": "価格\t\\N\n"}


def test_two_large_batches_in_one_transaction_do_not_mix(lead):
    size = ingest.COPY_FROM
    with transaction.atomic():
        first = record(*[event(lead) for _ in range(size)])
        second = record(*[event(lead) for _ in range(size)])
    assert (first.created, second.created) == (size, size)
    assert Activity.objects.filter(lead=lead).count() == 2 * size


def test_a_small_batch_takes_two_statements(lead, django_assert_num_queries):
    rules.current()
    with django_assert_num_queries(4):  # with the two of the savepoint that the test's transaction brings
        record(*[event(lead) for _ in range(50)])


def test_new_rules_hold_at_once(lead):
    """Another process has published meanwhile: this one still has the old ones in its cache."""
    rules.current()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE leads_ruleset SET weights = '{\"pricing_view\": 1000}'")
        cursor.execute("UPDATE leads_scorestate SET epoch = epoch + 1")
    record(event(lead))
    assert shown(lead) > 99.9


def test_accumulators_cannot_run_over(lead):
    ScoreState.objects.update(landmark=timezone.now() - timedelta(days=7 * 45), epoch=2)
    with pytest.raises(DomainError) as failure:
        record(event(lead))
    assert failure.value.code == "temperature_landmark"
    assert not Activity.objects.filter(lead=lead).exists()
