"""Static files as production has them: collected once, linked in the tests that ask for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command


def collect(settings: Any, folder: Path) -> Path:
    """What collectstatic makes of our own files; pages of this test link it, and its live server finds it.

    It takes seconds, so a folder that has its manifest already, which is written last, is taken as it is.
    """
    settings.STATIC_ROOT = folder
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "salesdash.static_storage.BundledStorage"}
    }
    if not (folder / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    settings.STATICFILES_DIRS = [folder]
    return folder
