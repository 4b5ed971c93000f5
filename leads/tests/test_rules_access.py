"""Who may look at the rules, and who may change them."""

import pytest
from django.contrib.auth.models import Permission

from leads.models import RuleSet, ScoreJob
from leads.tests.factories import UserFactory
from leads.tests.rule_pages import url
from leads.tests.rule_sets import draft_rules

pytestmark = pytest.mark.django_db
PAGES = ("change", "preview", "delete")
DEEDS = ("change", "copy", "publish", "delete")


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def draft(db):
    return draft_rules()


@pytest.fixture
def looker(db):
    person = UserFactory(username="looker", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_ruleset"))
    return person


def send_all(client, draft) -> set[int]:
    return {client.post(url(draft, deed), {"post": "yes", "confirmed": "1"}).status_code for deed in DEEDS}


def test_a_rep_is_sent_to_the_sign_in(client, rep, draft):
    client.force_login(rep)
    assert {client.get(url(draft, page)).status_code for page in PAGES} == {302}
    assert send_all(client, draft) == {302}
    assert RuleSet.objects.count() == 2


def test_a_reviewer_sees_nothing_of_the_rules(client, reviewer, draft):
    client.force_login(reviewer)
    assert client.get("/admin/leads/ruleset/").status_code == 403
    assert {client.get(url(draft, page)).status_code for page in PAGES} == {403}
    assert send_all(client, draft) == {403}
    assert RuleSet.objects.count() == 2


def test_who_may_look_reads_and_changes_nothing(client, looker, draft):
    client.force_login(looker)
    assert client.get("/admin/leads/ruleset/").status_code == 200
    page, preview = client.get(url(draft)), client.get(url(draft, "preview"))
    assert (page.status_code, preview.status_code) == (200, 200)
    for text in (page.text, preview.text):
        assert "<form" not in text.split('id="content-main"')[1]
    assert send_all(client, draft) == {403}
    assert (RuleSet.objects.count(), ScoreJob.objects.count()) == (2, 0)


def test_without_a_second_factor_nobody_comes_in(client, admin, draft, settings):
    settings.ADMIN_SECOND_FACTOR = True
    client.force_login(admin)
    assert client.get(url(draft)).status_code == 302


def test_names_of_leads_of_other_teams_are_not_shown(client, looker, lead, draft):
    from leads.models import ActivityType
    from leads.tests.events import event, record

    record(event(lead, ActivityType.EMAIL_REPLY))
    RuleSet.objects.filter(pk=draft.pk).update(weights={})
    client.force_login(looker)
    text = client.get(url(draft, "preview")).text
    assert "他のチームのリード" in text
    assert str(lead.company) not in text
