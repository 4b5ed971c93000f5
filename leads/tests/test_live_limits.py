"""Screens that are slow, silent or noisy."""

import pytest
from asgiref.sync import sync_to_async

from leads.live import consumer, publish

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_screen_that_confirms_nothing_is_cut_off(rep, team, screen_of, monkeypatch):
    monkeypatch.setattr(consumer, "MOST_UNCONFIRMED_BYTES", 2000)
    screen = await screen_of(rep)
    await screen.enters()
    for number in range(100):
        await sync_to_async(publish.event)(team.pk, "draft", {"id": number})
    assert await screen.closed_with() == consumer.TOO_SLOW


async def test_a_screen_that_confirms_stays(rep, team, screen_of, monkeypatch):
    monkeypatch.setattr(consumer, "MOST_UNCONFIRMED_BYTES", 2000)
    screen = await screen_of(rep)
    await screen.enters()
    for number in range(30):
        await sync_to_async(publish.event)(team.pk, "draft", {"id": number, "fill": "x" * 80})
        assert (await screen.hears())["id"] == number
        await screen.says(beat=0)


async def test_a_silent_screen_is_cut_off(rep, screen_of, pumped, monkeypatch):
    monkeypatch.setattr(consumer, "LONGEST_SILENCE_SECONDS", -1)
    screen = await screen_of(rep)
    await screen.enters()
    await pumped()
    assert await screen.closed_with() == consumer.TOO_SLOW


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", '{"resync": -1}', '{"resync": 1e300}', '{"ack": 1}', "x" * 2000]
)
async def test_what_is_not_understood_ends_the_socket(rep, screen_of, text):
    screen = await screen_of(rep)
    await screen.enters()
    await screen.send_input({"type": "websocket.receive", "text": text})
    assert await screen.closed_with() == consumer.BAD_MESSAGE


async def test_a_flood_of_messages_ends_the_socket(rep, screen_of):
    screen = await screen_of(rep)
    await screen.enters()
    for _ in range(60):
        await screen.says(beat=1)
    assert await screen.closed_with() == consumer.TOO_MANY_MESSAGES
