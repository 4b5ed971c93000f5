"""What the documents name must exist, and what exists must be named."""

from __future__ import annotations

import re
import subprocess
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def _settings():
    """What settings, supervisor and embedded servers read from outside."""
    read = set(re.findall(r"""env\.\w+\(["']([A-Z_]+)["']""", _read("salesdash/settings.py")))
    for folder in ("supervisor", "embedded"):
        for path in (ROOT / "salesdash" / folder).glob("*.py"):
            read |= set(re.findall(r'os\.environ\.get\("([A-Z_]+)"', path.read_text(encoding="utf-8")))
    return read - {"SALESDASH_TEST_SUFFIX", "PATH"}


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_each_variable_stands_in_the_table_and_no_other(readme):
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", _read(readme), re.M))
    assert named == _settings()


@pytest.mark.parametrize("document", ["README.md", "README.ja.md", "docs/where-things-live.md"])
def test_make_targets_that_are_named_exist(document):
    targets = set(re.findall(r"^([a-z-]+):", _read("Makefile"), re.M))
    named = set(re.findall(r"`make ([a-z-]+)|^make ([a-z-]+)", _read(document), re.M))
    assert {one or two for one, two in named} <= targets


def test_scheduled_tasks_exist():
    from django.conf import settings

    from salesdash.celery import app

    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
    assert set(settings.CELERY_TASK_ROUTES) <= set(app.tasks)


@pytest.mark.parametrize("document", ["README.md", "README.ja.md"])
def test_links_and_pictures_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#]+)\)", _read(document))
    missing = [link for link in links if not link.startswith("http") and not (ROOT / link).exists()]
    assert missing == []


def test_each_page_has_its_eight_pictures_and_all_together_stay_small():
    pages = re.findall(r'^    "(\w+)": Sight\(', _read("infra/pictured.py"), re.M)
    pictures = list((ROOT / "docs" / "screenshots").iterdir())
    eight = ["-".join(one) for one in product(("ja", "en"), ("1440", "390"), ("light", "dark"))]
    assert sorted(one.name for one in pictures) == sorted(
        f"{page}-{one}.png" for page in pages for one in eight
    )
    assert sum(one.stat().st_size for one in pictures) < 9_000_000


def test_every_module_stands_in_where_things_live():
    listed = _read("docs/where-things-live.md")
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    unlisted = [
        path
        for path in tracked
        if path and not re.search(r"(^|/)(tests|migrations)/|__init__\.py$|conftest\.py$", path)
        if f"`{path}`" not in listed
    ]
    assert unlisted == []


def test_decisions_are_numbered_once():
    numbers = [path.name[:4] for path in (ROOT / "docs" / "adr").glob("*.md")]
    assert numbers
    assert len(numbers) == len(set(numbers))
