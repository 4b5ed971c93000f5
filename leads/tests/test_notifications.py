"""Who is told of what, once; and what stays unsaid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from leads import due, news, notices, notifying, saving
from leads.models import ActivityType, Lead, LeadScore, Notification
from leads.models.notification import OFF, Kind
from leads.tests.events import event, record
from leads.tests.factories import LeadFactory

# what is told after a commit is told at once
pytestmark = pytest.mark.django_db


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """told(act, …): what doing that leaves in whose list, as (username, kind)."""

    def after(act, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            act(*args, **kwargs)
        with django_capture_on_commit_callbacks(execute=True):
            news.drain()
        return sorted(Notification.objects.values_list("user__username", "kind"))

    return after


def visits(lead: Lead, number: int = 12) -> None:
    record(*[event(lead, ago=timedelta(seconds=n)) for n in range(number)])


def test_the_owner_hears_once_that_a_lead_became_hot(told, lead, rep):
    assert told(visits, lead) == [("rep", "hot")]
    assert told(visits, lead) == [("rep", "hot")]


def test_a_second_crossing_is_a_second_event(told, lead):
    told(visits, lead, 6)
    from leads.cooling import announce_cooling

    told(announce_cooling, now=timezone.now() + timedelta(days=30))
    LeadScore.objects.filter(pk=lead.pk).update(announced_band=0)
    assert told(visits, lead, 12) == [("rep", "hot")] * 2


def test_what_is_told_again_changes_nothing(told, lead):
    visits(lead)
    assert told(notifying.became_hot, {lead.pk: 5.0}) == [("rep", "hot")]
    assert told(notifying.became_hot, {lead.pk: 5.0}) == [("rep", "hot")]


def test_nobody_hears_of_leads_without_owner_closed_or_left_out_by_a_rule(told, company, rep):
    ownerless = LeadFactory(company=company)
    lost = LeadFactory(company=company, owner=rep, stage="lost")
    for lead in (ownerless, lost):
        assert told(visits, lead) == []
    excluded = LeadFactory(company=company, owner=rep)
    LeadScore.objects.filter(pk=excluded.pk).update(fit_factor=0)
    assert told(record, event(excluded, ActivityType.EMAIL_REPLY)) == []


def test_a_history_that_is_read_in_is_no_news(told, lead):
    old = [event(lead, ActivityType.EMAIL_REPLY, ago=timedelta(days=4, seconds=n)) for n in range(12)]
    assert told(record, *old) == []
    assert LeadScore.objects.get(pk=lead.pk).announced_band == 4


def test_a_reply_is_told_once_whatever_it_answers(told, lead):
    reply = event(lead, ActivityType.EMAIL_REPLY, external_id="r1")
    assert told(record, reply) == [("rep", "reply")]
    assert told(record, reply) == [("rep", "reply")]
    assert told(record, event(lead, ActivityType.EMAIL_REPLY, external_id="r2")).count(("rep", "reply")) == 2


def test_a_lead_given_by_somebody_else(told, lead, rep, colleague):
    def give(by, to):
        saving.assign(
            lead_id=lead.pk,
            user=by,
            owner=to,
            version=Lead.objects.values_list("version", flat=True).get(pk=lead.pk),
        )

    assert told(give, colleague, colleague) == []  # taken, not given
    assert told(give, colleague, rep) == [("rep", "assigned")]
    assert told(give, colleague, rep) == [("rep", "assigned")]  # nothing changed
    assert told(give, colleague, None) == [("rep", "assigned")]
    [notice] = notices.recent(rep)
    assert "鈴木" in notice.text


def test_what_falls_due_is_told_once_and_not_long_after(told, company, rep):
    now = timezone.now()
    LeadFactory(company=company, owner=rep, recall_at=now - timedelta(minutes=3))
    LeadFactory(company=company, owner=rep, next_action="電話", next_action_due_at=now - timedelta(minutes=3))
    LeadFactory(company=company, owner=rep, recall_at=now - timedelta(days=2))
    LeadFactory(company=company, owner=rep, recall_at=now + timedelta(minutes=3))
    expected = [("rep", "action"), ("rep", "recall")]
    assert told(due.tell_due, now=now) == expected
    assert told(due.tell_due, now=now + timedelta(minutes=1)) == expected
    assert told(due.tell_due, now=now + timedelta(minutes=5)) == [*expected, ("rep", "recall")]


def test_a_worker_that_was_away_makes_up_for_it(told, company, rep):
    now = timezone.now()
    told(due.tell_due, now=now - timedelta(hours=7))
    LeadFactory(company=company, owner=rep, recall_at=now - timedelta(hours=5))
    assert told(due.tell_due, now=now) == [("rep", "recall")]


def test_a_call_that_was_put_off_is_told_again_at_its_new_time(told, lead):
    now = timezone.now()
    Lead.objects.filter(pk=lead.pk).update(recall_at=now - timedelta(minutes=1))
    told(due.tell_due, now=now)
    Lead.objects.filter(pk=lead.pk).update(recall_at=now + timedelta(hours=1))
    assert told(due.tell_due, now=now + timedelta(hours=1, minutes=1)) == [("rep", "recall")] * 2


def test_kinds_that_a_person_does_not_want_are_not_told_and_not_shown(told, lead, rep):
    told(record, event(lead, ActivityType.EMAIL_REPLY))
    notices.choose(user=rep, wanted=[Kind.HOT], on_desktop=False)
    rep.refresh_from_db()
    assert rep.preferences[OFF].count("hot") == 0
    assert notices.recent(rep) == []
    assert notices.unread(rep) == 0
    kinds = [kind for _who, kind in told(record, event(lead, ActivityType.EMAIL_REPLY))]
    assert kinds.count("reply") == 1


def test_the_tour_and_other_choices_survive_the_choice(rep):
    before = dict(rep.preferences)
    notices.choose(user=rep, wanted=[], on_desktop=True)
    rep.refresh_from_db()
    assert before.items() <= rep.preferences.items()


def test_nothing_is_said_about_a_lead_that_one_may_no_longer_see(told, lead, rep, other_team):
    told(visits, lead)
    assert [one.name for one in notices.recent(rep)] == ["山田 花子"]
    rep.memberships.all().delete()
    rep.__dict__.pop("team_ids", None)
    assert notices.recent(rep) == []
    assert notices.unread(rep) == 0
    assert notices.since(rep, 0)[1] == []


def test_who_is_asked_for_an_answer_hears_of_it_whatever_the_rules_say(lead, rep):
    LeadScore.objects.filter(pk=lead.pk).update(fit_factor=0)
    now = timezone.now()
    for kind in (Kind.REVIEW, Kind.MAIL_UNSENT, Kind.HOT):
        notifying.tell([notifying.News(rep.pk, lead.pk, kind, f"k-{kind}", now)])
    shown = Notification.objects.shown_to(rep)
    assert set(shown.values_list("kind", flat=True)) == {Kind.REVIEW, Kind.MAIL_UNSENT}


def test_a_lead_that_a_rule_leaves_out_falls_silent(told, lead, rep):
    told(visits, lead)
    LeadScore.objects.filter(pk=lead.pk).update(fit_factor=0)
    assert notices.recent(rep) == []
    assert notices.unread(rep) == 0


def test_a_person_who_was_deactivated_is_told_nothing(told, lead, rep):
    rep.is_active = False
    rep.save()
    assert told(visits, lead) == []


def test_old_ones_are_forgotten_in_batches(told, lead, rep, monkeypatch):
    told(visits, lead)
    now = timezone.now()
    Notification.objects.bulk_create(
        Notification(
            user=rep, lead=lead, kind=Kind.HOT, key=f"old-{n}", at=now - due.KEEP - timedelta(days=n)
        )
        for n in range(7)
    )
    monkeypatch.setattr(due, "DELETE_AT_ONCE", 3)
    assert due.forget(now=now) == 6
    assert Notification.objects.count() == 2


def test_a_lead_given_in_the_table_is_told_and_unsaid_when_that_is_taken_back(told, lead, rep, colleague):
    from leads.editing import single, undoing

    edits = []

    def give():
        edits.append(single.edit(lead_id=lead.pk, user=rep, field="owner", value=colleague.pk, seen=rep.pk))

    assert told(give) == [("colleague", "assigned")]
    assert told(undoing.undo, edit_id=edits[0].pk, user=rep) == []
