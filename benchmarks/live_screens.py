"""Many sockets in one process of their own, without Django: each notes when which lead reached it.

    python -m benchmarks.live_screens PORT < session keys, one a line, then an empty one

Says "ready" once all are greeted; at the end of its input it prints what they saw, as one line of JSON.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from typing import Any

import msgpack
from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol

from leads.live import frames


class Screen(WebSocketClientProtocol):  # type: ignore[misc]
    """`arrived` maps a lead to the time of its first frame and the level told last."""

    factory: Any

    def onOpen(self) -> None:
        self.arrived: dict[int, tuple[float, int]] = {}
        self.team_ids: list[int] = []

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        now = time.time()
        if payload[0] & 0xF0 == 0x90:  # an array: lead values
            self._note(payload, now)
            return
        message = msgpack.unpackb(payload, strict_map_key=False)
        if message["kind"] == "beat":
            self.sendMessage(json.dumps({"beat": message["at"]}).encode())  # type: ignore[no-untyped-call]
        elif message["kind"] == "hello":
            self.team_ids = [team for team, _seq in message["seq"]]
            self.factory.hall.greeted.append(self)

    def _note(self, payload: bytes, now: float) -> None:
        frame = frames.decode(payload)
        self.factory.hall.frames[(frame.team_id, frame.seq)] = payload
        for lead_id, level in frame.leads:
            first, _level = self.arrived.get(lead_id, (now, level))
            self.arrived[lead_id] = (first, level)


class Hall:
    def __init__(self) -> None:
        self.greeted: list[Screen] = []
        self.frames: dict[tuple[int, int], bytes] = {}

    async def open(self, port: int, sessions: list[str]) -> None:
        loop = asyncio.get_running_loop()
        for session in sessions:
            factory: Any = WebSocketClientFactory(  # type: ignore[no-untyped-call]
                f"ws://localhost:{port}/ws/live/",
                origin=f"http://localhost:{port}",
                headers={"Cookie": f"sessionid={session}"},
            )
            factory.protocol, factory.hall = Screen, self
            await loop.create_connection(factory, "127.0.0.1", port)
        async with asyncio.timeout(120):
            while len(self.greeted) < len(sessions):
                await asyncio.sleep(0.05)

    def seen(self) -> dict[str, Any]:
        screens = [{"teams": screen.team_ids, "arrived": screen.arrived} for screen in self.greeted]
        sent = [base64.b64encode(payload).decode() for payload in self.frames.values()]
        return {"screens": screens, "frames": sent}


async def main() -> None:
    loop = asyncio.get_running_loop()
    sessions = [line.strip() for line in iter(sys.stdin.readline, "\n")]
    hall = Hall()
    await hall.open(int(sys.argv[1]), sessions)
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(json.dumps(hall.seen()))


if __name__ == "__main__":
    asyncio.run(main())
