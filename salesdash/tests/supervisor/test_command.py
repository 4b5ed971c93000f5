"""`make test` and `make bench` run one command with servers, without anybody's keys."""

import os
import signal
import subprocess
import sys

from salesdash.embedded.layout import CHECKOUT

SUPERVISOR = [sys.executable, "-m", "salesdash.supervisor"]
# addresses are respected when both are set, so these tests start no server
GIVEN = {"DATABASE_URL": "postgresql://given/", "REDIS_URL": "redis://given/"}


def run(*arguments, **variables):
    command = [*SUPERVISOR, *arguments]
    return subprocess.run(
        command, cwd=CHECKOUT, env=os.environ | GIVEN | variables, capture_output=True, text=True
    )


def test_the_exit_code_of_the_command_is_passed_on():
    assert run("test", "--", "sh", "-c", "exit 7").returncode == 7
    assert run("test", "--", "sh", "-c", "kill -9 $$").returncode == 137


def test_a_command_that_does_not_exist_is_one_line():
    done = run("exec", "--", "no-such-program")
    assert (done.returncode, done.stderr) == (
        127,
        "error: cannot run no-such-program: No such file or directory\n",
    )


def test_no_key_of_a_vendor_reaches_a_test_or_a_benchmark():
    keys = {
        "OPENAI_API_KEY": "secret",
        "LLM_BASE_URL": "secret",
        "POSTHOG_API_KEY": "secret",
        "OTEL_SERVICE_NAME": "secret",
        "HUBSPOT_ACCESS_TOKEN": "secret",
        "SALESFORCE_PASSWORD": "secret",
        "NOTION_TOKEN": "secret",
    }
    for mode in ("test", "bench"):
        seen = run(mode, "--", "env", **keys).stdout
        assert "DATABASE_URL=postgresql://given/" in seen
        assert "secret" not in seen


def test_without_a_mode_or_a_command_it_says_how_to_use_it():
    for arguments in ([], ["test"], ["demo", "extra"], ["unknown", "--", "true"]):
        done = run(*arguments)
        assert done.returncode == 2
        assert "python -m salesdash.supervisor demo" in done.stderr


def test_a_request_to_end_is_passed_to_the_command():
    script = "trap 'echo told; exit 5' TERM; echo up; while :; do sleep 0.1; done"
    command = [*SUPERVISOR, "exec", "--", "sh", "-c", script]
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=os.environ | GIVEN, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == "told\n"
    assert process.returncode == 5
