"""The moment of the swap: who waited goes on with the new table; who reads for long is not waited for."""

import threading
import time
from functools import partial

import psycopg
import pytest
from django.db import connection, transaction

from leads import auditing, ingest, locking, rebuilding, rules, scoring, sql, swapping
from leads.models import ActivityType, Lead, LeadScore, ScoreState
from leads.tests.events import event
from leads.tests.factories import LeadFactory
from leads.tests.rule_sets import draft_rules
from leads.tests.threads import in_threads

pytestmark = pytest.mark.django_db(transaction=True)
TITLE_RULE = {"field": "lead.title", "op": "exists", "value": True, "points": 30}


LOCKS = """
SELECT count(*) FILTER (WHERE granted AND mode = 'AccessExclusiveLock'),
       count(*) FILTER (WHERE NOT granted AND mode = 'AccessExclusiveLock'),
       count(*) FILTER (WHERE NOT granted AND mode <> 'AccessExclusiveLock')
FROM pg_locks
WHERE relation = 'leads_leadscore'::regclass
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def until_locks(*, swap_has: int = 0, swap_waits: int = 0, others_wait: int = 0) -> None:
    """On the score table: the steps of a rebuild also wait for each other's rows, which does not count."""
    wanted, until = (swap_has, swap_waits, others_wait), time.monotonic() + 60
    with connection.cursor() as cursor:
        while True:
            cursor.execute(LOCKS)
            if all(map(int.__ge__, cursor.fetchone(), wanted)):
                return
            assert time.monotonic() < until
            time.sleep(0.01)


@pytest.fixture
def _patient_swap(monkeypatch):
    """However busy the machine is, the swap waits at the gate for the writers to come."""
    monkeypatch.setattr(swapping, "LOCK_SECONDS", 60)


def blocked_by_a_swap(publish, *writers):
    """Each writer comes while the swap holds the table; the gate is a lock on the state, which comes next."""
    closed = threading.Event()

    def gate():
        with transaction.atomic():
            ScoreState.objects.select_for_update().get()
            closed.set()
            until_locks(swap_has=1, others_wait=len(writers))

    def at_the_gate():
        closed.wait(30)
        return publish()

    def behind(write):
        until_locks(swap_has=1)
        return write()

    return in_threads(gate, at_the_gate, *[partial(behind, write) for write in writers])[2:]


@pytest.mark.usefixtures("_patient_swap")
def test_writers_that_waited_use_the_new_table_and_its_rules(lead, company):
    draft = draft_rules(weights={"pricing_view": 50}, fit_rules=[TITLE_RULE])
    other = Lead.objects.create(company=company, team=company.team, family_name="新")
    rules.current()
    results = blocked_by_a_swap(
        lambda: rebuilding.publish(rule_set_id=draft.pk),
        lambda: ingest.record([event(lead, ActivityType.PRICING_VIEW)]).changed,
        lambda: scoring.ensure([lead.pk]),
        lambda: scoring.ensure([other.pk]),
    )
    assert results[0][0].rank == LeadScore.objects.get(pk=lead.pk).rank
    assert LeadScore.objects.get(pk=lead.pk).fit == 80
    assert auditing.audit().differences == []


@pytest.mark.usefixtures("_patient_swap")
def test_a_prepared_statement_finds_the_new_table(lead):
    draft = draft_rules(weights={"pricing_view": 50})
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as own:
        statement = sql.load("lock_scores")

        def lock():
            epochs = [row[1] for row in own.execute(statement, {"lead_ids": [lead.pk]}, prepare=True)]
            own.commit()
            return epochs

        assert [lock() for _ in range(8)] == [[1]] * 8  # the generic plan is in use by now
        assert blocked_by_a_swap(lambda: rebuilding.publish(rule_set_id=draft.pk), lock) == [[2]]


def test_a_new_lead_right_after_a_publish_has_the_new_fit(company, monkeypatch):
    """Whoever holds no score row yet must not believe the cached rules."""
    LeadFactory(company=company)
    stale = rules.current()
    draft = draft_rules(fit_rules=[TITLE_RULE])
    in_threads(lambda: rebuilding.publish(rule_set_id=draft.pk))
    monkeypatch.setattr(rules, "_cached", (time.monotonic(), stale))
    LeadFactory(company=company)
    assert auditing.audit().clean


def test_a_long_reader_is_given_way_and_nobody_waits_long(lead, monkeypatch):
    monkeypatch.setattr(swapping, "LOCK_SECONDS", 0.2)
    reading, enough = threading.Event(), threading.Event()

    def reader():
        with transaction.atomic():
            list(LeadScore.objects.all())
            reading.set()
            assert enough.wait(30)

    def writers():
        reading.wait(30)
        until_locks(swap_waits=1)  # it stands before the table, behind the reader
        written = sum(ingest.record([event(lead)]).created for _ in range(20))
        enough.set()
        return written

    def publish():
        reading.wait(30)
        rebuilding.rebuild()

    assert in_threads(reader, publish, writers)[2] == 20
    assert auditing.audit().clean
    assert ScoreState.objects.get().epoch == 2


def test_a_reader_that_then_writes_does_not_deadlock_with_the_swap(lead):
    reading = threading.Event()

    def read_then_write():
        with transaction.atomic():
            list(LeadScore.objects.all())
            reading.set()
            until_locks(swap_waits=1)
            locking.lock_scores([lead.pk])

    def rebuild():
        reading.wait(30)
        rebuilding.rebuild()

    in_threads(read_then_write, rebuild)
    assert auditing.audit().clean


def test_an_audit_that_began_before_the_swap_sees_one_table(lead, company):
    for _ in range(20):
        record = [event(LeadFactory(company=company)) for _ in range(5)]
        ingest.record(record)

    def audits():
        return sum(auditing.audit().differing_leads for _ in range(60))

    def rebuilds():
        for _ in range(6):
            rebuilding.rebuild()

    assert in_threads(audits, audits, rebuilds)[:2] == [0, 0]
