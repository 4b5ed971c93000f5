"""The pages of rebuilds: how far one is, what became of it; only for those who may publish."""

import pytest

from leads import publishing, rebuilding
from leads.models import ScoreJob, ScoreState
from leads.tests.rule_sets import draft_rules

pytestmark = pytest.mark.django_db
LIST = "/admin/leads/scorejob/"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def job(admin):
    return publishing.request(rule_set_id=draft_rules().pk, user=admin)


def page(job) -> str:
    return f"{LIST}{job.pk}/change/"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_list_shows_each_in_few_queries(client, admin, job, language, django_assert_max_num_queries):
    admin.language = language
    admin.save()
    client.force_login(admin)
    with django_assert_max_num_queries(9):
        assert "v2" in client.get(LIST).text


def test_an_open_one_asks_for_itself_and_can_be_cancelled(client, admin, job):
    client.force_login(admin)
    html = client.get(page(job)).text
    assert 'hx-trigger="every 1s"' in html
    assert '<progress max="100" value="0"' in html
    client.post(f"{LIST}{job.pk}/cancel/")
    html = client.get(page(job)).text
    assert "every 1s" not in html
    assert ScoreJob.objects.get().state == "cancelled"


def test_htmx_gets_only_the_progress(client, admin, job):
    client.force_login(admin)
    ScoreJob.objects.update(state="running", phase="copying", done=30, total=60)
    html = client.get(page(job), headers={"HX-Request": "true"}).text
    assert "<html" not in html
    assert 'value="35"' in html


def test_a_failed_one_says_why(client, admin, job):
    admin.language = "en"
    admin.save()
    client.force_login(admin)
    ScoreJob.objects.update(state="failed", error_code="worker_lost")
    assert "No worker could bring it to its end" in client.get(page(job)).text


def test_a_button_starts_a_rebuild(client, admin, django_capture_on_commit_callbacks):
    client.force_login(admin)
    with django_capture_on_commit_callbacks() as enqueued:
        response = client.post(f"{LIST}rebuild/")
    job = ScoreJob.objects.get()
    assert (response.url, job.kind, job.asked_by, len(enqueued)) == (page(job), "rebuild", admin, 1)
    assert client.post(f"{LIST}rebuild/").url == LIST  # one at a time


def test_another_button_moves_the_landmark(client, admin):
    client.force_login(admin)
    assert 'name="landmark" value="now"' in client.get(LIST).text
    client.post(f"{LIST}rebuild/", {"landmark": "now"})
    job = ScoreJob.objects.get()
    assert job.kind == "landmark"
    rebuilding.finish(job)
    assert ScoreState.objects.get().landmark == job.landmark


def test_a_finished_publish_links_to_its_rules(client, admin, job):
    client.force_login(admin)
    rebuilding.finish(job)
    assert f"/admin/leads/ruleset/{job.rule_set_id}/change/" in client.get(page(job)).text


def test_an_unknown_one_is_not_found(client, admin):
    client.force_login(admin)
    assert client.get(f"{LIST}999/change/").status_code == 404
    assert client.get(f"{LIST}x/change/").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_reviewer_neither_sees_nor_starts_any(client, reviewer, job, method):
    client.force_login(reviewer)
    for path in (LIST, page(job)) if method == "get" else (f"{LIST}rebuild/", f"{LIST}{job.pk}/cancel/"):
        assert getattr(client, method)(path).status_code == 403
    assert ScoreJob.objects.get().state == "queued"


def test_an_outsider_does_not_come_in(client, outsider, job):
    client.force_login(outsider)
    assert client.get(page(job)).status_code == 302
    assert client.post(f"{LIST}{job.pk}/cancel/").status_code == 302
    assert ScoreJob.objects.get().state == "queued"
