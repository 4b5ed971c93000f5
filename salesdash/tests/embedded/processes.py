"""Processes that the tests of the embedded servers start, find and kill."""

import subprocess
import sys
import time
from contextlib import suppress

import psutil

from salesdash.embedded.layout import CHECKOUT, Layout

HOLDER = """
import signal, sys, time
from pathlib import Path
from salesdash import embedded
from salesdash.embedded.layout import Layout
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
root = Path(sys.argv[1])
with embedded.session(root, durable=sys.argv[3] == "durable"):
    print(int(Layout.of(root).read().processes["postgres"][0]), flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(data_root, *, seconds, durable=False):
    """Another process with a session; its first line is the postmaster's pid."""
    command = [sys.executable, "-c", HOLDER, str(data_root), str(seconds), "durable" if durable else "fast"]
    return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def postmaster(data_root):
    return int(Layout.of(data_root).read().processes["postgres"][0])


def processes_of(state):
    """Every living process of this pair of servers, by its title."""
    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if process.info["status"] != psutil.STATUS_ZOMBIE
        and any(state.tag in part or state.home in part for part in process.info["cmdline"] or [])
    ]


def kill_everything(data_root):
    state = Layout.of(data_root).read()
    killed = processes_of(state)
    for process in killed:
        # one may have ended by itself meanwhile: servers lose their children to each other
        with suppress(psutil.NoSuchProcess):
            process.kill()
    while processes_of(state):
        time.sleep(0.01)
    return len(killed)
