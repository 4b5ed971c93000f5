"""From a recorded activity to every socket of its team: delay, losses, bytes. Real daphne, pump, Redis."""

from __future__ import annotations

import base64
import contextlib
import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from benchmarks.figures import Figure
from leads import ingest, rules, scale_data
from leads.ingest import NewActivity
from leads.live import changes, frames, leader, publish
from leads.live.frames import LeadsFrame
from leads.models import ActivityType, LeadScore
from salesdash import redis_client, roles
from salesdash.models import Membership, User


@dataclass(frozen=True)
class Size:
    leads: int
    activities: int
    sockets: int
    per_second: int
    seconds: int


SIZES: Final = {
    "quick": Size(20_000, 200_000, 50, 60, 15),
    "full": Size(1_000_000, 2_000_000, 300, 200, 60),
}
# a level that a moment of cooling, between the frame and our own look, could explain
LEVEL_TOLERANCE: Final = 8
WRITERS: Final = 4


def run(size: str) -> Iterator[Figure]:
    chosen = SIZES[size]
    shape = scale_data.build(leads=chosen.leads, activities=chosen.activities)
    # made just now: the pump would take them all for news
    LeadScore.objects.update(changed_at=timezone.now() - timedelta(hours=1))
    redis_client.get().delete(publish.CHANGED)
    roles.sync()
    sessions = [_session(team) for team in shape.teams]
    with _servers() as port:
        watched = [sessions[n % len(sessions)] for n in range(chosen.sockets)]
        recorded, seen = _watch(port, watched, chosen, shape)
    sent = [frames.decode(base64.b64decode(data)) for data in seen["frames"]]
    yield Figure("sockets", len(seen["screens"]), "sockets")
    took = max(recorded.values()) - min(recorded.values())
    yield Figure("changes recorded", len(recorded) / took, "changes/s")
    yield from _delays(seen["screens"], recorded)
    yield from _bytes(sent)


def _session(team_id: int) -> str:
    user = User.objects.create(username=f"screen{team_id}")
    user.groups.add(Group.objects.get(name=roles.Role.REP))
    Membership.objects.create(user=user, team_id=team_id)
    client = Client()
    client.force_login(user, backend="salesdash.permissions.PermissionsAtOnce")
    return client.cookies["sessionid"].value


@contextlib.contextmanager
def _servers() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    web = ["-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "--verbosity", "0"]
    commands = ([*web, "salesdash.asgi:application"], ["manage.py", "live_pump"])
    programs = [subprocess.Popen([sys.executable, *arguments]) for arguments in commands]
    try:
        _until_up(port)
        yield port
    finally:
        for program in programs:
            program.terminate()
        for program in programs:
            program.wait(20)


def _until_up(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            if leader.exists():
                return
        time.sleep(0.2)
    raise TimeoutError("daphne or the pump did not start")


def _watch(
    port: int, sessions: list[str], size: Size, shape: scale_data.Shape
) -> tuple[dict[int, float], dict[str, Any]]:
    """When each lead's activity was handed in (each once: no news may hide another), and what was seen."""
    command = [sys.executable, "-m", "benchmarks.live_screens", str(port)]
    dice = random.Random(5)
    everybody = range(shape.first_lead, shape.first_lead + size.leads)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as screens:
        assert screens.stdin
        assert screens.stdout
        screens.stdin.write("".join(f"{session}\n" for session in sessions) + "\n")
        screens.stdin.flush()
        if screens.stdout.readline() != "ready\n":
            raise RuntimeError("the sockets did not open")
        recorded = _record(dice.sample(everybody, size.per_second * size.seconds), size.per_second)
        time.sleep(5)  # what is late is not lost
        seen, _errors = screens.communicate("")
    return recorded, json.loads(seen)


def _record(leads: list[int], per_second: int) -> dict[int, float]:
    """One activity a call, at the pace asked for or as fast as the writers can."""
    recorded = {}
    began = time.monotonic()

    def write(number: int, lead_id: int) -> None:
        time.sleep(max(0.0, began + number / per_second - time.monotonic()))
        recorded[lead_id] = time.time()
        ingest.record([NewActivity(lead_id, ActivityType.PRICING_VIEW, timezone.now(), "bench-live")])

    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(write, range(len(leads)), leads))
    return recorded


def _delays(screens: list[dict[str, Any]], recorded: dict[int, float]) -> Iterator[Figure]:
    scores = LeadScore.objects.filter(lead__in=recorded).values_list("lead_id", "team_id", "rank")
    state = {lead_id: (team, rank) for lead_id, team, rank in scores}
    delays: list[float] = []
    lost = wrong = foreign = 0
    scale, now = rules.current().scale, timezone.now()
    truth = {lead_id: changes.level(scale, rank, now) for lead_id, (_team, rank) in state.items()}
    for screen in screens:
        expected = {lead_id for lead_id in recorded if state[lead_id][0] in screen["teams"]}
        arrived = {int(lead_id): seen for lead_id, seen in screen["arrived"].items()}
        foreign += LeadScore.objects.filter(lead__in=arrived).exclude(team_id__in=screen["teams"]).count()
        lost += len(expected - arrived.keys())
        delays += [(at - recorded[lead]) * 1000 for lead, (at, _level) in arrived.items() if lead in expected]
        wrong += sum(
            abs(level - truth[lead]) > LEVEL_TOLERANCE
            for lead, (_at, level) in arrived.items()
            if lead in truth
        )
    delays.sort()
    yield Figure("activity → socket, median", delays[len(delays) // 2], "ms")
    yield Figure("activity → socket, p95", delays[int(len(delays) * 0.95)], "ms", reach=600)
    yield Figure("values lost", lost, "values", reach=0)
    yield Figure("values wrong", wrong, "values", reach=0)
    yield Figure("values of another team", foreign, "values", reach=0)


def _bytes(sent: list[LeadsFrame]) -> Iterator[Figure]:
    """All frames of the run, as sent; traces, which JSON would carry too, are left out on both sides."""
    ours = sum(len(frames.encode(LeadsFrame(f.epoch, f.team_id, f.seq, f.at_ms, f.leads))) for f in sent)
    bare = sum(len(_json(frame, each_with_time=False)) for frame in sent)
    objects = sum(len(_json(frame, each_with_time=True)) for frame in sent)
    leads = sum(len(frame.leads) for frame in sent)
    yield Figure("leads in a frame, mean", leads / len(sent), "leads")
    yield Figure(
        "frame bytes against the same as JSON objects",
        ours / len(sent), "bytes", 0.18, baseline=objects / len(sent), ratio=ours / objects,
    )  # fmt: skip
    yield Figure(
        "… against the barest JSON", ours / len(sent), "bytes", baseline=bare / len(sent), ratio=ours / bare
    )


def _json(frame: LeadsFrame, *, each_with_time: bool) -> bytes:
    values = [(lead_id, round(frames.temperature(level), 2)) for lead_id, level in frame.leads]
    message = {"v": frames.VERSION, "epoch": frame.epoch, "team": frame.team_id, "seq": frame.seq}
    if each_with_time:
        leads = [{"id": lead_id, "temperature": t, "at": frame.at_ms} for lead_id, t in values]
        return json.dumps({**message, "leads": leads}, separators=(",", ":")).encode()
    bare = [{"id": lead_id, "t": t} for lead_id, t in values]
    return json.dumps({**message, "at": frame.at_ms, "leads": bare}, separators=(",", ":")).encode()
