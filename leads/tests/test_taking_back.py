"""What is taken back is as if it had never been, in sums, last activity and history, to the bit."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from leads import auditing, explain, rebuilding, signals, taking_back, timeline
from leads.models import Activity, ActivityType, LeadScore, ScoreJob
from leads.taking_back import Key
from leads.tests.events import event, record
from leads.tests.factories import LeadFactory
from leads.tests.writing import activities, meanwhile

pytestmark = pytest.mark.django_db


def key(lead, external_id="wrong") -> Key:
    return Key(lead.pk, "test", external_id)


def standing(lead) -> tuple:
    score = LeadScore.objects.get(pk=lead.pk)
    return score.acc, score.rank, score.last_activity_at, score.last_activity_type


@pytest.fixture
def busy(lead):
    record(
        event(lead, ActivityType.PRICING_VIEW, ago=timedelta(days=3)), event(lead, ActivityType.EMAIL_REPLY)
    )
    return lead


@pytest.mark.parametrize("kind", [ActivityType.EMAIL_REPLY, ActivityType.TASK_DONE, ActivityType.EMAIL_SENT])
def test_everything_is_as_before(busy, kind):
    before = standing(busy)
    record(event(busy, kind, at=timezone.now(), external_id="wrong"))
    assert standing(busy) != before
    assert [one.lead_id for one in taking_back.take_back([key(busy)])] == [busy.pk]
    assert standing(busy) == before
    assert auditing.audit().clean
    assert Activity.objects.get(external_id="wrong").type == -kind


def test_a_second_time_and_an_unknown_key_change_nothing(busy):
    record(event(busy, at=timezone.now(), external_id="wrong"))
    taking_back.take_back([key(busy)])
    before = standing(busy)
    assert taking_back.take_back([key(busy), key(busy, "unknown")]) == []
    assert taking_back.take_back([]) == []
    assert standing(busy) == before


def test_the_only_activity_leaves_no_last_one(lead):
    record(event(lead, external_id="wrong"))
    taking_back.take_back([key(lead)])
    assert standing(lead)[1:] == (float("-inf"), None, None)
    assert auditing.audit().clean


def test_several_of_several_leads_at_once(busy, company):
    other, now = LeadFactory(company=company), timezone.now()
    before = standing(busy), standing(other)
    names = ["a", "b"]
    record(*(event(lead, at=now, external_id=name) for lead in (busy, other) for name in names))
    keys = [key(lead, name) for lead in (busy, other) for name in names]
    assert len(taking_back.take_back(keys)) == 2
    assert (standing(busy), standing(other)) == before
    assert auditing.audit().clean


def test_an_adjustment_by_hand_ends_in_its_own_way(busy, rep):
    from leads import adjusting

    made = adjusting.adjust(lead_id=busy.pk, user=rep, points=5, reason="test")
    assert taking_back.take_back([Key(busy.pk, "manual", made.external_id)]) == []
    assert auditing.audit().clean


def test_no_page_and_no_explanation_tells_of_it(busy, api, rep):
    record(event(busy, ActivityType.FORM_SUBMIT, at=timezone.now(), external_id="wrong"))
    taking_back.take_back([key(busy)])
    told = [one.label for day in timeline.read(busy).days for one in day.events]
    assert len(told) == 2
    busy.refresh_from_db()
    why = explain.explain(busy)
    kinds = {part.type for part in why.contributions} | {one.type for one in why.activities}
    assert kinds == {ActivityType.PRICING_VIEW, ActivityType.EMAIL_REPLY}
    listed = api(rep).get(f"leads/{busy.pk}/activities/").json()["results"]
    assert {one["type"] for one in listed} == {"pricing_view", "email_reply"}
    assert api(rep).get(f"leads/{busy.pk}/").json()["last_activity"]["type"] == "email_reply"


def test_a_rebuild_leaves_it_out(busy):
    record(event(busy, at=timezone.now(), external_id="wrong"))
    taking_back.take_back([key(busy)])
    before = standing(busy)
    rebuilding.rebuild()
    assert standing(busy) == before
    assert auditing.audit().clean


def test_screens_hear_of_number_and_row(busy, django_capture_on_commit_callbacks):
    record(event(busy, at=timezone.now(), external_id="wrong"))
    heard = []

    def listen(sender, by_team=None, changed=(), **_kwargs):
        heard.append(by_team or [one.lead_id for one in changed])

    for signal in (signals.rows_edited, signals.leads_changed):
        signal.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        taking_back.take_back([key(busy)])
    for signal in (signals.rows_edited, signals.leads_changed):
        signal.disconnect(listen)
    assert heard == [[busy.pk], {busy.team_id: [busy.pk]}]


def test_three_statements_whatever_their_number(busy, django_assert_num_queries):
    names = [str(number) for number in range(30)]
    record(*(event(busy, at=timezone.now(), external_id=name) for name in names))
    # savepoint, lock, statement, release
    with django_assert_num_queries(4):
        taking_back.take_back([key(busy, name) for name in names])


@pytest.mark.django_db(transaction=True)
def test_among_writers_and_a_rebuild_nothing_is_lost(company):
    leads = [LeadFactory(company=company) for _ in range(20)]
    numbers = iter(range(100_000))

    def undo() -> int:
        lead, name = leads[next(numbers) % 20], f"wrong-{next(numbers)}"
        record(event(lead, at=timezone.now(), external_id=name))
        return len(taking_back.take_back([key(lead, name)]))

    def work():
        for _ in range(3):
            rebuilding.rebuild()

    created, undone = meanwhile(work, activities(leads, 1), undo)
    assert (created > 0, undone > 0) == (True, True)
    assert auditing.audit().differences == []
    assert Activity.objects.filter(type__lt=0).count() == undone


def test_those_of_before_are_rewritten_and_a_rebuild_is_asked_for(busy):
    migration = importlib.import_module("leads.migrations.0019_taken_back")
    told = {"title": "電話", "undone": True}
    activity = event(busy, ActivityType.TASK_DONE, at=timezone.now(), external_id="edit-1")
    record(activity)
    Activity.objects.filter(external_id="edit-1").update(source="task", properties=told)
    with connection.schema_editor() as editor:
        migration._rewrite(migration.FORWARD)(apps, editor)
    assert Activity.objects.get(external_id="edit-1").type == -ActivityType.TASK_DONE
    rebuilding.finish(ScoreJob.objects.get())
    assert standing(busy)[3] == ActivityType.EMAIL_REPLY
    assert auditing.audit().clean
