"""What a prompt version would ask about one lead: messages as text, their tokens, the cost of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import QueryDict
from django.utils import timezone

from drafts import prompts, trials
from drafts.llm import door, ledger
from drafts.llm.errors import LlmError
from drafts.models import Draft, PromptVersion
from drafts.safety import context as contexts
from drafts.safety import rulebook
from leads.editing.selecting import Selection
from leads.models import Lead
from salesdash.models import User

MOST_CHOICES = 12


@dataclass(frozen=True, repr=False)
class Preview:
    """`tokens_in` is an upper bound (see ledger.estimate_tokens), `tokens_out` the most that is allowed."""

    system: str
    user: str
    tokens_in: int
    tokens_out: int
    model: str
    cost_usd: Decimal
    cost_jpy: Decimal


def leads(user: User, language: str, query: str) -> list[Lead]:
    """Leads to choose from: a search as on the table, else the newest ones; only what the person may see."""
    found = trials.writable(user, language)
    if query.strip():
        address = QueryDict(mutable=True)
        address["q"] = query[:200]
        chosen = Selection((), address.urlencode()).leads(user).order_by().values("pk")
        found = found.filter(pk__in=chosen)
    return list(found.select_related("company").order_by("-pk")[:MOST_CHOICES])


def of(version: PromptVersion, *, lead: Lead, user: User) -> Preview:
    """Nothing is asked and nothing is stored. Raises PromptBroken."""
    draft = Draft(
        lead=lead,
        team=lead.team,
        requested_by=user,
        purpose=version.template.purpose,
        language=version.template.language,
    )
    context = contexts.for_draft(draft, rules=rulebook.active())
    prompt = prompts.render(version, data=prompts.draft_data(draft, context, avoid=[]))
    system, asked = (message["content"] for message in prompt.messages)
    tokens_in = sum(ledger.estimate_tokens(message["content"]) for message in prompt.messages)
    tokens_out = int(prompt.sampling.get("max_tokens", 900))
    model = _model(prompt.model)
    price = ledger.price_of(model, timezone.now().date())
    usd = price.usd(ledger.Usage(tokens_in, tokens_out))
    return Preview(system, asked, tokens_in, tokens_out, model, usd, usd * price.jpy_per_usd)


def _model(wanted: str) -> str:
    if wanted:
        return wanted
    try:
        return door.first_choice("")[0]
    except LlmError:
        # no writing service is connected: the prompt can be looked at all the same
        return ""
