"""The embedded servers: start, attach, stop; odd paths; who may stop them."""

import os
import signal
import subprocess
import sys

import psutil
import psycopg
import pytest
import redis as redis_client

from salesdash import embedded
from salesdash.embedded import servers
from salesdash.embedded.layout import CHECKOUT, Layout
from salesdash.tests.embedded.processes import holder, postmaster, processes_of


def test_both_servers_answer_at_the_addresses_given(empty_root):
    with embedded.session(empty_root, durable=False) as services:
        with psycopg.connect(services.database_url) as connection:
            row = connection.execute(
                "SELECT current_database(), current_setting('server_version_num')::int / 10000, "
                "current_setting('TimeZone'), current_setting('jit'), lower('ÄÉ東')"
            ).fetchone()
        assert row == ("salesdash", 18, "UTC", "off", "äé東")
        assert redis_client.Redis.from_url(services.redis_url).ping()
        assert embedded.running(empty_root) == services
    assert embedded.running(empty_root) is None


def test_stopping_leaves_neither_process_nor_socket(data_root):
    embedded.start(data_root, durable=False)
    state = Layout.of(data_root).read()
    embedded.stop(data_root)
    assert not processes_of(state)
    assert not os.path.exists(state.sockets)


def test_attaching_starts_nothing(data_root):
    with embedded.session(data_root, durable=False):
        first = postmaster(data_root)
        with embedded.session(data_root):
            pass
        assert postmaster(data_root) == first
        assert embedded.running(data_root)


def test_a_path_with_spaces_quotes_and_japanese(empty_root):
    odd = empty_root / 'a folder\'s "営業" データ'
    with (
        embedded.session(odd, durable=False) as services,
        psycopg.connect(services.database_url) as connection,
    ):
        assert connection.execute("SHOW data_directory").fetchone()[0].startswith(str(odd))
    embedded.remove(odd)
    assert not odd.exists()


def test_a_half_made_database_is_made_again(empty_root):
    (empty_root / "postgres.new" / "base").mkdir(parents=True)
    (empty_root / "postgres.new" / "PG_VERSION").write_text("18\n")
    with embedded.session(empty_root, durable=False):
        assert embedded.running(empty_root)


def test_another_major_version_is_refused_in_one_line(empty_root):
    data = empty_root / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")
    with pytest.raises(embedded.EmbeddedError, match=r"written by PostgreSQL 16 and this is 18") as caught:
        embedded.start(empty_root)
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(embedded.EmbeddedError, match="Cannot use") as caught:
        embedded.start(tmp_path / "file" / "data")
    assert "\n" not in str(caught.value)


def test_a_server_that_lost_its_socket_is_replaced(data_root, monkeypatch):
    """Cleaners of temporary folders remove sockets of servers that live."""
    monkeypatch.setattr(servers, "UNREACHABLE_S", 0.3)
    services = embedded.start(data_root, durable=False)
    first = postmaster(data_root)
    state = Layout.of(data_root).read()
    for path in (state.postgres_socket, state.redis_socket):
        path.unlink()
    assert embedded.start(data_root, durable=False) == services
    assert postmaster(data_root) != first
    assert not psutil.pid_exists(first) or psutil.Process(first).status() == psutil.STATUS_ZOMBIE


def test_many_processes_at_once_share_one_start_and_the_last_stops(empty_root):
    users = [holder(empty_root, seconds=0.2 + 0.3 * number) for number in range(4)]
    found = {user.communicate(timeout=60)[0] for user in users}
    assert len(found) == 1
    assert found != {""}
    assert embedded.running(empty_root) is None


def test_nobody_stops_the_servers_of_another_user(data_root):
    user = holder(data_root, seconds=60)
    assert user.stdout.readline()
    with embedded.session(data_root):
        pass
    assert embedded.running(data_root)
    user.terminate()
    user.wait(timeout=30)
    assert embedded.running(data_root) is None


def test_servers_left_by_a_killed_user_serve_the_next_one(data_root):
    user = holder(data_root, seconds=60)
    first = int(user.stdout.readline())
    user.send_signal(signal.SIGKILL)
    user.wait()
    assert embedded.running(data_root)
    with embedded.session(data_root):
        assert postmaster(data_root) == first
    assert embedded.running(data_root) is None


def test_manage_py_by_hand_with_no_variable_set(data_root):
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    environment |= {"SALESDASH_DATA_ROOT": str(data_root), "DJANGO_SETTINGS_MODULE": "salesdash.settings"}
    code = (
        "from django.db import connection as c; u = c.cursor(); u.execute('SELECT 42'); print(u.fetchone())"
    )
    command = [sys.executable, str(CHECKOUT / "manage.py"), "shell", "--no-imports", "-c", code]
    done = subprocess.run(command, env=environment, cwd=data_root.parent, capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("(42,)", 0), done.stderr
    assert embedded.running(data_root) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as somebody else")
def test_root_in_a_closed_folder_keeps_the_data_where_the_servers_can_go(empty_root, request):
    empty_root.mkdir()
    closed = empty_root / "closed"
    closed.mkdir(mode=0o700)
    request.addfinalizer(lambda: embedded.remove(closed / "data"))
    with embedded.session(closed / "data", durable=False):
        state = Layout.of(closed / "data").read()
        assert psutil.Process(postmaster(closed / "data")).uids().real != 0
    assert os.stat(closed).st_mode & 0o777 == 0o700
    assert state.home.startswith("/var/lib/salesdash-")
    embedded.remove(closed / "data")
    assert not os.path.exists(state.home)
