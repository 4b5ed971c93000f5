"""Who stands on "my day", and why: compared with what the temperatures of then and now say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from leads import day, rules
from leads.day import Section
from leads.models import ActivityType, Lead, LeadScore
from leads.tests.events import event, record
from leads.tests.factories import LeadFactory

WARM, HOT = 60, 80


def ids(found: day.Day, section: Section) -> list[int]:
    return [entry.lead_id for entry in found.shown(section)]


def visits(lead: Lead, number: int, ago: timedelta, kind=ActivityType.PRICING_VIEW) -> None:
    record(*[event(lead, kind, ago=ago + timedelta(seconds=n)) for n in range(number)])


def left_at(lead: Lead, temperature: float, ago: timedelta) -> None:
    """It showed `temperature` when it last did something."""
    moment = timezone.now() - ago
    rank = rules.current().scale.rank_for(temperature, moment)
    LeadScore.objects.filter(pk=lead.pk).update(rank=rank, last_activity_at=moment)


def temperature(lead: Lead, at: datetime | None = None) -> float:
    return rules.current().scale.temperature(LeadScore.objects.get(pk=lead.pk).rank, at or timezone.now())


@pytest.fixture
def lead_of(company, rep):
    return lambda **fields: LeadFactory(company=company, owner=rep, **fields)


def test_a_lead_that_crossed_since_yesterday_rose(rep, lead_of):
    lead = lead_of()
    visits(lead, 3, timedelta(days=6))
    before = temperature(lead, timezone.now() - timedelta(days=5))
    visits(lead, 9, timedelta(minutes=5))
    found = day.of(rep, team=False)
    assert before < HOT <= temperature(lead)
    assert ids(found, Section.RISEN) == [lead.pk]
    [entry] = found.shown(Section.RISEN)
    then = temperature(lead, found.since)
    assert entry.was is not None
    assert entry.was < HOT < then  # its present rank would have shown more then


def test_what_was_hot_before_did_not_rise(rep, lead_of):
    lead = lead_of()
    visits(lead, 20, timedelta(days=6))
    visits(lead, 1, timedelta(minutes=5))
    found = day.of(rep, team=False)
    assert temperature(lead) >= HOT
    assert ids(found, Section.RISEN) == []
    assert ids(found, Section.HOTTEST) == [lead.pk]


def test_points_by_hand_and_what_was_taken_back_count_as_screens_showed_them(rep, lead_of):
    lead = lead_of()
    # few enough never to have been hot, however long the weekend between then and now is
    visits(lead, 1, timedelta(days=6))
    heat = {"properties": {"heat": 90.0}, "source": "manual"}
    record(event(lead, ActivityType.MANUAL, ago=timedelta(minutes=5), external_id="adjust-1", **heat))
    assert ids(day.of(rep, team=False), Section.RISEN) == [lead.pk]
    back = {"properties": {"heat": -90.0}, "source": "manual"}
    record(event(lead, ActivityType.MANUAL, ago=timedelta(minutes=5), external_id="adjust-1-end", **back))
    assert ids(day.of(rep, team=False), Section.RISEN) == []


def test_the_newly_hot_are_not_repeated_among_the_hottest(rep, lead_of):
    rose, stayed = lead_of(), lead_of()
    visits(rose, 12, timedelta(minutes=5))
    visits(stayed, 25, timedelta(days=6))
    found = day.of(rep, team=False)
    assert ids(found, Section.RISEN) == [rose.pk]
    assert ids(found, Section.HOTTEST) == [stayed.pk]
    assert found.count(Section.HOTTEST).n == 2


@pytest.mark.parametrize(
    ("shown", "ago", "cools"),
    [
        (82, timedelta(days=2), True),  # was hot, is 75: below what keeps it hot
        (84, timedelta(days=2), False),  # is 78: three points below hot keep it there
        (81, timedelta(hours=5), False),  # below 80, but not by three points yet
        (62, timedelta(days=2), True),  # was warm
        (78, timedelta(days=1), False),  # warm, and still
        (90, timedelta(days=6), True),  # still hot three days ago
        (99, timedelta(days=6), False),  # still hot now
        (82, timedelta(days=6), False),  # warm already three days ago, and still
        (99, timedelta(hours=1), False),
        (30, timedelta(days=1), False),
    ],
)
def test_cooling_off_is_having_been_hot_or_warm_lately(rep, lead_of, shown, ago, cools):
    lead = lead_of()
    left_at(lead, shown, ago)
    now = timezone.now()
    moment = max(now - ago, now - timedelta(days=day.COOLING_DAYS))
    was, is_now = temperature(lead, moment), temperature(lead, now)
    truth = any(was >= band and is_now < band - 3 for band in (HOT, WARM))
    assert truth is cools
    found = day.of(rep, team=False, now=now)
    assert ids(found, Section.COOLING) == ([lead.pk] if cools else [])
    for entry in found.shown(Section.COOLING):
        assert entry.was == pytest.approx(was, abs=0.01)


def test_a_rank_moved_by_hand_says_nothing_about_the_days_before(rep, lead_of):
    lead = lead_of()
    left_at(lead, 55, timedelta(days=6))
    heat = {"properties": {"heat": 6.0}, "source": "manual", "external_id": "adjust-1"}
    record(event(lead, ActivityType.MANUAL, ago=timedelta(hours=1), **heat))
    left_at(lead, 82, timedelta(days=2))
    assert ids(day.of(rep, team=False), Section.COOLING) == []


def test_every_lead_between_cold_and_hot_is_judged_as_its_temperatures_say(rep, lead_of):
    now = timezone.now()
    leads = [lead_of() for _ in range(60)]
    for n, lead in enumerate(leads):
        left_at(lead, 40.5 + n, timedelta(hours=7 * (n % 13)))
    earliest = now - timedelta(days=day.COOLING_DAYS)

    def cools(lead: Lead) -> bool:
        score = LeadScore.objects.get(pk=lead.pk)
        was, is_now = temperature(lead, max(score.last_activity_at, earliest)), temperature(lead, now)
        return any(was >= band and is_now < band - 3 for band in (HOT, WARM))

    wanted = {lead.pk for lead in leads if cools(lead)}
    found = day.of(rep, team=False, rows=day.MOST, now=now)
    assert {entry.lead_id for entry in found.entries[Section.COOLING]} == wanted
    assert 5 < len(wanted) < 55


def test_due_until_the_end_of_today_in_the_persons_zone(rep, lead_of):
    # 20:00 in Tokyo
    now = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    tonight, tomorrow = now + timedelta(hours=3), now + timedelta(hours=5)
    old = lead_of(recall_at=now - timedelta(days=3))
    late = lead_of(recall_at=tonight)
    lead_of(recall_at=tomorrow)
    lead_of(recall_at=now, stage="lost")
    acted = lead_of(next_action="電話", next_action_due_at=tonight)
    lead_of(next_action="電話", next_action_due_at=tomorrow)
    found = day.of(rep, team=False, now=now)
    assert ids(found, Section.RECALL) == [old.pk, late.pk]
    assert ids(found, Section.ACTION) == [acted.pk]


def test_on_a_monday_the_weekend_counts():
    monday = datetime(2026, 11, 30, 0, 30, tzinfo=UTC)
    assert day.working_day_before(monday).astimezone(UTC) == datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
    sunday = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
    assert day.working_day_before(sunday).astimezone(UTC) == datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
    thursday = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
    assert day.working_day_before(thursday).astimezone(UTC) == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def busy(lead: Lead) -> None:
    """In every section at once."""
    visits(lead, 12, timedelta(minutes=5))
    now = timezone.now()
    Lead.objects.filter(pk=lead.pk).update(recall_at=now, next_action="電話", next_action_due_at=now)


def test_nobody_is_told_of_what_is_not_theirs(rep, colleague, outsider, manager, lead_of):
    lead, cold = lead_of(), lead_of()
    busy(lead)
    left_at(cold, 82, timedelta(days=2))
    everything = {lead.pk, cold.pk}

    def told(user, team):
        found = day.of(user, team=team)
        entries = {entry.lead_id for entries in found.entries.values() for entry in entries}
        assert set(found.leads) <= entries
        return entries

    assert told(rep, team=False) == everything
    assert told(colleague, team=False) == set()
    assert told(colleague, team=True) == everything
    assert told(manager, team=True) == everything
    assert told(outsider, team=False) == set()
    assert told(outsider, team=True) == set()


def test_who_left_the_team_is_told_nothing_of_leads_still_in_their_name(rep, lead_of):
    busy(lead_of())
    rep.memberships.all().delete()
    rep.__dict__.pop("team_ids", None)
    found = day.of(rep, team=False)
    assert not any(found.entries.values())
    assert not found.leads


def test_who_sees_all_teams_sees_all(admin, lead_of, other_team):
    from leads.tests.factories import CompanyFactory

    near, far = lead_of(), LeadFactory(company=CompanyFactory(team=other_team))
    for lead in (near, far):
        busy(lead)
    assert set(ids(day.of(admin, team=True), Section.RECALL)) == {near.pk, far.pk}


def test_a_lead_that_a_rule_leaves_out_is_in_no_section_of_temperatures(rep, lead_of):
    lead = lead_of()
    busy(lead)
    LeadScore.objects.filter(pk=lead.pk).update(rank=float("-inf"), fit_factor=0)
    found = day.of(rep, team=False)
    assert ids(found, Section.RECALL) == [lead.pk]
    assert ids(found, Section.RISEN) == ids(found, Section.HOTTEST) == []


def test_a_hundred_at_most_and_it_says_that_there_are_more(rep, lead_of, django_assert_max_num_queries):
    now = timezone.now()
    for n in range(day.MOST + 5):
        lead_of(recall_at=now - timedelta(minutes=n))
    # rules, sections, rows; the person's permissions and teams
    with django_assert_max_num_queries(6):
        found = day.of(rep, team=False)
    assert str(found.count(Section.RECALL)) == "99+"
    assert len(found.shown(Section.RECALL)) == day.ROWS
    assert len(found.leads) == day.ROWS
