"""What the API keeps: keys of requests for a day, tokens of before as digests; what administrators may do."""

import hashlib
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from leads.models import Note
from leads.tests.threads import in_threads
from salesdash import tokens
from salesdash.models import ApiToken, AuditEntry, IdempotencyKey
from salesdash.tasks import sweep_idempotency_keys


@pytest.mark.django_db
def test_keys_are_forgotten_after_a_day(rep):
    now = timezone.now()
    for hours in (1, 23, 25, 100):
        at = now - timedelta(hours=hours)
        IdempotencyKey.objects.create(user=rep, key=str(hours), fingerprint=b"x", created_at=at)
    sweep_idempotency_keys()
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"1", "23"}


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one(api, rep, lead):
    """The second waits for the first at the unique index, and answers with what the first has made."""
    callers = [api(rep) for _ in range(4)]

    def post(caller):
        return caller.post(f"leads/{lead.pk}/notes/", {"body": "一度だけ"}, Idempotency_Key="n").json()["id"]

    made = in_threads(*(lambda caller=caller: post(caller) for caller in callers))
    assert set(made) == {Note.objects.get().pk}


@pytest.mark.django_db
def test_tokens_of_before_go_on_working(rep):
    move = import_module("salesdash.migrations.0005_move_tokens").MOVE
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE authtoken_token (key text, created timestamptz, user_id bigint)")
        cursor.execute("INSERT INTO authtoken_token VALUES ('0123456789abcdef', now(), %s)", [rep.pk])
        cursor.execute(move)
        cursor.execute(move)  # where there are none, nothing happens
        cursor.execute("SELECT to_regclass('authtoken_token')")
        assert cursor.fetchone() == (None,)
    assert tokens.find("0123456789abcdef").user == rep
    assert bytes(ApiToken.objects.get().digest) == hashlib.sha256(b"0123456789abcdef").digest()


@pytest.mark.django_db
def test_an_administrator_revokes_but_learns_no_token(client, admin, rep, settings):
    settings.ADMIN_SECOND_FACTOR = False
    token, secret = tokens.create(user=rep, name="同期", scope="write")
    client.force_login(admin)
    page = client.get("/admin/salesdash/apitoken/").text
    assert "同期" in page
    digest = hashlib.sha256(secret.encode()).hexdigest()
    seen = page + client.get(f"/admin/salesdash/apitoken/{token.pk}/change/").text
    assert secret not in seen
    assert digest not in seen
    client.post(f"/admin/salesdash/apitoken/{token.pk}/delete/", {"post": "yes"})
    assert tokens.find(secret) is None
    assert AuditEntry.objects.get(action="token.revoke").details == {"of": rep.pk}
    assert client.get("/admin/salesdash/apitoken/add/").status_code == 403
