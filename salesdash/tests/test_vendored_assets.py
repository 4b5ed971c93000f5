"""Third-party browser files: pinned, licensed, complete, small enough."""

from __future__ import annotations

import json
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from salesdash.templatetags.sd import SHARED_MODULES

ROOT = Path(settings.BASE_DIR)
VENDOR = ROOT / "static" / "vendor"
PINS = json.loads((ROOT / "package.json").read_text())["dependencies"]
# 120 KB in all for the lead table's first load; the page itself may take 20 of them
STATIC_BUDGET_BYTES = 100_000


def first_load() -> list[Path]:
    """What base.html and the lead table's own scripts ask for, imported modules included."""
    pages = [ROOT / "templates" / name for name in ("base.html", "_head.html", "leads/index.html")]
    names = {n for page in pages if page.exists() for n in re.findall(r"static '([^']+)'", page.read_text())}
    found: dict[Path, None] = {}
    todo = [ROOT / "static" / name for name in names]
    while todo:
        path = todo.pop().resolve()
        if path in found:
            continue
        found[path] = None
        if path.suffix == ".js" and "vendor" not in path.parts:
            todo += [path.parent / name for name in re.findall(r'from "(\.{1,2}/[^"]+)"', path.read_text())]
    return list(found)


def imports_of(path: Path) -> list[str]:
    return re.findall(r'from "\./(\w+)\.js"', path.read_text())


def test_the_browser_is_told_of_every_shared_module_at_once():
    scripts = ROOT / "static" / "js"
    found, todo = set(), ["app"]
    while todo:
        names = imports_of(scripts / f"{todo.pop()}.js")
        todo += set(names) - found
        found.update(names)
    assert found == set(SHARED_MODULES)


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


def test_the_first_load_of_the_lead_table_is_small():
    """As production sends them."""
    sizes = {p.name: len(brotli.compress(p.read_bytes())) for p in first_load()}
    assert {"bootstrap.min.css", "htmx.min.js", "tokens.css", "toast.js"} <= set(sizes)
    assert sum(sizes.values()) < STATIC_BUDGET_BYTES, sizes
