"""Layer 5: the provider's moderation. It knows harm, and nothing of prices, promises or wrong customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from drafts.llm.ledger import Account
from drafts.llm.questions import ModerationRequest, Question
from drafts.models import Check, LlmCall
from drafts.safety.base import Context, Reason, Verdict
from drafts.texts import Text


class ModerationLayer:
    name = "moderation"

    def version(self, _context: Context) -> str:
        return str(settings.LLM_MODERATION_MODEL)[:40]

    def questions(self, text: Text, context: Context) -> list[Question[Any]]:
        account = Account(context.team_id, LlmCall.Purpose.MODERATION, context.draft_id)
        return [ModerationRequest(account, [f"{text.subject}\n\n{text.body}"], context.attempt)]

    def verdict(self, answers: Sequence[Any]) -> Verdict:
        ((result,),) = answers
        reasons = tuple(Reason(f"moderation/{category}") for category in result.categories)
        if not result.flagged and not reasons:
            return Verdict(Check.Verdict.PASS, score=result.score)
        return Verdict(Check.Verdict.FLAG, reasons or (Reason("moderation"),), score=result.score)
