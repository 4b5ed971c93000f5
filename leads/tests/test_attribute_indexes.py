"""An attribute gets an index of its own by a worker, and loses it again; filter and order then use it."""

import pytest
from django.db import connection
from django.http import QueryDict

from leads import attribute_indexes, page_reads, tasks
from leads.models import Attribute, Lead
from leads.table import LeadTable
from leads.tests.factories import LeadFactory
from salesdash.errors import DomainError
from salesdash.models import AuditEntry

State = Attribute.State
NAMES = ["予算", 'it\'s "x" %s {y}', "a) FROM leads_lead; DROP TABLE leads_lead; --", "\\", "2024"]


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


def indexes() -> dict[str, bool]:
    """Those that we made, and whether they can be used."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE c.relname LIKE 'lead\\_attribute\\_%%'"
        )
        return dict(cursor.fetchall())


def plan(queryset) -> str:
    with connection.cursor() as cursor:
        # what the costs of a large table would say
        cursor.execute("SET enable_seqscan = off; SET enable_sort = off")
        try:
            return queryset.explain()
        finally:
            cursor.execute("RESET enable_seqscan; RESET enable_sort")


@pytest.fixture
def _no_indexes_left(transactional_db):
    yield
    for name in indexes():
        with connection.cursor() as cursor:
            cursor.execute(f'DROP INDEX "{name}"')


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_indexes_left")
class TestBuilding:
    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("kind", Attribute.Kind.values)
    def test_from_the_wish_to_the_index_and_back(self, admin, lead, name, kind):
        Lead.objects.update(attributes={name: "x" * 9000})
        attribute = Attribute.objects.create(name=name, kind=kind)
        attribute_indexes.request(attribute_id=attribute.pk, user=admin)
        assert attribute_indexes.sweep() == [attribute.pk]
        tasks.index_attribute(attribute.pk)
        attribute.refresh_from_db()
        assert (attribute.state, attribute.error) == (State.READY, "")
        assert indexes() == {attribute_indexes.index_name(attribute): True}
        attribute_indexes.remove(attribute_id=attribute.pk, user=admin)
        tasks.index_attribute(attribute.pk)
        attribute.refresh_from_db()
        assert attribute.state == State.PLAIN
        assert indexes() == {}
        assert list(AuditEntry.objects.order_by("pk").values_list("action", "actor_name")) == [
            ("attribute.index_requested", str(admin)),
            ("attribute.ready", "system"),
            ("attribute.index_removal_requested", str(admin)),
            ("attribute.plain", "system"),
        ]

    def test_filter_and_order_use_it(self, admin, rep, company):
        for n in range(300):
            LeadFactory(company=company, owner=rep, attributes={"予算": f"{n},000", "等級": f"g{n}"})
        for name, kind in (("予算", "number"), ("等級", "text")):
            attribute = Attribute.objects.create(name=name, kind=kind)
            attribute_indexes.request(attribute_id=attribute.pk, user=admin)
            assert attribute_indexes.run(attribute_id=attribute.pk)
        number, text = sorted(indexes())
        for query, index in (
            ("c=attr.予算:ge:299000", number),
            ("c=attr.等級:is:Ｇ7", text),
            ("c=attr.等級:in:g7,g8", text),
        ):
            table = LeadTable(rep, QueryDict(query))
            assert index in plan(table.leads(table.filter)), query
            assert table.total.n in (1, 2)
        by_value = LeadTable(rep, QueryDict("view=all&sort=attr.予算"))
        assert index_scan(
            plan(page_reads.ordered(by_value.leads(by_value.filter), by_value.sort, None)[:51]), number
        )

    def test_what_a_dead_worker_left_is_made_anew(self, admin, lead):
        attribute = Attribute.objects.create(name="x", kind="text", state=State.BUILDING)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE INDEX {attribute_indexes.index_name(attribute)} ON leads_lead (id)")
        tasks.sweep_attribute_indexes()
        tasks.index_attribute(attribute.pk)
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'lead\\_attribute\\_%'")
            assert "leads_key" in cursor.fetchone()[0]

    def test_a_second_worker_leaves_it_to_the_first(self, admin, lead):
        attribute = Attribute.objects.create(name="x", kind="text", state=State.QUEUED)
        held = connection.copy()
        with held.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [attribute_indexes._LOCK, attribute.pk])
            assert not attribute_indexes.run(attribute_id=attribute.pk)
            cursor.execute("SELECT pg_advisory_unlock_all()")
        held.close()
        assert attribute_indexes.run(attribute_id=attribute.pk)

    def test_a_failure_is_shown_and_can_be_tried_again(self, admin, lead):
        attribute = Attribute.objects.create(name="x", kind="text", state=State.QUEUED)
        with connection.cursor() as cursor:
            cursor.execute("ALTER FUNCTION leads_key(text) RENAME TO leads_key_gone")
        try:
            assert not attribute_indexes.run(attribute_id=attribute.pk)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER FUNCTION leads_key_gone(text) RENAME TO leads_key")
        attribute.refresh_from_db()
        assert attribute.state == State.FAILED
        assert "leads_key" in attribute.error
        attribute_indexes.request(attribute_id=attribute.pk, user=admin)
        assert attribute_indexes.run(attribute_id=attribute.pk)


def index_scan(plan_text: str, index: str) -> bool:
    return f"Index Scan Backward using {index}" in plan_text or f"Index Scan using {index}" in plan_text


def test_asking_twice_is_refused(admin, db):
    attribute = Attribute.objects.create(name="x")
    attribute_indexes.request(attribute_id=attribute.pk, user=admin)
    with pytest.raises(DomainError) as error:
        attribute_indexes.request(attribute_id=attribute.pk, user=admin)
    assert error.value.code == "attribute_busy"
    attribute_indexes.remove(attribute_id=attribute.pk, user=admin)
    with pytest.raises(DomainError):
        attribute_indexes.remove(attribute_id=attribute.pk, user=admin)


def test_there_is_an_end_to_indexes(admin, db, monkeypatch):
    monkeypatch.setattr("leads.attribute_indexes.MOST_INDEXES", 1)
    first, second = (Attribute.objects.create(name=name) for name in "xy")
    attribute_indexes.request(attribute_id=first.pk, user=admin)
    with pytest.raises(DomainError) as error:
        attribute_indexes.request(attribute_id=second.pk, user=admin)
    assert error.value.code == "too_many_indexes"


def test_an_administrator_declares_and_asks(
    client, admin, lead, django_capture_on_commit_callbacks, monkeypatch
):
    asked = []
    monkeypatch.setattr("leads.tasks.index_attribute.delay", asked.append)
    Lead.objects.update(attributes={"予算": "100"})
    client.force_login(admin)
    url = "/admin/leads/attribute/"
    assert "予算" in client.get(f"{url}add/").text
    client.post(f"{url}add/", {"name": "予算", "kind": "number"})
    attribute = Attribute.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(url, {"action": "build", "_selected_action": [attribute.pk]}, follow=True)
    assert "索引を依頼済み" in page.text
    assert asked == [attribute.pk]
    assert 'name="kind"' not in client.get(f"{url}{attribute.pk}/change/").text
    assert client.get(f"{url}{attribute.pk}/delete/").status_code == 403
    page = client.post(url, {"action": "build", "_selected_action": [attribute.pk]}, follow=True)
    assert "索引があるか、作成待ちです。" in page.text


@pytest.mark.parametrize("who", ["rep", "manager", "reviewer"])
def test_nobody_else_may(client, request, who):
    user = request.getfixturevalue(who)
    user.is_staff = True
    user.save()
    client.force_login(user)
    assert client.get("/admin/leads/attribute/").status_code == 403
