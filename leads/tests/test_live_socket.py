"""The socket of one screen, through the real ASGI application and the real channel layer."""

import time

import pytest
from asgiref.sync import sync_to_async

from leads.live import frames, publish
from salesdash import redis_client
from salesdash.models import FrameAck

pytestmark = pytest.mark.django_db(transaction=True)


async def test_hello_says_how_to_read_frames(rep, team, screen_of):
    screen = await screen_of(rep)
    hello = await screen.enters()
    assert hello["seq"] == [[team.pk, 0]]
    assert hello["bands"]["hot"] == 80
    assert hello["half_life"] > 0
    assert hello["pumping"] is False


async def test_a_recorded_activity_reaches_the_screen_of_the_team(rep, lead, screen_of, pumped, happens):
    screen = await screen_of(rep)
    hello = await screen.enters()
    await happens(lead)
    await pumped()
    frame = await screen.next_frame()
    assert [lead_id for lead_id, _level in frame.leads] == [lead.pk]
    assert (frame.epoch, frame.seq) == (hello["epoch"], 1)


async def test_resync_tells_what_was_missed(rep, lead, screen_of, happens):
    screen = await screen_of(rep)
    hello = await screen.enters()
    await happens(lead)
    await screen.says(resync=hello["at"])
    answer = await screen.hears()
    assert [lead_id for lead_id, _level in frames.rows(answer["ids"], answer["levels"])] == [lead.pk]
    assert answer["epoch"] == hello["epoch"]
    assert answer["at"] >= hello["at"]


async def test_resync_shows_an_outsider_nothing(outsider, lead, screen_of, happens):
    screen = await screen_of(outsider)
    hello = await screen.enters()
    await happens(lead)
    await screen.says(resync=hello["at"])
    assert (await screen.hears())["ids"] == b""


@pytest.mark.parametrize("hours", [2, 24 * 365])
async def test_after_a_long_absence_the_rows_are_loaded_anew(rep, screen_of, hours):
    screen = await screen_of(rep)
    hello = await screen.enters()
    await screen.says(resync=hello["at"] - hours * 3_600_000)
    assert (await screen.hears())["reload"] is True


async def test_after_too_many_changes_too(rep, lead, screen_of, monkeypatch):
    monkeypatch.setattr("leads.live.changes.MOST_CHANGES", 0)
    screen = await screen_of(rep)
    hello = await screen.enters()
    await screen.says(resync=hello["at"])
    assert (await screen.hears())["reload"] is True


async def test_an_acknowledged_frame_leaves_its_delay(rep, lead, screen_of, pumped, monkeypatch, happens):
    monkeypatch.setattr("leads.live.answers.ACKNOWLEDGE_EVERY_SECONDS", 0)
    screen = await screen_of(rep)
    await screen.enters()
    await happens(lead)
    await pumped()
    frame = await screen.next_frame()
    for _ in range(2):
        await screen.says(ack=f"{frame.team_id}.{frame.seq}")
    await screen.says(ack="0.99")  # never sent
    await screen.says(resync=int(time.time() * 1000))
    await screen.hears()
    [ack] = [ack async for ack in FrameAck.objects.all()]
    assert (ack.kind, ack.team_id, ack.trace_id) == ("leads", lead.team_id, frame.trace_id)
    assert 0 <= ack.delay_ms < 5000


async def test_a_draft_stage_is_told_with_its_trace_and_recorded(rep, lead, screen_of):
    screen = await screen_of(rep)
    await screen.enters()
    trace = "ab" * 16
    stage = {"id": 7, "lead": lead.pk, "state": "ready", "trace": trace, "inference_ms": 900}
    await sync_to_async(publish.event)(lead.team_id, "draft", stage)
    heard = await screen.hears()
    name = heard.pop("ack")
    assert heard == {"v": 1, "kind": "draft", "id": 7, "lead": lead.pk, "state": "ready", "trace": trace}
    await screen.says(ack=name)
    await screen.says(resync=int(time.time() * 1000))
    await screen.hears()
    ack = await FrameAck.objects.aget()
    assert (ack.kind, ack.trace_id, ack.inference_ms) == ("draft", trace, 900)


async def test_an_event_for_one_user_reaches_no_colleague(rep, colleague, team, screen_of):
    mine, theirs = await screen_of(rep), await screen_of(colleague)
    await mine.enters()
    await theirs.enters()
    await sync_to_async(publish.event)(team.pk, "draft", {"id": 7}, user_id=rep.pk)
    assert (await mine.hears())["id"] == 7
    assert await theirs.receive_nothing(0.3)


async def test_redis_without_memory_is_another_epoch_for_the_next_screen(rep, screen_of):
    first = await (await screen_of(rep)).enters()
    await sync_to_async(_forget)()
    second = await (await screen_of(rep)).enters()
    assert first["epoch"] != second["epoch"]


def _forget() -> None:
    store = redis_client.get()
    store.delete(*store.keys(redis_client.key("live", "*")))
