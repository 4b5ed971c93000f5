"""Production's static files: groups in one file, and every name carries its content's hash."""

from __future__ import annotations

import re

import brotli
import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

from salesdash import assets
from salesdash.tests.static_files import collect

# 120 KB in all for the lead table's first load; the page itself may take 20 of them
STATIC_BUDGET_BYTES = 75_000
FIRST_LOAD = (
    assets.styles_file("frame"),
    assets.styles_file("leads"),
    assets.modules_file("app"),
    assets.modules_file("draft"),
    assets.modules_file("leads"),
    "vendor/htmx/htmx.min.js",
    "js/theme_boot.js",
    "img/logo.svg",
)


@pytest.fixture
def collected(settings, tmp_path_factory):
    return collect(settings, tmp_path_factory.getbasetemp() / "collected")


def test_modules_import_each_other_by_hashed_names(collected):
    for name in ("js/app.js", assets.modules_file("leads")):
        stored = collected / staticfiles_storage.stored_name(name)
        imports = re.findall(r'from ?"\./([^"]+)"', stored.read_text())
        assert imports
        assert all(re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", imported) for imported in imports)
        assert all((stored.parent / imported).exists() for imported in imports)


def test_every_group_is_one_file(collected):
    files = [*map(assets.styles_file, assets.STYLES), *map(assets.modules_file, assets.MODULES)]
    for name in files:
        assert (collected / staticfiles_storage.stored_name(name)).stat().st_size > 1000


def test_texts_are_compressed_ahead_of_time(collected):
    for name in ("css/tokens.css", "js/app.js", assets.styles_file("frame"), assets.modules_file("app")):
        hashed = collected / staticfiles_storage.stored_name(name)
        assert hashed.with_name(hashed.name + ".br").exists()
        assert hashed.with_name(hashed.name + ".gz").exists()


def test_a_page_links_the_groups(collected, client, rep):
    client.force_login(rep)
    html = client.get("/leads/").text
    linked = re.findall(r'<(?:link|script)[^>]+(?:href|src)="/static/([^"]+\.(?:css|js))"', html)
    assert linked == [
        staticfiles_storage.stored_name(name)
        for name in (
            "js/theme_boot.js",
            assets.styles_file("frame"),
            assets.styles_file("leads"),
            "vendor/htmx/htmx.min.js",
            *map(assets.modules_file, ("app", "draft", "leads")),
        )
    ]


def test_the_first_load_of_the_lead_table_is_small(collected):
    stored = {name: collected / staticfiles_storage.stored_name(name) for name in FIRST_LOAD}
    sizes = {name: len(brotli.compress(path.read_bytes())) for name, path in stored.items()}
    assert sum(sizes.values()) < STATIC_BUDGET_BYTES, sizes
