"""News that travels upward, always after commit."""

from __future__ import annotations

from django.dispatch import Signal

# a draft moved from `origin` to `state`: draft_id, team_id, lead_id, requested_by_id, text_hash, trace,
# generation_ms, and who did it when: actor_id (None: a job), at
draft_changed = Signal()
# draft_id: a row was left for the worker (to write or to check a text)
work_waiting = Signal()
# delivery_id, seconds: a mail may go out in so many seconds
mail_waiting = Signal()
# version: other safety rules are in force
rules_published = Signal()
