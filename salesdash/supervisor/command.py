"""One command with PostgreSQL and Redis; its exit code is ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Final

from salesdash import embedded
from salesdash.embedded.layout import CHECKOUT
from salesdash.supervisor.preflight import check_folder

# no test or benchmark talks to a vendor, whatever the developer's shell holds
VENDOR_PREFIXES: Final = (
    "OPENAI_", "LLM_", "POSTHOG_", "OTEL_", "OIDC_", "HUBSPOT_", "SALESFORCE_", "NOTION_", "SLACK_",
    "PAGERDUTY_", "TEAMS_", "APPRISE_", "EMAIL_", "SMTP_", "MAIL", "SENTRY_",
)  # fmt: skip


def with_test_servers(command: list[str]) -> int:
    environment = without_vendors(os.environ)
    # Celery's app names it as soon as it is imported; pytest-django would load settings before conftest.py
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return _run(command, CHECKOUT / "var" / "test", environment, durable=False)


def with_bench_servers(command: list[str]) -> int:
    return _run(command, CHECKOUT / "var" / "bench", without_vendors(os.environ), durable=True)


def with_demo_servers(command: list[str]) -> int:
    root = Path(os.environ.get("SALESDASH_DATA_ROOT") or embedded.DEFAULT_DATA_ROOT)
    return _run(command, root, dict(os.environ), durable=True)


def without_vendors(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(VENDOR_PREFIXES)}


def _run(command: list[str], root: Path, environment: dict[str, str], *, durable: bool) -> int:
    if environment.get("DATABASE_URL") and environment.get("REDIS_URL"):
        return _foreground(command, environment)
    check_folder(root)
    with embedded.session(root, durable=durable) as services:
        return _foreground(command, environment | services.environment())


def _foreground(command: list[str], environment: dict[str, str]) -> int:
    """A Ctrl-C reaches the command by itself; a request to us alone is passed on. We only wait."""
    process: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def pass_on(number: int, frame: FrameType | None) -> None:
        if process is None:
            early.append(number)
        else:
            process.send_signal(number)

    # before the command starts, or a request in that moment would end us and leave it behind; functions, for
    # an ignored signal would be ignored by the command as well
    signal.signal(signal.SIGINT, lambda number, frame: None)
    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGHUP, pass_on)
    try:
        process = subprocess.Popen(command, cwd=CHECKOUT, env=environment)
    except OSError as error:
        print(f"error: cannot run {command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    for number in early:
        process.send_signal(number)
    code = process.wait()
    return code if code >= 0 else 128 - code
