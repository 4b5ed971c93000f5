"""Requests under the instrumentation that traces each, and with a trace id alone."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from opentelemetry.instrumentation.django import DjangoInstrumentor

from salesdash import telemetry

pytestmark = pytest.mark.django_db
CALLER = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def traced(settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith(".Numbered")]
    telemetry.trace_requests()
    yield
    DjangoInstrumentor().uninstrument()


@pytest.fixture
def numbered(settings):
    telemetry.configure()
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith(".Numbered")]
    telemetry.number_requests()


@pytest.mark.parametrize("path", ["/リード/", "/leads/１/", "/%E3%83%AA%FF/", "/é/"])
def test_any_letter_in_an_address_is_answered(path, rep, traced):
    client = Client()
    client.force_login(rep)
    assert client.get(path).status_code == 404


def test_a_request_has_the_trace_of_its_caller(client, numbered):
    headers = {"traceparent": f"00-{CALLER}-00f067aa0ba902b7-01"}
    assert client.get("/api/v1/leads/", headers=headers).json()["trace_id"] == CALLER


@pytest.mark.parametrize("traceparent", ["", "00-nonsense", f"00-{'0' * 32}-00f067aa0ba902b7-01"])
def test_each_request_has_an_id_of_its_own(client, numbered, traceparent):
    headers = {"traceparent": traceparent}
    ids = {client.get("/api/v1/leads/", headers=headers).json()["trace_id"] for _ in range(2)}
    assert len(ids) == 2
    assert all(re.fullmatch(r"(?!0{32})[0-9a-f]{32}", trace) for trace in ids)
    assert telemetry.trace_id() == ""
