"""What a socket is told when it asks, and what its acknowledgement leaves behind. Synchronous throughout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from leads.live import changes, frames, incarnation, leader
from leads.live.audience import Audience
from leads.live.publish import now_ms
from leads.live.pump import BEAT_SECONDS
from salesdash import latency, telemetry
from salesdash.models import FrameAck, User

# a socket records one lead frame's delay in this time, and every draft stage's
ACKNOWLEDGE_EVERY_SECONDS: Final = 10.0
# of the frames without a trace, the share that is acknowledged too
SAMPLED_SHARE: Final = 0.05
# a delay beyond this is a clock that jumped, not a delivery
_LONGEST_DELAY_MS: Final = 600_000


def hello(audience: Audience) -> bytes:
    """All that a screen needs to read frames and to let temperatures cool."""
    sequences = incarnation.sequences(audience.team_ids)
    scale, at = changes.scale()
    return frames.message(
        "hello",
        epoch=incarnation.epoch(scale.epoch, incarnation.current()),
        rules=scale.epoch,
        at=_ms(at),
        seq=list(sequences.items()),
        landmark=_ms(scale.landmark),
        half_life=float(scale.half_life_seconds),
        scale_heat=float(scale.scale_heat),
        bands={band.key: threshold for band, threshold in scale.bands.items()},
        beat=BEAT_SECONDS,
        pumping=leader.exists(),
        acknowledge_every=ACKNOWLEDGE_EVERY_SECONDS,
        sample=SAMPLED_SHARE,
    )


def resync(user: User, audience: Audience, since_ms: int) -> bytes:
    """The values that changed since then, or `reload`. Numbers first, values after: what a frame in between
    brings is in the values already."""
    sequences = list(incarnation.sequences(audience.team_ids).items())
    identity = incarnation.current()
    reading = changes.since(user, audience.team_ids, datetime.fromtimestamp(since_ms / 1000, UTC))
    if reading is None:
        return frames.message("resync", reload=True)
    ids, levels = frames.columns((value.lead_id, value.level) for value in reading.values)
    epoch = incarnation.epoch(reading.scale.epoch, identity)
    return frames.message(
        "resync", reload=False, epoch=epoch, at=_ms(reading.at), seq=sequences, ids=ids, levels=levels
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """A frame that went to the screen; `since_ms` is when its first news was made."""

    kind: FrameAck.Kind
    team_id: int
    since_ms: int
    trace_id: str
    span_id: str
    inference_ms: int | None

    def arrived(self) -> None:
        """Record its way to the screen: a span of its trace, the histogram, a row for the KPIs."""
        arrived_ms = now_ms()
        delay_ms = arrived_ms - self.since_ms
        if not 0 <= delay_ms <= _LONGEST_DELAY_MS:
            return
        latency.observe("live", delay_ms)
        telemetry.record_past(
            "live.frame",
            trace_hex=self.trace_id,
            span_hex=self.span_id,
            start_ns=self.since_ms * 1_000_000,
            end_ns=arrived_ms * 1_000_000,
            kind=self.kind.value,
            team_id=self.team_id,
        )
        FrameAck.objects.create(
            kind=self.kind,
            team_id=self.team_id,
            trace_id=self.trace_id,
            delay_ms=delay_ms,
            inference_ms=self.inference_ms,
        )


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
