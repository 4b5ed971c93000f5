"""The live channel: screens, the pump, an ear on it. Read before Django is set up."""

import pytest
from asgiref.sync import sync_to_async


@pytest.fixture
async def screen_of():
    """await screen_of(user): a screen that is not connected yet; all are closed at the end."""
    from channels.layers import get_channel_layer
    from django.db import connections
    from django.test import Client

    from leads.tests.screens import Screen

    screens = []

    async def signed_in(user, origin="http://localhost"):
        client = Client()
        await sync_to_async(client.force_login)(user)
        screens.append(Screen(client, origin))
        return screens[-1]

    yield signed_in
    for screen in screens:
        await screen.disconnect()
    await get_channel_layer().flush()
    # the thread that served this test's queries holds a connection, which would keep the test database alive
    await sync_to_async(connections.close_all)()


@pytest.fixture
def happens():
    """await happens(lead): somebody looks at the pricing page."""
    from django.utils import timezone

    from leads import ingest
    from leads.models import ActivityType

    def record(lead):
        activity = ingest.NewActivity(lead.pk, ActivityType.PRICING_VIEW, timezone.now(), "test")
        ingest.record([activity])

    return sync_to_async(record)


@pytest.fixture
def pumped():
    """await pumped(): one tick of the pump; the first brings a beat."""
    from leads.live.pump import Pump

    pump = Pump()
    pump._leader.apply()
    yield sync_to_async(pump.tick)
    pump._loop.close()


@pytest.fixture
def ear():
    from leads.tests.ear import Ear

    ear = Ear()
    yield ear
    ear.close()
