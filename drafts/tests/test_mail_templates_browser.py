"""A template inserted in the dialog beside the table, by mouse and by Enter, without a reload."""

import pytest
from playwright.sync_api import expect

from drafts import mail_templates
from drafts.mail_templates import Wording
from drafts.models import Draft

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
BODY = "{{company.name}}\n{{lead.family_name}}様\n\n{{sender.name}}と申します。先日はありがとうございました。"


def test_inserted_changed_and_sent_off_to_the_checks(browse, rep, lead, team):
    wording = Wording("お礼", "ja", "ice_breaker", "{{company.name}}様へお礼", BODY)
    template = mail_templates.create(user=rep, team_id=team.pk, wording=wording)
    page = browse(rep, f"/leads/{lead.pk}/")
    page.get_by_role("link", name="自分で書く").click()
    page.locator("#draft-template").wait_for()
    page.get_by_role("button", name="差し込む").click()
    expect(page.locator("#draft-subject")).to_have_value("株式会社青葉精機様へお礼")
    page.locator("#draft-body").press("Control+End")
    page.keyboard.type("追伸です。")
    # Enter in the subject saves; it inserts nothing a second time
    page.locator("#draft-subject").press("Enter")
    page.locator('#draft-panel[data-kind="working"]').wait_for()
    draft = Draft.objects.get()
    assert draft.mail_template == template
    assert draft.body.endswith("追伸です。")
    assert draft.body.count("と申します") == 1
