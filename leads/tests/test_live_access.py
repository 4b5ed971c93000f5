"""Who hears what, and when a socket must end."""

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group

from leads.live import audience, consumer
from leads.models import Lead
from leads.tests.factories import CompanyFactory, LeadFactory
from leads.tests.screens import Screen
from salesdash.models import Membership

pytestmark = pytest.mark.django_db(transaction=True)


async def test_an_outsider_gets_no_frame_and_no_number(outsider, lead, screen_of, pumped, happens):
    screen = await screen_of(outsider)
    hello = await screen.enters()
    await happens(lead)
    await pumped()
    assert lead.team_id not in dict(hello["seq"])
    beat = await screen.hears()
    assert beat["kind"] == "beat"
    assert lead.team_id not in dict(beat["seq"])
    assert await screen.receive_nothing(0.3)


async def test_who_sees_all_teams_hears_all_teams(admin, lead, other_team, screen_of, pumped, happens):
    screen = await screen_of(admin)
    hello = await screen.enters()
    assert set(dict(hello["seq"])) == {lead.team_id, other_team.pk}
    await happens(lead)
    await pumped()
    assert (await screen.next_frame()).team_id == lead.team_id


async def test_nobody_listens_without_signing_in():
    screen = Screen(None)
    assert (await screen.connect())[0]
    assert await screen.closed_with() == consumer.SIGN_IN


async def test_another_site_cannot_open_a_socket(rep, screen_of):
    screen = await screen_of(rep, origin="https://elsewhere.example")
    assert (await screen.connect())[0] is False


async def test_leaving_a_team_ends_the_socket(rep, screen_of):
    screen = await screen_of(rep)
    await screen.enters()
    await Membership.objects.filter(user=rep).adelete()
    assert await screen.closed_with() == consumer.COME_BACK


async def test_joining_a_team_ends_the_socket_too(rep, other_team, screen_of):
    screen = await screen_of(rep)
    await screen.enters()
    await Membership.objects.acreate(user=rep, team=other_team)
    assert await screen.closed_with() == consumer.COME_BACK


async def test_a_role_that_is_taken_away_ends_the_socket(admin, team, screen_of):
    screen = await screen_of(admin)
    await screen.enters()
    await admin.groups.aclear()
    assert await screen.closed_with() == consumer.COME_BACK


async def test_a_role_that_loses_a_permission_ends_the_sockets(rep, screen_of):
    screen = await screen_of(rep)
    await screen.enters()
    group = await Group.objects.aget(name="rep")
    view_lead = await group.permissions.aget(codename="view_lead")
    await group.permissions.aremove(view_lead)
    assert await screen.closed_with() == consumer.COME_BACK


async def test_a_deactivated_account_is_cut_off(rep, screen_of):
    screen = await screen_of(rep)
    await screen.enters()
    rep.is_active = False
    await rep.asave(update_fields=["is_active"])
    assert await screen.closed_with() == consumer.SIGN_IN


async def test_signing_out_ends_this_sessions_sockets_only(rep, screen_of):
    here, elsewhere = await screen_of(rep), await screen_of(rep)
    await here.enters()
    await elsewhere.enters()
    await sync_to_async(here.client.post)("/accounts/logout/")
    assert await here.closed_with() == consumer.SIGN_IN
    assert await elsewhere.receive_nothing(0.3)


async def test_a_lapsed_session_is_noticed_without_a_signal(rep, screen_of, pumped, monkeypatch):
    monkeypatch.setattr(consumer, "RECHECK_SECONDS", 0)
    screen = await screen_of(rep)
    await screen.enters()
    await sync_to_async(screen.client.session.flush)()
    await pumped()  # its first beat
    assert await screen.closed_with() == consumer.SIGN_IN


@pytest.mark.parametrize("who", ["rep", "manager", "reviewer", "outsider", "admin"])
def test_frames_come_from_the_teams_whose_leads_one_may_see(request, who, lead, other_team):
    foreign = LeadFactory(company=CompanyFactory(team=other_team))
    user = request.getfixturevalue(who)
    visible = Lead.objects.visible_to(user).filter(pk__in=[lead.pk, foreign.pk])
    assert audience.of_user(user).team_ids == set(visible.values_list("team_id", flat=True))
