"""A real DNS server, and a team whose domain waits for its proof."""

from __future__ import annotations

import pytest

from salesdash.devmail.dns import DevDns
from salesdash.sending_domains import lookup, proving

DOMAIN = "ours.example"


@pytest.fixture
def dns(settings):
    """`dns.zone[name] = {"txt": […]}` publishes; `{"fault": "silent"}` gives no answer."""
    with DevDns({}) as server:
        settings.DNS_SERVERS = [server.address]
        yield server


@pytest.fixture
def hasty(monkeypatch):
    """For names that give no answer: they are given up soon."""
    monkeypatch.setattr(lookup, "TRY_SECONDS", 0.1)
    monkeypatch.setattr(lookup, "QUESTION_SECONDS", 0.2)


@pytest.fixture
def ours(team):
    """The team, not confirmed."""
    team.sending_domain, team.sending_domain_verified_at = DOMAIN, None
    team.save()
    return team


@pytest.fixture
def proof(ours):
    return proving.of(ours)
