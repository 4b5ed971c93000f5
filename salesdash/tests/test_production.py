"""Production refuses what is unsafe; what it accepts passes Django's deployment check."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _check(tmp_path, **variables):
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "DATABASE_URL", "REDIS_URL") if name in os.environ
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**kept, "SALESDASH_PRODUCTION": "1", "ALLOWED_HOSTS": "sales.example.jp", **variables},
        capture_output=True,
        text=True,
    )


def test_the_deployment_check_is_clean(tmp_path):
    secret = tmp_path / "key"
    secret.write_text(secrets.token_urlsafe(60))
    done = _check(tmp_path, SECRET_KEY_FILE=str(secret))
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_production_does_not_start_without_a_secret_of_its_own(tmp_path):
    done = _check(tmp_path)
    assert done.returncode != 0
    assert "Set SECRET_KEY" in done.stderr


def test_production_does_not_start_with_a_short_secret_or_as_a_demo(tmp_path):
    assert _check(tmp_path, SECRET_KEY="short").returncode != 0
    assert _check(tmp_path, SECRET_KEY=secrets.token_urlsafe(60), SALESDASH_DEMO="1").returncode != 0
