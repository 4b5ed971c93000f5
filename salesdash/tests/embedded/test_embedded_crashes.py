"""What a crash leaves behind, and what the next start makes of it. Nothing here is simulated by patching."""

import contextlib
import pwd
import signal
import subprocess
import threading
import time

import psutil
import psycopg
import pytest
import redis as redis_client

from salesdash import embedded
from salesdash.embedded import probe
from salesdash.embedded.layout import Layout
from salesdash.embedded.probe import Health
from salesdash.tests.embedded.processes import holder, kill_everything, postmaster, processes_of


@pytest.fixture
def crashed(data_root):
    """Servers that were killed with a committed row and a queued message."""
    services = embedded.start(data_root)
    with psycopg.connect(services.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 200000) AS number")
    broker = redis_client.Redis.from_url(services.redis_url)
    broker.config_set("appendfsync", "always")
    broker.lpush("queue", "task")
    broker.close()
    assert kill_everything(data_root) > 5
    return data_root


@pytest.fixture
def stranger(data_root):
    """A process of the user that PostgreSQL runs as, which has nothing to do with us."""
    owner = pwd.getpwnam((data_root / "postgres").owner())
    drop = {"user": owner.pw_uid} if owner.pw_uid else {}
    with subprocess.Popen(["/bin/sleep", "120"], **drop) as process:
        yield process
        process.kill()


def test_everything_killed_then_started_again_keeps_the_data(crashed):
    with embedded.session(crashed) as services:
        with psycopg.connect(services.database_url) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (200000,)
        assert redis_client.Redis.from_url(services.redis_url).lrange("queue", 0, -1) == [b"task"]


def test_a_pid_file_that_names_a_stranger_is_not_believed(crashed, stranger):
    state = Layout.of(crashed).read()
    for path in (state.postgres_data / "postmaster.pid", state.postgres_socket.with_suffix(".5432.lock")):
        lines = path.read_text().splitlines()
        path.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
    with embedded.session(crashed):
        assert postmaster(crashed) != stranger.pid
    assert stranger.poll() is None


def test_a_recorded_pid_that_was_used_again_is_neither_trusted_nor_killed(crashed, stranger):
    layout = Layout.of(crashed)
    content = layout.file("state.json").read_text()
    for pid, _ in layout.read().processes.values():
        content = content.replace(f" {int(pid)},", f" {stranger.pid},")
    layout.file("state.json").write_text(content)
    assert str(stranger.pid) in content
    embedded.stop(crashed)
    with embedded.session(crashed):
        pass
    assert stranger.poll() is None


def test_a_postmaster_killed_alone_is_replaced_when_its_children_have_gone(data_root):
    services = embedded.start(data_root)
    first = psutil.Process(postmaster(data_root))
    with psycopg.connect(services.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
        connection.commit()
        first.kill()
        with embedded.session(data_root), psycopg.connect(services.database_url) as again:
            assert again.execute("SELECT number FROM kept").fetchone() == (1,)
    assert postmaster(data_root) != first.pid


def test_a_long_recovery_is_waited_for_and_told(crashed):
    """The recovery is held up for longer than the ten seconds after which others give up."""
    user = holder(crashed, seconds=0, durable=True)
    recovering = _hold_recovery(crashed)
    time.sleep(10.5)
    assert user.poll() is None
    assert probe.postgres(Layout.of(crashed).read().postgres_socket) is Health.BUSY
    waiting = threading.Thread(target=lambda: holder(crashed, seconds=0, durable=True).communicate())
    waiting.start()
    recovering.send_signal(signal.SIGCONT)
    first, told = user.communicate(timeout=60)
    waiting.join(timeout=60)
    assert user.returncode == 0
    assert int(first) > 0
    assert "postgres is still starting or recovering (10 s)" in told
    assert not processes_of(Layout.of(crashed).read())


def _hold_recovery(data_root):
    """Stop PostgreSQL's recovery process as soon as it shows itself; it is gone after 50 ms otherwise."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(psutil.Error):
            children = psutil.Process(postmaster(data_root)).children()
            for process in children:
                if "startup" in " ".join(process.cmdline()):
                    process.send_signal(signal.SIGSTOP)
                    return process
    raise AssertionError("no recovery was seen")
