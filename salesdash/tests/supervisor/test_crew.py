"""Children are kept alive, and none of them, nor their own children, outlives the supervisor."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from itertools import pairwise

import psutil
import pytest

from salesdash.embedded.layout import CHECKOUT
from salesdash.supervisor.record import MARK_VARIABLE, carries


@pytest.fixture
def supervise(tmp_path):
    """Start a supervisor with these children; all of it is gone after the test."""
    started = []

    def start(**children):
        command = [
            sys.executable,
            "-m",
            "salesdash.tests.supervisor.crew",
            str(tmp_path),
            json.dumps(children),
        ]
        environment = {name: value for name, value in os.environ.items() if name != MARK_VARIABLE}
        process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
    for path in tmp_path.glob("*.pid"):
        if alive(pid := int(path.read_text())):
            os.kill(pid, signal.SIGKILL)


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return value


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def pid_in(path):
    return wait_for(lambda: path.exists() and path.read_text().strip() and int(path.read_text()))


def test_a_dead_child_is_started_again_later_each_time(supervise, tmp_path):
    process = supervise(web="date +%s.%N >> starts; exit 3", beat="exec sleep 60")
    times = wait_for(lambda: _lines(tmp_path / "starts", 3))
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=20)
    gaps = [float(b) - float(a) for a, b in pairwise(times)]
    assert gaps[0] >= 0.5
    assert gaps[1] >= 1.0
    assert re.findall(r"salesdash: web ended \(exit code 3\); starting it again in (.*) s", said)[:2] == [
        "0.5",
        "1",
    ]


def _lines(path, count):
    lines = path.read_text().split() if path.exists() else []
    return lines[:count] if len(lines) >= count else None


def test_what_children_say_carries_their_name_and_is_kept(supervise, tmp_path):
    process = supervise(web="echo 温度; echo oops >&2; exec sleep 60", simulator="exec sleep 60")
    log = tmp_path / "log" / "web.log"
    wait_for(lambda: log.exists() and "oops" in log.read_text())
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=20)
    assert "web       | 温度\nweb       | oops\n" in said
    assert log.read_text() == "温度\noops\n"


def test_ctrl_c_leaves_no_process_not_even_a_stubborn_one(supervise, tmp_path):
    deaf = "trap '' TERM INT; (trap '' TERM INT; echo $$ > {0}.pid; while :; do sleep 1; done)"
    process = supervise(web=deaf.format("web"), worker="sleep 60 & echo $! > worker.pid; wait")
    pids = [pid_in(tmp_path / "web.pid"), pid_in(tmp_path / "worker.pid")]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert [pid for pid in pids if alive(pid)] == []


def test_a_second_ctrl_c_does_not_wait(supervise, tmp_path, monkeypatch):
    monkeypatch.setenv("PATIENCE_S", "120")
    process = supervise(web="trap '' TERM; echo $$ > web.pid; while :; do sleep 0.1; done")
    pid = pid_in(tmp_path / "web.pid")
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=40)
    assert not alive(pid)


def test_what_a_killed_supervisor_left_is_ended_and_nothing_else(supervise, tmp_path):
    process = supervise(web="sleep 60 & echo $! > grandchild.pid; echo $$ > web.pid; wait")
    pids = [pid_in(tmp_path / "web.pid"), pid_in(tmp_path / "grandchild.pid")]
    process.kill()
    process.wait()
    assert all(alive(pid) for pid in pids)
    time.sleep(0.02)
    with subprocess.Popen(["/bin/sleep", "60"]) as stranger:
        _rename_child(tmp_path / "supervisor.json", "web2", stranger.pid)
        again = supervise(web="exec sleep 60")
        assert again.stdout.readline() == "took over 2\n"
        assert [pid for pid in pids if alive(pid)] == []
        assert stranger.poll() is None
        stranger.kill()


def _rename_child(path, name, pid):
    """As if the pid of a child that died had been given to a stranger since."""
    record = json.loads(path.read_text())
    record["children"][name] = [pid, record["children"]["web"][1]]
    path.write_text(json.dumps(record))


def test_a_second_supervisor_is_refused_in_one_line(supervise, tmp_path):
    first = supervise(web="exec sleep 60")
    assert first.stdout.readline() == "took over 0\n"
    second = supervise(web="echo $$ > second.pid")
    said, _ = second.communicate(timeout=20)
    assert second.returncode == 1
    assert f"already runs (process {first.pid}, http://localhost:1/)" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "second.pid").exists()


def test_the_mark_is_found_in_a_process_and_in_its_children():
    with subprocess.Popen(
        ["/bin/sh", "-c", "sleep 60; :"], env={MARK_VARIABLE: "abc", "PATH": "/bin"}
    ) as process:
        shell = psutil.Process(process.pid)
        sleep = wait_for(shell.children)[0]
        wait_for(lambda: carries(sleep, "abc"))
        assert carries(shell, "abc")
        assert not carries(shell, "abd")
        sleep.kill()
