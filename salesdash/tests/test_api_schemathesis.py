"""Requests made up from the published description, good and bad, by a rep, a manager and an outsider in turn:
nothing breaks, and every answer is one that the description names.
"""

from __future__ import annotations

from itertools import cycle

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from salesdash import tokens
from salesdash.api.schema import description
from salesdash.wsgi import application

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance, negative_data_rejection, ignored_auth, unsupported_method,
    allow_header_conformance,
]  # fmt: skip
EXAMPLES = 12


def _schema():
    config = SchemathesisConfig.from_dict({"seed": 20261128, "generation": {"deterministic": True}})
    schema = schemathesis.openapi.from_dict(description("en"), config=config)
    schema.app = application
    return schema


schema = _schema()


@pytest.fixture
def caller_tokens(lead, rep, colleague, manager, outsider, settings):
    """Something stands behind each address; nobody runs out of quota. Gives a token for each next call."""
    from drafts.tests.factories import DraftFactory
    from leads.tests.events import event, record

    settings.API_RATES = dict.fromkeys(settings.API_RATES, "100000/s")
    record(event(lead))
    DraftFactory(lead=lead, requested_by=rep)
    # as Django's own test client does: the test's transaction must outlive the requests
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    people = (rep, manager, outsider)
    yield cycle([tokens.create(user=user, name="x", scope="write")[1] for user in people])
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_description_names(case, caller_tokens):
    # a batch is taken item by item: a bad one is told in the answer, and loses no other
    by_item = case.operation.path.endswith("/activities/") and case.operation.method == "post"
    checks = [check for check in CHECKS if not (by_item and check is negative_data_rejection)]
    headers = {"Authorization": f"Bearer {next(caller_tokens)}"}
    case.call_and_validate(headers=headers, checks=checks)
