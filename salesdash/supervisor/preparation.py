"""Before the first process: migrations, compiled messages, the seed. Skipped when nothing changed since."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import psycopg

from salesdash.embedded.layout import CHECKOUT
from salesdash.supervisor.preflight import Refusal
from salesdash.supervisor.signals import Stop

SOURCES: Final = (
    "requirements.txt",
    "*/migrations/*.py",
    "*/locale/**/*.po",
    "*/management/commands/seed.py",
)
# the rows that migrations wrote, and whether the demo has its people: as left by the last preparation
FINGERPRINT: Final = """
    SELECT (SELECT system_identifier::text FROM pg_control_system()),
           (SELECT count(*) FROM django_migrations),
           EXISTS (SELECT FROM salesdash_user)
"""
STEPS: Final = (
    ["migrate", "--no-input", "--verbosity", "0"],
    ["messages", "--compile"],
    ["seed", "--if-empty"],
)


def state_folder() -> Path:
    """Where a demo keeps what it must remember; another folder lets a second one run from this checkout."""
    return Path(os.environ.get("SALESDASH_STATE") or CHECKOUT / "var")


def prepare(environment: dict[str, str], stop: Stop) -> None:
    """Make the database ready for the product. What a step says goes straight to the terminal."""
    wanted = _sources()
    if _stamp() == [wanted, _fingerprint(environment)]:
        return
    print("salesdash: preparing the database …", flush=True)
    code = _run([sys.executable, "-m", "salesdash.supervisor.preparation"], environment, stop)
    if stop.asked:
        return
    if code:
        raise Refusal("The database could not be prepared: the lines above say why.")
    _stamp_file().write_text(json.dumps([wanted, _fingerprint(environment)]))


def run_steps() -> None:
    """In one process, for Django takes two seconds to load."""
    import django
    from django.core.management import call_command, get_commands

    django.setup()
    for name, *arguments in STEPS:
        if name in get_commands():
            call_command(name, *arguments)


def _run(command: list[str], environment: dict[str, str], stop: Stop) -> int:
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, process_group=0)
    while process.poll() is None:
        if stop.asked:
            process.kill() if stop.hurry else process.terminate()
        time.sleep(0.05)
    return process.returncode


def _sources() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for pattern in SOURCES:
        for path in sorted(CHECKOUT.glob(pattern)):
            digest.update(f"{path.relative_to(CHECKOUT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _stamp_file() -> Path:
    return state_folder() / "prepared.json"


def _stamp() -> object:
    try:
        return json.loads(_stamp_file().read_text())
    except (OSError, ValueError):
        return None


def _fingerprint(environment: dict[str, str]) -> list[object]:
    try:
        with psycopg.connect(environment["DATABASE_URL"], connect_timeout=10) as connection:
            return list(connection.execute(FINGERPRINT).fetchone() or [])
    except psycopg.Error:
        return []  # never prepared


if __name__ == "__main__":
    run_steps()
