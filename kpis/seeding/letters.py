"""The texts of the demo's past mails: written by the same rule-based writer that serves the demo."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from drafts.models import Draft
from drafts.texts import Text, tidy
from leads.models import Industry, Lead
from salesdash.devllm import writer
from salesdash.devllm.prompt import read_task
from salesdash.sending_domains import demo_zone

_SIGNS: Final = (
    ("料金ページを2回ご覧になった", "料金ページ 2回"),
    ("資料「導入事例集」を請求された", "導入事例集"),
    ("ウェビナー「請求の電子化 入門」に参加された", "請求の電子化 入門"),
    ("機能一覧のページをご覧になった", "機能一覧"),
    ("資料「サービス紹介資料」を請求された", "サービス紹介資料"),
)
SITE: Final = f"https://www.{demo_zone.DOMAIN}"
_PAGES: Final = (
    ("画面の流れと連携の方法を、次のページにまとめております。", "/flowwork"),
    ("導入支援の進め方を、次のページでご案内しております。", "/support"),
    ("導入された企業様の事例を、次のページでご紹介しております。", "/cases"),
)


def facts(rng: Random, lead: Lead) -> list[dict[str, str]]:
    industry = str(Industry(lead.company.industry).label)
    text, value = rng.choice(_SIGNS)
    return [
        {"id": "F1", "kind": "industry", "text": industry, "value": industry},
        {"id": "F2", "kind": "activity", "text": text, "value": value},
    ]


def write(draft: Draft, known: list[dict[str, str]], *, variant: int) -> tuple[Text, list[dict[str, Any]]]:
    """(text, claims)."""
    lead, rep = draft.lead, draft.requested_by
    answer = writer.draft(
        read_task(
            {
                "task": "draft",
                "language": draft.language,
                "purpose": draft.purpose,
                "tone": draft.tone,
                "variant": variant,
                "lead": {
                    "family_name": lead.family_name,
                    "given_name": lead.given_name,
                    "title": lead.title,
                    "department": lead.department,
                },
                "company": {"name": lead.company.name, "industry": known[0]["value"]},
                "sender": {
                    "name": str(rep),
                    "team": draft.team.name,
                    "company": draft.team.company_name,
                },
                "facts": known,
                "instruction": "",
                "avoid": [],
                "previous_subjects": [],
            }
        )
    )
    return tidy(answer["subject"], answer["body"]), answer["claims"]


def with_link(rng: Random, text: Text) -> Text:
    """As a person adds it: a page of our own, above the last lines."""
    said, path = rng.choice(_PAGES)
    above, gap, last = text.body.rpartition("\n\n")
    return tidy(text.subject, f"{above}{gap}{said}\n\n{SITE}{path}\n\n{last}")
