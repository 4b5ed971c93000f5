"""What reviewers decided, against events that were counted by hand."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from drafts import review
from drafts.models import Check, Draft, DraftEvent, State
from drafts.review import RejectCode
from drafts.review_statistics import ReviewStatistics, Waiting
from drafts.tests.factories import DraftFactory
from leads.tests.factories import LeadFactory
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 11, 2), date(2026, 11, 8)
# a Thursday, noon in Tokyo
NOON = datetime(2026, 11, 5, 3, tzinfo=UTC)
PATH, FILE = "/drafts/reviews/", "/drafts/reviews/statistics.csv"


@pytest.fixture
def decide(company, rep, reviewer):
    """decide("approved", minutes=30) → a draft that waited so long and what a person did with it then."""

    def made(to, *, minutes=60, by=reviewer, entered=NOON, draft=None, **details):
        found = draft or DraftFactory(lead=LeadFactory(company=company, owner=rep), state=State.EXPIRED)
        steps = ((entered, State.CHECKING, State.IN_REVIEW, None, {}),)
        steps += ((entered + timedelta(minutes=minutes), State.IN_REVIEW, to, by, details),)
        for at, origin, target, actor, said in steps:
            DraftEvent.objects.create(
                draft=found, at=at, actor=actor, actor_name=str(actor or "system"), from_state=origin,
                to_state=target, details=said,
            )  # fmt: skip
        return found

    return made


def read(*teams, first=FIRST, last=LAST, now=NOON):
    return ReviewStatistics.read(list(teams), first=first, last=last, now=now)


def test_each_decision_counts_for_its_person(decide, team, reviewer, admin):
    decide("approved", minutes=10)
    decide("approved", minutes=30)
    decide("rejected", minutes=20, code="tone")
    decide("regenerating", minutes=40, code="reviewer")
    decide("checking", minutes=300, by=admin, before="a", after="b", share=0.25)
    found = read(team)
    whole = found.whole
    assert (whole.decided, whole.approved, whole.edited, whole.regenerated, whole.rejected) == (5, 2, 1, 1, 1)
    assert (whole.approved_rate.hits, whole.approved_rate.trials) == (2, 5)
    assert (whole.median_wait, whole.longest_tenth) == (30 * 60, 300 * 60)
    # the team's target is four hours
    assert (whole.in_time_rate.hits, whole.in_time_rate.trials) == (4, 5)
    assert [(one.name, one.decided, one.median_share) for one in found.people] == [
        (str(reviewer), 4, None),
        (str(admin), 1, 0.25),
    ]
    assert found.rejections == ((str(RejectCode.TONE.label), 1),)


def test_nine_of_ten(decide, team):
    for minutes in range(1, 11):
        decide("approved", minutes=minutes)
    assert read(team).whole.longest_tenth == 9 * 60


def test_nights_and_weekends_do_not_count(decide, team):
    friday_evening = datetime(2026, 11, 6, 8, 30, tzinfo=UTC)  # 17:30 in Tokyo
    decide("approved", entered=friday_evening, minutes=(2 * 24 + 16) * 60)  # Monday 9:30
    assert read(team, last=date(2026, 11, 9)).whole.waits == [3600]


def test_a_text_that_comes_back_waits_anew(decide, team):
    draft = decide("checking", minutes=60, before="a", after="b")
    decide("approved", minutes=15, entered=NOON + timedelta(hours=2), draft=draft)
    assert sorted(read(team).whole.waits) == [15 * 60, 60 * 60]


def test_what_decides_nothing_is_not_counted(decide, team):
    decide("checking")  # only through the checks again
    decide("expired", by=None)
    assert read(team).whole.decided == 0


def test_days_are_those_of_the_team(decide, team):
    decide(
        "approved", entered=datetime(2026, 11, 8, 14, 30, tzinfo=UTC), minutes=31
    )  # 0:01 on the 9th in Tokyo
    assert read(team).whole.decided == 0
    assert read(team, last=date(2026, 11, 9)).whole.decided == 1


def test_the_queue_at_this_moment(team, company, rep):
    assert read(team).waiting == Waiting()
    for hours in (1, 2, 5):
        lead = LeadFactory(company=company, owner=rep)
        draft = DraftFactory(lead=lead, state=State.IN_REVIEW, flags={"rules": ["price"]})
        Draft.objects.filter(pk=draft.pk).update(entered_review_at=NOON + timedelta(hours=6 - hours))
    assert read(team, now=NOON + timedelta(hours=6)).waiting == Waiting(3, 1, 5 * 3600)


def test_how_far_the_judge_and_reviewers_agree(decide, team, reviewer, admin):
    """By hand: 2 and 2 alike of 6, by chance half of them: κ = (4/6 − 1/2) / (1 − 1/2) = 1/3."""
    said = [(True, "approved")] * 2 + [(False, "rejected")] * 2 + [(True, "rejected"), (False, "approved")]
    for passed, outcome in said:
        draft = unheard(decide(outcome, code="tone", text="x"))
        judged(draft, "pass" if passed else "flag", NOON - timedelta(minutes=1))
        # of a later text: not what was decided about
        judged(draft, "flag" if passed else "pass", NOON + timedelta(hours=9))
    judged(unheard(decide("approved", by=admin, text="x")), "error", NOON)
    unheard(decide("approved", by=admin, text="x"))
    # of the text before an edit, and then the judge was not asked any more
    judged(unheard(decide("rejected", by=admin, text="y")), "pass", NOON)
    found = read(team)
    assert found.whole.agreement.texts == 6
    assert found.whole.agreement.kappa == pytest.approx(1 / 3)
    assert {one.name: one.agreement.texts for one in found.people} == {str(reviewer): 6, str(admin): 0}


def unheard(draft):
    """Without what the factory has the layers say."""
    Check.objects.filter(draft=draft).delete()
    return draft


def judged(draft, verdict, at):
    Check.objects.create(draft=draft, layer="judge", layer_version="1", verdict=verdict, at=at, text_hash="x")


def test_other_teams_are_others(decide, other_team, team):
    decide("approved")
    assert read(other_team).whole.decided == 0


def test_three_statements_however_many(decide, team, other_team, django_assert_max_num_queries):
    for minutes in range(5):
        decide("approved", minutes=minutes + 1)
    with django_assert_max_num_queries(3):
        read(team, other_team)


def test_a_reviewers_edit_keeps_how_much_it_changed(lead, rep, reviewer):
    draft = DraftFactory(lead=lead, requested_by=rep, state=State.IN_REVIEW, flags={"rules": ["price"]})
    lease = review.take(draft_id=draft.pk, reviewer=reviewer)
    review.save_edit(
        draft_id=draft.pk, reviewer=reviewer, token=lease.token, version=draft.version,
        subject=draft.subject, body=f"{draft.body}\nどうぞよろしくお願いいたします。",
    )  # fmt: skip
    share = DraftEvent.objects.get(draft=draft, from_state="in_review", to_state="checking").details["share"]
    assert 0 < share < 0.5


# --- the page ------------------------------------------------------------------------------------


def get(client, person, language="en", path=PATH, **query):
    person.language = language
    person.save()
    client.force_login(person)
    return client.get(path, query)


@pytest.fixture
def today(decide):
    decide("approved", entered=datetime.now(UTC) - timedelta(hours=2))


def test_reviewers_and_managers_see_it(client, manager, reviewer, today):
    for person in (manager, reviewer):
        html = get(client, person).text
        assert str(reviewer) in html
        assert "1 / 1 · 20.7% – 100.0%" in html
        assert "Fewer than 30 decisions" in html
    assert "レビューの成績" in get(client, manager, "ja").text


def test_reps_outsiders_and_visitors_do_not(client, rep, outsider, today):
    for path in (PATH, FILE):
        for person in (rep, outsider):
            assert get(client, person, path=path).status_code == 403
        client.logout()
        assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_another_teams_page_does_not_exist(client, manager, other_team):
    assert "Nobody decided in this period" in get(client, manager).text
    for path in (PATH, FILE):
        assert get(client, manager, path=path, team=other_team.pk).status_code == 404


def test_the_file_holds_what_the_page_shows_and_is_on_record(client, manager, reviewer, today):
    answer = get(client, manager, path=FILE)
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Reviewer", "All reviewers", str(reviewer)]
    assert rows[2][1:3] == ["1", "1"]
    assert AuditEntry.objects.get(action="review.statistics_export").details["days"] == 28
