"""Under any order of actions, faults and races nobody reads a text that neither all layers nor a person passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from drafts.models import Delivery, Draft, Purpose, State
from drafts.tests.machine import CLEAN, COURSES, Drafts

pytestmark = pytest.mark.django_db
EXAMPLES, STEPS = 14, 20


@pytest.fixture
def machine(llm, mailbox, lead, rep, colleague, manager, reviewer, admin):
    cast = {
        "lead": lead, "rep": rep, "colleague": colleague, "manager": manager, "reviewer": reviewer,
        "admin": admin,
    }  # fmt: skip
    return type(
        "Bound",
        (Drafts,),
        {"cast": cast, "llm": llm, "mailbox": mailbox, "seen": Counter(), "reached": set()},
    )


def test_no_order_of_events_lets_an_uncleared_text_out(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            # the same in each run: a build fails for what was changed, not by luck
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_its_rules_lead_to_every_state(machine):
    """Else the test above would hold because nothing happens in it."""
    for course in (*COURSES, ("unsafe", "")):
        with begun(machine, course) as run:
            run.edit(which=0, user="rep", words=CLEAN, fresh="now")
            hold(run)
            run.all_workers_run()
            run.time_passes(span="weeks")
            run.sweep(run=False)
            run.request(user="rep", purpose=Purpose.FOLLOW_UP)
            run.the_last_try_was_in_vain()
            hold(run)
    with begun(machine, ("", "")) as run:
        for answer in (("rcpt", "450 later"), ("text", "drop")):
            run.send(which=0, user="rep")
            Delivery.objects.update(not_before=timezone.now())
            run.a_sender_runs(which=0, answer=answer, dies=False)
            hold(run)
        run.decide(which=0, user="rep", sent=False)
        hold(run)
        run.send(which=0, user="rep")
        run.a_sender_runs(which=0, answer=(), dies=True)
        run.time_passes(span="minutes")
        run.sweep(run=False)
        hold(run)
        run.decide(which=0, user="rep", sent=True)
        hold(run)
        assert Draft.objects.get().state == State.SENT
    assert machine.reached == {str(state) for state in State}
    unread = {state for state, _author, outdated in machine.seen if not outdated}
    assert unread >= {State.CHECKING, State.IN_REVIEW, State.REJECTED}


def test_a_text_of_older_rules_is_looked_for_by_every_page(machine):
    """Ready, approved, taken out: while no worker and no sweep has come by."""
    for course in (("", ""), ("unsafe", "approve"), ("", "copy")):
        with begun(machine, course) as run:
            run.rules_change(word="貴社")
            hold(run)
    assert {state for state, _author, outdated in machine.seen if outdated} == {
        State.READY, State.APPROVED, State.SCHEDULED,
    }  # fmt: skip


@contextmanager
def begun(machine, course) -> Iterator[Drafts]:
    run = machine()
    try:
        run.begin(course=course)
        yield run
    finally:
        run.teardown()


def hold(run: Drafts) -> None:
    run.every_change_is_a_designed_one_and_told()
    run.one_open_draft_per_lead_and_purpose()
    run.one_live_delivery_where_a_draft_is_out()
    run.what_may_be_read_is_cleared()
    run.nobody_reads_what_is_not_cleared()


def test_it_would_notice(machine):
    """A text that slipped out of the checks, or a change without an event, is a finding."""
    for change in ({"body": "別の文です。"}, {"state": State.APPROVED}):
        with begun(machine, ("", "")) as run:
            assert Draft.objects.get().state == State.READY
            Draft.objects.update(**change)
            with pytest.raises(AssertionError):
                hold(run)
