"""Whatever stopped an address, however it is spelled, whatever lay ready: no way of sending reaches it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Final

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from drafts import sending, suppressing, unsubscribing
from drafts.inbound import recording
from drafts.mail import delivering, queueing
from drafts.models import Delivery, Draft, State, Suppression
from drafts.tests.factories import DraftFactory
from drafts.tests.hooks import SECRET, tell
from drafts.tests.mails import sent_mail
from leads import ingest
from leads.models import ActivityType, Lead
from leads.tests.api import Caller
from leads.tests.factories import CompanyFactory, LeadFactory
from salesdash.errors import DomainError

pytestmark = pytest.mark.django_db
JSON: Final = {"Accept": "application/json"}
# the last ones break the rules of forms, as carriers and foreign domains do
ADDRESSES: Final = (
    "taro@example.jp", "Taro.Yamada+crm@Sub.Example.CO.JP", "o'neil@example.com", "hanako..y@docomo.ne.jp",
    "info@例え.jp", "a@Äpfel.example",
)  # fmt: skip
SPELLINGS: Final = {"as it is": str, "upper": str.upper, "lower": str.lower, "swapped": str.swapcase}
WIDE: Final = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F) if chr(n) != "'"})
_LIVE: Final = ("claimed", "queued", "sending", "sent", "uncertain")


class World:
    """One lead that has got a mail, with drafts ready; who may send them; a mail server."""

    def __init__(self, rep, team, address: str) -> None:
        # its session ends with the example
        self.client, self.rep, self.team = Client(), rep, team
        self.caller = Caller(rep)
        self.lead = LeadFactory(company=CompanyFactory(team=team), owner=rep, email=address)
        self.mail = sent_mail(self.lead, rep, message_id="<never@ours.example>")
        self.drafts = [self.draft(self.lead, purpose) for purpose in ("follow_up", "ice_breaker")]
        self.client.force_login(rep)

    def draft(self, lead: Lead, purpose: str) -> Draft:
        return DraftFactory(lead=lead, purpose=purpose, state=State.READY, requested_by=self.rep)

    def hook(self, kind: str, email: str, number: int = 0) -> None:
        told = {"id": f"{kind}-{number}", "type": kind, "email": email}
        assert tell(self.client, told).json()["new"] == 1


# each names a spelling of the address, or knows the mail; person: whatever address they have
STOPS: Final[dict[str, tuple[Callable[[World, str], object], bool]]] = {
    "link": (lambda w, _e: w.client.post(f"/u/{unsubscribing.address(w.mail.pk).split('/')[-2]}/"), True),
    "bounce": (lambda w, e: w.hook("bounce", e), False),
    "soft bounces": (lambda w, e: [w.hook("soft_bounce", e, n) for n in range(3)], False),
    "complaint": (lambda w, e: w.hook("complaint", e), True),
    "unsubscribe": (lambda w, e: w.hook("unsubscribe", e), True),
    "report in the mailbox": (
        lambda w, _e: recording.bounced(w.mail, hard=True, at=timezone.now(), event_id="d", source="mailbox"),
        False,
    ),
    "by hand, for all teams": (lambda _w, e: Suppression.objects.create(email=e, reason="manual"), False),
    "do not contact by API": (
        lambda w, _e: w.caller.put(
            f"leads/{w.lead.pk}/do-not-contact/",
            {"blocked": True, "version": Lead.objects.get(pk=w.lead.pk).version},
        ),
        True,
    ),
    "opt-out by API": (
        lambda w, _e: w.caller.post("activities/", {"lead": w.lead.pk, "type": "opt_out"}),
        True,
    ),
}


def handed_out(world: World, draft: Draft) -> bool:
    """By page, API and service; True if any gave the text out."""
    page = world.client.post(f"/drafts/{draft.pk}/copy/", headers=JSON)
    program = world.caller.post(f"drafts/{draft.pk}/claim/", {"channel": "mail_app"})
    if 200 in (page.status_code, program.status_code) or draft.body in page.text + program.text:
        return True
    for channel in ("copy", "mail_app"):
        with contextlib.suppress(DomainError):
            sending.claim(draft_id=draft.pk, user=world.rep, channel=channel)
            return True
    return False


def left_for_sender(world: World, draft: Draft) -> bool:
    world.client.post(f"/drafts/{draft.pk}/send/", headers=JSON)
    world.caller.post(f"drafts/{draft.pk}/send/", {})
    try:
        queueing.queue(draft_id=draft.pk, user=world.rep)
    except DomainError:
        return draft.deliveries.filter(status__in=_LIVE).exists()
    return True


def undone(world: World, draft: Draft) -> None:
    world.client.post(f"/drafts/{draft.pk}/undo/")


def come_before(world: World, before: str) -> None:
    """What a rep had begun with the first draft when the news came."""
    first = world.drafts[0]
    if before in ("copied", "copied and undone"):
        sending.claim(draft_id=first.pk, user=world.rep, channel="copy")
    if before == "queued":
        queueing.queue(draft_id=first.pk, user=world.rep)
        Delivery.objects.filter(draft=first).update(not_before=timezone.now())
    if before == "copied and undone":
        undone(world, first)


def twisted(world: World, twist: str, spelling: Callable[[str], str], person: bool) -> list[Draft]:
    """The drafts that must not leave, after somebody has played with lead and address."""
    address = world.lead.email
    if twist == "respelled":
        Lead.objects.filter(pk=world.lead.pk).update(email=spelling(address))
    elif twist == "another lead" and Suppression.objects.exists():
        Lead.objects.filter(pk=world.lead.pk).update(email="moved@example.org")
        heir = LeadFactory(company=CompanyFactory(team=world.team), owner=world.rep, email=spelling(address))
        return [world.draft(heir, "follow_up"), *(world.drafts if person else [])]
    elif twist == "another address" and person:
        Lead.objects.filter(pk=world.lead.pk).update(email="moved@example.org")
    return world.drafts


@pytest.mark.parametrize("stop", STOPS)
@given(
    address=st.sampled_from(ADDRESSES),
    told=st.sampled_from(sorted(SPELLINGS)),
    kept=st.sampled_from(sorted(SPELLINGS)),
    before=st.sampled_from(["nothing", "copied", "copied and undone", "queued"]),
    twist=st.sampled_from(["nothing", "respelled", "another lead", "another address"]),
)
@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_way_leads_to_a_stopped_address(
    stop, rep, mail_team, mailbox, settings, address, told, kept, before, twist
):
    settings.MAIL_WEBHOOK_SECRETS = [SECRET]
    tell_it, person = STOPS[stop]
    with transaction.atomic():
        world = World(rep, mail_team, address)
        come_before(world, before)
        tell_it(world, SPELLINGS[told](address))
        for draft in twisted(world, twist, SPELLINGS[kept], person):
            assert not handed_out(world, draft), (address, told, kept, before, twist)
            # what was handed out before may still be there; what is undone does not come out again
            undone(world, draft)
            assert not left_for_sender(world, draft), (address, told, kept, before, twist)
        delivering.drain()
        assert mailbox.mails == []
        assert not Delivery.objects.filter(status__in=("queued", "sending")).exists()
        transaction.set_rollback(True)


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("spell", [str.swapcase, lambda text: text.translate(WIDE)], ids=["case", "width"])
def test_a_twin_with_the_address_in_other_letters_gets_nothing(
    stop, spell, rep, mail_team, mailbox, settings
):
    """A new lead that gets the address after the one who stopped it has another, or is gone."""
    settings.MAIL_WEBHOOK_SECRETS = [SECRET]
    world = World(rep, mail_team, "taro@example.jp")
    STOPS[stop][0](world, "taro@example.jp")
    Lead.objects.filter(pk=world.lead.pk).update(email="moved@example.org")
    twin = LeadFactory(company=CompanyFactory(team=mail_team), owner=rep, email=spell("taro@example.jp"))
    draft = world.draft(twin, "follow_up")
    assert not handed_out(world, draft)
    assert not left_for_sender(world, draft)
    delivering.drain()
    assert mailbox.mails == []


def test_an_opt_out_stops_each_address_that_the_person_gets_and_keeps_the_former(rep, mail_team, lead):
    ingest.record([ingest.NewActivity(lead.pk, ActivityType.OPT_OUT, timezone.now(), "file")])
    Lead.objects.filter(pk=lead.pk).update(email="moved@example.org")
    held = dict(Suppression.objects.values_list("email", "reason"))
    assert held == {lead.email: "opt_out", "moved@example.org": "opt_out"}
    # told again, or the lead changed otherwise: nothing more
    Lead.objects.filter(pk=lead.pk).update(next_action="電話")
    assert Suppression.objects.count() == 2


def test_an_opt_out_that_is_rolled_back_stops_nothing(lead):
    with transaction.atomic():
        ingest.record([ingest.NewActivity(lead.pk, ActivityType.OPT_OUT, timezone.now(), "file")])
        assert Suppression.objects.filter(email=lead.email).exists()
        transaction.set_rollback(True)
    assert not Suppression.objects.exists()


def test_without_a_stop_all_these_ways_are_open(rep, mail_team, mailbox):
    """Else the test above would pass by asking nothing."""
    world = World(rep, mail_team, "taro@example.jp")
    assert handed_out(world, world.drafts[0])
    assert left_for_sender(world, world.drafts[1])
    Delivery.objects.update(not_before=timezone.now())
    delivering.drain()
    assert [mail.recipient for mail in mailbox.mails] == ["taro@example.jp"]


def test_a_list_that_is_read_in_stops_as_well(rep, mail_team, mailbox):
    world = World(rep, mail_team, "taro@example.jp")
    outcome = suppressing.read_in(io.BytesIO(b"email\nTARO@EXAMPLE.JP\n"), team=mail_team, user=rep)
    assert outcome.added == 1
    assert not handed_out(world, world.drafts[0])
    assert not left_for_sender(world, world.drafts[1])
