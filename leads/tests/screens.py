"""A browser's socket without a browser."""

from __future__ import annotations

import json
from typing import Any

import msgpack
from channels.testing import WebsocketCommunicator
from django.test import Client

from leads.live import frames
from leads.live.frames import LeadsFrame
from salesdash.asgi import application


class Screen(WebsocketCommunicator):
    """Knows its session, reads MessagePack."""

    def __init__(self, client: Client | None, origin: str = "http://localhost") -> None:
        headers = [(b"host", b"localhost"), (b"origin", origin.encode())]
        if client:
            headers.append((b"cookie", f"sessionid={client.cookies['sessionid'].value}".encode()))
        super().__init__(application, "/ws/live/", headers)
        self.client = client

    async def enters(self) -> dict[str, Any]:
        """Connects; returns the hello."""
        assert (await self.connect(timeout=5))[0]
        hello = await self.hears()
        assert hello["kind"] == "hello"
        return hello

    async def hears(self, timeout: float = 2) -> Any:
        data = await self.receive_from(timeout)
        message = msgpack.unpackb(data, strict_map_key=False)
        return frames.decode(data) if isinstance(message, list) else message

    async def next_frame(self) -> LeadsFrame:
        """Beats are passed over."""
        while True:
            heard = await self.hears()
            if isinstance(heard, LeadsFrame):
                return heard

    async def says(self, **message: Any) -> None:
        await self.send_to(text_data=json.dumps(message))

    async def closed_with(self, timeout: float = 2) -> int:
        while True:
            output = await self.receive_output(timeout)
            if output["type"] == "websocket.close":
                return output["code"]
