"""Imports go one way: kpis → drafts → leads → salesdash."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ["salesdash", "leads", "drafts", "kpis"]
# the only files of the lowest layer that may know the apps
JOINTS = {"salesdash/urls.py", "salesdash/asgi.py"}
FILES = [
    path
    for layer in LAYERS
    for path in sorted((ROOT / layer).rglob("*.py"))
    if "tests" not in path.relative_to(ROOT).parts
]


def _imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("layer", LAYERS)
def test_no_layer_imports_a_higher_one(layer):
    higher = LAYERS[LAYERS.index(layer) + 1 :]
    offences = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in FILES
        if path.relative_to(ROOT).parts[0] == layer and str(path.relative_to(ROOT)) not in JOINTS
        for name in _imported(path)
        if name.split(".")[0] in higher
    ]
    assert offences == []


def test_services_do_not_import_tasks():
    joints = {"apps.py", "tasks.py", "admin.py", "receivers.py"}
    # whoever answers a person may enqueue
    answering = {"views", "api", "admin", "management"}
    offences = [
        str(path.relative_to(ROOT))
        for path in FILES
        if path.name not in joints and not answering & set(path.relative_to(ROOT).parts)
        if any(name.split(".")[-1] == "tasks" for name in _imported(path))
    ]
    assert offences == []


def test_files_stay_short():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in FILES
        if "migrations" not in path.parts
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
