"""The administration's pages on leads. Importing this package registers them (Django's autodiscovery)."""

from leads.admin import records, rule_sets, score_jobs

__all__ = ["records", "rule_sets", "score_jobs"]
