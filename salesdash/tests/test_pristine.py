"""What a test with real transactions leaves: the tables as the migrations made them, whatever it wrote."""

from __future__ import annotations

import threading
import time

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction

from drafts.models import DeliveryTally, PromptVersion
from leads.tests.events import event, record
from leads.tests.factories import LeadFactory
from salesdash.models import User
from salesdash.tests import pristine

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 'SELECT t::text FROM "{}" t ORDER BY 1'


def contents() -> dict[str, list[str]]:
    """The rows of each table, as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(ROWS.format(table))
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def disturb() -> None:
    """New rows in a partition and elsewhere; rows of the migrations changed and deleted."""
    record(event(LeadFactory()))
    Group.objects.filter(pk=Group.objects.earliest("pk").pk).update(name="changed")
    Permission.objects.order_by("pk").first().delete()
    PromptVersion.objects.all().delete()


@pytest.mark.parametrize("by", ["rows", "truncation"])
def test_all_tables_come_back(by):
    before = contents()
    assert before["auth_permission"]
    assert before["leads_activity"] == []
    disturb()
    if by == "truncation":
        swell()
    pristine.restore()
    assert contents() == before


def swell() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_session SELECT 's' || n, repeat('x', 1000), now()"
            " FROM generate_series(1, %s) n",
            [pristine.DELETE_UP_TO_BYTES // 1000],
        )


def test_what_a_thread_has_not_finished_yet_goes_too():
    """As a truncation it waits: a row that is committed after it would be found by the next test."""
    wrote, finish = threading.Event(), threading.Event()

    def slow_request():
        with transaction.atomic():
            User.objects.create(username="late")
            wrote.set()
            finish.wait(20)
        connection.close()

    thread = threading.Thread(target=slow_request)
    thread.start()
    assert wrote.wait(20)
    threading.Timer(0.2, finish.set).start()
    pristine.restore()
    assert finish.is_set()
    thread.join()
    assert not User.objects.exists()


def test_a_request_that_holds_one_table_and_asks_for_another_is_let_through():
    """Locks taken in two orders: the server ends this side's attempt, the next one finds the tables free."""
    holds, asked = threading.Event(), []

    def request():
        with transaction.atomic(), connection.cursor() as cursor:
            # patient, so that it is always the other side that looks for a deadlock
            cursor.execute("SET LOCAL deadlock_timeout = '30s'")
            User.objects.create(username="late")
            holds.set()
            while not _waiting(cursor, User._meta.db_table):
                time.sleep(0.02)
            asked.append(DeliveryTally.objects.count())
        connection.close()

    thread = threading.Thread(target=request)
    thread.start()
    assert holds.wait(20)
    pristine.restore()
    thread.join(20)
    assert asked == [0]
    assert not User.objects.exists()


def _waiting(cursor, table: str) -> bool:
    """Whether a session waits for a lock of the table."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = %s::regclass AND NOT granted)", [table]
    )
    return cursor.fetchone()[0]
