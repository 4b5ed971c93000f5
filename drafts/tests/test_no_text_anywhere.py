"""Words of drafts, prompts and leads are in no log line, trace, event, job or database log, whatever goes wrong."""

from __future__ import annotations

import base64
import io
import json
import logging
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from drafts import editing, generation, requests, review, sending
from drafts.mail import queueing
from drafts.models import Delivery, Draft, DraftEvent, PromptVersion, State
from drafts.tasks import generate_draft, send_mail
from drafts.tests.factories import DraftFactory
from drafts.texts import Text
from leads.models import Notification
from leads.tests.factories import CompanyFactory, LeadFactory
from salesdash import logs, redis_client, telemetry
from salesdash.models import AuditEntry
from salesdash.wordless import WordlessExporter

pytestmark = pytest.mark.django_db
COMPANY, FAMILY, GIVEN = "株式会社金糸雀精機", "金糸雀", "歌子"
WISH, EDITED, TYPED, SEARCHED = (
    "展示会の御礼カナリア",
    "推敲カナリアの一文です",
    "手書きカナリアの一文です",
    "探しカナリア",
)
SECRETS = (
    "金糸雀", "歌子", "kanaria", "カナリア", "突然の", "何卒", "保証", "15分", "弊社", "厳格な審査者", "<data>",
)  # fmt: skip
# an error that quotes the row that it met, as a check or a conversion does
BREAK = """
CREATE FUNCTION test_break() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'Failing row contains (%)', NEW.body || NEW.instruction; END $$;
CREATE TRIGGER test_break BEFORE UPDATE ON drafts_draft FOR EACH ROW EXECUTE FUNCTION test_break();
"""


@pytest.fixture
def spans(monkeypatch):
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(WordlessExporter(exporter)))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("test"))
    return exporter


@pytest.fixture
def lines(settings):
    """Every level, as production prints it."""
    settings.PRODUCTION = True
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)
    settings.PRODUCTION = False
    logs.formatter()


@pytest.fixture
def events(settings, monkeypatch):
    class Client:
        told: list = []

        def capture(self, event, **details):
            self.told.append((event, details))

    settings.POSTHOG_API_KEY = "phc_test"
    monkeypatch.setattr(telemetry, "_posthog_client", Client())
    return Client.told


@pytest.fixture
def broken(db):
    """broken() → from then on no draft can be changed."""

    def run(statements):
        with connection.cursor() as cursor:
            cursor.execute(statements)

    yield lambda: run(BREAK)
    run("DROP FUNCTION IF EXISTS test_break CASCADE")


def queued_jobs() -> str:
    """What waits in Redis, with the bodies of Celery's messages as text. The cache of texts is meant to hold them."""
    store, found = redis_client.get(), []
    for key in store.scan_iter(match=redis_client.key("*"), count=1000):
        if b":llm:text:" in key:
            continue
        kind = store.type(key)
        values = {
            b"list": lambda key=key: store.lrange(key, 0, -1),
            b"string": lambda key=key: [store.get(key)],
            b"hash": lambda key=key: [part for pair in store.hgetall(key).items() for part in pair],
            b"set": lambda key=key: list(store.smembers(key)),
            b"zset": lambda key=key: store.zrange(key, 0, -1),
        }[kind]()
        for value in values:
            text = value.decode("utf-8", "replace")
            found.append(text)
            if text.startswith('{"body"'):
                found.append(base64.b64decode(json.loads(text)["body"]).decode())
    return "\n".join(found)


def told(spans, lines, events) -> str:
    traces = [span.to_json() for span in spans.get_finished_spans()]
    rows = [*AuditEntry.objects.values_list("details", flat=True)]
    rows += [*DraftEvent.objects.values_list("details", flat=True)]
    rows += [*Notification.objects.values_list("details", flat=True)]
    everything = [lines.getvalue(), *traces, repr(events), *map(json.dumps, rows), queued_jobs()]
    # JSON writes Japanese as \\uXXXX
    return "\n".join(
        [*everything, *(part.encode().decode("unicode_escape", "ignore") for part in everything)]
    )


def found(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.fixture
def lead(team, rep):
    company = CompanyFactory(team=team, name=COMPANY)
    return LeadFactory(
        company=company, owner=rep, family_name=FAMILY, given_name=GIVEN, email="kanaria@kanaria.example"
    )


def test_the_whole_way_with_faults(
    llm, lead, rep, reviewer, client, spans, lines, events, django_capture_on_commit_callbacks
):
    for fault, part in (
        ("500", "judge"),
        ("malformed", "moderation"),
        ("badschema", "draft"),
    ):
        llm.faults.next(fault, target=part)
    llm.faults.next("unsafe", times=3)
    with django_capture_on_commit_callbacks(execute=True):
        draft = requests.request_draft(lead_id=lead.pk, user=rep, instruction=WISH)
        generation.generate(draft_id=draft.pk)
        item = Draft.objects.get()
        assert item.state == State.IN_REVIEW
        lease = review.take(draft_id=item.pk, reviewer=reviewer)
        body = f"{item.body}\n{EDITED}"
        review.save_edit(
            draft_id=item.pk,
            reviewer=reviewer,
            token=lease.token,
            version=item.version,
            subject="件名",
            body=body,
        )
        generation.generate(draft_id=draft.pk)
        item.refresh_from_db()
        lease = review.take(draft_id=item.pk, reviewer=reviewer)
        review.approve(draft_id=item.pk, reviewer=reviewer, token=lease.token, version=item.version)
        sending.claim(draft_id=draft.pk, user=rep, channel="copy")
        sending.mark_sent(draft_id=draft.pk, user=rep)
    client.force_login(rep)
    client.get(reverse("leads:index"), {"q": SEARCHED})
    client.get(reverse("drafts:index"), {"q": SEARCHED})
    client.get("/no-such-page/", {"q": SEARCHED})
    text = told(spans, lines, events)
    assert "safety.judge" in text
    assert "draft sent" in text
    assert found(text) == []


@pytest.mark.django_db(transaction=True)
def test_errors_that_quote_a_row(client, llm, lead, rep, spans, lines, events, broken):
    draft = requests.request_draft(lead_id=lead.pk, user=rep, instruction=WISH)
    generation.generate(draft_id=draft.pk)
    ready = Draft.objects.get()
    again = requests.request_draft(lead_id=lead.pk, user=rep, purpose="follow_up", instruction=WISH)
    client.force_login(rep)
    broken()
    client.raise_request_exception = False
    edited = {"subject": "件名", "body": TYPED, "version": ready.version}
    answer = client.post(reverse("drafts:edit", args=[ready.pk]), edited)
    assert answer.status_code == 500
    assert found(answer.text.split("</head>")[-1].replace(COMPANY, "")) == []
    with telemetry.span("job"):
        generate_draft.apply((again.pk,))
    text = told(spans, lines, events)
    assert "RaiseException" in text
    assert "test_break" not in text
    assert found(text) == []


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("", ""),
        ("rcpt", "550 5.1.1 kanaria@kanaria.example 金糸雀 unknown"),
        ("rcpt", "450 4.2.0 kanaria@kanaria.example later"),
        ("text", "554 5.6.0 突然の kanaria"),
        ("text", "drop"),
        ("data", "drop"),
        ("auth", "535 5.7.8 geheimnis kanaria"),
    ],
)
def test_what_the_mail_server_says(
    step, answer, lead, rep, mailbox, settings, spans, lines, events, django_capture_on_commit_callbacks
):
    """It quotes addresses and texts; passwords go to it. All that is kept are its figures."""
    settings.MAIL_URL = settings.MAIL_URL.replace("smtp://", "smtp://kanaria:geheimnis@")
    if step:
        mailbox.next(step, answer)
    draft = DraftFactory(lead=lead, requested_by=rep, subject="カナリアの件", body=f"突然の{EDITED}")
    Draft.objects.update(text_hash=Text(draft.subject, draft.body).hash)
    with django_capture_on_commit_callbacks(execute=True):
        queueing.queue(draft_id=draft.pk, user=rep)
        Delivery.objects.update(not_before=timezone.now())
        with telemetry.span("job"):
            send_mail.apply()
    assert Delivery.objects.get().attempts == (0 if step == "auth" else 1)
    text = told(spans, lines, events)
    assert "drafts.send_mail" in text
    assert [*found(text), *(["password"] if "geheimnis" in text else [])] == []


def test_a_wish_that_comes_too_late_is_not_in_the_log_of_the_database(lead, rep):
    """The unique index refuses it: PostgreSQL would note the statement, and so the whole text."""
    for _ in range(2):
        try:
            editing.write(lead_id=lead.pk, user=rep, subject="件名", body=TYPED)
        except Exception as error:
            refused = error
    assert refused.code == "draft_open"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('log_min_error_statement'), current_setting('log_error_verbosity')"
        )
        assert cursor.fetchone() == ("panic", "terse")


def test_prompts_name_no_customer_in_their_own_log(lead, llm, rep, spans, lines, events):
    PromptVersion.objects.filter(status="active").update(user_source="{{ カナリア }}")
    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    generation.generate(draft_id=draft.pk)
    assert Draft.objects.get().error_code == "prompt_broken"
    assert found(told(spans, lines, events)) == []


def test_what_leaves_by_the_exporter(spans):
    """As the instrumentation of Django and the SDK leave it."""
    with pytest.raises(ValueError, match="金糸雀"), telemetry.span("GET leads", **{
        "http.url": "http://x.example/leads/?q=金糸雀", "http.target": "/leads/?q=金糸雀", "url.query": "q=金糸雀",
        "http.status_code": 500,
    }):  # fmt: skip
        raise ValueError("金糸雀")
    (span,) = spans.get_finished_spans()
    assert span.attributes == {
        "http.url": "http://x.example/leads/", "http.target": "/leads/", "http.status_code": 500,
    }  # fmt: skip
    assert span.status.description == "ValueError"
    assert span.events[0].attributes["exception.type"] == "ValueError"
    assert found(span.to_json().encode().decode("unicode_escape")) == []


def test_the_exporter_is_never_used_bare():
    source = (Path(telemetry.__file__)).read_text()
    assert "BatchSpanProcessor(WordlessExporter(OTLPSpanExporter()))" in source
