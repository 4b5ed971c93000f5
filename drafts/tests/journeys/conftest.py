"""A small world whose data is Latin throughout: a Japanese letter on a page was left untranslated."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from drafts.models import Draft
from drafts.tests.factories import DraftFactory
from leads.models import Company, Lead
from leads.tests.factories import CompanyFactory
from leads.tests.table_cast import crowd
from salesdash import tour
from salesdash.models import Team, User

SUBJECT = "Our service at a glance"
BODY = (
    "Aoba Precision Ltd.\nMs. Jane Doe\n\nThank you for visiting our site. "
    "I would be glad to show you around in 15 minutes.\n\nKind regards\nKen Sato"
)


@pytest.fixture
def team(team: Team) -> Team:
    team.name, team.company_name = "East", "Salesdash Inc."
    team.sender_address = "1-1-1 Marunouchi, Tokyo"
    team.save()
    return team


def _named(person: User, first: str, last: str) -> User:
    person.first_name, person.last_name, person.language = first, last, "en"
    person.save()
    return person


@pytest.fixture
def rep(rep: User) -> User:
    return _named(rep, "Ken", "Sato")


@pytest.fixture
def colleague(colleague: User) -> User:
    return _named(colleague, "Aya", "Suzuki")


@pytest.fixture
def reviewer(reviewer: User) -> User:
    return _named(reviewer, "Megumi", "Tanaka")


@pytest.fixture
def manager(manager: User) -> User:
    return _named(manager, "Makoto", "Takahashi")


@pytest.fixture
def newcomer(rep: User) -> User:
    """The tour is open."""
    tour.restart(user=rep)
    rep.refresh_from_db()
    return rep


@pytest.fixture
def company(team: Team) -> Company:
    return CompanyFactory(team=team, name="Aoba Precision Ltd.", region="Tokyo")


@pytest.fixture
def latin(company: Company, rep: User):
    """latin(n, **fields) → so many leads of falling warmth."""

    def leads(number: int, **fields) -> list[Lead]:
        names = {"family_name": "Smith", "given_name": "Ann", "family_kana": "", "given_kana": ""}
        texts = {"department": "Purchasing", "title": "Manager", "language": "en"}
        return crowd(number, **{"company": company, "owner": rep, **names, **texts, **fields})

    return leads


@pytest.fixture
def lead(latin, company: Company, rep: User) -> Lead:
    """The warmest, with something to do and somebody to call back."""
    soon = timezone.now() + timedelta(hours=2)
    values = {"family_name": "Doe", "given_name": "Jane", "title": "Director", "recall_at": soon}
    return latin(1, next_action="Send the quote", next_action_due_at=soon, **values)[0]


@pytest.fixture
def draft(lead: Lead, rep: User) -> Draft:
    return DraftFactory(
        lead=lead,
        requested_by=rep,
        subject=SUBJECT,
        body=BODY,
        claims=[{"phrase": "visiting our site", "fact_id": "F1"}],
        facts=[{"id": "F1", "kind": "page_view", "text": "visited the site", "value": "3"}],
    )
