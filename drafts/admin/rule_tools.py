"""Requests that look at a version of the safety rules: try-out, comparison, differences, files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from drafts import rule_files, rule_trials, rule_versions
from drafts.admin.rule_views import in_force, known, may_edit, page, user_of
from drafts.models import RulesComparison, SafetyRules
from drafts.rule_files import BadFile
from drafts.safety import reasons, rule_entries
from drafts.safety.redteam import Part
from drafts.tasks import compare_rules
from drafts.texts import BODY_MAX_CHARS, SUBJECT_MAX_CHARS, tidy
from salesdash.errors import DomainError
from salesdash.numbers import whole
from salesdash.rates import Rate

_SHOWN: Final = 200
_PARTS: Final = {
    Part.SEEN: gettext_lazy("Unsafe, known to whoever writes rules: let through"),
    Part.UNSEEN: gettext_lazy("Unsafe, never looked at: let through"),
    Part.LATER: gettext_lazy("Unsafe, written when the rules were finished: let through"),
    Part.CLEAN: gettext_lazy("Clean, known: stopped"),
    Part.UNSEEN_CLEAN: gettext_lazy("Clean, never looked at: stopped"),
    Part.LATER_CLEAN: gettext_lazy("Clean, written when the rules were finished: stopped"),
}


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("subject", "body")
def tryout(request: HttpRequest, pk: int) -> HttpResponse:
    """A text under this version and under the one in force. It is kept nowhere."""
    rules, active = known(request, pk), in_force()
    sent = request.POST
    text = tidy(sent.get("subject", "")[:SUBJECT_MAX_CHARS], sent.get("body", "")[:BODY_MAX_CHARS])
    language = "en" if sent.get("language") == "en" else "ja"
    context: dict[str, Any] = {
        "active": active,
        "text": text,
        "language": language,
        "subject_max": SUBJECT_MAX_CHARS,
        "body_max": BODY_MAX_CHARS,
    }
    if request.method == "POST" and (text.subject or text.body):
        theirs = active or rules
        context["result"] = rule_trials.try_out(ours=rules, theirs=theirs, text=text, language=language)
    return page(request, "tryout", rules, context)


@require_http_methods(["GET", "POST"])
@never_cache
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """The red-team set under both; in the background, while the page tells how far it is."""
    rules = known(request, pk)
    if request.method == "POST":
        if not may_edit(request):
            raise PermissionDenied
        try:
            job = rule_trials.start(rules=rules, user=user_of(request))
        except DomainError as error:
            messages.error(request, error.message)
        else:
            transaction.on_commit(partial(compare_rules.delay, job.pk))
        return redirect("admin:drafts_safetyrules_compare", pk)
    comparison = rules.comparisons.first()
    context = {
        "comparison": comparison,
        "running": comparison is not None and comparison.status in ("queued", "running"),
        "figures": _figures(comparison) if comparison and comparison.status == "done" else [],
        "rules": rules,
    }
    if request.headers.get("HX-Request"):
        return render(request, "admin/drafts/safetyrules/_comparison.html", context)
    return page(request, "compare", rules, context)


def _figures(comparison: RulesComparison) -> list[dict[str, Any]]:
    """A row per part of the set: how many go wrong now and then, with the interval, and the difference."""
    rows = []
    for part, label in _PARTS.items():
        found = comparison.figures.get(part.value)
        if not found:
            continue
        rate = Rate(found["wrong"], found["texts"])
        low, high = rate.interval or (0.0, 0.0)
        rows.append(
            {
                "label": label,
                **found,
                "share": _percent(rate.value or 0),
                "interval": f"{_percent(low)}–{_percent(high)}",
                "share_was": _percent(found["was"] / found["texts"] if found["texts"] else 0),
                "delta": found["wrong"] - found["was"],
            }
        )
    return rows


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


@require_GET
@never_cache
def diff(request: HttpRequest, pk: int) -> HttpResponse:
    """Against the version it is based on, or any other: what was added, what was taken away."""
    rules = known(request, pk)
    others = list(SafetyRules.objects.exclude(pk=pk).only("pk", "version", "status"))
    wanted = request.GET.get("with", "")
    number = whole(wanted) or rules.based_on
    other = SafetyRules.objects.exclude(pk=pk).filter(version=number or 0).first()
    if other is None and others:
        other = SafetyRules.objects.get(pk=others[0].pk)
    parts = []
    if other:
        found = rule_entries.differences(rule_entries.content(other), rule_entries.content(rules))
        parts = [_Part(one) for one in found if one.added or one.removed]
    return page(request, "diff", rules, {"other": other, "others": others, "parts": parts})


class _Part:
    """The differences of one table, the first of them with their words."""

    def __init__(self, found: rule_entries.Difference) -> None:
        self.label = found.table.label
        self.n_added, self.n_removed = len(found.added), len(found.removed)
        lines = [("+", entry) for entry in found.added] + [("−", entry) for entry in found.removed]
        ordered = sorted(lines, key=lambda line: (line[1].code, line[1].text, line[0]))
        self.lines = [
            (sign, entry.text, reasons.label(entry.code) if entry.code else "")
            for sign, entry in ordered[:_SHOWN]
        ]
        self.more = max(0, len(ordered) - _SHOWN)


@require_GET
@never_cache
def export(request: HttpRequest, pk: int) -> HttpResponse:
    rules = known(request, pk)
    kind = "json" if request.GET.get("format") == "json" else "csv"
    made = rule_files.as_json(rules) if kind == "json" else rule_files.as_csv(rules)
    content_type = "application/json" if kind == "json" else "text/csv; charset=utf-8"
    answer = HttpResponse(made, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="safety-rules-v{rules.version}.{kind}"'
    return answer


@require_http_methods(["GET", "POST"])
@never_cache
def load(request: HttpRequest, pk: int) -> HttpResponse:
    """A file becomes a new draft: this version stays as it is. 422 names the rows that cannot be taken."""
    rules = known(request, pk)
    if not may_edit(request):
        raise PermissionDenied
    if request.method == "GET":
        return page(request, "load", rules, {"problems": []})
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise BadFile([_("Please choose a file.")])
        content = rule_files.read(sent.read(rule_files.MAX_BYTES + 1), proven=rule_entries.content(rules))
        made = rule_versions.create(source=rules, content=content, user=user_of(request))
    except BadFile as error:
        return page(request, "load", rules, {"problems": error.problems}, status=422)
    told = _("v%(n)s was made from the file. Look at the differences before it is put into force.")
    messages.success(request, told % {"n": made.version})
    return redirect("admin:drafts_safetyrules_diff", made.pk)


VIEWS: Final[dict[str, Callable[..., HttpResponse]]] = {
    "tryout": tryout,
    "compare": compare,
    "diff": diff,
    "export": export,
    "import": load,
}
