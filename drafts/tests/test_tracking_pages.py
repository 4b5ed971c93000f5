"""What reps and administrators see of opens and clicks."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from drafts import tracking
from drafts.models import DeliveryTally
from drafts.tests.trackable import addresses, ask, path, sent_mail, settle
from drafts.tracking import judging
from drafts.tracking.rules import RULES
from salesdash.models import AuditEntry, Team

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "tracking.md"


def page(client, person, name, *arguments, **query) -> str:
    person.language = query.pop("language", "ja")
    person.save()
    client.force_login(person)
    return client.get(reverse(name, args=arguments), query).text


def line(html) -> str:
    """The figures of the mail, without markup."""
    found = re.search(r'<p class="tally num">(.*?)</p>', html, re.S)
    return " ".join(re.sub("<[^>]+>", " ", found[1]).split()) if found else ""


def test_the_panel_tells_a_mails_own_figures(client, rep, lead):
    mail = sent_mail(lead)
    assert line(page(client, rep, "drafts:panel", lead.pk)) == "未開封"
    DeliveryTally.objects.create(delivery=mail, opens=2, clicks=1, machine_opens=2, machine_clicks=1)
    assert line(page(client, rep, "drafts:panel", lead.pk)) == "開封 2回 クリック 1回 自動 3回"
    assert (
        line(page(client, rep, "drafts:panel", lead.pk, language="en")) == "opened 2× clicked 1× machines 3×"
    )


def test_the_list_of_sent_mails_tells_them_without_further_queries(
    client, rep, lead, django_assert_num_queries, django_assert_max_num_queries
):
    for purpose in ("ice_breaker", "follow_up", "thank_you"):
        DeliveryTally.objects.create(delivery=sent_mail(lead, purpose=purpose), opens=4)
    assert page(client, rep, "drafts:index", tab="sent").count("開封 4回") == 3
    with django_assert_max_num_queries(8):
        client.get(reverse("drafts:index"), {"tab": "sent"})


def test_of_a_mail_that_cannot_be_seen_nothing_is_said(client, rep, lead):
    sent_mail(lead, trackable=False, channel="copy")
    assert line(page(client, rep, "drafts:panel", lead.pk)) == ""


def test_an_outsider_sees_no_figures(client, outsider, lead):
    DeliveryTally.objects.create(delivery=sent_mail(lead), opens=4)
    client.force_login(outsider)
    assert client.get(reverse("drafts:panel", args=[lead.pk])).status_code == 404
    assert line(page(client, outsider, "drafts:index", tab="sent", who="team")) == ""


def test_the_timeline_names_mail_and_machine(client, rep, lead):
    mail = sent_mail(lead, ago=timedelta(minutes=30))
    ask(path(tracking.pixel(mail.pk)))
    ask(path(tracking.pixel(mail.pk)), agent="Mozilla/5.0")
    ask(addresses(mail)[0])
    settle()
    judging.judge()
    timeline = page(client, rep, "leads:timeline", lead.pk)
    events = [
        " ".join(re.sub("<[^>]+>", " ", part).split()) for part in re.findall(r"<li.*?</li>", timeline, re.S)
    ]
    (machine,) = [part for part in events if "自動" in part]
    assert "のメール" in machine
    assert sum("のメール" in part for part in events) == 3
    assert any("https://example.com/price?plan=1&amp;lang=ja · " in part for part in events)
    assert timeline.count('<li class="quiet">') == 1


def test_an_administrator_switches_it_off_for_a_team(client, admin, team, settings):
    settings.ADMIN_SECOND_FACTOR = False
    client.force_login(admin)
    address = reverse("admin:salesdash_team_change", args=[team.pk])
    form = client.get(address).context["adminform"].form
    assert "開封とクリックを計測する" in client.get(address).text
    data = {name: form.initial.get(name) or "" for name in form.fields if name != "mail_tracking"}
    inline = {f"memberships-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    assert client.post(address, {**data, **inline}).status_code == 302
    assert not Team.objects.get(pk=team.pk).mail_tracking
    assert "mail_tracking" in AuditEntry.objects.get(action="admin.update").details["fields"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_help_page_shows_each_rule(client, rep, language):
    section = (
        page(client, rep, "help", language=language).split('<section id="tracking"')[1].split("</section>")[0]
    )
    rows = re.findall(r"<li>(.*?)</li>", section, re.S)
    assert len(rows) == len(RULES)
    assert len(set(rows)) == len(RULES)


def test_the_document_has_each_rule():
    codes = re.findall(r"^\| `(\w+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.M)
    assert codes == [rule.code for rule in RULES]
