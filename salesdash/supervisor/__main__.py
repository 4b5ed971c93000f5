"""The command line of the supervisor."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from salesdash import supervisor
from salesdash.embedded import EmbeddedError
from salesdash.supervisor import command, demo
from salesdash.supervisor.preflight import Refusal, check_python

MODES: Final[dict[str, Callable[[list[str]], int]]] = {
    "test": command.with_test_servers,
    "bench": command.with_bench_servers,
    "exec": command.with_demo_servers,
}


def main(argv: list[str]) -> int:
    mode, rest = (argv[0], argv[1:]) if argv else ("", [])
    if rest[:1] == ["--"]:
        rest = rest[1:]
    try:
        check_python()
        if mode == "demo" and not rest:
            return demo.run()
        if mode in MODES and rest:
            return MODES[mode](rest)
    except (Refusal, EmbeddedError) as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    print(supervisor.__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
