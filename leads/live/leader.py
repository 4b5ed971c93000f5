"""One pump at a time: a lock in Redis that lapses by itself, checked again by every step that counts."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Final

from leads.live import incarnation
from leads.live.publish import CHANGED
from salesdash import redis_client

LAPSES_AFTER_MS: Final = 5000
# of a hundred thousand marks, as many at once as are published long before the lock lapses
MARKS_AT_ONCE: Final = 2000

_LOCK: Final = redis_client.key("live", "pump")
# marks taken over but not yet published: a pump that dies here leaves them to the next one
_TAKEN: Final = redis_client.key("live", "taken")

# KEYS lock, taken, changed; ARGV token, ms, number. Renews the lock; so many marks to publish, or false: not
# the leader.
_TAKE: Final = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return false end
redis.call('pexpire', KEYS[1], ARGV[2])
if redis.call('exists', KEYS[2]) == 0 and redis.call('exists', KEYS[3]) == 1 then
  redis.call('rename', KEYS[3], KEYS[2])
end
return redis.call('hrandfield', KEYS[2], ARGV[3], 'withvalues')
"""
# KEYS lock, taken; ARGV token, lead ids
_DONE: Final = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return false end
return redis.call('hdel', KEYS[2], unpack(ARGV, 2))
"""
# KEYS lock; ARGV token, ms
_RENEW: Final = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return false end
return redis.call('pexpire', KEYS[1], ARGV[2])
"""
# KEYS lock, any key; ARGV token, command. The leader's INCR or DEL of the second key, or false.
_AS_LEADER: Final = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return false end
return redis.call(ARGV[2], KEYS[2])
"""


def exists() -> bool:
    """Somebody pumps."""
    return bool(redis_client.get().exists(_LOCK))


class NotLeader(Exception):
    """Another pump has taken over, or Redis has forgotten us."""


class Leader:
    def __init__(self) -> None:
        self._token = secrets.token_hex(16)

    def apply(self) -> bool:
        """Become the leader if there is none."""
        return bool(redis_client.get().set(_LOCK, self._token, nx=True, px=LAPSES_AFTER_MS))

    def take(self) -> tuple[dict[int, str], str]:
        """(MARKS_AT_ONCE marks by lead id, the identity of Redis). Each comes again until `done`.

        Renews the lead.
        """
        pipeline = redis_client.get().pipeline(transaction=False)
        pipeline.eval(_TAKE, 3, _LOCK, _TAKEN, CHANGED, self._token, LAPSES_AFTER_MS, MARKS_AT_ONCE)
        incarnation.ask(pipeline)
        marks, *identity = pipeline.execute()
        if marks is None:
            raise NotLeader
        fields = iter(marks)
        return {int(lead_id): next(fields).decode() for lead_id in fields}, incarnation.of(identity)

    def next_sequence(self, team_id: int) -> int:
        return self._as_leader("incr", incarnation.sequence_key(team_id))

    def done(self, lead_ids: Iterable[int]) -> None:
        """These marks of `take` are published."""
        if redis_client.get().eval(_DONE, 2, _LOCK, _TAKEN, self._token, *lead_ids) is None:
            raise NotLeader

    def renew(self) -> None:
        """During work that takes long. Raises NotLeader."""
        if redis_client.get().eval(_RENEW, 1, _LOCK, self._token, LAPSES_AFTER_MS) is None:
            raise NotLeader

    def resign(self) -> None:
        redis_client.get().eval(_AS_LEADER, 2, _LOCK, _LOCK, self._token, "del")

    def _as_leader(self, command: str, key: str) -> int:
        answer = redis_client.get().eval(_AS_LEADER, 2, _LOCK, key, self._token, command)
        if answer is None:
            raise NotLeader
        return int(answer)
