"""The demo's past mails: who followed a link had one to follow, kept through the door of real mails."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from django.utils import timezone

from drafts.mail.composing import urls_in
from drafts.models import Delivery, DeliveryLink, DeliveryTally, Draft, Origin
from drafts.safety import rulebook
from drafts.safety.context import for_draft
from drafts.tests.safety import codes
from drafts.texts import Text
from kpis.seeding import build, history, world
from leads.models import ActivityType
from salesdash.models import Team

pytestmark = pytest.mark.django_db
CLICKS = (ActivityType.EMAIL_CLICK, ActivityType.EMAIL_CLICK_MACHINE)
MAILS = 500


@pytest.fixture
def mails():
    rng, now = Random(7), timezone.now().replace(microsecond=0)
    people = world.create(rng, lead_count=300, now=now)
    return history.create(rng, people, build._experiment(now), count=MAILS)


def clicked(mails) -> list:
    return [mail for mail in mails if any(one.type in CLICKS for one in mail.outcomes)]


def test_nobody_follows_a_link_that_is_not_there(mails):
    found = clicked(mails)
    assert len(found) > 5
    for mail in found:
        kept = DeliveryLink.objects.filter(delivery=mail.delivery).values_list("url", flat=True)
        assert list(kept) == urls_in(mail.draft.body) != []
    tallies = DeliveryTally.objects.exclude(clicks=0, machine_clicks=0)
    assert {row.delivery_id for row in tallies} == {mail.delivery.pk for mail in found}


def test_links_are_kept_for_all_mails_that_are_followed_and_for_no_other(mails):
    with_link = {mail.delivery.pk for mail in mails if urls_in(mail.draft.body) and mail.delivery.trackable}
    assert set(DeliveryLink.objects.values_list("delivery_id", flat=True)) == with_link
    assert 0 < len(with_link) < Delivery.objects.filter(trackable=True).count()


def test_the_links_lead_to_the_teams_own_pages_and_pass_the_checks(mails):
    Team.objects.update(sending_domain_verified_at=timezone.now())
    texts = {urls_in(mail.draft.body)[0]: mail.draft for mail in mails if urls_in(mail.draft.body)}
    assert len(texts) > 1
    for draft in texts.values():
        context = for_draft(Draft.objects.get(pk=draft.pk), rules=rulebook.active())
        assert context.own_domain
        text = Text(draft.subject, draft.body)
        assert codes(text, "format", context) == set()
        assert codes(text, "format", replace(context, own_domain="")) == {"url_not_allowed"}


def test_a_model_writes_none_a_person_adds_it(mails):
    for mail in mails:
        draft = Draft.objects.get(pk=mail.draft.pk)
        assert urls_in(draft.ai_body) == []
        states = list(draft.events.order_by("at", "pk").values_list("to_state", flat=True))
        added = bool(urls_in(draft.body)) and draft.origin == Origin.GENERATED
        assert ("editing" in states) == (added or draft.origin == Origin.MANUAL)
        assert (draft.text_author_id is not None) == (added or draft.origin == Origin.MANUAL)
        assert states[-1] == "sent"
    assert any(mail.origin == Origin.GENERATED and urls_in(mail.draft.body) for mail in mails)
