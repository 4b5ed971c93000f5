"""The scoreboard's figures, against rows that were counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from drafts import review
from drafts.models import Check, Draft, DraftEvent, State
from drafts.safety.scoreboard import Counts, Runs, Scoreboard
from drafts.tests.factories import DraftFactory
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 7)
NOON = datetime(2026, 11, 5, 3, tzinfo=UTC)  # noon in Tokyo


@pytest.fixture
def text(company, rep):
    """text("a", rules="flag", judge="pass") → a draft with one wording and these verdicts on it."""

    def make(name, *, at=NOON, draft=None, decision=None, lead=None, version="3/2", ms=4.0, **verdicts):
        made = draft or DraftFactory(
            lead=lead or LeadFactory(company=company, owner=rep), state=State.EXPIRED, body="", text_hash=""
        )
        for layer, verdict in verdicts.items():
            said(made, name, layer, verdict, at=at, version=version, ms=ms)
        if decision:
            decide(made, name, decision, at)
        return made

    return make


def said(draft, name, layer, verdict, *, at=NOON, version="3/2", ms=4.0, codes=("price",), message=""):
    told = [] if verdict == "pass" else [{"code": code, "message": message, "part": "body"} for code in codes]
    Check.objects.create(
        draft=draft, layer=layer, layer_version=version, verdict=verdict, reasons=told, text_hash=name,
        duration_ms=ms, at=at,
    )  # fmt: skip


def decide(draft, name, to, at, **details):
    """Into the queue with this text, and what a person did next."""
    for minutes, origin, target, said_along in (
        (1, State.CHECKING, State.IN_REVIEW, {"text": name, "codes": []}),
        (2, State.IN_REVIEW, to, details),
    ):
        DraftEvent.objects.create(
            draft=draft, at=at + timedelta(minutes=minutes), actor_name="x", from_state=origin,
            to_state=target, details=said_along,
        )  # fmt: skip


def board(team, first=FIRST, last=LAST):
    return Scoreboard.read([team], first=first, last=last)


def of(found, layer) -> Counts:
    return next(score.counts for score in found.layers if score.name == layer)


def test_texts_caught_and_caught_by_one_layer_alone(team, text):
    text("a", rules="flag", judge="pass", format="pass")
    text("b", rules="flag", judge="flag", format="pass")
    text("c", rules="pass", judge="flag", format="pass")
    text("d", rules="pass", judge="pass", format="pass")
    text("e", rules="flag", format="pass")
    found = board(team)
    assert of(found, "rules") == Counts(texts=5, caught=3, alone=2)
    assert of(found, "judge") == Counts(texts=4, caught=2, alone=1)
    assert of(found, "format") == Counts(texts=5)
    assert of(found, "law") == Counts()
    assert found.whole == Counts(texts=5, caught=4)


def test_the_interval_is_wilsons(team, text):
    for number in range(10):
        text(f"t{number}", rules="flag" if number < 3 else "pass")
    rate = of(board(team), "rules").caught_rate
    assert (rate.hits, rate.trials) == (3, 10)
    # Wilson 1927 for 3 of 10
    assert rate.interval == pytest.approx((0.1078, 0.6032), abs=0.0001)


def test_two_wordings_are_two_texts_and_the_newest_verdict_on_a_wording_counts(team, text):
    draft = text("a", rules="flag")
    text("a", draft=draft, rules="pass", at=NOON + timedelta(hours=1))
    text("b", draft=draft, rules="flag", at=NOON + timedelta(hours=2))
    text("a", rules="pass")  # the same words to another lead
    assert of(board(team), "rules") == Counts(texts=3, caught=1, alone=1)


def test_an_error_is_no_verdict_and_no_catch(team, text):
    draft = text("a", rules="pass", judge="error")
    text("b", judge="flag", ms=900.0)
    assert of(board(team), "judge") == Counts(texts=1, caught=1, alone=1)
    said(draft, "a", "judge", "error", message="llm_unavailable: timeout", codes=("unavailable",))
    runs = {score.name: score.runs for score in board(team).layers}
    assert (runs["judge"].runs, runs["judge"].errors, runs["judge"].timeouts) == (3, 2, 1)
    assert runs["moderation"] == Runs()


def test_delays_leave_out_what_was_taken_over_from_an_equal_check(team, text):
    for number in range(1, 21):
        text(f"t{number}", moderation="pass", ms=10.0 * number)
    text("again", moderation="pass", ms=0)
    runs = next(score.runs for score in board(team).layers if score.name == "moderation")
    assert (runs.runs, runs.reused) == (21, 1)
    # of 10, 20 … 200: half way between 100 and 110, and 5 % of 19 steps below 200
    assert (runs.p50_ms, runs.p95_ms) == (pytest.approx(105), pytest.approx(190.5))


def test_what_reviewers_made_of_it(team, text):
    text("a", rules="flag", judge="pass", decision=State.APPROVED)
    text("b", rules="flag", judge="flag", decision=State.REJECTED)
    text("c", rules="flag", judge="flag", decision=State.REGENERATING)
    text("d", rules="pass", judge="flag", decision=State.APPROVED)
    text("e", rules="flag", judge="pass", decision=State.EXPIRED)
    reworded = text("f", rules="flag", judge="pass")
    decide(reworded, "f", State.CHECKING, NOON, before="f", after="g")
    again = text("h", rules="flag", judge="pass")
    decide(again, "h", State.CHECKING, NOON)  # through the checks once more: nothing is decided
    found = board(team)
    assert of(found, "rules") == Counts(7, 6, 4, overturned=1, upheld=3, passed_approved=1)
    assert of(found, "judge") == Counts(7, 3, 1, overturned=1, upheld=2, passed_approved=1, passed_refused=1)
    assert (found.whole.overturned, found.whole.upheld) == (2, 3)


def test_the_last_decision_about_a_text_counts(team, text):
    draft = text("a", rules="flag")
    decide(draft, "a", State.REGENERATING, NOON)
    decide(draft, "a", State.APPROVED, NOON + timedelta(hours=1))
    found = of(board(team), "rules")
    assert (found.overturned, found.upheld) == (1, 0)


def test_kappa_of_judge_and_reviewers(team, text):
    plan = [("flag", State.REJECTED)] * 4 + [("flag", State.APPROVED)] * 2
    plan += [("pass", State.APPROVED)] * 3 + [("pass", State.REJECTED)]
    for number, (verdict, decision) in enumerate(plan):
        text(f"t{number}", judge=verdict, decision=decision)
    value, interval, count = board(team).judge.agreement()
    # agreed 7 of 10; by chance 0.6·0.5 + 0.4·0.5 = 0.5
    assert value == pytest.approx((0.7 - 0.5) / 0.5)
    assert count == 10
    assert interval is not None
    assert interval[0] < value < interval[1]


def test_reasons_are_ranked_and_counted_once_per_text(team, text):
    for number in range(3):
        draft = text(f"t{number}", decision=State.APPROVED if number == 0 else None)
        said(draft, f"t{number}", "rules", "flag", codes=("price", "price", "insult")[: number + 1])
    said(text("x"), "x", "judge", "flag", codes=("low_score",))
    ranked = [(one.layer, one.key, one.counts.caught) for one in board(team).reasons]
    assert ranked == [("rules", "price", 3), ("rules", "insult", 1), ("judge", "low_score", 1)]
    assert [one.counts.overturned for one in board(team).reasons] == [1, 0, 0]


def test_by_version_a_text_counts_under_each(team, text):
    draft = text("a", rules="pass", version="3/1")
    text("b", rules="flag", version="3/1")
    text("a", draft=draft, rules="flag", version="3/2", at=NOON + timedelta(hours=1))
    found = board(team)
    versions = {one.version_label: (one.counts.texts, one.counts.caught) for one in found.versions}
    assert versions == {"v2": (1, 1), "v1": (2, 1)}
    assert [one.version_label for one in found.versions] == ["v2", "v1"]
    assert of(found, "rules") == Counts(texts=2, caught=2, alone=2)


def test_days_are_those_of_the_teams_zone(team, text):
    team.time_zone = "Asia/Tokyo"
    team.save()
    text("late", rules="flag", at=datetime(2026, 11, 3, 14, 59, tzinfo=UTC))  # 23:59 on the 3rd
    text("early", rules="pass", at=datetime(2026, 11, 3, 15, 1, tzinfo=UTC))  # 00:01 on the 4th
    text("before", rules="flag", at=datetime(2026, 10, 31, 14, 59, tzinfo=UTC))
    text("first", rules="flag", at=datetime(2026, 10, 31, 15, 0, tzinfo=UTC))
    text("after", rules="flag", at=datetime(2026, 11, 7, 15, 0, tzinfo=UTC))
    found = board(team)
    days = {day.day: (counts.texts, counts.caught) for day, counts in found.busy_days}
    assert days == {1: (1, 1), 3: (1, 1), 4: (1, 0)}
    assert next(s.trend for s in found.layers if s.name == "rules") == (1, 0, 1, 0, 0, 0, 0)


def test_another_teams_texts_count_for_nobody_else(team, other_team, text):
    text("theirs", lead=LeadFactory(company__team=other_team), rules="flag")
    assert board(team).whole == Counts()
    assert board(other_team).whole == Counts(texts=1, caught=1)


def test_a_real_approval_is_a_false_alarm(team, lead, rep, reviewer):
    """Rows as the workflow writes them, not as this file does."""
    draft = DraftFactory(lead=lead, requested_by=rep, state=State.IN_REVIEW, flags={"rules": ["price"]})
    DraftEvent.objects.create(
        draft=draft, at=draft.created_at, actor_name="system", from_state=State.CHECKING,
        to_state=State.IN_REVIEW, details={"codes": ["rules:price"], "text": draft.text_hash},
    )  # fmt: skip
    lease = review.take(draft_id=draft.pk, reviewer=reviewer)
    review.approve(draft_id=draft.pk, reviewer=reviewer, token=lease.token, version=draft.version)
    day = Draft.objects.get(pk=draft.pk).created_at.date()
    found = board(team, day - timedelta(days=1), day + timedelta(days=1))
    assert of(found, "rules") == Counts(1, 1, 1, overturned=1)
    assert found.whole.overturned == 1


def test_two_statements_whatever_there_is(team, text, django_assert_num_queries):
    for number in range(12):
        text(f"t{number}", rules="flag", judge="pass", decision=State.APPROVED)
    with django_assert_num_queries(2):
        board(team)
