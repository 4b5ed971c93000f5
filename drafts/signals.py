"""News that travels upward, always after commit."""

from __future__ import annotations

from django.dispatch import Signal

# draft_id, team_id, lead_id, state, trace, generation_ms: a draft moved to another state
draft_changed = Signal()
# draft_id: a row was left for the worker (to write or to check a text)
work_waiting = Signal()
# version: other safety rules are in force
rules_published = Signal()
