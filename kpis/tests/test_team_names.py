"""A team is called by its English name on an English page, by its own on a Japanese one."""

import csv
import io

import pytest
from django.utils import timezone

from drafts.models import State
from drafts.tests.factories import DraftFactory
from leads.models import Notification
from salesdash.models import Membership
from salesdash.tests.sending_domains.conftest import DOMAIN

pytestmark = pytest.mark.django_db
JAPANESE = "東日本営業部"
ENGLISH = "East"
PAGES = [
    ("manager", "/kpi/?team={team}"),
    ("manager", "/kpi/"),
    ("manager", "/drafts/safety/?team={team}"),
    ("manager", "/drafts/safety/"),
    ("manager", "/drafts/reviews/?team={team}"),
    ("manager", "/settings/domains/"),
    ("manager", "/notifications/"),
    ("rep", "/leads/{lead}/"),
    ("rep", "/leads/new/"),
    ("rep", "/leads/imports/"),
    ("rep", "/drafts/templates/new/"),
    ("admin", "/admin/drafts/reviewitem/"),
]


@pytest.fixture
def world(settings, team, other_team, lead, manager, rep):
    """Everything there is to choose from, for people of two teams."""
    settings.ADMIN_SECOND_FACTOR = False
    team.sending_domain = DOMAIN
    team.save()
    for person in (manager, rep):
        Membership.objects.create(user=person, team=other_team)
    DraftFactory(lead=lead, requested_by=rep, state=State.IN_REVIEW, flags={"rules": ["price"]})
    Notification.objects.create(
        user=manager, team=team, kind="domain", key="x", at=timezone.now(), details={"domain": DOMAIN}
    )
    return {"team": team.pk, "lead": lead.pk}


def speaking(person, language):
    person.language = language
    person.save()
    return person


@pytest.mark.parametrize(
    ("language", "said", "unsaid"), [("en", ENGLISH, JAPANESE), ("ja", JAPANESE, ENGLISH)]
)
@pytest.mark.parametrize(("who", "path"), PAGES, ids=[path for _, path in PAGES])
def test_the_page_calls_the_team_in_its_language(client, world, request, who, path, language, said, unsaid):
    client.force_login(speaking(request.getfixturevalue(who), language))
    page = client.get(path.format(**world)).text
    assert said in page
    assert unsaid not in page


@pytest.mark.parametrize(
    ("language", "heading", "name"), [("en", "Team", ENGLISH), ("ja", "チーム", JAPANESE)]
)
def test_so_does_the_table_and_its_file(client, world, rep, language, heading, name):
    client.force_login(speaking(rep, language))
    client.post("/leads/columns/", {"query": "view=all", "col": ["team"], "do": "apply"})
    page = client.get("/leads/?view=all").text
    assert f'title="{name}"' in page
    answer = client.get("/leads/export.csv?view=all")
    (row,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert row[heading] == name


def test_a_team_without_an_english_name_keeps_its_own(client, world, team, manager):
    team.name_en = ""
    team.save()
    client.force_login(speaking(manager, "en"))
    assert JAPANESE in client.get(f"/kpi/?team={team.pk}").text
