"""The texts of the demo's past mails: written by the same rule-based writer that serves the demo."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from drafts.models import Draft
from drafts.texts import Text, tidy
from leads.models import Industry, Lead
from salesdash.devllm import writer
from salesdash.devllm.prompt import read_task

_SIGNS: Final = (
    ("料金ページを2回ご覧になった", "料金ページ 2回"),
    ("資料「導入事例集」を請求された", "導入事例集"),
    ("ウェビナー「請求の電子化 入門」に参加された", "請求の電子化 入門"),
    ("機能一覧のページをご覧になった", "機能一覧"),
    ("資料「サービス紹介資料」を請求された", "サービス紹介資料"),
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
