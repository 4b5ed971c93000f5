"""The local mail server as a process: starting, being told wrong things, being killed, many clients at once."""

from __future__ import annotations

import re
import signal
import smtplib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from salesdash import devmail
from salesdash.devmail import DevMail, Options
from salesdash.tests.dev_mail_clients import mail, submit

CHECKOUT = Path(__file__).parents[2]
ANY_PORTS = ["--submission-port", "0", "--incoming-port", "0", "--imap-port", "0"]


def command(folder, *more):
    return [sys.executable, "-m", "salesdash.devmail", "--folder", str(folder), *more]


def test_a_killed_process_keeps_what_it_has_taken(tmp_path):
    for stop_by in (signal.SIGKILL, signal.SIGTERM):
        with subprocess.Popen(
            command(tmp_path, *ANY_PORTS), cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                ready = process.stdout.readline()
                port = int(re.match(r"dev mail ready: submission (\d+), incoming \d+, imap \d+$", ready)[1])
                with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
                    client.send_message(mail())
            finally:
                process.send_signal(stop_by)
            assert process.wait(timeout=5) == (0 if stop_by == signal.SIGTERM else -signal.SIGKILL)
    assert devmail.DevMail(Options(folder=tmp_path)).store.sent.numbers() == [1, 2]


def test_a_taken_port_and_wrong_options_are_one_clear_line(tmp_path):
    with DevMail(Options(folder=tmp_path)) as server:
        for wrong in (["--imap-port", str(server.imap_port)], ["--rate-550", "2"], ["--keep", "0"]):
            done = subprocess.run(
                command(tmp_path, *ANY_PORTS, *wrong),
                cwd=CHECKOUT, capture_output=True, text=True, timeout=20, check=False,
            )  # fmt: skip
            assert done.returncode == 1
            assert done.stderr.startswith("error: ")
            assert done.stderr.count("\n") == 1


def test_forty_clients_at_once_lose_nothing(tmp_path):
    with DevMail(Options(folder=tmp_path)) as server, ThreadPoolExecutor(40) as pool:
        ids = {f"<{n}@ours.example>" for n in range(200)}
        list(pool.map(lambda each: submit(server, mail(message_id=each)), ids))
        contents = [server.store.sent.content(number).decode() for number in server.store.sent.numbers()]
    assert {re.search(r"Message-ID: (\S+)", content)[1] for content in contents} == ids


def test_accounts_with_strange_names_stay_apart_and_inside_the_folder(tmp_path):
    server = DevMail(Options(folder=tmp_path))
    try:
        names = ["../../etc", "a/b@x.example", "a_b@x.example", "..", "山田@x.example", "x" * 300]
        paths = {server.store.box(name).path for name in names}
        assert len(paths) == len(names)
        assert {path.parent for path in paths} == {tmp_path / "mailboxes"}
    finally:
        server.stop()
