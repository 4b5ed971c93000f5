"""The administration's pages on leads. Importing this package registers them (Django's autodiscovery)."""

from leads.admin import attributes, records, rule_sets, score_jobs

__all__ = ["attributes", "records", "rule_sets", "score_jobs"]
