"""The live preview of a prompt version in a real browser: what is typed, filled in with a chosen lead."""

import pytest
from playwright.sync_api import expect

from drafts import prompt_versions, prompts
from drafts.models import PromptVersion
from leads.tests.factories import LeadFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.ADMIN_SECOND_FACTOR = False


def test_the_preview_follows_the_keys_and_the_chosen_lead(browse, admin, lead, company, rep):
    LeadFactory(company=company, owner=rep, family_name="目黒", given_name="二郎")
    active = prompts.active_version(purpose="ice_breaker", language="ja")
    version = prompt_versions.copy(version=active, user=admin)
    page = browse(admin, f"/admin/drafts/promptversion/{version.pk}/change/")
    place = page.locator("#pv-place")
    expect(place).to_contain_text("目黒")
    page.locator("#pv-lead").select_option(str(lead.pk))
    expect(place).to_contain_text("山田")
    page.locator("#id_system_source").fill("打ちかけの文 {{ keigo }}")
    expect(place).to_contain_text("打ちかけの文 standard")
    expect(place).to_contain_text("山田")
    page.locator("#id_system_source").fill("一行目\n{{ nobody }}")
    expect(place).to_contain_text("2行目")
    page.locator("#pv-q").fill("目黒")
    page.locator("#id_system_source").fill("直した")
    expect(place).to_contain_text("目黒")
    assert PromptVersion.objects.get(pk=version.pk).system_source == active.system_source
