"""From hits to activities, temperatures and figures: each hit once, whatever happens to the judge."""

from __future__ import annotations

import threading
from datetime import timedelta
from importlib import import_module

import msgpack
import pytest
from django.db import connection
from django.utils import timezone

from drafts import tracking
from drafts.models import Delivery, DeliveryTally, TrackingHit
from drafts.tasks import judge_hits
from drafts.tests.trackable import CHROME, addresses, ask, path, sent_mail, settle
from drafts.tracking import judging
from leads import ingest
from leads.models import Activity, ActivityType, LeadScore
from leads.signals import leads_changed
from leads.tests.ear import Ear
from leads.tests.events import listening

HOUR = timedelta(hours=1)


@pytest.fixture
def mail(lead, db):
    return sent_mail(lead)


@pytest.fixture
def opened(mail):
    """opened() → somebody opens the mail, and it is judged."""

    def act(ago=timedelta(seconds=30), **how):
        ask(path(tracking.pixel(mail.pk)), **how)
        settle(ago=ago)
        return judging.judge()

    return act


def kinds(lead) -> list[str]:
    rows = Activity.objects.filter(lead=lead, source="tracking").order_by("occurred_at", "external_id")
    return [ActivityType(row.type).key for row in rows]


def tally(mail) -> tuple[int, int, int, int]:
    row = DeliveryTally.objects.get(pk=mail.pk)
    return row.opens, row.clicks, row.machine_opens, row.machine_clicks


def rank(lead) -> float:
    return LeadScore.objects.get(pk=lead.pk).rank


def test_a_persons_open_and_click_warm_the_lead(mail, lead, opened):
    cold = rank(lead)
    opened()
    warm = rank(lead)
    ask(addresses(mail)[0])
    settle()
    judging.judge()
    assert cold < warm < rank(lead)
    assert kinds(lead) == ["email_open", "email_click"]
    click = Activity.objects.get(lead=lead, type=ActivityType.EMAIL_CLICK)
    assert click.delivery_id == mail.pk
    assert click.properties["url"] == "https://example.com/price?plan=1&lang=ja"
    assert tally(mail) == (1, 1, 0, 0)


def test_machines_are_kept_apart_and_warm_nobody(mail, lead, opened):
    before = rank(lead)
    opened(agent="Mozilla/5.0")
    opened(agent="Mozilla/5.0", ago=HOUR)
    for address in addresses(mail):
        ask(address)
    ask(addresses(mail)[0], method="head")
    settle()
    judging.judge()
    assert kinds(lead) == ["email_open_machine", "email_click_machine"]
    assert rank(lead) == before
    assert tally(mail) == (0, 0, 2, 4)
    rules = Activity.objects.filter(lead=lead, source="tracking").values_list("properties__rule", flat=True)
    assert set(rules) == {"apple_mpp", "all_links"}


def test_a_day_of_scrolling_is_one_activity_and_another_day_a_new_one(lead, mail, opened):
    Delivery.objects.filter(pk=mail.pk).update(sent_at=timezone.now() - timedelta(days=4))
    for ago in (timedelta(days=3), timedelta(days=3) - timedelta(seconds=40), timedelta(days=1)):
        opened(ago=ago)
    assert kinds(lead) == ["email_open"] * 2
    assert tally(mail)[0] == 3


def test_a_repetition_within_seconds_is_one_act(opened, mail):
    ask(path(tracking.pixel(mail.pk)))
    opened()
    assert tally(mail) == (1, 0, 0, 0)
    assert sorted(TrackingHit.objects.values_list("rule", flat=True)) == ["", "repeat"]


def test_nothing_is_judged_before_its_burst_is_over(mail, lead, opened):
    assert opened(ago=timedelta(seconds=5)) == 0
    assert not Activity.objects.filter(source="tracking").exists()
    assert opened(ago=timedelta(seconds=10)) == 1


def test_a_second_run_changes_nothing(mail, lead, opened):
    opened()
    before = rank(lead), tally(mail), Activity.objects.count()
    assert judge_hits() == 0
    assert (rank(lead), tally(mail), Activity.objects.count()) == before


def test_a_judge_that_dies_before_its_commit_leaves_all_to_the_next(mail, lead, opened, monkeypatch):
    def die(_verdicts):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(judging, "_close", die)
        with pytest.raises(RuntimeError):
            opened()
    assert not Activity.objects.filter(source="tracking").exists()
    assert judging.judge() == 1
    assert kinds(lead) == ["email_open"]
    assert tally(mail) == (1, 0, 0, 0)


def test_hits_before_the_sending_is_known_wait_for_it(mail, lead, opened):
    Delivery.objects.filter(pk=mail.pk).update(sent_at=None, status="uncertain")
    assert opened() == 0
    sent_at = timezone.now() - timedelta(seconds=31)
    Delivery.objects.filter(pk=mail.pk).update(sent_at=sent_at, status="sent")
    assert judging.judge() == 1
    # faster than the sender's own note, and counted within the mail's days
    assert kinds(lead) == ["email_open_machine"]
    assert Activity.objects.get(source="tracking").occurred_at >= sent_at


@pytest.mark.parametrize(
    ("status", "ago"), [("undone", timedelta(seconds=30)), ("uncertain", timedelta(days=4))]
)
def test_a_mail_that_never_went_out_was_opened_by_nobody(status, ago, mail, opened):
    Delivery.objects.filter(pk=mail.pk).update(sent_at=None, status=status)
    assert opened(ago=ago) == 1
    assert TrackingHit.objects.get().rule == "not_sent"
    assert not Activity.objects.filter(source="tracking").exists()
    assert not DeliveryTally.objects.exists()


def test_the_network_is_forgotten_with_the_judgement_and_a_gateways_a_day_later(mail, opened):
    opened()
    assert TrackingHit.objects.get().client == ""
    opened(agent="Barracuda", at="9.9.9.9")
    gateway = TrackingHit.objects.exclude(client="").get()
    TrackingHit.objects.filter(pk=gateway.pk).update(at=timezone.now() - timedelta(hours=25))
    assert judging.forget() == 0
    assert not TrackingHit.objects.exclude(client="").exists()
    TrackingHit.objects.update(judged_at=timezone.now() - timedelta(days=91))
    assert judging.forget() == 2
    assert tally(mail) == (1, 0, 1, 0)


def test_a_gateway_is_recognised_on_another_mail(lead, opened, mail):
    other = sent_mail(lead, ago=timedelta(minutes=5), purpose="follow_up")
    opened(agent="Mimecast", at="9.9.9.9", ago=timedelta(minutes=4))
    ask(path(tracking.pixel(other.pk)), at="9.9.9.200")
    settle()
    judging.judge()
    assert TrackingHit.objects.get(delivery=other).rule == "gateway"


def test_few_statements_however_many_mails(lead, django_assert_max_num_queries):
    for purpose in ("follow_up", "thank_you"):
        delivery = sent_mail(lead, purpose=purpose)
        ask(path(tracking.pixel(delivery.pk)))
        ask(addresses(delivery)[1])
    settle()
    # four of them savepoints of the test
    with django_assert_max_num_queries(18):
        assert judging.judge() == 4


@pytest.mark.django_db(transaction=True)
def test_the_screens_of_the_team_are_told(lead, mail, opened):
    with listening(leads_changed) as changed:
        ear = Ear()
        opened()
        heard = [
            (group, msgpack.unpackb(message["data"]))
            for group, message in ear.messages()
            if message["kind"] == "draft"
        ]
        ear.close()
    assert [(one.lead_id, one.team_id) for one in changed] == [(lead.pk, lead.team_id)]
    ((group, frame),) = heard
    assert group == f"live.team.{lead.team_id}"
    assert (frame["id"], frame["lead"], frame["state"]) == (mail.draft_id, lead.pk, "sent")


@pytest.mark.django_db(transaction=True)
def test_two_judges_at_once_judge_once(mail, lead, monkeypatch):
    for n in range(3):
        ask(path(tracking.pixel(mail.pk)), at=f"8.8.{n}.8")
        settle(ago=timedelta(seconds=20))
    meanwhile: list[int] = []
    record = ingest.record

    def slowly(activities, **options):
        def other() -> None:
            meanwhile.append(judging.judge())
            connection.close()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return record(activities, **options)

    monkeypatch.setattr(judging.ingest, "record", slowly)
    assert judging.judge() == 3
    assert meanwhile == [0]
    assert tally(mail)[0] == 3
    assert kinds(lead) == ["email_open"]


def test_mails_of_the_past_get_their_figures_from_the_activities(mail, lead, opened):
    for agent in (CHROME, "Mozilla/5.0"):
        opened(agent=agent)
    DeliveryTally.objects.all().delete()
    with connection.cursor() as cursor:
        for _again in range(2):
            cursor.execute(import_module("drafts.migrations.0039_past_tallies").FILL)
    assert tally(mail) == (1, 0, 1, 0)
