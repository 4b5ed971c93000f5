"""`manage.py fit_weights`: the weights of sentences, found anew from the red-team set's open parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from drafts.fitting import crossing
from drafts.fitting.material import Reader
from drafts.fitting.regression import Options
from drafts.models import SafetyRules
from drafts.safety import redteam, rulebook
from drafts.safety.examples import LANGUAGES
from drafts.safety.weighing import Weights
from drafts.safety.wordclasses import WordClasses
from salesdash.rates import Rate

# chosen by cross-validation
STRENGTH: Final = {"ja": 1.0, "en": 1.0}
TERMS: Final = 8000
CLASSES: Final = "word_classes.json"


class Command(BaseCommand):
    help = (
        "Find the weights of sentences by logistic regression, choose thresholds by cross-validation, and "
        "write them in the form of a rules version. Takes a few minutes; needs no model."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, help="where to write the JSON; without it, only the figures")
        parser.add_argument("--folder", type=Path, default=redteam.FOLDER, help="another set")
        parser.add_argument(
            "--false-alarms",
            type=float,
            default=0.02,
            help="share of good mails that weights may flag in cross-validation (default: %(default)s)",
        )
        parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES)
        parser.add_argument("--folds", type=int, default=5)
        parser.add_argument("--terms", type=int, default=TERMS, help="at most so many a language")
        parser.add_argument("--marking", type=int, default=2, help="version that marks sentences of mails")
        parser.add_argument(
            "--rules", type=int, help="version whose topics are used (default: the active one)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        lists = json.loads((folder / CLASSES).read_text(encoding="utf-8"))
        rules = options["rules"] or rulebook.active_version()
        reader = Reader(
            _book(rules),
            _book(options["marking"]),
            {name: WordClasses.of(each) for name, each in lists.items()},
        )
        lessons = list(reader.lessons(folder))
        found = {}
        for language in sorted(set(lists) & set(options["languages"])):
            how = Options(STRENGTH[language], options["terms"])
            crossed = crossing.cross(lessons, language, how, options["folds"])
            flag_above = crossed.threshold(options["false_alarms"])
            self.stdout.write(f"{language}: {len(lessons)} texts, flagged above {flag_above:.2f}")
            for name, (flagged, texts) in crossed.shares(flag_above).items():
                self.stdout.write(f"  {name:<28}{flagged:>6} of {texts:<6}{_percent(flagged, texts)}")
            found[language] = as_json(crossing.learn(lessons, language, how), flag_above, lists[language])
        if out := options["out"]:
            out.write_text(
                json.dumps({"weights": found}, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
            )


def as_json(weights: Weights, flag_above: float, classes: dict[str, str]) -> dict[str, Any]:
    """A version's weights of one language: whole hundredths, terms that weigh nothing left out."""
    terms = {term: round(100 * weight) for term, weight in sorted(weights.terms.items())}
    return {
        "base": round(100 * weights.base),
        "flag_above": round(100 * flag_above),
        "support": round(100 * weights.support),
        "classes": classes,
        "terms": {term: weight for term, weight in terms.items() if weight},
    }


def _book(version: int) -> rulebook.RuleBook:
    found = SafetyRules.objects.filter(version=version).first()
    if found is None:
        raise CommandError(f"There is no version {version} of the safety rules.")
    return rulebook.compile_rules(found)


def _percent(flagged: int, texts: int) -> str:
    rate = Rate(flagged, texts)
    low, high = rate.interval or (0.0, 1.0)
    return f"{rate.value or 0:6.1%} ({low:.1%}–{high:.1%})"
