"""Production's static files: every name that a page or a module asks for carries its content's hash."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command


@pytest.fixture
def collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    storages = {**settings.STORAGES}
    storages["staticfiles"] = {"BACKEND": "salesdash.static_storage.HashedModulesStorage"}
    settings.STORAGES = storages
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_modules_import_each_other_by_hashed_names(collected):
    boot = (collected / staticfiles_storage.stored_name("js/app.js")).read_text()
    imports = re.findall(r'from "\./([^"]+)"', boot)
    assert len(imports) >= 9
    assert all(re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name) for name in imports)
    assert all((collected / "js" / name).exists() for name in imports)


def test_texts_are_compressed_ahead_of_time(collected):
    for name in ("css/tokens.css", "vendor/bootstrap/bootstrap.min.css", "js/app.js"):
        hashed = collected / staticfiles_storage.stored_name(name)
        assert hashed.with_name(hashed.name + ".br").exists()
        assert hashed.with_name(hashed.name + ".gz").exists()
