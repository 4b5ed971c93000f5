"""PostgreSQL: initdb, configuration, what a crash leaves behind."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path
from typing import ClassVar, Final

from salesdash.embedded import machine, probe
from salesdash.embedded.binaries import POSTGRES_MAJOR, Binaries
from salesdash.embedded.errors import EmbeddedError, explained
from salesdash.embedded.layout import DATABASE, PORT, USER
from salesdash.embedded.probe import Health
from salesdash.embedded.servers import Server, reason

CONFIGURATION: Final = "salesdash.conf"


class Postgres(Server):
    name: ClassVar[str] = "postgres"
    # fast (rolls back, checkpoints), immediate (recovers at the next start), kill
    endings: ClassVar = ((signal.SIGINT, 120.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))

    def probe(self) -> Health:
        return probe.postgres(self.state.postgres_socket)

    def prepare(self, programs: Binaries, *, durable: bool) -> list[str]:
        data = self.state.postgres_data
        if not (data / "PG_VERSION").exists():
            self._initialise(data, programs, durable=durable)
        version = (data / "PG_VERSION").read_text().strip()
        if version != str(POSTGRES_MAJOR):
            raise EmbeddedError(
                f"{data} was written by PostgreSQL {version} and this is {POSTGRES_MAJOR}: move it away."
            )
        with explained(data):
            self.account.own_tree(data)
            self._configure(data, durable=durable)
            # Nothing of this cluster lives (its lock was free), but PostgreSQL would believe a pid in these
            # files that belongs to someone else by now.
            for path in [data / "postmaster.pid", *Path(self.state.sockets).glob(f".s.PGSQL.{PORT}*")]:
                path.unlink(missing_ok=True)
        return [str(programs.postgres), "-D", str(data)]

    def _initialise(self, data: Path, programs: Binaries, *, durable: bool) -> None:
        """Into a folder beside it, renamed when complete: a kill in between leaves nothing half-made."""
        new = data.with_name("postgres.new")
        with explained(new):
            if data.exists() and not any(data.iterdir()):
                data.rmdir()
            if data.exists():
                raise EmbeddedError(f"{data} is not a PostgreSQL data folder: move it away and start again.")
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(mode=0o700)
            self.account.own(new)
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
        trust = ["--auth-local=trust", "--auth-host=reject"]  # the socket's folder lets in its owner only
        sync = [] if durable else ["--no-sync"]
        self._run([str(programs.initdb), "-D", str(new), "-U", USER, *locale, *trust, *sync])
        single = [str(programs.postgres), "--single", "-D", str(new), "postgres"]
        self._run(single, f"CREATE DATABASE {DATABASE};\n".encode())
        with explained(new):
            with (new / "postgresql.conf").open("a") as file:
                file.write(f"\ninclude '{CONFIGURATION}'\n")
            new.rename(data)

    def _configure(self, data: Path, *, durable: bool) -> None:
        """Written at each start, so that it fits the machine of today."""
        settings = machine.postgres_settings(data, durable=durable) | {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": self.state.sockets,
            "unix_socket_permissions": "0700",
            "cluster_name": self.state.tag,
            "log_line_prefix": "%m [%p] ",
            # statements and rows carry customers' data and texts of mails: errors by their first line only
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        path = data / CONFIGURATION
        lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
        path.write_text("# written by salesdash/embedded at each start\n" + "".join(lines))
        self.account.own(path)

    def _run(self, command: list[str], text: bytes = b"") -> None:
        done = subprocess.run(
            command,
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.state.home,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC"},
            **self.account.popen_options(),
        )
        log = self.layout.log(self.name)
        with explained(log), log.open("ab") as file:
            file.write(done.stdout)
        if done.returncode:
            raise EmbeddedError(reason("initdb", done.stdout.decode(errors="replace").splitlines(), log))
