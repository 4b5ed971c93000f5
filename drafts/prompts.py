"""Prompts: the active version of a template, filled in a sandbox; the customer's data as one JSON block."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final

import jinja2
from django.utils import timezone, translation
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from drafts.models import Delivery, Draft, Keigo, Length, PromptVersion, Purpose, Revision
from drafts.safety.base import Claim, Context
from drafts.texts import Text

OPEN_MARK: Final = "<data>"
CLOSE_MARK: Final = "</data>"
MAX_PREVIOUS: Final = 5
# what a template may use
VARIABLES: Final = (
    "data",
    "language",
    "purpose",
    "purpose_label",
    "tone",
    "length",
    "keigo",
    "revision",
    "sender",
    "min_chars",
    "max_chars",
)
# of the body, in characters
LENGTHS: Final = {
    "ja": {Length.SHORT: (120, 250), Length.NORMAL: (150, 450), Length.LONG: (350, 700)},
    "en": {Length.SHORT: (250, 700), Length.NORMAL: (400, 1200), Length.LONG: (900, 1900)},
}


class PromptBroken(Exception):
    """The template cannot be filled in. The message names the line and the variable, no data."""


@dataclass(frozen=True, repr=False)
class Prompt:
    """Rendered messages and how to ask: `model` may be empty (the configured one)."""

    messages: list[dict[str, str]]
    model: str
    sampling: dict[str, Any]
    version_id: int


@lru_cache(maxsize=1)
def environment() -> ImmutableSandboxedEnvironment:
    # it writes plain text for a model, not HTML; the data is JSON with < escaped
    return ImmutableSandboxedEnvironment(
        autoescape=False, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )


def active_version(*, purpose: str, language: str) -> PromptVersion | None:
    return (
        PromptVersion.objects.filter(
            template__purpose=purpose, template__language=language, status=PromptVersion.Status.ACTIVE
        )
        .order_by("template_id")
        .first()
    )


def mark_used(version: PromptVersion) -> None:
    """From its first use on a version is immutable."""
    if version.first_used_at is None:
        PromptVersion.objects.filter(pk=version.pk, first_used_at=None).update(first_used_at=timezone.now())


def render(version: PromptVersion, *, data: dict[str, Any]) -> Prompt:
    """Fill both sources. Raises PromptBroken; the data block must come out exactly once, on its own lines."""
    language = data["language"]
    with translation.override(language):
        purpose_label = str(Purpose(data["purpose"]).label)
    least, most = LENGTHS[language][Length(data.get("length", Length.NORMAL))]
    values = {
        "data": block(data),
        "language": language,
        "purpose": data["purpose"],
        "purpose_label": purpose_label,
        "tone": data["tone"],
        "length": data.get("length", Length.NORMAL.value),
        "keigo": data.get("keigo", Keigo.STANDARD.value),
        "revision": data.get("revision", ""),
        "sender": data["sender"],
        "min_chars": least,
        "max_chars": most,
    }
    system, user = fill(version.system_source, values), fill(version.user_source, values)
    if user.count(values["data"]) != 1 or values["data"] in system:
        raise PromptBroken("the user prompt must contain {{ data }} exactly once, the system prompt not")
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    return Prompt(messages, version.model, dict(version.sampling), version.pk)


def fill(source: str, values: dict[str, Any]) -> str:
    problem = ""
    try:
        return environment().from_string(source).render(values)
    except jinja2.TemplateSyntaxError as error:
        problem = f"line {error.lineno}: {error.message}"
    except jinja2.UndefinedError as error:
        problem = str(error.message)
    except (jinja2.TemplateError, SecurityError, ArithmeticError, TypeError, ValueError) as error:
        problem = type(error).__name__
    raise PromptBroken(problem)


def block(data: dict[str, Any]) -> str:
    """One line of JSON between the marks. `<` is escaped, so no field can close the block."""
    line = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")
    # JSON allows these two line breaks unescaped
    line = line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"{OPEN_MARK}\n{line}\n{CLOSE_MARK}"


def draft_data(draft: Draft, context: Context, *, avoid: list[str]) -> dict[str, Any]:
    return {"task": "draft", **_shared(context)} | {
        "length": draft.length,
        "keigo": draft.keigo,
        "revision": draft.revision,
        "current": _current(draft),
        "variant": draft.variant,
        "avoid": avoid,
        "previous_subjects": previous_subjects(draft),
    }


def _current(draft: Draft) -> dict[str, str] | None:
    """The text that is to become shorter or softer. Another variant does without, lest it be copied."""
    if draft.revision not in (Revision.SHORTER, Revision.SOFTER) or draft.based_on is None:
        return None
    return {"subject": draft.based_on.subject, "body": draft.based_on.body}


def judge_data(text: Text, context: Context, *, run: int) -> dict[str, Any]:
    """`run` tells the two judgements apart, where the provider ignores a seed."""
    return {"task": "judge", **_shared(context)} | {
        "variant": run,
        "draft": {"subject": text.subject, "body": text.body},
        "claims": [_claim(claim) for claim in context.claims or ()],
    }


def previous_subjects(draft: Draft) -> list[str]:
    """What this lead has already got from us, newest first, so that nothing is repeated."""
    sent = Delivery.objects.filter(lead_id=draft.lead_id, status=Delivery.Status.SENT).exclude(draft=draft)
    return list(sent.order_by("-sent_at").values_list("draft__subject", flat=True)[:MAX_PREVIOUS])


def _shared(context: Context) -> dict[str, Any]:
    return {
        "language": context.language,
        "purpose": context.purpose,
        "tone": context.tone,
        "lead": asdict(context.lead),
        "company": {"name": context.company, "industry": context.industry_label},
        "sender": asdict(context.sender),
        "facts": [asdict(fact) for fact in context.facts],
        "instruction": context.instruction,
    }


def _claim(claim: Claim) -> dict[str, str]:
    return {"phrase": claim.phrase, "fact_id": claim.fact_id}
