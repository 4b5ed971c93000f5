"""A lost Redis costs the pages their cache, and nothing else."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.cache import caches as known
from django.urls import reverse

from leads.models import SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_there(settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}


@pytest.mark.parametrize(
    "query", ["", "c=attr.size:ge:20&sort=attr.size", "q=山田", "c=name:has:x", "stage=new&owner=me"]
)
def test_the_table_is_shown(client, rep, lead, query):
    SavedView.objects.create(owner=rep, name="暖かい", query="temp=50", pinned=True)
    client.force_login(rep)
    assert client.get(f"{reverse('leads:index')}?{query}").status_code == 200


@pytest.mark.parametrize("name", ["leads:filter", "leads:columns", "drafts:index", "day"])
def test_other_pages_are_shown(client, rep, lead, name):
    client.force_login(rep)
    assert client.get(reverse(name)).status_code == 200


def test_a_lead_and_its_panel_are_shown(client, rep, lead):
    client.force_login(rep)
    url = reverse("leads:detail", args=[lead.pk])
    assert client.get(url).status_code == 200
    assert client.get(url, headers={"HX-Request": "true"}).status_code == 200


def test_signing_in_works(client, rep):
    rep.set_password("a long enough password")
    rep.save()
    form = {"login": rep.username, "password": "a long enough password"}
    assert client.post(reverse("account_login"), form).status_code == 302


def test_an_empty_cache_answers_as_one():
    assert "127.0.0.1:1" in str(known.settings["default"]["LOCATION"])
    cache.set("a", 1)
    assert cache.get("a") is None
    assert cache.get("a", 5) == 5
    assert cache.get_or_set("a", 7) == 7
    assert cache.get_many(["a"]) == {}
    assert cache.set_many({"a": 1}) == ["a"]
    assert cache.add("a", 1)
    assert "a" not in cache
    assert not cache.touch("a")
    assert not cache.delete("a")
    cache.delete_many(["a"])
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")
