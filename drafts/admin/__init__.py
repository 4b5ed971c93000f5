"""The administration's pages on drafts. Importing this package registers them (Django's autodiscovery)."""

from drafts.admin import examples, experiments, outgoing, prompts, regression, review_item, rules, spend

__all__ = ["examples", "experiments", "outgoing", "prompts", "regression", "review_item", "rules", "spend"]
