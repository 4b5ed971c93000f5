"""How good the texts are: the history per prompt version, and one run with its texts (of invented leads)."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from drafts.evaluation import figures, history
from drafts.models import EvaluationResult, EvaluationRun
from drafts.safety import reasons
from drafts.safety.judge import PASS_SCORE
from salesdash.models import User


@require_GET
@login_required
@permission_required("drafts.view_evaluationrun", raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    page = history.page(cast(User, request.user))
    return render(request, "drafts/evaluations.html", {"nav": "kpis", "page": page, "pass_score": PASS_SCORE})


@require_GET
@login_required
@permission_required("drafts.view_evaluationrun", raise_exception=True)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(EvaluationRun.objects.select_related("prompt_version__template"), pk=pk)
    results = sorted(run.results.all(), key=lambda one: (figures.passes(one), figures.lowest(one)))
    context = {
        "nav": "kpis",
        "shown": history.shown(run, results, cast(User, request.user)),
        "rows": [(one, figures.passes(one), _flags(one)) for one in results],
        "pass_score": PASS_SCORE,
    }
    return render(request, "drafts/evaluation.html", context)


def _flags(result: EvaluationResult) -> list[str]:
    """What the layers without a model found, in words."""
    return [reasons.label(code.split(":", 1)[-1]) for code in result.codes]
