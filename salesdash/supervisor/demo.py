"""The demo: servers, database, and the processes of design 2, until Ctrl-C."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from salesdash import embedded
from salesdash.embedded.layout import CHECKOUT
from salesdash.supervisor import devmail, preparation, readiness, workers
from salesdash.supervisor.crew import Crew, Program
from salesdash.supervisor.keeping import Keeper
from salesdash.supervisor.output import Output
from salesdash.supervisor.preflight import check_folder, check_port, free_port, read_port
from salesdash.supervisor.record import MARK_VARIABLE, Register
from salesdash.supervisor.signals import Stop

TICK_S: Final = 0.1
ASK_EVERY_S: Final = 0.3
PATIENCE_S: Final = 10.0
LATE_AFTER_S: Final = 30.0  # start the rest even if the product is not ready by then


def run() -> int:
    folder = preparation.state_folder()
    host, port = os.environ.get("HOST") or "127.0.0.1", read_port(os.environ)
    address = f"http://localhost:{port}/"
    check_folder(folder / "staticfiles")  # whitenoise complains about a folder that is not there
    register = Register(folder, address)
    try:
        if ended := register.take_over():
            print(f"salesdash: ended {ended} processes that an earlier demo left behind", flush=True)
        check_port(host, port)
        stop = Stop()
        with _servers() as (services, root):
            environment = _environment(port, register.record.mark) | services
            programs = _programs(host, port, environment)
            output = Output(folder / "log", [program.name for program in programs])
            preparation.prepare(environment, stop)
            crew = Crew(programs, folder=CHECKOUT, environment=environment, register=register, output=output)
            keeper = Keeper(root, output.say) if root else None
            try:
                _watch(crew, keeper, output, port, address, stop)
            finally:
                if keeper:
                    keeper.stop()
                crew.stop(patience_s=PATIENCE_S, hurry=stop.hurry)
    finally:
        register.close()
    return 0


def _watch(crew: Crew, keeper: Keeper | None, output: Output, port: int, address: str, stop: Stop) -> None:
    began = asked = time.monotonic()
    ready = told = False
    while not stop.asked:
        crew.tick(late=ready or time.monotonic() - began > LATE_AFTER_S)
        if keeper:
            keeper.tick()
        if not ready and time.monotonic() - asked > ASK_EVERY_S:
            asked = time.monotonic()
            problem = readiness.problem(port)
            ready = problem == ""
            if ready:
                output.say(f"salesdash ready: {address}")
            elif not told and time.monotonic() - began > LATE_AFTER_S:
                told = True
                output.say(f"salesdash: not ready yet: {problem}")
        time.sleep(TICK_S)
    output.say("salesdash: stopping")


@contextmanager
def _servers() -> Iterator[tuple[dict[str, str], Path | None]]:
    """Addresses that are set are respected; else the embedded servers, with the folder that they live in."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        yield {}, None
        return
    root = Path(os.environ.get("SALESDASH_DATA_ROOT") or embedded.DEFAULT_DATA_ROOT)
    with embedded.session(root) as services:
        yield {name: os.environ.get(name) or url for name, url in services.environment().items()}, root


def _environment(port: int, mark: str) -> dict[str, str]:
    environment = dict(os.environ) | {
        "DJANGO_SETTINGS_MODULE": "salesdash.settings",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "SALESDASH_DEMO": "1",
        MARK_VARIABLE: mark,
    }
    if environment.pop("PYTHONDONTWRITEBYTECODE", None):
        # six processes that each compile Django anew would take most of the start
        environment["PYTHONPYCACHEPREFIX"] = str(CHECKOUT / "var" / "bytecode")
    if not environment.get("OPENAI_API_KEY") and not environment.get("LLM_BASE_URL"):
        environment |= {"LLM_BASE_URL": f"http://127.0.0.1:{free_port()}/v1", "SALESDASH_DEV_LLM": "1"}
    if not environment.get("MAIL_URL") and not environment.get("MAILBOX_URL"):
        environment |= devmail.environment()
    else:
        environment.pop("SALESDASH_DEV_MAIL", None)  # one's own servers: no mailbox page
    return environment


def _programs(host: str, port: int, environment: dict[str, str]) -> list[Program]:
    python = sys.executable
    manage = [python, "manage.py"]
    schedule = ["--scheduler", "django_celery_beat.schedulers:DatabaseScheduler", "--pidfile", ""]
    web = ["-b", host, "-p", str(port), "--verbosity", "0", "salesdash.asgi:application"]
    programs = [
        Program("web", [python, "-m", "daphne", *web]),
        Program("worker", workers.command("worker")),
        Program("writer", workers.command("writer"), early=False),
        Program("mailer", workers.command("mailer"), early=False),
        Program("beat", workers.celery("beat", "--loglevel", "WARNING", *schedule)),
        Program("pump", [*manage, "live_pump"], early=False),
        Program("simulator", [*manage, "simulate"], early=False),
    ]
    if environment.get("SALESDASH_DEV_LLM"):
        llm_port = environment["LLM_BASE_URL"].removesuffix("/v1").rpartition(":")[2]
        programs.append(Program("llm", [*manage, "dev_llm", "--port", llm_port]))
    if environment.get("SALESDASH_DEV_MAIL"):
        programs.append(Program("mail", devmail.command(environment)))
    return programs
