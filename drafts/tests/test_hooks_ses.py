"""Amazon SES through SNS: signed by a certificate that a server of the test's own CA hands out."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest
from django.test import override_settings
from structlog.testing import capture_logs

from drafts.inbound import sns
from drafts.models import Delivery, MailEvent, Suppression
from drafts.tests.hooks import ARN, Topic, certificate, knock, pem, pem_of_key
from drafts.tests.test_mail_events import sent
from leads.models import Activity

pytestmark = pytest.mark.django_db


class Amazon:
    """Serves `files` by HTTPS as `localhost` and notes what it was asked for."""

    def __init__(self, folder) -> None:
        root, root_key = certificate("test ca", ca=True)
        own, own_key = certificate("localhost", signer=(root.subject, root_key))
        (folder / "ca.pem").write_bytes(pem(root))
        (folder / "own.pem").write_bytes(pem(own) + pem_of_key(own_key))
        self.ca = str(folder / "ca.pem")
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        amazon = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                amazon.asked.append(self.path)
                body = amazon.files.get(self.path)
                if body == b"redirect":
                    self.send_response(302)
                    self.send_header("Location", "https://localhost/elsewhere.pem")
                    self.end_headers()
                    return
                self.send_response(404 if body is None else 200)
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_args):
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "own.pem")
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.address = f"https://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = Amazon(tmp_path_factory.mktemp("amazon"))
    yield made
    made.stop()


@pytest.fixture
def amazon(server, settings, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", server.ca)
    settings.SES_TOPIC_ARNS = [ARN]
    server.real_host = settings.SNS_HOST
    settings.SNS_HOST = server.address.removeprefix("https://")
    sns._certificates.clear()
    server.asked.clear()
    yield server
    sns._certificates.clear()


@pytest.fixture(scope="module")
def _topic(server):
    return Topic(server.address)


@pytest.fixture
def topic(_topic, amazon):
    amazon.files = {"/SimpleNotificationService-1.pem": pem(_topic.certificate)}
    return _topic


@pytest.fixture
def delivery(lead, rep):
    made = sent(lead, rep)
    Delivery.objects.filter(pk=made.pk).update(message_id="<m-1@mail.example.jp>")
    made.refresh_from_db()
    return made


def told(client, envelope):
    # SNS calls its JSON plain text
    return knock(client, "ses", json.dumps(envelope).encode(), {}, content_type="text/plain; charset=UTF-8")


def bounce(*recipients, **fields):
    return {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {"emailAddress": one, "status": "5.1.1", "action": "failed", "diagnosticCode": "smtp; 550"}
                for one in recipients
            ],
            "timestamp": "2026-01-27T14:59:38.237Z",
            "feedbackId": "00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa068a-000000",
            **fields,
        },
        "mail": {
            "timestamp": "2026-01-27T14:59:38.237Z",
            "messageId": "00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000",
            "destination": list(recipients),
            "headers": [{"name": "Message-ID", "value": "<m-1@mail.example.jp>"}],
        },
    }


def complaint(*recipients, **fields):
    about = {
        "complainedRecipients": [{"emailAddress": one} for one in recipients],
        "timestamp": "2026-01-27T14:59:38.237Z",
        "feedbackId": "000001378603177f-18c07c78-fa81-4a58-9dd1-fedc3cb8f49a-000000",
        **fields,
    }
    return {"eventType": "Complaint", "complaint": about, "mail": {}}


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_bounce_is_taken_once_and_the_certificate_is_read_once(version, client, topic, amazon, delivery):
    envelope = topic.envelope(bounce(delivery.recipient), version=version, Subject="Amazon SES")
    answers = [told(client, envelope).json() for _ in range(2)]
    assert [(one["new"], one["known"]) for one in answers] == [(1, 0), (0, 1)]
    delivery.refresh_from_db()
    assert (delivery.status, delivery.error_code) == ("bounced", "5.1.1")
    assert amazon.asked == ["/SimpleNotificationService-1.pem"]


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (bounce("a@example.jp", bounceType="Transient", bounceSubType="MailboxFull"), "soft"),
        (bounce("a@example.jp", bounceType="Undetermined"), "soft"),
        (complaint("A <a@example.jp>", complaintFeedbackType="abuse"), "complaint"),
        (complaint("a@example.jp", complaintFeedbackType="not-spam"), None),
        ({"notificationType": "Delivery", "delivery": {}}, None),
        ({"eventType": "Something new"}, None),
        ("Successfully validated SNS topic for Amazon SES event publishing.", None),
        ([1], None),
    ],
)
def test_each_message_is_taken_for_what_it_is(message, kind, client, topic):
    answer = told(client, topic.envelope(message)).json()
    assert (answer["new"], answer["ignored"]) == ((1, 0) if kind else (0, 1))
    assert MailEvent.objects.values_list("kind", flat=True).first() == kind


def test_of_several_readers_each_is_an_event(client, topic):
    message = complaint("a@example.jp", "no address", "b@example.jp")
    answer = told(client, topic.envelope(message)).json()
    assert (answer["new"], answer["rejected"]) == (2, 1)
    assert set(Suppression.objects.values_list("email", flat=True)) == {"a@example.jp", "b@example.jp"}


def test_a_subscription_is_confirmed_at_amazons_own_address(client, topic, amazon):
    amazon.files["/?Action=ConfirmSubscription"] = b"<ok/>"
    address = f"{amazon.address}/?Action=ConfirmSubscription"
    envelope = topic.envelope("sub", kind="SubscriptionConfirmation", Token="t", SubscribeURL=address)
    assert told(client, envelope).status_code == 200
    assert amazon.asked[-1] == "/?Action=ConfirmSubscription"
    # told again it is confirmed again; where Amazon does not answer, it is asked to come back
    del amazon.files["/?Action=ConfirmSubscription"]
    assert told(client, envelope).json()["code"] == "not_confirmed"


def test_a_subscription_is_confirmed_nowhere_else(client, topic, amazon):
    address = "https://sns.evil.example/?Action=ConfirmSubscription"
    envelope = topic.envelope("sub", kind="SubscriptionConfirmation", Token="t", SubscribeURL=address)
    assert told(client, envelope).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"Message": json.dumps(complaint("victim@example.jp"))},
        {"Timestamp": "2026-11-30T00:00:00.000Z"},
        {"MessageId": "other"},
        {"Signature": "AAAA"},
        {"Signature": None},
        {"SignatureVersion": "3"},
        {"Type": "SubscriptionConfirmation"},
        {"Type": "Order"},
        {"Subject": "added"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_message_changes_nothing(change, client, topic):
    answer = told(client, {**topic.envelope(complaint("a@example.jp")), **change})
    assert (answer.status_code, answer.json()["code"]) == (401, "signature")
    assert not MailEvent.objects.exists()


def test_a_topic_that_is_not_ours_is_refused_before_anything_is_fetched(client, topic, amazon):
    envelope = topic.envelope(complaint("a@example.jp"), TopicArn=f"{ARN}-of-a-stranger")
    answer = told(client, envelope)
    assert (answer.status_code, answer.json()["code"]) == (403, "topic")
    assert amazon.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/SimpleNotificationService-1.pem",
        "http://sns.ap-northeast-1.amazonaws.com/SimpleNotificationService-1.pem",
        "https://sns.ap-northeast-1.amazonaws.com.evil.example/x.pem",
        "https://sns.ap-northeast-1.amazonaws.com@evil.example/x.pem",
        "https://evil.example/sns.ap-northeast-1.amazonaws.com/x.pem",
        "https://sns.ap-northeast-1.amazonaws.com:8443/x.pem",
        "https://bucket.s3.amazonaws.com/x.pem",
        "https://sns.ap-northeast-1.amazonaws.com/x.txt",
        "https://[sns/x.pem",
        None,
        7,
    ],
)
def test_a_certificate_is_taken_from_amazon_alone(address, client, amazon, settings):
    settings.SNS_HOST = amazon.real_host
    envelope = Topic(amazon.address).envelope(complaint("a@example.jp"), SigningCertURL=address)
    assert told(client, envelope).status_code == 401
    assert amazon.asked == []


@pytest.mark.parametrize("host", ["sns.ap-northeast-1.amazonaws.com", "sns.cn-north-1.amazonaws.com.cn"])
def test_amazons_own_hosts_are_known(host, settings):
    assert sns._allowed(f"https://{host}/SimpleNotificationService-1.pem", ".pem")


@pytest.mark.parametrize(
    ("name", "days"), [("sns.amazonaws.com.evil.example", 1), ("sns.amazonaws.com", -1)], ids=["name", "old"]
)
def test_a_certificate_of_another_name_or_that_has_run_out_is_refused(name, days, client, amazon):
    forger = Topic(amazon.address, name=name, days=days)
    amazon.files = {"/SimpleNotificationService-1.pem": pem(forger.certificate)}
    assert told(client, forger.envelope(complaint("a@example.jp"))).status_code == 401
    assert not MailEvent.objects.exists()


@pytest.mark.parametrize(
    ("served", "status"),
    [(b"no certificate", 401), (b"x" * 70_000, 401), (b"redirect", 503), (None, 503)],
    ids=["no certificate", "too long", "elsewhere", "not there"],
)
def test_where_no_certificate_comes_nothing_is_believed(served, status, client, topic, amazon):
    amazon.files = {"/SimpleNotificationService-1.pem": served} if served else {}
    assert told(client, topic.envelope(complaint("a@example.jp"))).status_code == status
    assert not MailEvent.objects.exists()


def test_a_foreign_certificate_or_none_changes_nothing_and_no_content_is_logged(
    client, topic, amazon, delivery, lead, caplog
):
    """Also where the server cannot be reached at all; told again later, the message is taken."""
    caplog.set_level(logging.DEBUG)
    words = "苦情の本文です"
    message = complaint(delivery.recipient, userAgent=words)
    good, known = topic.envelope(message), list(Activity.objects.filter(lead=lead))
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed = f"https://localhost:{unused.getsockname()[1]}"
    foreign = {**good, "SigningCertURL": "https://evil.example/SimpleNotificationService-1.pem"}
    with capture_logs() as said:
        amazon.files = {}
        assert told(client, foreign).status_code == 401
        assert amazon.asked == []
        for envelope in (good, {**good, "SigningCertURL": f"{closed}/SimpleNotificationService-1.pem"}):
            with override_settings(SNS_HOST=urlsplit(envelope["SigningCertURL"]).netloc):
                answer = told(client, envelope)
            assert (answer.status_code, answer.json()["code"]) == (503, "certificate")
    events = [entry["event"] for entry in said]
    assert events.count("sns address refused") == 1
    assert events.count("sns certificate not fetched") == 2
    logged = f"{said}{caplog.text}"
    secrets = (words, delivery.recipient, good["Signature"], good["MessageId"], "evil.example")
    assert [one for one in secrets if one in logged] == []
    assert not MailEvent.objects.exists()
    assert not Suppression.objects.exists()
    assert list(Activity.objects.filter(lead=lead)) == known
    before = delivery.status
    delivery.refresh_from_db()
    assert delivery.status == before
    amazon.files = {"/SimpleNotificationService-1.pem": pem(topic.certificate)}
    assert told(client, good).json()["new"] == 1


@pytest.mark.parametrize("body", [b"{}", b"[]", b"7", b"{", b'{"Type": ["Notification"]}'])
def test_a_body_that_is_no_message_is_refused(body, client, amazon):
    assert knock(client, "ses", body, {}, content_type="text/plain").status_code in (400, 401)
