"""Pages under the instrumentation that traces every request."""

from __future__ import annotations

import pytest
from django.test import Client

from salesdash import telemetry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/リード/", "/leads/１/", "/%E3%83%AA%FF/", "/é/"])
def test_any_letter_in_an_address_is_answered(path, rep):
    telemetry.configure()
    client = Client()
    client.force_login(rep)
    assert client.get(path).status_code == 404
