"""Log lines tell where something went wrong, and nothing of what it was about."""

import io
import json
import logging

import pytest
from celery.app.trace import log_policy_unexpected

from salesdash import logs

SECRET = "田中様の下書き"


@pytest.fixture(params=[True, False], ids=["production", "by hand"])
def lines(request, settings):
    settings.PRODUCTION = request.param
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter())
    logger = logging.getLogger("salesdash.tests.lines")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)


def stumble(text):
    try:
        raise KeyError(text)
    except KeyError as error:
        raise ValueError(f"bad: {text}") from error


def test_an_exception_is_told_by_places_and_types(lines):
    logger, stream = lines
    try:
        stumble(SECRET)
    except ValueError:
        logger.exception("failed")
    said = stream.getvalue()
    assert SECRET not in said
    assert said.index("builtins.KeyError") < said.index("builtins.ValueError")
    assert "in stumble" in said
    if said.startswith("{"):
        assert json.loads(said)["event"] == "failed"


def test_a_task_that_raised_is_told_without_what_it_said(lines):
    logger, stream = lines
    try:
        stumble(SECRET)
    except ValueError:
        context = {
            "name": "drafts.generate",
            "id": "1",
            "description": "raised",
            "exc": f"ValueError('{SECRET}')",
        }
        logger.exception(log_policy_unexpected.format, context, extra={"data": context})
    assert SECRET not in stream.getvalue()
    assert "drafts.generate[1] raised: ValueError" in stream.getvalue()


def test_workers_log_as_everything_else_does():
    from celery.signals import setup_logging

    from salesdash.celery import keep_logging

    assert any(receiver() is keep_logging for _key, receiver in setup_logging.receivers)
