"""A search asks the index only for what tells leads apart, and finds the same."""

import pytest
from django.db import connection

from leads import folding, rarity
from leads.models import Lead
from leads.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(company):
    """Forty mail addresses of one domain, and what PostgreSQL knows of them."""
    leads = [LeadFactory(company=company, email=f"u{n}@common.example") for n in range(40)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead")
    rarity.forget()
    yield leads
    rarity.forget()


def test_common_bigrams_are_left_out(crowd):
    asked = rarity.telling(folding.grams("u17@common.example"))
    assert "17" in asked
    assert not {"@c", "co", "om", "mp"} & set(asked)


def test_where_all_are_common_one_stays(crowd):
    assert len(rarity.telling(folding.grams("@common"))) == 1


def test_the_answer_is_the_same(crowd):
    found = folding.search_filter(Lead.objects.order_by("pk"), "u17@common.example")
    assert list(found) == [crowd[17]]
    assert folding.search_filter(Lead.objects.all(), "@common.example").count() == 40
    assert not folding.search_filter(Lead.objects.all(), "u17@commom.example").exists()


def test_the_statistics_are_read_once(crowd, django_assert_num_queries):
    with django_assert_num_queries(1):
        for text in ("u1@common", "u2@common", "山田"):
            str(folding.search_filter(Lead.objects.all(), text).query)


def test_without_statistics_every_bigram_is_asked_for():
    rarity.forget()
    assert rarity.telling(["zq", "qz"]) == ["zq", "qz"]
    rarity.forget()
