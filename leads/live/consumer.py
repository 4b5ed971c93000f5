"""The socket of one screen: lets in, joins groups, relays, hangs up. It decides nothing about leads."""

from __future__ import annotations

import json
import random
import time
from collections import OrderedDict
from typing import Any, Final

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from redis.exceptions import RedisError

from leads.live import answers, frames
from leads.live import audience as audiences
from leads.live.answers import Sent
from leads.live.audience import Audience
from salesdash.models import FrameAck, User

# what the screen is to do about a closed socket; static/js/live/socket.js knows the same numbers
SIGN_IN: Final = 4401
COME_BACK: Final = 4409
BAD_MESSAGE: Final = 4400
TOO_SLOW: Final = 4408
TOO_MANY_MESSAGES: Final = 4429
TRY_LATER: Final = 1013

# a screen answers every beat: one that lags by more is cut off, so that nothing piles up for it
MOST_UNCONFIRMED_BYTES: Final = 256 * 1024
LONGEST_SILENCE_SECONDS: Final = 30.0
RECHECK_SECONDS: Final = 60.0
RESYNC_EVERY_SECONDS: Final = 1.0
LONGEST_MESSAGE: Final = 1000
MESSAGES_PER_SECOND: Final = 5.0
MESSAGES_AT_ONCE: Final = 40.0
_REMEMBERED_FRAMES: Final = 64


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    audience: Audience | None = None
    joined: tuple[str, ...] = ()
    closing = False

    async def connect(self) -> None:
        # accepted first: a browser cannot see why a handshake was refused
        await self.accept()
        self.unconfirmed = 0
        self.sent: OrderedDict[str, Sent] = OrderedDict()
        self.allowance = MESSAGES_AT_ONCE
        self.heard_at = self.acknowledged_at = self.resynced_at = time.monotonic() - RECHECK_SECONDS
        self.heard_at = self.counted_at = time.monotonic()
        # spread, so that a restart does not make every socket ask in the same second
        self.recheck_at = time.monotonic() + RECHECK_SECONDS * random.uniform(0.5, 1)  # noqa: S311
        try:
            await self._enter()
        except (RedisError, OSError):
            await self._hang_up(TRY_LATER)

    async def _enter(self) -> None:
        known = await self._read_session()
        if known is None:
            await self._hang_up(SIGN_IN)
            return
        _user, self.audience = known
        for group in self.audience.groups:
            await self.channel_layer.group_add(group, self.channel_name)
            self.joined = (*self.joined, group)
        # joined before asked: a frame between the two is repeated, not lost
        await self._tell(await database_sync_to_async(answers.hello)(self.audience))

    async def disconnect(self, code: int) -> None:
        self.closing = True
        try:
            for group in self.joined:
                await self.channel_layer.group_discard(group, self.channel_name)
        except (RedisError, OSError):
            return  # the groups of a process live in the process: nothing stays behind

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As the base class, without its thread hop per message: relaying touches no database."""
        await getattr(self, get_handler_name(message))(message)

    # --- from the channel layer ------------------------------------------------------------------

    async def live_frame(self, message: dict[str, Any]) -> None:
        self._remember(message)
        await self._tell(message["data"])

    async def live_beat(self, message: dict[str, Any]) -> None:
        """The pump lives. Each screen is told its own teams' numbers only."""
        if self.audience is None or self.closing:
            return
        now = time.monotonic()
        if now - self.heard_at > LONGEST_SILENCE_SECONDS:
            await self._hang_up(TOO_SLOW)
            return
        if now > self.recheck_at:
            self.recheck_at = now + RECHECK_SECONDS
            await self._recheck()
        seq = [pair for pair in message["seq"] if pair[0] in self.audience.team_ids]
        await self._tell(frames.message("beat", epoch=message["epoch"], at=message["at"], seq=seq))

    async def live_recheck(self, _message: dict[str, Any]) -> None:
        """Something about this user's rights may have changed."""
        await self._recheck()

    async def live_signed_out(self, message: dict[str, Any]) -> None:
        if message["session"] == audiences.session_digest(self.scope["session"].session_key):
            await self._hang_up(SIGN_IN)

    async def _recheck(self) -> None:
        known = await self._read_session()
        if known is None:
            await self._hang_up(SIGN_IN)
        elif known[1] != self.audience:
            await self._hang_up(COME_BACK)

    # --- from the screen -------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.closing or self.audience is None:
            return
        if not self._allowed():
            await self._hang_up(TOO_MANY_MESSAGES)
            return
        match _parse(text_data):
            case {"beat": int()}:
                self.heard_at = time.monotonic()
                self.unconfirmed = 0
            case {"ack": str(name)}:
                await self._acknowledge(name)
            case {"resync": int(since_ms)} if 0 <= since_ms < 1 << 43:
                await self._resync(since_ms)
            case _:
                await self._hang_up(BAD_MESSAGE)

    async def _resync(self, since_ms: int) -> None:
        now = time.monotonic()
        if now - self.resynced_at < RESYNC_EVERY_SECONDS:
            return  # the screen asks again when no answer comes
        self.resynced_at = now
        known = await self._read_session()
        if known is None:
            await self._hang_up(SIGN_IN)
        elif known[1] != self.audience:
            await self._hang_up(COME_BACK)
        else:
            await self._tell(await database_sync_to_async(answers.resync)(*known, since_ms))

    async def _acknowledge(self, name: str) -> None:
        """Only what was really sent on this socket can be acknowledged, and once."""
        frame = self.sent.pop(name, None)
        now = time.monotonic()
        if frame is None:
            return
        if frame.kind == FrameAck.Kind.LEADS:
            if now - self.acknowledged_at < answers.ACKNOWLEDGE_EVERY_SECONDS:
                return
            self.acknowledged_at = now
        await database_sync_to_async(frame.arrived)()

    # --- the wire --------------------------------------------------------------------------------

    async def _tell(self, data: bytes) -> None:
        if self.closing:
            return
        self.unconfirmed += len(data)
        if self.unconfirmed > MOST_UNCONFIRMED_BYTES:
            await self._hang_up(TOO_SLOW)
            return
        await self.send(bytes_data=data)

    async def _hang_up(self, code: int) -> None:
        if not self.closing:
            self.closing = True
            await self.close(code=code)

    def _remember(self, message: dict[str, Any]) -> None:
        if message["since_ms"] is None or message["kind"] not in FrameAck.Kind.values:
            return
        self.sent[message["name"]] = Sent(
            FrameAck.Kind(message["kind"]),
            message["team_id"],
            message["since_ms"],
            message["trace_id"],
            message["span_id"],
            message["inference_ms"],
        )
        if len(self.sent) > _REMEMBERED_FRAMES:
            self.sent.popitem(last=False)

    def _allowed(self) -> bool:
        now = time.monotonic()
        refilled = self.allowance + (now - self.counted_at) * MESSAGES_PER_SECOND
        self.allowance = min(MESSAGES_AT_ONCE, refilled) - 1
        self.counted_at = now
        return self.allowance >= 0

    async def _read_session(self) -> tuple[User, Audience] | None:
        read = database_sync_to_async(audiences.of_session)
        known: tuple[User, Audience] | None = await read(self.scope["session"].session_key)
        return known


def _parse(text: str | None) -> object:
    if text is None or len(text) > LONGEST_MESSAGE:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None
