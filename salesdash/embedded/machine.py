"""How large the servers may grow on this machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

MB: Final = 1024 * 1024
CGROUP_LIMITS: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def memory_bytes() -> int:
    """Physical memory, or the container's limit where that is lower."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for name in CGROUP_LIMITS:
        try:
            found.append(int(Path(name).read_text()))
        except (OSError, ValueError):
            continue
    return min(found)


def postgres_settings(data: Path, *, durable: bool) -> dict[str, str]:
    memory = memory_bytes()
    free = shutil.disk_usage(data).free
    settings = {
        "shared_buffers": _megabytes(memory // 6, low=64, high=4096),
        "effective_cache_size": _megabytes(memory // 2, low=128, high=65536),
        "work_mem": _megabytes(memory // 384, low=8, high=64),
        "maintenance_work_mem": _megabytes(memory // 24, low=64, high=1024),
        # The first touch of a page after a checkpoint writes all of it to the log, and a large batch of
        # activities touches 50,000: checkpoints should be rare. The log is kept on the disk up to this size.
        "max_wal_size": _megabytes(free // 12, low=512, high=8192),
        "min_wal_size": "128MB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "max_parallel_workers": str(os.cpu_count() or 1),
        "max_parallel_workers_per_gather": str(min((os.cpu_count() or 1) - 1, 4)),
        "max_parallel_maintenance_workers": str(min(os.cpu_count() or 1, 4)),
        "dynamic_shared_memory_type": "posix" if _shared_memory_is_roomy() else "mmap",
        # nothing replicates from here, and bulk loads write less
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "jit": "off",
        "max_connections": "200",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not durable:
        # tests: small and many, thrown away after
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        # What a test rolled back would leave statistics of an empty table, at some moment: plans by chance.
        settings |= {"autovacuum": "off"}
        settings |= {"shared_buffers": _megabytes(memory // 6, low=64, high=256)}
    return settings


def _megabytes(size: int, *, low: int, high: int) -> str:
    return f"{min(max(size // MB, low), high)}MB"


def _shared_memory_is_roomy() -> bool:
    """Containers often have 64 MB there, and a parallel query then fails."""
    folder = Path("/dev/shm")  # noqa: S108  (only its size is read)
    return not folder.is_dir() or shutil.disk_usage(folder).free > 512 * MB
