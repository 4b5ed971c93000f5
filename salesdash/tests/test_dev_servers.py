"""The stand-ins start in a moment and with little memory: they load little but the standard library."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

SHARED = "salesdash.dev_servers"
# what DNS says on the wire is dnspython's to write
LIBRARIES = {"devmail-dns": "dns"}
FOLDER = Path(__file__).parents[1]
PACKAGES = ("devllm", "devmail")
FILES = [path for name in PACKAGES for path in sorted((FOLDER / name).glob("*.py"))]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names |= {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
        names |= {str(node.module)} if isinstance(node, ast.ImportFrom) else set()
    return names


def foreign(path: Path) -> set[str]:
    return {name for name in imported(path) if name.partition(".")[0] not in sys.stdlib_module_names}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_they_import_only_the_standard_library_themselves_and_what_they_share(path):
    allowed = (
        f"salesdash.{path.parent.name}",
        LIBRARIES.get(f"{path.parent.name}-{path.stem}", SHARED),
        SHARED,
    )
    assert [
        name for name in foreign(path) if not f"{name}.".startswith(tuple(f"{one}." for one in allowed))
    ] == []


def test_what_they_share_imports_only_the_standard_library():
    assert foreign(FOLDER / "dev_servers.py") == set()
