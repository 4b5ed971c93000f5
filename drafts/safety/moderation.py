"""Layer 5: the provider's moderation. It knows harm, and nothing of prices, promises or wrong customers."""

from __future__ import annotations

from django.conf import settings

from drafts.llm import door
from drafts.llm.ledger import Account
from drafts.models import Check, LlmCall
from drafts.safety.base import Context, Reason, Verdict
from drafts.texts import Text


class ModerationLayer:
    name = "moderation"
    remote = True

    def version(self, _context: Context) -> str:
        return str(settings.LLM_MODERATION_MODEL)[:40]

    def check(self, text: Text, context: Context) -> Verdict:
        """Raises an LlmError where the service does not answer."""
        account = Account(context.team_id, LlmCall.Purpose.MODERATION, context.draft_id)
        (result,) = door.moderate([f"{text.subject}\n\n{text.body}"], account, attempt=context.attempt)
        reasons = tuple(Reason(f"moderation/{category}") for category in result.categories)
        if not result.flagged and not reasons:
            return Verdict(Check.Verdict.PASS, score=result.score)
        return Verdict(Check.Verdict.FLAG, reasons or (Reason("moderation"),), score=result.score)
