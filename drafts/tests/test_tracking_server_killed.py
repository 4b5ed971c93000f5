"""PostgreSQL is killed (kill -9) under a web process that holds connections to it: the readers notice nothing."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

import psutil

from leads.tests.victims import python
from salesdash import embedded

PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command('migrate', verbosity=0)
from drafts import tracking, unsubscribing
from drafts.tests.trackable import addresses, path, sent_mail
from leads.tests.factories import CompanyFactory, LeadFactory, UserFactory
import json
company = CompanyFactory(name="株式会社青葉精機")
rep = UserFactory(role="rep", member_of=[company.team])
mail = sent_mail(LeadFactory(company=company, owner=rep, email="hanako@aoba.example.jp"))
print(json.dumps([path(tracking.pixel(mail.pk)), addresses(mail)[0], path(unsubscribing.address(mail.pk))]))
"""
VISITS = """
import json, sys, time, django
django.setup()
from django.db import connection
from django.test import Client
from drafts.tests.trackable import ask
from drafts.models import Suppression, TrackingHit
from drafts.tasks import drain_buffers
pixel, link, stop = sys.argv[1:]

def posted():
    # a process that serves puts its connection back after each request; the test's client does not
    connection.close()
    return Client(HTTP_HOST="localhost").post(stop, {"List-Unsubscribe": "One-Click"})

def asked(address):
    connection.close()
    return ask(address)

def visit():
    start = time.monotonic()
    wish = [posted()] if TOLD else []
    answers = [*wish, asked(pixel), asked(link)]
    print(json.dumps([[one.status_code for one in answers], time.monotonic() - start]), flush=True)

TOLD = False
visit()
sys.stdin.readline()
TOLD = True
visit()
sys.stdin.readline()
end = time.monotonic() + 30
while time.monotonic() < end:
    try:
        drain_buffers()
    except django.db.OperationalError:
        time.sleep(0.5)
        continue
    break
print(json.dumps([TrackingHit.objects.count(), Suppression.objects.count()]), flush=True)
"""


def _kill_server(installation: Path) -> None:
    """With its backends: by themselves they notice a moment later, and one may still say that all is well."""
    (pid_file,) = installation.rglob("postmaster.pid")
    server = psutil.Process(int(pid_file.read_text().split()[0]))
    victims = [server, *server.children()]
    for victim in victims:
        victim.kill()
    for victim in victims:
        with suppress(psutil.NoSuchProcess):
            while victim.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.01)


def test_hits_and_wishes_outlive_the_server(installation):
    servers = embedded.start(installation).environment()
    with python(PREPARE, **servers) as preparing:
        out, errors = preparing.communicate(timeout=120)
    assert preparing.returncode == 0, errors
    with python(VISITS, *json.loads(out), **servers) as web:

        def told():
            line = web.stdout.readline()
            assert line, web.communicate()[1]
            return json.loads(line)

        def go_on():
            web.stdin.write("\n")
            web.stdin.flush()

        assert told()[0] == [200, 302]
        _kill_server(installation)
        go_on()
        statuses, seconds = told()
        assert statuses == [202, 200, 302]
        # the pool alone would wait ten seconds for each
        assert seconds < 5
        assert embedded.start(installation).environment() == servers
        go_on()
        assert told() == [4, 1]
