"""Hears what is published on the channel layer, with a plain Redis subscription instead of a socket."""

from __future__ import annotations

import time
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from leads.live import frames
from leads.live.frames import LeadsFrame
from salesdash import redis_client


class Ear:
    def __init__(self) -> None:
        self._prefix = f"{settings.REDIS_PREFIX}:ws__group__"
        self._subscription = redis_client.get().pubsub(ignore_subscribe_messages=True)
        self._subscription.psubscribe(f"{self._prefix}*")
        self._subscription.get_message(timeout=1)

    def messages(self, within_s: float = 0.3) -> list[tuple[str, dict[str, Any]]]:
        """(group, message) of all that came; waits for the first, then until nothing more comes."""
        found = []
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if raw := self._subscription.get_message(timeout=0.02):
                group = raw["channel"].decode().removeprefix(self._prefix)
                found.append((group, get_channel_layer().deserialize(raw["data"])))
            elif found:
                break
        return found

    def frames(self) -> list[tuple[str, LeadsFrame]]:
        return [
            (group, frames.decode(message["data"]))
            for group, message in self.messages()
            if message.get("kind") == "leads"
        ]

    def close(self) -> None:
        self._subscription.close()
