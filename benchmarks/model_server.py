"""The dev writer in a process of its own, so that its work is not taken for ours: PORT SECONDS."""

from __future__ import annotations

import sys

from salesdash.devllm import DevServer, Options


def main() -> None:
    """Drafts take so many seconds; judging and moderation take none."""
    port, latency_ms = int(sys.argv[1]), 1000 * float(sys.argv[2])
    options = Options(port=port, latency_ms=(latency_ms, latency_ms), latency_only="draft", keep_requests=0)
    DevServer(options).serve_forever()


if __name__ == "__main__":
    main()
