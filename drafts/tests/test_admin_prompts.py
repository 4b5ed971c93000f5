"""The pages of prompt versions in the administration, and who gets none of them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from drafts import prompt_versions, prompts, trials
from drafts.models import PromptTrial, PromptVersion
from leads.models import Note
from leads.tests.factories import LeadFactory
from salesdash.models import AuditEntry
from salesdash.tests.test_csp_lint import MARKUP_RULES, findings

pytestmark = pytest.mark.django_db
PAGES = ("change", "preview", "diff", "trial")


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


@pytest.fixture
def active():
    return prompts.active_version(purpose="ice_breaker", language="ja")


@pytest.fixture
def version(active, admin):
    return prompt_versions.copy(version=active, user=admin)


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


def url(name: str, version=None) -> str:
    return reverse(f"admin:drafts_promptversion_{name}", args=[version.pk] if version else [])


def form(version, **changes) -> dict[str, str]:
    kept = {name: getattr(version, name) for name in ("system_source", "user_source", "model", "note")}
    return kept | {"sampling": '{"temperature": 0.5, "max_tokens": 900}'} | changes


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_render_in_both_languages_within_the_policy(desk, version, lead, name, language):
    answer = desk.get(url(name, version), headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert findings(answer.text, MARKUP_RULES) == []


@pytest.mark.parametrize("who", ["rep", "manager", "reviewer", "outsider", None])
@pytest.mark.parametrize("name", [*PAGES, "copy", "activate"])
def test_nobody_else_gets_any_of_it(client, request, version, lead, who, name):
    if who:
        person = request.getfixturevalue(who)
        person.is_staff = True
        person.save()
        client.force_login(person)
    for method in (client.get, client.post):
        # 302: to the sign-in
        answer = method(url(name, version))
        assert answer.status_code == 403 or "/login/" in answer.headers["Location"]
    assert not PromptTrial.objects.exists()
    assert PromptVersion.objects.get(pk=version.pk).status == "draft"


def test_a_draft_is_changed_and_it_is_noted(desk, version):
    desk.post(url("change", version), form(version, note="短く"))
    version.refresh_from_db()
    assert (version.note, version.sampling["max_tokens"]) == ("短く", 900)
    assert AuditEntry.objects.filter(action="promptversion.change", object_id=str(version.pk)).exists()


def test_an_active_version_is_not(desk, active):
    page = desk.get(url("change", active)).text
    assert 'name="system_source"' not in page
    before = active.sources_hash
    assert desk.post(url("change", active), form(active, system_source="x")).status_code == 403
    active.refresh_from_db()
    assert active.sources_hash == before


def test_one_that_wrote_mail_is_not_either(desk, version):
    prompts.mark_used(version)
    assert desk.post(url("change", version), form(version, note="x")).status_code == 403


def test_a_new_version_is_a_draft_with_the_next_number(desk, active, version):
    desk.post(url("add"), form(active, template=active.template_id))
    made = PromptVersion.objects.latest("pk")
    assert (made.number, made.status) == (version.number + 1, "draft")
    desk.post(url("copy", active))
    assert PromptVersion.objects.latest("pk").number == version.number + 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"user_source": "a\n{{ nobody }} {{ data }}"}, "2行目"),
        ({"user_source": "no data"}, "{{ data }}"),
        ({"system_source": "{% for %}"}, "1行目"),
        ({"system_source": "長い" * 20_000}, "長すぎ"),
        ({"sampling": '{"temperature": 9}'}, "temperature"),
        ({"sampling": '{"tools": []}'}, "max_tokens"),
        ({"sampling": "["}, "JSON"),
    ],
)
def test_what_cannot_be_filled_in_is_told_and_stays_in_the_form(desk, version, changes, said):
    answer = desk.post(url("change", version), form(version, **changes), headers={"Accept-Language": "ja"})
    assert answer.status_code == 200
    assert said in answer.text
    version.refresh_from_db()
    assert version.note == ""


def test_the_preview_shows_prompt_tokens_and_cost_of_a_lead(desk, version, lead, rep):
    Note.objects.create(lead=lead, author=rep, author_name="x", body="三拠点 <script>alert(1)</script>")
    page = desk.get(url("preview", version), {"lead": lead.pk}).text
    assert lead.company.name in page
    assert "JPY" in page
    assert "<script>alert" not in page


def test_the_live_preview_fills_in_what_is_typed_and_stores_nothing(desk, version, lead):
    sent = {"system_source": "打ちかけ", "user_source": "{{ data }}"}
    assert "打ちかけ" in desk.post(url("preview", version), sent).text
    broken = desk.post(url("preview", version), sent | {"system_source": "\n{{ x }}"})
    assert (broken.status_code, "2" in broken.text) == (422, True)
    version.refresh_from_db()
    assert version.system_source != "打ちかけ"


def test_the_preview_knows_only_leads_in_sight(client, version, manager, lead, other_team):
    from django.contrib.auth.models import Permission

    manager.is_staff = True
    manager.save()
    rights = Permission.objects.filter(codename__endswith="_promptversion")
    manager.user_permissions.set(rights)
    client.force_login(manager)
    hidden = LeadFactory(company__team=other_team, company__name="株式会社見えない商事")
    for query in ({"lead": hidden.pk}, {"q": "見えない商事"}, {}):
        assert "見えない" not in client.get(url("preview", version), query).text.replace('見えない商事"', "")
    trials.start(version=version, user=manager)
    assert list(PromptTrial.objects.get().results.values_list("lead", flat=True)) == [lead.pk]


@pytest.mark.parametrize("lead_id", ["x", "-1", "9" * 30, "\0", "１"])
def test_hostile_choices_of_a_lead_are_nobody(desk, version, lead, lead_id):
    assert desk.get(url("preview", version), {"lead": lead_id}).status_code == 200


def test_differences_are_marked_word_by_word(desk, active, version):
    PromptVersion.objects.filter(pk=version.pk).update(
        system_source=active.system_source.replace("15分", "20分")
    )
    page = desk.get(url("diff", version)).text
    assert "<del" in page
    assert "<ins" in page
    for other in ("0", "x", "9" * 40, "-1"):
        assert desk.get(url("diff", version), {"with": other}).status_code == 200


def test_a_trial_is_started_watched_and_activated_from_the_page(
    desk, version, lead, llm, django_capture_on_commit_callbacks
):
    page = desk.get(url("change", version)).text
    assert "disabled" in page
    desk.post(url("trial", version), {"leads": "3"})
    trial = PromptTrial.objects.get()
    assert 'http-equiv="refresh"' in desk.get(url("trial", version)).text
    trials.run(trial_id=trial.pk)
    shown = desk.get(url("trial", version)).text
    assert lead.company.name in shown
    assert 'http-equiv="refresh"' not in shown
    desk.post(url("activate", version))
    version.refresh_from_db()
    assert version.status == "active"


def test_a_trial_without_text_says_why_in_words(desk, version, lead, settings):
    settings.LLM_BASE_URL = ""
    desk.post(url("trial", version), {"leads": "1"})
    trials.run(trial_id=PromptTrial.objects.get().pk)
    shown = desk.get(url("trial", version), headers={"Accept-Language": "ja"}).text
    assert "文面作成サービスに接続していません。管理者に連絡してください。" in shown
    assert "llm_not_configured" not in shown


def test_without_a_trial_the_button_does_nothing(desk, version):
    desk.post(url("activate", version))
    version.refresh_from_db()
    assert version.status == "draft"
