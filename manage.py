#!/usr/bin/env python3
"""Any Django command, by hand, with no variable set: the embedded servers are attached to or started."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent
VENV_PYTHON = CHECKOUT / ".venv" / "bin" / "python"


def main() -> int:
    if sys.version_info < (3, 11) or find_spec("django") is None:
        return run_in_venv()
    from salesdash import embedded

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesdash.settings")
    try:
        embedded.ensure_env(sys.argv)
    except embedded.EmbeddedError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


def run_in_venv() -> int:
    """Typed with the system's Python: use the checkout's own, once."""
    if not os.access(VENV_PYTHON, os.X_OK) or Path(sys.prefix).resolve() == VENV_PYTHON.parent.parent:
        print(
            "error: this user has no dependencies installed here: run `make install` first.", file=sys.stderr
        )
        return 1
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])  # noqa: S606  (a fixed program)


if __name__ == "__main__":
    sys.exit(main())
