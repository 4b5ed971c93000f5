"""Which life of the installation a frame belongs to: `epoch` changes with the rules and with a lost Redis.

A number of another epoch means nothing to a screen: it reloads. The epoch mixes the score table's own epoch,
the Redis process that serves now (a restart may bring back an older snapshot, sequence numbers included) and
a random mark that a flush takes away.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

from redis.client import Pipeline

from salesdash import redis_client

_MARK: Final = redis_client.key("live", "incarnation")


def ask(pipeline: Pipeline) -> None:
    """Add the questions whose answers `of` understands."""
    pipeline.setnx(_MARK, secrets.token_hex(8))
    pipeline.get(_MARK)
    pipeline.info("server")


def of(answers: Sequence[Any]) -> str:
    """Who Redis is now, from the answers to `ask`."""
    _set, mark, server = answers
    return f"{mark.decode()}.{server['run_id']}"


def current() -> str:
    pipeline = redis_client.get().pipeline(transaction=False)
    ask(pipeline)
    return of(pipeline.execute())


def epoch(score_epoch: int, redis_identity: str) -> int:
    """32 bits: equal in every process that sees the same rules and the same Redis."""
    return zlib.crc32(f"{score_epoch}.{redis_identity}".encode())


def sequence_key(team_id: int) -> str:
    return redis_client.key("live", "seq", team_id)


def sequences(team_ids: Iterable[int]) -> dict[int, int]:
    """The number of the last frame of each team; 0 where there was none."""
    teams = list(team_ids)
    if not teams:
        return {}
    numbers = redis_client.get().mget([sequence_key(team) for team in teams])
    return {team: int(number or 0) for team, number in zip(teams, numbers, strict=True)}
