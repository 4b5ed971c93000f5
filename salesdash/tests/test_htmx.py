"""When a view answers with a fragment."""

import pytest
from django.test import RequestFactory

from salesdash.htmx import wants_partial


@pytest.mark.parametrize(
    ("headers", "partial"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
        ({"HX-Request": "false"}, False),
    ],
)
def test_wants_partial(headers, partial):
    assert wants_partial(RequestFactory().get("/", headers=headers)) is partial
