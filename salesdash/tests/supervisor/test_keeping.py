"""The embedded servers of a running demo come back when they die."""

import time

import psycopg
import redis as redis_client

from salesdash import embedded
from salesdash.embedded.layout import Layout
from salesdash.supervisor.keeping import Keeper
from salesdash.tests.embedded.conftest import data_root, empty_root, initialised  # noqa: F401
from salesdash.tests.embedded.processes import kill_everything, processes_of


def _tick_until(keeper, condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        keeper.tick()
        time.sleep(0.05)


def test_servers_that_died_are_started_again_with_their_data(data_root):  # noqa: F811
    said = []
    with embedded.session(data_root) as services:
        with psycopg.connect(services.database_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
        keeper = Keeper(data_root, said.append)
        kill_everything(data_root)
        _tick_until(keeper, lambda: len(said) == 2)
        with psycopg.connect(services.database_url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (1,)
        assert redis_client.Redis.from_url(services.redis_url).ping()
    assert said[1] == "salesdash: PostgreSQL and Redis serve again"


def test_servers_that_serve_are_left_alone(data_root):  # noqa: F811
    said = []
    with embedded.session(data_root):
        before = {process.pid for process in processes_of(Layout.of(data_root).read())}
        keeper = Keeper(data_root, said.append)
        deadline = time.monotonic() + 2.5
        while time.monotonic() < deadline:
            keeper.tick()
            time.sleep(0.1)
        assert before & {process.pid for process in processes_of(Layout.of(data_root).read())} == before
    assert said == []


def test_stopping_breaks_off_a_start_that_is_under_way(data_root):  # noqa: F811
    said = []
    with embedded.session(data_root):
        keeper = Keeper(data_root, said.append)
        kill_everything(data_root)
        _tick_until(keeper, lambda: said)
        keeper.stop()
    assert embedded.running(data_root) is None
