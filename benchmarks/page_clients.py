"""Clients that ask for pages one after the other without pause, in one process of their own, without Django.

Reads one JSON object from standard input: port, cookie, paths, clients, seconds; if wanted agent, and in fine
which answers there should be (200). Writes one: for each such answer the seconds that the server says it took
and those that the client waited, and how many other answers there were.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import sys
import threading
import time
from typing import Any, Final

DURATION: Final = re.compile(r"app;dur=([\d.]+)")


def main() -> None:
    plan = json.load(sys.stdin)
    until = time.monotonic() + plan["seconds"]
    answers: list[tuple[float, float]] = []
    failures: list[int] = []
    threads = [
        threading.Thread(target=_ask, args=(plan, seed, until, answers, failures))
        for seed in range(plan["clients"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump({"answers": answers, "failures": len(failures)}, sys.stdout)


def _ask(
    plan: dict[str, Any], seed: int, until: float, answers: list[tuple[float, float]], failures: list[int]
) -> None:
    dice = random.Random(seed)
    headers = {"Cookie": plan["cookie"], "Accept-Language": "ja", "X-Forwarded-Proto": "https"}
    headers["User-Agent"] = plan.get("agent", "")
    fine = plan.get("fine", [200])
    while time.monotonic() < until:
        # gunicorn's workers answer one request a connection; so does a proxy that does not keep them
        connection = http.client.HTTPConnection("127.0.0.1", plan["port"], timeout=60)
        started = time.perf_counter()
        connection.request("GET", dice.choice(plan["paths"]), headers=headers)
        response = connection.getresponse()
        response.read()
        waited = time.perf_counter() - started
        if response.status in fine:
            took = DURATION.search(response.headers["Server-Timing"] or "")
            answers.append((float(took[1]) / 1000 if took else waited, waited))
        else:
            failures.append(response.status)
        connection.close()


if __name__ == "__main__":
    main()
