"""What commands about the safety layers share: which version of the rules, who pays for models."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.core.management.base import CommandError, CommandParser

from drafts.models import SafetyRules
from drafts.safety import rulebook
from drafts.safety.examples import LOCAL_LAYERS
from drafts.safety.names import LAYERS
from drafts.safety.rulebook import RuleBook
from salesdash.models import Team

# 1 is a finding of these commands, not a refusal
EXIT_REFUSED: Final = 2
_REMOTE: Final = frozenset(LAYERS) - frozenset(LOCAL_LAYERS)


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument(
        "--rules", type=int, metavar="N", help="a version of the rules other than the active one"
    )
    parser.add_argument("--team", type=int, metavar="ID", help="whose budget pays for calls to the model")


def book(options: dict[str, Any]) -> RuleBook:
    """The rules that were asked for, or the active ones; CommandError without any."""
    version = options["rules"]
    if version is None:
        try:
            return rulebook.active()
        except rulebook.NoRules:
            raise CommandError("No safety rules are active.", returncode=EXIT_REFUSED) from None
    found = SafetyRules.objects.filter(version=version).first()
    if found is None:
        raise CommandError(f"There is no version {version} of the safety rules.", returncode=EXIT_REFUSED)
    return rulebook.compile_rules(found)


def payer(options: dict[str, Any], layers: Collection[str]) -> int:
    """The team's id, 0 where no model is asked."""
    if not _REMOTE & set(layers):
        return 0
    team, teams = options["team"], Team.objects.order_by("pk")
    found = (teams.filter(pk=team) if team is not None else teams).first()
    if found is None:
        raise CommandError(
            "Calls to the model need a team that pays for them: there is none.", returncode=EXIT_REFUSED
        )
    return found.pk
