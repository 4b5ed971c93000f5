"""What a process does before it serves: imports first, garbage later, and nothing that it will not need."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest
from celery.signals import beat_init, import_modules, worker_init

from salesdash import celery


@pytest.fixture(autouse=True)
def _as_before():
    yield
    gc.enable()
    gc.unfreeze()


def connected(signal):
    return [reference() for _key, reference in signal.receivers]


def test_garbage_is_left_alone_until_all_modules_are_there():
    # whoever imports is connected behind it
    assert connected(import_modules)[0] is celery.leave_garbage
    celery.leave_garbage()
    assert not gc.isenabled()
    for begins in (worker_init, beat_init):
        assert celery.look_for_garbage in connected(begins)
    celery.look_for_garbage()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_only_who_asks_a_model_loads_its_client():
    """A fifth of the start and of the memory of each process."""
    code = "import sys, salesdash.asgi, salesdash.urls; print('openai' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"
