"""One trace from the request to the verdict, product events, and no text in any of it."""

from __future__ import annotations

import asyncio
import io
import json
import logging

import msgpack
import pytest
from channels.layers import get_channel_layer
from django.utils import timezone
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from drafts import editing, generation, receivers, requests, review, sending
from drafts.models import Draft, DraftEvent, State
from leads import ingest
from leads.ingest import NewActivity
from leads.live import publish
from leads.models import ActivityType
from salesdash import telemetry
from salesdash.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def spans(monkeypatch):
    """What an exporter would send."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("test"))
    return exporter


@pytest.fixture
def log_lines():
    """Everything that is logged, from DEBUG on, as it is printed."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.getLogger().handlers[0].formatter if logging.getLogger().handlers else None)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def posthog(settings, monkeypatch):
    """Events as they would leave, caught at the client's door."""

    class Client:
        def __init__(self):
            self.events = []

        def capture(self, event, **details):
            self.events.append((event, details))

    client = Client()
    settings.POSTHOG_API_KEY = "phc_test"
    monkeypatch.setattr(telemetry, "_posthog_client", client)
    return client


def test_the_job_joins_the_trace_of_the_request(llm, lead, rep, spans):
    outside = trace.get_current_span()
    with telemetry.span("http"):
        draft = requests.request_draft(lead_id=lead.pk, user=rep)
    generation.generate(draft_id=draft.pk)
    names = [span.name for span in spans.get_finished_spans()]
    assert {"draft.work", "draft.generate", "llm.call", "safety.rules", "safety.judge"} <= set(names)
    traces = {f"{span.context.trace_id:032x}" for span in spans.get_finished_spans()}
    assert traces == {draft.trace_id}
    assert set(draft.llm_calls.values_list("trace_id", flat=True)) == {draft.trace_id}
    # the job leaves no span behind
    assert trace.get_current_span() is outside


def test_no_text_in_logs_spans_events_or_audit(llm, lead, rep, reviewer, admin, spans, log_lines, posthog):
    llm.faults.next("unsafe", times=3)
    llm.faults.next("500", target="judge")
    llm.faults.next("malformed", target="moderation")
    draft = requests.request_draft(lead_id=lead.pk, user=rep, instruction="秘密の一行")
    generation.generate(draft_id=draft.pk)
    item = Draft.objects.get()
    lease = review.take(draft_id=item.pk, reviewer=reviewer)
    held = {"draft_id": item.pk, "reviewer": reviewer, "token": lease.token, "version": item.version}
    review.regenerate(**held)
    generation.generate(draft_id=draft.pk)
    ready = Draft.objects.get()
    editing.edit(draft_id=ready.pk, user=rep, subject=ready.subject, body=ready.body, version=ready.version)
    generation.generate(draft_id=draft.pk)
    sending.claim(draft_id=draft.pk, user=rep, channel="copy")
    sending.mark_sent(draft_id=draft.pk, user=rep)
    told = "\n".join(
        [
            log_lines.getvalue(),
            *(f"{s.name}{dict(s.attributes)}{[dict(e.attributes) for e in s.events]}" for s in spans.get_finished_spans()),
            repr(posthog.events),
            *(json.dumps(d, ensure_ascii=False) for d in AuditEntry.objects.values_list("details", flat=True)),
            *(json.dumps(d, ensure_ascii=False) for d in DraftEvent.objects.values_list("details", flat=True)),
        ]
    )  # fmt: skip
    assert "safety.judge" in told
    assert "httpcore" in told or "draft" in told
    for secret in (
        "花子",
        "山田",
        "青葉精機",
        "秘密の一行",
        "突然の",
        "保証",
        "shiken.example",
        "何卒",
        "15分",
    ):
        assert secret not in told, secret


def test_the_four_product_events(llm, lead, rep, posthog, django_capture_on_commit_callbacks):
    from drafts import product_events

    draft = requests.request_draft(lead_id=lead.pk, user=rep)
    generation.generate(draft_id=draft.pk)
    done = Draft.objects.get()
    product_events.shown(draft=done, user=rep)
    sending.claim(draft_id=draft.pk, user=rep, channel="copy")
    sending.mark_sent(draft_id=draft.pk, user=rep)
    reply = NewActivity(
        lead_id=lead.pk,
        type=ActivityType.EMAIL_REPLY,
        occurred_at=timezone.now(),
        source="mail",
        external_id="<answer@customer.example>",
        delivery_id=done.deliveries.get().pk,
    )
    with django_capture_on_commit_callbacks(execute=True):
        ingest.record([reply])
        # the same mail once more, as mail servers do
        ingest.record([reply])
    assert [event for event, _details in posthog.events] == [
        "draft shown", "draft copied", "draft sent", "draft replied",
    ]  # fmt: skip
    assert posthog.events[0][1]["distinct_id"] == f"user-{rep.pk}"
    assert posthog.events[1][1]["properties"]["channel"] == "copy"
    assert posthog.events[0][1]["properties"]["origin"] == "generated"


@pytest.mark.django_db(transaction=True)
async def test_a_frame_tells_the_stage_and_nothing_else():
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(publish.team_group(5), channel)
    await asyncio.to_thread(
        receivers.show_live,
        draft_id=7, team_id=5, lead_id=9, state=State.READY, trace="", generation_ms=812,
    )  # fmt: skip
    message = await asyncio.wait_for(layer.receive(channel), 5)
    frame = msgpack.unpackb(message["data"])
    assert {"kind": "draft", "id": 7, "lead": 9, "state": "ready"}.items() <= frame.items()
    assert message["inference_ms"] == 812
