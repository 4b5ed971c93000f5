"""Third-party browser files: pinned, licensed, complete, small enough."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from salesdash import assets, bundling

ROOT = Path(settings.BASE_DIR)
VENDOR = ROOT / "static" / "vendor"
PINS = json.loads((ROOT / "package.json").read_text())["dependencies"]


def sources_named() -> set[str]:
    """By `{% static %}` in a template, or by `Media` of the administration."""
    pages = (ROOT / "templates").rglob("*.html")
    admin = (path for app in ("leads", "drafts", "kpis", "salesdash") for path in (ROOT / app).rglob("*.py"))
    named = {n for page in pages for n in re.findall(r"""static ["']([^"']+)["']""", page.read_text())}
    media = {
        n
        for path in admin
        if "tests" not in path.parts
        for n in re.findall(r'"(css/\w+\.css)"', path.read_text())
    }
    return named | media


def read(name: str) -> str:
    return (ROOT / "static" / name).read_text()


def test_every_stylesheet_and_module_is_in_a_group_or_linked_by_a_page():
    ours = {str(path.relative_to(ROOT / "static")) for path in (ROOT / "static").glob("[cj]s*/**/*.[cj]s*")}
    styles = {name for group in assets.STYLES.values() for name in group}
    groups = {name for group in assets.MODULES.values() for name in bundling.graph(group, read)}
    alone = bundling.graph(sorted(name for name in sources_named() & ours if name.endswith(".js")), read)
    assert len(ours) > 60
    assert sorted(ours - styles - groups - set(alone) - sources_named()) == []


def test_every_group_that_a_page_names_is_there_and_the_other_way_round():
    pages = [page.read_text() for page in (ROOT / "templates").rglob("*.html")]
    for tag, groups in (("stylesheets", assets.STYLES), ("modules", assets.MODULES)):
        named = {name for page in pages for name in re.findall(rf"""{tag} ["'](\w+)["']""", page)}
        assert named == set(groups)


def test_every_file_that_a_page_names_is_there():
    pages = list((ROOT / "templates").rglob("*.html"))
    names = {n for page in pages for n in re.findall(r"""static ["']([^"']+)["']""", page.read_text())}
    assert len(names) > 10
    assert sorted(name for name in names if not finders.find(name)) == []


def test_every_pin_is_exact_and_locked():
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, version in PINS.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert lock[f"node_modules/{name}"]["version"] == version


def test_the_lock_names_no_registry():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


@pytest.mark.parametrize("folder", ["bootstrap", "chartjs", "htmx"])
def test_each_folder_carries_its_licence(folder):
    assert list((VENDOR / folder).glob("LICENSE*"))


@pytest.mark.parametrize(
    ("name", "path"), [("bootstrap", "bootstrap/bootstrap.min.css"), ("chart.js", "chartjs/chart.umd.min.js")]
)
def test_a_committed_copy_is_the_pinned_version(name, path):
    assert f"v{PINS[name]}" in (VENDOR / path).read_text()[:400]


def test_no_file_points_to_a_source_map():
    assert not [p for p in VENDOR.rglob("*.[jc]s*") if "sourceMappingURL" in p.read_text()]
