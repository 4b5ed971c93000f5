"""A connection of the pool is one that answers, and is seldom asked."""

from __future__ import annotations

import time

import psycopg
import pytest
from django.db import OperationalError, connection, connections
from psycopg_pool import ConnectionPool

from salesdash.postgresql import base

pytestmark = pytest.mark.django_db


@pytest.fixture
def apart():
    """As a request has it: with a pool of its own, here of one."""
    wrapper = connections["apart"] = connection.copy("apart")
    wrapper.settings_dict["OPTIONS"]["pool"]["max_size"] = 1
    yield wrapper
    wrapper.close()
    wrapper.close_pool()
    del connections["apart"]


@pytest.fixture
def asked(monkeypatch):
    """One entry for each time that a connection was asked whether it is there."""
    found: list[psycopg.Connection] = []
    check = ConnectionPool.check_connection

    def noting(one):
        found.append(one)
        check(one)

    monkeypatch.setattr(ConnectionPool, "check_connection", staticmethod(noting))
    return found


def number(wrapper) -> int:
    """Of the process that serves this connection, which then goes back into the pool, as at a request's end."""
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found = cursor.fetchone()[0]
    wrapper.close()
    return found


def end(pid: int) -> None:
    """What the server does to each connection when it stops."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone()[0]


def test_one_question_serves_a_second_of_requests(apart, asked):
    assert len({number(apart) for _ in range(5)}) == 1
    assert len(asked) == 1
    base._answered[asked[0]] -= base.TRUSTED_SECONDS
    number(apart)
    assert len(asked) == 2


def test_a_connection_that_the_server_ended_is_not_met(apart):
    for _ in range(3):
        first = number(apart)
        end(first)
        assert number(apart) != first


def test_nor_one_that_ended_while_nobody_looked(apart, asked):
    first = number(apart)
    end(first)
    base._answered.clear()
    assert number(apart) != first


def test_it_can_be_asked_for_with_little_patience(apart, asked):
    first = number(apart)
    apart.reach(5)
    assert number(apart) == first
    end(first)
    apart.reach(5)
    assert number(apart) != first


def test_a_server_that_is_away_is_told_within_that_patience(apart, monkeypatch):
    number(apart)
    monkeypatch.setattr(base, "is_there", lambda _connection: False)
    monkeypatch.setattr(apart.pool, "_add_connection", lambda *_args, **_options: None)
    started = time.monotonic()
    with pytest.raises((OperationalError, psycopg.OperationalError)):
        apart.reach(0.2)
    assert time.monotonic() - started < 5


def test_without_a_server_it_is_said_in_time(apart, monkeypatch):
    monkeypatch.setattr(base, "is_there", lambda _connection: False)
    started = time.monotonic()
    with pytest.raises(OperationalError):
        number(apart)
    assert time.monotonic() - started < 10
