from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from drafts import tracking
from drafts.models import Origin
from drafts.tests.trackable import CHROME, addresses, ask, path, settle
from drafts.tracking import judging
from kpis import figures, rollup
from kpis.figures import Period
from kpis.models import DailyFigure
from kpis.tests.worlds import answer, mail, won

pytestmark = pytest.mark.django_db


@pytest.fixture
def figure(team):
    """figure("reply", "manual") → (numerator, denominator) over the last 60 days, freshly rolled up."""

    def read(metric, segment=""):
        today = rollup.today(team)
        first = today - timedelta(days=60)
        rollup.roll_up(team=team, first=first, last=today + timedelta(days=1))
        amount = figures.totals([team], Period(first, today)).get((metric, segment), figures.Amount())
        return amount.numerator, amount.denominator

    return read


def test_machines_count_in_the_raw_rate_only(lead, figure):
    answer(mail(lead), "EMAIL_OPEN_MACHINE")
    answer(mail(lead, days_ago=2), "EMAIL_OPEN")
    assert figure("open") == (1, 2)
    assert figure("open_raw") == (2, 2)


def test_a_judged_pixel_counts_raw_and_as_a_persons_open_apart(lead, figure):
    """From the request to the rate: three mails, one opened by a machine, one by a person, one by nobody."""
    mails = [mail(lead, days_ago=days) for days in (1, 2, 3)]
    for delivery, agent in zip(mails, ("Mozilla/5.0", CHROME), strict=False):
        ask(path(tracking.pixel(delivery.pk)), agent=agent)
    for address in addresses(mails[0]):
        ask(address)
    settle()
    assert judging.judge() == 5
    assert (figure("open"), figure("open_raw")) == ((1, 3), (2, 3))
    assert (figure("click"), figure("click_raw")) == ((0, 3), (1, 3))


def test_opens_count_trackable_mails_only(lead, figure):
    mail(lead, trackable=False)
    answer(mail(lead, days_ago=2), "EMAIL_OPEN")
    assert figure("open") == (1, 1)
    assert figure("sent")[0] == 2


def test_an_answer_without_a_delivery_belongs_to_the_last_mail_before_it(lead, figure):
    mail(lead, days_ago=9, origin=Origin.MANUAL)
    later = mail(lead, days_ago=4)
    answer(later, "MEETING_BOOKED", direct=False)
    assert figure("meeting", "generated") == (1, 1)
    assert figure("meeting", "manual") == (0, 1)


def test_an_answer_after_the_attribution_window_counts_for_nobody(lead, figure, team):
    team.attribution_days = 5
    team.save()
    answer(mail(lead, days_ago=20), "EMAIL_REPLY", after_hours=24 * 6)
    assert figure("reply") == (0, 1)


def test_three_opens_of_one_mail_are_one(lead, figure):
    delivery = mail(lead)
    for hours in (1, 2, 3):
        answer(delivery, "EMAIL_OPEN", after_hours=hours)
    assert figure("open") == (1, 1)


def test_a_deal_counts_for_the_mail_before_it_with_its_margin(lead, figure):
    mail(lead, days_ago=10)
    won(lead, days_ago=8, margin=300_000)
    assert figure("conversion", "generated") == (1, 1)
    assert figure("gross_margin_jpy", "generated")[0] == 300_000


def test_running_it_twice_gives_the_same_table(lead, figure):
    answer(mail(lead), "EMAIL_REPLY")
    first = figure("reply")
    rows = DailyFigure.objects.count()
    assert (figure("reply"), DailyFigure.objects.count()) == (first, rows)


def test_a_late_answer_changes_the_day_of_its_mail(lead, figure):
    delivery = mail(lead, days_ago=6)
    assert figure("reply") == (0, 1)
    answer(delivery, "EMAIL_REPLY", after_hours=100)
    assert figure("reply") == (1, 1)
    day = delivery.sent_at.astimezone(ZoneInfo("Asia/Tokyo")).date()
    assert DailyFigure.objects.get(metric="reply", segment="", day=day).numerator == 1


def test_the_day_is_that_of_the_teams_zone(lead, team):
    team.time_zone = "Pacific/Kiritimati"
    team.save()
    delivery = mail(lead)
    today = rollup.today(team)
    rollup.roll_up(team=team, first=today - timedelta(days=9), last=today + timedelta(days=1))
    day = delivery.sent_at.astimezone(ZoneInfo("Pacific/Kiritimati")).date()
    assert DailyFigure.objects.get(metric="sent", segment="").day == day


def test_another_teams_mails_are_not_counted(lead, other_team, figure):
    mail(lead)
    today = rollup.today(other_team)
    assert rollup.roll_up(team=other_team, first=today - timedelta(days=9), last=today) == 0
