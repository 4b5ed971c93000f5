"""The dev server as a process and as a thread: starting, many clients at once, stopping."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import httpx
import pytest
from django.core.management import CommandError, call_command

from salesdash.devllm import DevServer, Options
from salesdash.tests.dev_llm_tasks import messages, task

CHECKOUT = Path(__file__).parents[2]
BODY = {"model": "salesdash-dev-writer", "messages": messages(task())}


@pytest.mark.parametrize("stream", [False, True])
def test_fifty_slow_requests_run_side_by_side(stream):
    with (
        DevServer(Options(latency_ms=(300, 300))) as server,
        httpx.Client(limits=httpx.Limits(max_connections=50), timeout=20) as client,
        ThreadPoolExecutor(50) as pool,
    ):

        def ask(_):
            return client.post(f"{server.base_url}/chat/completions", json={**BODY, "stream": stream})

        started = time.monotonic()
        statuses = [answer.status_code for answer in pool.map(ask, range(50))]
        elapsed = time.monotonic() - started
    assert statuses == [200] * 50
    assert 0.3 <= elapsed < 15  # what they would take one after the other


def test_latency_is_kept():
    with DevServer(Options(latency_ms=(150, 200))) as server:
        started = time.monotonic()
        httpx.post(f"{server.base_url}/moderations", json={"input": "x"})
        assert time.monotonic() - started >= 0.15


def test_stopping_ends_open_and_hanging_connections():
    with DevServer() as server, httpx.Client(timeout=10) as client:
        client.get(f"{server.origin}/healthz")
        server.faults.next("timeout")
        failures = []

        def hang():
            try:
                client.post(f"{server.base_url}/chat/completions", json=BODY)
            except httpx.TransportError as error:
                failures.append(error)

        waiting = threading.Thread(target=hang)
        waiting.start()
        time.sleep(0.2)
        server.stop()
        waiting.join(timeout=3)
        assert not waiting.is_alive()
        assert len(failures) == 1
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.origin}/healthz")


def test_requests_are_kept_for_a_look():
    with DevServer(Options(keep_requests=2)) as server:
        for _ in range(3):
            httpx.post(f"{server.base_url}/chat/completions", json=BODY)
    assert len(server.requests) == 2
    assert server.requests[-1].target == "draft"
    assert server.requests[-1].body["model"] == "salesdash-dev-writer"


def test_a_taken_port_is_one_clear_line():
    with (
        DevServer() as server,
        pytest.raises(CommandError, match=f"Cannot listen on 127.0.0.1:{server.port}"),
    ):
        call_command("dev_llm", port=server.port, stdout=StringIO())


@pytest.mark.parametrize(
    "wrong",
    [
        ["--latency-ms", "fast"],
        ["--rate-500", "2"],
        ["--rate-500", "0.6", "--rate-429", "0.6"],
        ["--port", "99999"],
    ],
)
def test_wrong_options_are_one_clear_line(wrong):
    with pytest.raises(CommandError):
        call_command("dev_llm", *wrong, stdout=StringIO())


@pytest.mark.parametrize(
    "program", [["manage.py", "dev_llm"], ["-m", "salesdash.devllm"]], ids=["manage", "module"]
)
def test_the_command_serves_and_ends_on_a_signal(program):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")
    }
    command = [sys.executable, *program, "--port", str(port), "--rate-500", "1", "--seed", "3"]
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout.readline() == f"dev llm ready: http://127.0.0.1:{port}/v1\n"
            base = f"http://127.0.0.1:{port}"
            assert httpx.get(f"{base}/healthz").json() == {"status": "ok"}
            assert httpx.post(f"{base}/v1/chat/completions", json=BODY).status_code == 500
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0


def test_the_module_names_a_taken_port_in_one_line():
    with DevServer() as server:
        command = [sys.executable, "-m", "salesdash.devllm", "--port", str(server.port)]
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: Cannot listen on 127.0.0.1:{server.port}")
    assert done.stderr.count("\n") == 1
