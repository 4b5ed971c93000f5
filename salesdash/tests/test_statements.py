"""Statements that are written once answer as the querysets that they were written from."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import NotSupportedError, connection, transaction
from django.test.utils import CaptureQueriesContext
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from leads.tests.factories import TeamFactory
from salesdash import telemetry
from salesdash.models import Membership, Team
from salesdash.statements import Plan, Statement, Written


@pytest.fixture
def north(db):
    return TeamFactory(name="北日本営業部")


def test_what_is_read_again_is_read_anew(north):
    statement = Statement(Team.objects.filter(pk=north.pk).values("name"))
    assert statement.rows() == [{"name": "北日本営業部"}]
    Team.objects.filter(pk=north.pk).update(name="北海道営業部")
    assert statement.rows() == [{"name": "北海道営業部"}]


def test_other_values_in_the_same_places(north):
    south = TeamFactory(name="南日本営業部")
    statement = Statement(Team.objects.filter(pk=north.pk).values_list("name", flat=True))
    assert statement.rows([south.pk]) == ["南日本営業部"]
    assert statement.rows() == ["北日本営業部"]


@pytest.mark.parametrize("plan", Plan)
def test_other_values_are_sent_whatever_the_plan(north, plan):
    south = TeamFactory(name="南日本営業部")
    statement = Statement(Team.objects.filter(pk=north.pk).values_list("name", flat=True), plan)
    told = [statement.rows([pk]) for _round in range(3) for pk in (north.pk, south.pk)]
    assert told == [["北日本営業部"], ["南日本営業部"]] * 3


def test_models_come_with_what_they_are_joined_to(rep, team):
    statement = Statement(Membership.objects.filter(user=rep).select_related("team"))
    for _again in range(2):
        with CaptureQueriesContext(connection) as asked:
            (found,) = statement.rows()
            assert found.team == team
        assert len(asked) == 1
    assert found._state.db == "default"


def test_what_can_match_nothing_asks_nothing(db, django_assert_num_queries):
    statement = Statement(Team.objects.filter(pk__in=[]))
    with django_assert_num_queries(0):
        assert statement.rows() == []


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection():
    north = TeamFactory(name="北日本営業部")
    statement = Statement(Team.objects.filter(pk=north.pk).values_list("name", flat=True))

    def ask(_time):
        try:
            return statement.rows(), connection.connection.info.backend_pid
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as others:
        found = list(others.map(ask, range(2)))
    assert [rows for rows, _pid in found] == [["北日本営業部"]] * 2
    assert connection.connection.info.backend_pid not in {pid for _rows, pid in found}


def test_the_least_used_is_forgotten():
    kept, written = Written(most=2), []

    def ask(key):
        return kept.get(key, lambda: written.append(key) or key)

    Written.checking, before = False, Written.checking
    try:
        for key in ("a", "b", "a", "c", "a", "b"):
            assert ask(key) == key
    finally:
        Written.checking = before
    assert written == ["a", "b", "c", "b"]


def test_without_a_key_nothing_is_kept():
    kept = Written()
    assert [kept.get(None, lambda number=number: number) for number in (1, 2)] == [1, 2]


def test_a_key_that_says_too_little_is_found_out():
    kept = Written()
    kept.get("everybody", lambda: "SELECT 1")
    with pytest.raises(AssertionError, match="everybody"):
        kept.get("everybody", lambda: "SELECT 2")


@pytest.mark.parametrize("plan", Plan)
def test_a_plan_that_is_kept_changes_no_answer(rep, team, plan):
    statement = Statement(
        Membership.objects.filter(user=rep, user__username__contains="%e").select_related("user"), plan
    )
    plain = Statement(Membership.objects.filter(user=rep).select_related("user"), plan)
    for _until_it_is_kept in range(8):
        assert statement.rows() == []
        (found,) = plain.rows()
        assert (found.user, found.created_at) == (rep, rep.memberships.get().created_at)
        assert found.created_at.utcoffset() is not None
        assert found.user.preferences == rep.preferences


def test_a_plan_is_kept_for_whatever_values(north):
    south = TeamFactory(name="南日本営業部")
    statement = Statement(Team.objects.filter(pk=north.pk).values_list("name", flat=True), Plan.VALUES_ASIDE)
    told = [statement.rows([pk]) for _round in range(8) for pk in (north.pk, south.pk, 0)]
    assert told == [["北日本営業部"], ["南日本営業部"], []] * 8
    assert kept_plans(statement.sql) == 1


def kept_plans(sql):
    begin = sql.split("WHERE", maxsplit=1)[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE starts_with(statement, %s)", [begin]
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_column_that_changes_while_its_plan_is_kept():
    """As a migration does beside processes that go on serving."""
    north = TeamFactory(name="北日本営業部")
    statement = Statement(Team.objects.filter(pk=north.pk).values_list("name", flat=True), Plan.VALUES_ASIDE)
    for _until_it_is_kept in range(4):
        assert statement.rows() == ["北日本営業部"]
    try:
        elsewhere("ALTER TABLE salesdash_team ALTER name TYPE varchar(81)")
        assert statement.rows() == ["北日本営業部"]
        with transaction.atomic(), pytest.raises(NotSupportedError):
            statement.rows()
    finally:
        elsewhere("ALTER TABLE salesdash_team ALTER name TYPE varchar(80)")


def elsewhere(sql):
    """Over another connection: a driver forgets plans for what it is told to alter itself."""

    def run():
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        other.submit(run).result()


def test_it_is_traced_as_others_are(north, settings, monkeypatch):
    settings.OTLP_ENDPOINT = "http://localhost:4318"
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("salesdash"))
    Statement(Team.objects.filter(pk=north.pk).values("name"), Plan.VALUES_ASIDE).rows()
    (seen,) = exporter.get_finished_spans()
    assert (seen.name, dict(seen.attributes)) == ("SELECT", {"db.system": "postgresql"})
