"""From a recorded activity to one numbered frame per team; nothing lost, nothing told to the wrong team."""

import pytest
from django.utils import timezone

from leads import ingest, rules
from leads.ingest import NewActivity
from leads.live import frames, incarnation, publish
from leads.live.leader import NotLeader
from leads.live.pump import Pump
from leads.models import ActivityType, LeadScore, ScoreState
from leads.tests.factories import CompanyFactory, LeadFactory
from salesdash import redis_client, telemetry

pytestmark = pytest.mark.django_db


@pytest.fixture
def pump():
    """Leads; its first search for unmarked changes and its first beat are behind it."""
    pump = Pump()
    assert pump._leader.apply()
    pump.tick()
    yield pump
    pump._loop.close()


@pytest.fixture
def happens(django_capture_on_commit_callbacks):
    """Record an activity and let the commit happen."""

    def happen(*leads, type=ActivityType.PRICING_VIEW):
        now = timezone.now()
        with django_capture_on_commit_callbacks(execute=True):
            ingest.record([NewActivity(lead.pk, type, now, "test") for lead in leads])

    return happen


@pytest.fixture
def foreign_lead(other_team):
    return LeadFactory(company=CompanyFactory(team=other_team))


def test_an_activity_becomes_a_frame_of_its_team(pump, ear, happens, lead):
    happens(lead)
    pump.tick()
    [(group, frame)] = ear.frames()
    assert group == publish.team_group(lead.team_id)
    [(lead_id, level)] = frame.leads
    rank = LeadScore.objects.get(pk=lead.pk).rank
    shown = rules.current().scale.temperature(rank, timezone.now())
    assert lead_id == lead.pk
    assert shown > 5
    assert frames.temperature(level) == pytest.approx(shown, abs=0.05)


def test_each_team_hears_its_own_leads_only(pump, ear, happens, lead, foreign_lead):
    happens(lead, foreign_lead)
    pump.tick()
    heard = {group: [lead_id for lead_id, _level in frame.leads] for group, frame in ear.frames()}
    assert heard == {
        publish.team_group(lead.team_id): [lead.pk],
        publish.team_group(foreign_lead.team_id): [foreign_lead.pk],
    }


def test_a_lead_that_moved_is_told_to_the_team_that_has_it_now(pump, ear, happens, lead, other_team):
    happens(lead)
    LeadScore.objects.filter(pk=lead.pk).update(team_id=other_team.pk)
    pump.tick()
    assert [group for group, _frame in ear.frames()] == [publish.team_group(other_team.pk)]


def test_a_lead_that_a_rule_leaves_out_is_told_as_such(pump, ear, happens, lead):
    LeadScore.objects.filter(pk=lead.pk).update(fit_factor=0)
    happens(lead)
    pump.tick()
    [(_group, frame)] = ear.frames()
    assert frame.leads == [(lead.pk, frames.EXCLUDED)]


def test_many_changes_within_a_tick_are_one_frame(pump, ear, happens, lead, company):
    other = LeadFactory(company=company)
    for _ in range(5):
        happens(lead)
    happens(other)
    pump.tick()
    [(_group, frame)] = ear.frames()
    assert [lead_id for lead_id, _level in frame.leads] == sorted([lead.pk, other.pk])


def test_frames_are_numbered_without_gaps(pump, ear, happens, lead):
    seqs = []
    for _ in range(3):
        happens(lead)
        pump.tick()
        seqs += [frame.seq for _group, frame in ear.frames()]
    assert seqs == [1, 2, 3]


def test_now_and_then_a_frame_carries_the_trace_of_its_change(pump, ear, happens, lead):
    telemetry.configure()
    with telemetry.span("test"):
        trace = telemetry.trace_id()
        happens(lead)
    pump.tick()
    happens(lead)
    pump.tick()
    first, second = ear.messages()
    assert frames.decode(first[1]["data"]).trace_id == first[1]["trace_id"] == trace
    assert frames.decode(second[1]["data"]).trace_id == ""


def test_marks_that_a_dead_pump_left_are_published_by_the_next(pump, ear, happens, lead):
    happens(lead)
    pump._leader.take()  # and here it dies
    redis_client.get().delete(redis_client.key("live", "pump"))
    heir = Pump()
    with pytest.raises(NotLeader):
        heir.tick()
    assert heir._leader.apply()
    heir.tick()
    assert [lead_id for _g, frame in ear.frames() for lead_id, _l in frame.leads] == [lead.pk]


def test_only_one_pump_leads(pump, lead):
    other = Pump()
    assert not other._leader.apply()
    with pytest.raises(NotLeader):
        other.tick()


def test_a_pump_that_lost_its_lock_publishes_nothing_more(pump, ear, happens, lead):
    happens(lead)
    redis_client.get().set(redis_client.key("live", "pump"), "another")
    with pytest.raises(NotLeader):
        pump.tick()
    assert ear.frames() == []


def test_a_change_whose_mark_was_lost_is_found_in_the_database(pump, ear, lead):
    ingest.record([NewActivity(lead.pk, ActivityType.PRICING_VIEW, timezone.now(), "test")])
    pump.tick()
    assert ear.frames() == []  # nobody told
    pump._due["search"] = 0
    pump.tick()
    assert [lead_id for _g, frame in ear.frames() for lead_id, _l in frame.leads] == [lead.pk]
    pump._due["search"] = 0
    pump.tick()
    assert ear.frames() == []  # and it is told once


def test_who_has_just_taken_the_lead_searches_again_and_again(ear, lead, monkeypatch):
    """Its predecessor may have gone with Redis, which writers then leave alone for some seconds."""
    monkeypatch.setattr("leads.live.pump.SETTLING_SEARCH_SECONDS", 0)
    # the test's transaction is to stay
    monkeypatch.setattr("leads.live.pump.close_old_connections", lambda: None)
    pump = Pump()
    pump._step()  # applies
    heard = []
    for settling in (True, True, False, False):
        if not settling:
            pump._settles_until = 0
        pump._step()
        ingest.record([NewActivity(lead.pk, ActivityType.PRICING_VIEW, timezone.now(), "test")])
        pump._step()
        heard.append(bool(ear.frames()))
    pump._loop.close()
    assert heard == [True, True, False, False]


def test_a_search_that_takes_long_is_not_repeated_every_moment(pump, lead, monkeypatch):
    monkeypatch.setattr("leads.live.pump.LONG_SEARCH_SECONDS", -1)
    pump._settles_until, pump._due["search"] = float("inf"), 0
    pump.tick()
    assert pump._settles_until == 0


def test_a_flushed_redis_is_another_epoch(pump, ear, happens, lead):
    happens(lead)
    pump.tick()
    [(_g, before)] = ear.frames()
    redis_client.get().delete(*redis_client.get().keys(redis_client.key("*")))
    happens(lead)
    with pytest.raises(NotLeader):  # its lock is gone too
        pump.tick()
    assert pump._leader.apply()
    pump.tick()
    [(_g, after)] = ear.frames()
    assert after.epoch != before.epoch
    assert after.seq == 1


def test_published_rules_are_another_epoch(pump, ear, happens, lead):
    happens(lead)
    pump.tick()
    [(_g, before)] = ear.frames()
    ScoreState.objects.update(epoch=2)
    happens(lead)
    pump.tick()
    [(_g, after)] = ear.frames()
    assert after.epoch != before.epoch


def test_a_restarted_redis_with_an_older_snapshot_is_another_epoch():
    before = incarnation.of([True, b"same mark", {"run_id": "first process"}])
    after = incarnation.of([False, b"same mark", {"run_id": "second process"}])
    assert incarnation.epoch(1, before) != incarnation.epoch(1, after)


def test_the_beat_says_the_last_number_of_each_team(pump, ear, happens, lead, other_team):
    happens(lead)
    pump.tick()
    ear.messages()
    pump._due["beat"] = 0
    pump.tick()
    [(group, beat)] = ear.messages()
    assert group == publish.EVERYBODY
    assert dict(beat["seq"]) == {lead.team_id: 1, other_team.pk: 0}
    assert beat["at"] == pytest.approx(timezone.now().timestamp() * 1000, abs=5000)


def test_a_large_import_is_split_into_frames(pump, ear, happens, company, monkeypatch):
    monkeypatch.setattr("leads.live.pump.LEADS_PER_FRAME", 2)
    leads = LeadFactory.create_batch(5, company=company)
    happens(*leads)
    pump.tick()
    assert [len(frame.leads) for _group, frame in ear.frames()] == [2, 2, 1]


def test_values_take_two_queries_whatever_their_number(pump, happens, company, django_assert_num_queries):
    leads = LeadFactory.create_batch(8, company=company)
    happens(*leads)
    with django_assert_num_queries(2):
        pump.tick()


def test_many_marks_are_published_in_parts_and_none_is_lost(pump, ear, happens, company, monkeypatch):
    monkeypatch.setattr("leads.live.pump.MARKS_AT_ONCE", 2)
    monkeypatch.setattr("leads.live.leader.MARKS_AT_ONCE", 2)
    leads = LeadFactory.create_batch(5, company=company)
    happens(*leads)
    assert pump.tick()
    happens(leads[0])  # what happens meanwhile waits for its turn
    assert pump.tick()
    assert not pump.tick()
    parts = [[lead_id for lead_id, _level in frame.leads] for _group, frame in ear.frames()]
    assert [len(part) for part in parts] == [2, 2, 1]
    assert {lead_id for part in parts for lead_id in part} == {lead.pk for lead in leads}
    assert not pump.tick()
    assert [[lead_id for lead_id, _level in frame.leads] for _group, frame in ear.frames()][-1] == [
        leads[0].pk
    ]


def test_a_search_that_finds_many_goes_in_parts_and_keeps_the_lock(pump, ear, happens, company, monkeypatch):
    monkeypatch.setattr("leads.live.changes.PART", 2)
    leads = LeadFactory.create_batch(5, company=company)
    happens(*leads)
    redis_client.get().delete(publish.CHANGED)  # the marks are lost
    lock = redis_client.key("live", "pump")
    redis_client.get().pexpire(lock, 1000)
    pump._due.clear()
    pump.tick()
    told = [lead_id for _group, frame in ear.frames() for lead_id, _level in frame.leads]
    assert told == [lead.pk for lead in leads]
    assert redis_client.get().pttl(lock) > 1000
    pump._due.clear()
    pump.tick()
    assert ear.frames() == []  # no value is told twice


def test_a_search_ends_where_another_pump_leads(pump):
    redis_client.get().set(redis_client.key("live", "pump"), "another")
    with pytest.raises(NotLeader):
        pump._search()
