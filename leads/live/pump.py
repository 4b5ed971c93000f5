"""Drains the marks every 250 ms, reads the values once, and publishes one frame per team.

PostgreSQL is the truth: every 15 s, and every second at first, the pump also looks for changes that no mark
told of (their process lost Redis after its commit). A beat every 5 s carries the sequence numbers, so that a
screen notices a lost last frame, and a silent pump.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from channels.layers import get_channel_layer
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from redis.exceptions import RedisError

from leads.live import changes, incarnation, publish
from leads.live.changes import Reading, Value
from leads.live.frames import LeadsFrame, encode
from leads.live.leader import MARKS_AT_ONCE, Leader, NotLeader
from leads.models import ScoreState
from salesdash.models import FrameAck, Team

logger = logging.getLogger(__name__)

TICK_SECONDS: Final = 0.25
BEAT_SECONDS: Final = 5.0
SEARCH_SECONDS: Final = 15.0
# the lead may have been free because Redis was lost: writers pause before they leave marks again
SETTLING_SECONDS: Final = 2 * publish.PAUSE_SECONDS
SETTLING_SEARCH_SECONDS: Final = 1.0
# in a flood of changes every second of it would keep the pump from its marks
LONG_SEARCH_SECONDS: Final = 0.25
# a traced frame is acknowledged by every screen of its team
TRACED_EVERY_SECONDS: Final = 5.0
LEADS_PER_FRAME: Final = 1000
_LONGEST_PAUSE_SECONDS: Final = 5.0


class Mark(NamedTuple):
    """When a lead first changed since its last frame, and in which trace."""

    since_ms: int
    trace_id: str = ""
    span_id: str = ""

    @classmethod
    def parse(cls, text: str) -> Mark:
        since_ms, _, traceparent = text.partition("|")
        return cls(int(since_ms), *traceparent.split("-")[1:3])


class Pump:
    def __init__(self) -> None:
        self._leader = Leader()
        self._loop = asyncio.Runner()
        self._redis_identity = ""
        # lead id → `changed_at` of the value published last
        self._published: dict[int, datetime] = {}
        self._due: dict[str, float] = {}
        self._settles_until = 0.0
        self._traced_until: dict[int, float] = {}

    def run(self, stop: threading.Event) -> None:
        """Until `stop`: lead or wait to lead; a lost Redis or PostgreSQL is waited for."""
        failures = 0
        with self._loop:
            while not stop.is_set():
                try:
                    pause = self._step()
                    failures = 0
                except (RedisError, OSError, DatabaseError, InterfaceError, ScoreState.DoesNotExist) as error:
                    failures += 1
                    pause = min(_LONGEST_PAUSE_SECONDS, TICK_SECONDS * 2**failures) * random.uniform(0.5, 1)  # noqa: S311
                    self._complain(error, pause, failures)
                stop.wait(pause)
            self._resign()

    def _step(self) -> float:
        """One tick as the leader, or one application for the lead. Returns the seconds to the next."""
        started = time.monotonic()
        close_old_connections()
        try:
            more = self.tick()
        except NotLeader:
            if not self._leader.apply():
                return 1.0
            logger.info("live pump leads")
            self._due.clear()
            self._settles_until = time.monotonic() + SETTLING_SECONDS
            return 0.0
        return 0.0 if more else max(0.0, TICK_SECONDS - (time.monotonic() - started))

    def tick(self) -> bool:
        """True if more marks wait. Raises NotLeader where another pump leads."""
        marks, self._redis_identity = self._leader.take()
        if marks:
            parsed = {lead_id: Mark.parse(text) for lead_id, text in marks.items()}
            self._publish(changes.of_leads(parsed), parsed)
            self._leader.done(parsed)
        settles = time.monotonic() < self._settles_until
        if self._is_due("search", SETTLING_SEARCH_SECONDS if settles else SEARCH_SECONDS):
            began = time.monotonic()
            self._search()
            if time.monotonic() - began > LONG_SEARCH_SECONDS:
                self._settles_until = 0.0
        if self._is_due("beat", BEAT_SECONDS):
            self._beat()
        return len(marks) == MARKS_AT_ONCE

    def _publish(self, reading: Reading, marks: dict[int, Mark]) -> None:
        epoch = incarnation.epoch(reading.scale.epoch, self._redis_identity)
        by_team: dict[int, list[Value]] = defaultdict(list)
        for value in reading.values:
            by_team[value.team_id].append(value)
        for team_id, values in by_team.items():
            for start in range(0, len(values), LEADS_PER_FRAME):
                part = values[start : start + LEADS_PER_FRAME]
                self._send_frame(epoch, team_id, reading.at, part, marks)
        self._published.update((value.lead_id, value.changed_at) for value in reading.values)

    def _send_frame(
        self, epoch: int, team_id: int, at: datetime, values: list[Value], marks: dict[int, Mark]
    ) -> None:
        first = min((marks[value.lead_id] for value in values if value.lead_id in marks), default=None)
        traced = first if first and self._may_trace(team_id) else None
        seq = self._leader.next_sequence(team_id)
        frame = LeadsFrame(
            epoch,
            team_id,
            seq,
            at_ms=int(at.timestamp() * 1000),
            leads=[(value.lead_id, value.level) for value in values],
            trace_id=traced.trace_id if traced else "",
        )
        message = publish.relay(
            kind=FrameAck.Kind.LEADS.value,
            team_id=team_id,
            data=encode(frame),
            since_ms=first.since_ms if first else None,
            name=f"{team_id}.{seq}",
            trace_id=first.trace_id if first else "",
            span_id=first.span_id if first else "",
        )
        self._send(publish.team_group(team_id), message)

    def _may_trace(self, team_id: int) -> bool:
        """Nearly every change has a trace; one frame per team in five seconds carries it to the screens."""
        now = time.monotonic()
        if now < self._traced_until.get(team_id, 0.0):
            return False
        self._traced_until[team_id] = now + TRACED_EVERY_SECONDS
        return True

    def _search(self) -> None:
        """Publish what changed without a mark; forget what the next search cannot meet."""
        oldest = datetime.now(UTC) - changes.OVERLAP - timedelta(seconds=2 * SEARCH_SECONDS)
        found: dict[int, datetime] = {}
        for reading in changes.of_everyone_since(oldest):
            known = self._published
            unknown = [value for value in reading.values if known.get(value.lead_id) != value.changed_at]
            if unknown:
                self._publish(Reading(reading.scale, reading.at, unknown), {})
            found.update((value.lead_id, value.changed_at) for value in reading.values)
            self._leader.renew()
        self._published = found

    def _beat(self) -> None:
        scale, at = changes.scale()
        teams = Team.objects.values_list("pk", flat=True)
        self._send(
            publish.EVERYBODY,
            {
                "type": "live.beat",
                "epoch": incarnation.epoch(scale.epoch, self._redis_identity),
                "at": int(at.timestamp() * 1000),
                "seq": [[team_id, seq] for team_id, seq in incarnation.sequences(teams).items()],
            },
        )

    def _send(self, group: str, message: dict[str, Any]) -> None:
        self._loop.run(get_channel_layer().group_send(group, message))

    def _is_due(self, what: str, every_seconds: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + every_seconds
        return True

    def _resign(self) -> None:
        try:
            self._leader.resign()
        except (RedisError, OSError) as error:
            logger.info("live pump could not resign: %s", error)

    def _complain(self, error: Exception, pause: float, failures: int) -> None:
        connection.close()
        level = logging.WARNING if failures == 1 else logging.DEBUG
        logger.log(level, "live pump waits %.1f s: %s", pause, error)
