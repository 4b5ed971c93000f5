"""A data folder of its own for each test."""

import shutil
import tempfile
from pathlib import Path

import pytest

from salesdash import embedded


@pytest.fixture
def empty_root():
    """Nothing there yet. Not tmp_path: pytest closes its folders, and root's servers run as somebody else."""
    folder = Path(tempfile.mkdtemp(prefix="sdt-"))
    folder.chmod(0o755)
    yield folder / "data"
    try:
        embedded.remove(folder / "data")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def initialised(tmp_path_factory):
    """One database folder to copy from, for initdb takes more than a second."""
    folder = Path(tempfile.mkdtemp(prefix="sdt-"))
    folder.chmod(0o755)
    embedded.start(folder / "data", durable=False)
    embedded.stop(folder / "data")
    yield folder / "data" / "postgres"
    shutil.rmtree(folder)


@pytest.fixture
def data_root(empty_root, initialised):
    """A database that was once stopped in order."""
    shutil.copytree(initialised, empty_root / "postgres")
    return empty_root
