"""`python -m salesdash.embedded status|start|stop|remove [DATA_ROOT]`: for a look, and for `make clean`."""

from __future__ import annotations

import sys
from pathlib import Path

from salesdash import embedded


def main(argv: list[str]) -> int:
    action = argv[0] if argv else "status"
    root = Path(argv[1]) if len(argv) > 1 else embedded.DEFAULT_DATA_ROOT
    try:
        if action == "start":
            print(embedded.start(root))
        elif action == "stop":
            embedded.stop(root)
        elif action == "remove":
            embedded.remove(root)
        elif action == "status":
            print(embedded.running(root) or "not running")
        else:
            print(__doc__, file=sys.stderr)
            return 2
    except embedded.EmbeddedError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
