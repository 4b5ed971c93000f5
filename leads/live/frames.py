"""What goes over the socket: MessagePack, columns instead of objects. Pure: no database, no Redis.

The frequent frame, lead values, is an array; static/js/live/decode.js holds the other half of the contract:

    [version, epoch, team, seq, at, ids, levels]      a traced frame adds the trace id's 16 bytes

`at` is the database's time at which the values were read, in ms. `ids` are the gaps between the ascending
lead ids as LEB128, `levels` one unsigned 16-bit number per lead. Any other message is a map with "v" and
"kind". Why arrays, and what each byte buys: docs/adr/0020-live-frames.md
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgpack

VERSION: Final = 1
# A level counts 4,096ths of a doubling of heat, from 2^-8 of the heat that shows as 50 (0.3 points) to 2^8
# of it. Its rounding moves a temperature by 0.004 points at most.
STEPS_PER_DOUBLING: Final = 4096
LOWEST_DOUBLING: Final = -8
# in place of a level: a rule leaves the lead out of the ranking, so it shows no temperature at all
EXCLUDED: Final = 0xFFFF
_TOP: Final = EXCLUDED - 1


def level(doublings: float) -> int:
    """`doublings` is log2(heat / the heat that shows as 50); 0 is "no heat to speak of"."""
    if doublings < LOWEST_DOUBLING:
        return 0
    return min(_TOP, max(1, round((doublings - LOWEST_DOUBLING) * STEPS_PER_DOUBLING)))


def temperature(level: int) -> float:
    """What a level shows at its frame's `at`, 0 to 100."""
    if level in (0, EXCLUDED):
        return 0.0
    return 100 * (1 - math.exp2(-math.exp2(level / STEPS_PER_DOUBLING + LOWEST_DOUBLING)))


@dataclass(frozen=True, slots=True)
class LeadsFrame:
    """`leads` are (lead id, level), ascending by id."""

    epoch: int
    team_id: int
    seq: int
    at_ms: int
    leads: Sequence[tuple[int, int]]
    trace_id: str = ""


def encode(frame: LeadsFrame) -> bytes:
    parts: list[Any] = [VERSION, frame.epoch, frame.team_id, frame.seq, frame.at_ms, *columns(frame.leads)]
    if frame.trace_id:
        parts.append(bytes.fromhex(frame.trace_id))
    return bytes(msgpack.packb(parts))


def decode(data: bytes) -> LeadsFrame:
    _version, epoch, team, seq, at_ms, ids, levels, *trace = msgpack.unpackb(data)
    return LeadsFrame(epoch, team, seq, at_ms, rows(ids, levels), trace[0].hex() if trace else "")


def message(kind: str, **content: Any) -> bytes:
    """Any message that is not lead values: hello, beat, resync, draft…"""
    return bytes(msgpack.packb({"v": VERSION, "kind": kind, **content}))


def columns(leads: Iterable[tuple[int, int]]) -> tuple[bytes, bytes]:
    """(ids, levels) of leads that ascend by id."""
    ids, levels = bytearray(), bytearray()
    last = 0
    for lead_id, lead_level in leads:
        _append_leb128(ids, lead_id - last)
        levels += struct.pack(">H", lead_level)
        last = lead_id
    return bytes(ids), bytes(levels)


def rows(ids: bytes, levels: bytes) -> list[tuple[int, int]]:
    """The inverse of `columns`."""
    values = struct.unpack(f">{len(levels) // 2}H", levels)
    found: list[int] = []
    gap = shift = lead_id = 0
    for byte in ids:
        gap |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            lead_id += gap
            found.append(lead_id)
            gap = shift = 0
    return list(zip(found, values, strict=True))


def _append_leb128(target: bytearray, number: int) -> None:
    if number < 0:
        raise ValueError("lead ids must ascend")
    while number > 0x7F:
        target.append(number & 0x7F | 0x80)
        number >>= 7
    target.append(number)
