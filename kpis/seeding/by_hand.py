"""Templates of the teams for mail by hand: each leads to a page of the product."""

from __future__ import annotations

from typing import Final

from drafts import mail_templates
from drafts.mail_templates import Wording
from drafts.models import Purpose
from kpis.seeding.letters import SITE
from salesdash.models import Team, User

_TEMPLATES: Final = (
    Wording(
        "サービス紹介ページのご案内",
        "ja",
        Purpose.FOLLOW_UP,
        "フロウワークのご紹介ページのご案内",
        "{{company.name}}\n{{lead.name}} 様\n\n"
        "お世話になっております。\n{{sender.company}} {{sender.team}}の{{sender.name}}でございます。\n\n"
        "このたびは弊社のサービスにご関心をお寄せいただき、誠にありがとうございます。"
        "画面の流れと連携の方法を、次のページにまとめております。\n\n"
        f"{SITE}/flowwork\n\n"
        "ご不明な点がございましたら、このメールにご返信ください。\n"
        "何卒よろしくお願い申し上げます。",
    ),
    Wording(
        "導入支援のご説明",
        "ja",
        Purpose.MEETING_REQUEST,
        "導入支援についてのお打ち合わせのお願い",
        "{{company.name}}\n{{lead.name}} 様\n\n"
        "お世話になっております。\n{{sender.company}} {{sender.team}}の{{sender.name}}でございます。\n\n"
        "導入支援の進め方を、次のページでご案内しております。\n\n"
        f"{SITE}/support\n\n"
        "よろしければ、オンラインで15分ほどお時間を頂戴できますと幸いです。"
        "ご都合のよい日時をお聞かせください。\n何卒よろしくお願い申し上げます。",
    ),
    Wording(
        "Where to read more",
        "en",
        Purpose.FOLLOW_UP,
        "More about Flowwork",
        "Dear {{lead.name}},\n\n"
        "This is {{sender.name}} of {{sender.company}}. Thank you for the interest of {{company.name}}. "
        "How quotations and invoices are handled on one screen is shown here:\n\n"
        f"{SITE}/en/flowwork\n\n"
        "Please reply to this mail if you have any questions.\n\nKind regards",
    ),
)


def templates(teams: list[Team], author: User) -> None:
    """Of each team, for all of its people."""
    for team in teams:
        for wording in _TEMPLATES:
            mail_templates.create(user=author, team_id=team.pk, wording=wording)
