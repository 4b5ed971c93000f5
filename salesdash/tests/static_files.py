"""Static files as production has them, for one test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command


def collect(settings: Any, folder: Path) -> Path:
    """What collectstatic makes of our own files; pages of this test link it, and its live server finds it."""
    settings.STATIC_ROOT = folder
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "salesdash.static_storage.BundledStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    settings.STATICFILES_DIRS = [folder]
    return folder
