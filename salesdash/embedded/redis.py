"""Redis: broker, channel layer, cache. Its append-only file lets queued tasks outlive a restart."""

from __future__ import annotations

import signal
from typing import ClassVar

from salesdash.embedded import probe
from salesdash.embedded.binaries import Binaries
from salesdash.embedded.errors import explained
from salesdash.embedded.probe import Health
from salesdash.embedded.servers import Server


class Redis(Server):
    name: ClassVar[str] = "redis"
    endings: ClassVar = ((signal.SIGTERM, 60.0), (signal.SIGKILL, 10.0))

    def probe(self) -> Health:
        return probe.redis(self.state.redis_socket)

    def prepare(self, programs: Binaries, *, durable: bool) -> list[str]:
        data = self.state.redis_data
        configuration = data / "redis.conf"
        settings = {
            "port": "0",
            "unixsocket": _quoted(self.state.redis_socket),
            "unixsocketperm": "700",
            "dir": _quoted(data),
            "appendonly": "yes" if durable else "no",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",  # it is a queue first, a cache second
            "daemonize": "no",
        }
        with explained(data):
            data.mkdir(mode=0o700, exist_ok=True)
            configuration.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
            self.account.own_tree(data)
            self.state.redis_socket.unlink(missing_ok=True)
        return [str(programs.redis_server), str(configuration)]


def _quoted(path: object) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
