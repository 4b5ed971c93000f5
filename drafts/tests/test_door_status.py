"""What operators see of the door, and who moderates."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from drafts import generation, requests
from drafts.llm import breaker, providers, slots, status
from drafts.models import Draft, LlmCall, State

pytestmark = pytest.mark.django_db
JA = {"Accept-Language": "ja"}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


def break_down(name: str) -> None:
    for _ in range(breaker.FAILURES):
        breaker.failed(name)


def called(team, outcome: str) -> None:
    LlmCall.objects.create(
        at=timezone.now(), team=team, purpose="generation", provider="p", model="m", outcome=outcome
    )


def test_readiness_names_the_worst_circuit_and_does_not_depend_on_it(client, llm):
    assert client.get("/readyz").json()["writing_service"] == "closed"
    break_down(f"127.0.0.1:{llm.port}/moderation")
    assert client.get("/readyz").json()["writing_service"] == "open"
    from salesdash import health

    health.beat()
    assert client.get("/readyz").status_code == 200


def test_the_administration_shows_circuits_slots_and_the_cache(client, admin, llm, team):
    break_down(f"127.0.0.1:{llm.port}/chat")
    for outcome in ("ok", "ok", "ok", "cached", "failed"):
        called(team, outcome)
    client.force_login(admin)
    with slots.some(1):
        page = client.get(reverse("admin:drafts_llmcall_changelist"), headers=JA).text
    assert "障害のため休止中" in page
    assert "1 / 8" in page
    assert "25%" in page


def test_the_cache_is_that_of_ones_own_teams(team, other_team):
    called(team, "cached")
    called(other_team, "ok")
    assert status.cache_use([team]).share == 1
    assert status.cache_use([other_team]).share == 0
    assert status.cache_use(None).share == 0.5
    assert status.cache_use([]).share is None


def test_another_service_may_moderate(llm, settings, lead, rep):
    """A GPU server without moderation: the service that is named for it speaks, the other is not asked."""
    settings.LLM_MODERATION_BASE_URL = llm.base_url.replace("127.0.0.1", "localhost")
    assert [one.name for one in providers.moderating()] == [f"localhost:{llm.port}"]
    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    generation.generate(draft_id=draft.pk)
    assert Draft.objects.get().state == State.READY
    by = dict(LlmCall.objects.values_list("purpose", "provider"))
    assert by["moderation"].startswith("localhost")
    assert by["generation"].startswith("127.0.0.1")
