"""PostgreSQL itself is killed (kill -9) in the middle of a rebuild, a publish and an ingest: the audit is clean."""

import json
import shutil
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from leads.tests.victims import python, stopped_worker
from salesdash import embedded
from salesdash.tests.embedded.processes import kill_everything

FILL = """
import django
django.setup()
from leads.tests.factories import CompanyFactory, LeadFactory
from leads.tests.writing import activities
company = CompanyFactory()
leads = [LeadFactory(company=company) for _ in range(40)]
activities(leads, 1, batch=900)()
"""
REQUEST = """
import sys, django
django.setup()
from leads import publishing
from leads.tests.rule_sets import draft_rules
if sys.argv[1] == "publish":
    job = publishing.request(rule_set_id=draft_rules(weights={"email_reply": 2}).pk, user=None)
else:
    job = publishing.request_rebuild(user=None)
print(job.pk)
"""
INGEST = """
import django
django.setup()
from leads.models import Lead
from leads.tests.writing import activities
write = activities(list(Lead.objects.all()), 2, batch=700)
while True:
    write()
    print("wrote", flush=True)
"""


# together, for the installation takes longer than the tests
pytestmark = pytest.mark.xdist_group("installation")


class Installation:
    """Servers of its own, durable, with 40 leads and their activities."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.start()
        self.manage("migrate", "-v0")
        self.run(FILL)

    def start(self) -> None:
        self.services = embedded.start(self.root, durable=True)

    def kill(self) -> None:
        assert kill_everything(self.root) > 5
        self.start()

    def run(self, code: str, *arguments: object) -> str:
        with python(code, *arguments, **self.services.environment()) as process:
            out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        return out

    def manage(self, *arguments: str) -> str:
        code = "import sys; sys.argv[0] = 'manage.py'; from django.core.management import execute_from_command_line"
        return self.run(f"{code}; execute_from_command_line(sys.argv)", *arguments)

    def audit(self) -> dict[str, object]:
        return json.loads(self.manage("audit_temperature", "--json"))


@pytest.fixture(scope="module")
def installation():
    folder = Path(tempfile.mkdtemp(prefix="sdt-"))
    folder.chmod(0o755)
    yield Installation(folder / "data")
    embedded.remove(folder / "data")
    shutil.rmtree(folder)


@pytest.mark.parametrize(("kind", "point"), [("rebuild", "copying"), ("publish", "swapping")])
def test_a_rebuild_goes_on_after_the_crash(installation, kind, point):
    job = int(installation.run(REQUEST, kind))
    with stopped_worker(installation.services.database_url, job, point):
        installation.kill()
    assert installation.audit()["differing_leads"] == 0
    with psycopg.connect(installation.services.database_url) as own:
        own.execute(
            "UPDATE leads_scorejob SET attempt_at = attempt_at - interval '1 hour' WHERE id = %s", [job]
        )
    assert "40 leads" in installation.manage("rebuild_temperature", "--resume")
    assert installation.audit() == {"checked": 40, "differing_leads": 0, "differences": []}


def test_an_ingest_that_the_crash_cut_off_is_whole_or_not_there(installation):
    with python(INGEST, **installation.services.environment()) as writer:
        for _ in range(3):
            assert writer.stdout.readline() == "wrote\n", writer.communicate()[1]
        time.sleep(0.02)  # somewhere within the next batch
        installation.kill()
        writer.kill()
    assert installation.audit()["differing_leads"] == 0
