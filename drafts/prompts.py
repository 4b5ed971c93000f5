"""Prompts: the active version of a template, filled in a sandbox; the customer's data as one JSON block."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

import jinja2
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from jinja2.exceptions import SecurityError

from drafts import few_shot, memory, prompt_sandbox
from drafts.models import Draft, Keigo, Length, PromptVersion, Purpose, Revision, Tone
from drafts.safety import input_filter
from drafts.safety.base import Claim, Context
from drafts.texts import Text
from leads.sql import columns, instance, prepared_rows
from salesdash.errors import DomainError

OPEN_MARK: Final = "<data>"
CLOSE_MARK: Final = "</data>"
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


# what a template may run into that Jinja2 does not tell as its own
_BROKEN: Final = (
    jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, SyntaxError,
    TypeError, ValueError,
)  # fmt: skip
# written out: each draft asks, and building it took longer than answering it
_ACTIVE: Final = f"""
SELECT {columns(PromptVersion, "version")} FROM drafts_promptversion AS version
JOIN drafts_prompttemplate AS template ON template.id = version.template_id
WHERE template.purpose = %(purpose)s AND template.language = %(language)s AND version.status = 'active'
ORDER BY template.id LIMIT 1
"""  # noqa: S608 -- names of the model's own columns
_NOBODY: Final = {"name": "", "team": "", "company": ""}


class PromptBroken(Exception):
    """The template cannot be filled in. The message names the line and the variable, no data."""


@dataclass(frozen=True, repr=False)
class Prompt:
    """Rendered messages and how to ask: `model` may be empty (the configured one)."""

    messages: list[dict[str, str]]
    model: str
    sampling: dict[str, Any]
    version_id: int


def active_version(*, purpose: str, language: str) -> PromptVersion | None:
    found = prepared_rows(_ACTIVE, {"purpose": purpose, "language": language})
    return instance(PromptVersion, found[0]) if found else None


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
    system = fill(version.system_source, values, part=_("System prompt"))
    user = fill(version.user_source, values, part=_("User prompt"))
    if user.count(values["data"]) != 1 or values["data"] in system:
        raise PromptBroken(
            _("The user prompt must contain {{ data }} exactly once, the system prompt not at all.")
        )
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    return Prompt(messages, version.model, dict(version.sampling), version.pk)


def check(version: PromptVersion) -> None:
    """DomainError `prompt_broken` unless the version can be filled in, with every wish there is."""
    template = version.template
    base = {"language": template.language, "purpose": template.purpose, "sender": _NOBODY}
    for tone, length, keigo in zip(Tone.values * 2, Length.values * 2, Keigo.values * 2, strict=False):
        for revision in ("", *Revision.values):
            wish = {"tone": tone, "length": length, "keigo": keigo, "revision": revision}
            try:
                render(version, data=base | wish)
            except PromptBroken as error:
                raise DomainError("prompt_broken", str(error)) from None


def fill(source: str, values: dict[str, Any], *, part: str = "") -> str:
    """Raises PromptBroken with the part, the line and what is wrong there, in the reader's language."""
    line: int | None
    try:
        return prompt_sandbox.render(source, values)
    except jinja2.TemplateSyntaxError as error:
        line, problem = error.lineno, str(error.message)
    except jinja2.UndefinedError as error:
        line, problem = _line(error), str(error.message)
    except prompt_sandbox.TooMuch as error:
        line, problem = _line(error), str(error)
    except SecurityError as error:
        line, problem = _line(error), _("This is not allowed in a prompt.")
    except _BROKEN as error:
        line, problem = _line(error), type(error).__name__
    raise PromptBroken(_("%(part)s, line %(line)s: %(problem)s") % _where(part, line, problem))


def _where(part: str, line: int | None, problem: str) -> dict[str, object]:
    return {"part": part or _("Prompt"), "line": line or "?", "problem": problem}


def _line(error: BaseException) -> int | None:
    """Where in the template it happened: Jinja2 gives its frames the template's own lines."""
    line, frame = None, error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == "<template>":
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


def block(data: dict[str, Any]) -> str:
    """One line of JSON between the marks. `<` is escaped, so no field can close the block."""
    line = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")
    # JSON allows these two line breaks unescaped
    line = line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"{OPEN_MARK}\n{line}\n{CLOSE_MARK}"


def draft_data(draft: Draft, context: Context, *, avoid: list[str]) -> dict[str, Any]:
    """What the writer is told. Errors: none; what is not known is empty."""
    earlier = memory.as_data(context.earlier)
    return {"task": "draft", **_shared(context)} | {
        "length": draft.length,
        "keigo": draft.keigo,
        "revision": draft.revision,
        "current": _current(draft),
        "variant": draft.variant,
        "avoid": avoid,
        "previous_subjects": [mail["subject"] for mail in earlier],
        "earlier": earlier,
        "examples": few_shot.as_data(draft),
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
        "own_domain": context.own_domain,
        "draft": {"subject": text.subject, "body": text.body},
        "claims": [_claim(claim) for claim in context.claims or ()],
    }


def _shared(context: Context) -> dict[str, Any]:
    return {
        "language": context.language,
        "purpose": context.purpose,
        "tone": context.tone,
        "lead": _harmless(asdict(context.lead)),
        "company": _harmless({"name": context.company, "industry": context.industry_label}),
        "sender": _harmless(asdict(context.sender)),
        "facts": [
            {"id": fact.id, "kind": fact.kind, "text": fact.text, "value": fact.value}
            for fact in context.facts
        ],
        "instruction": input_filter.harmless(context.instruction),
    }


def _harmless(fields: dict[str, str]) -> dict[str, str]:
    """What speaks to the writer stays here; the input filter names the field. For facts: facts.py."""
    return {name: input_filter.harmless(value) for name, value in fields.items()}


def _claim(claim: Claim) -> dict[str, str]:
    return {"phrase": claim.phrase, "fact_id": claim.fact_id}
