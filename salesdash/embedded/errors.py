"""The one failure of this package: a line that a person can act on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class EmbeddedError(Exception):
    """The embedded servers cannot run; the message is one line and says what to do."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn a refusal of the file system under `path` into one line."""
    try:
        yield
    except OSError as error:
        raise EmbeddedError(explain(error, path)) from error


def explain(error: OSError, path: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk that holds {path} is full: free some space and start again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"Cannot write to {error.filename or path}: {error.strerror}. Make {path} writable for this user."
        )
    return f"Cannot use {error.filename or path}: {error.strerror}."
