"""Which task runs in which queue, and when of itself. Tasks are named as strings: only urls know the apps."""

from __future__ import annotations

from typing import Final

ROUTES: Final = {
    "salesdash.check_sending_domains": {"queue": "sync"},
    "leads.run_import": {"queue": "sync"},
    "leads.sweep_imports": {"queue": "sync"},
    "leads.run_export": {"queue": "sync"},
    "leads.announce_cooling": {"queue": "scoring"},
    "leads.expire_adjustments": {"queue": "scoring"},
    "leads.keep_landmark": {"queue": "scoring"},
    "leads.run_score_job": {"queue": "scoring"},
    "leads.sweep_score_jobs": {"queue": "scoring"},
    "leads.index_attribute": {"queue": "sync"},
    "leads.sweep_attribute_indexes": {"queue": "sync"},
    "drafts.generate": {"queue": "generation"},
    "drafts.run_batch": {"queue": "generation"},
    "drafts.recheck": {"queue": "generation"},
    "drafts.compare_rules": {"queue": "sync"},
    "drafts.run_trial": {"queue": "generation"},
    "drafts.send_mail": {"queue": "mail"},
    "drafts.poll_mailboxes": {"queue": "sync"},
    "drafts.judge_hits": {"queue": "default"},
}

# tasks that do not stand in an app's tasks.py
IMPORTS: Final = ["leads.importing.tasks", "leads.editing.tasks"]
SCHEDULE: Final = {
    "worker-heartbeat": {"task": "salesdash.heartbeat", "schedule": 10.0, "options": {"expires": 20}},
    "sweep-idempotency-keys": {"task": "salesdash.sweep_idempotency_keys", "schedule": 3600.0},
    # each domain once a day; more often while its records are awaited, or DNS is out of order
    "check-sending-domains": {
        "task": "salesdash.check_sending_domains",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "flush-latency": {"task": "salesdash.flush_latency", "schedule": 60.0},
    "announce-cooling": {"task": "leads.announce_cooling", "schedule": 60.0, "options": {"expires": 55}},
    "expire-adjustments": {"task": "leads.expire_adjustments", "schedule": 60.0, "options": {"expires": 55}},
    "tell-news": {"task": "leads.tell_news", "schedule": 15.0, "options": {"expires": 14}},
    "tell-due": {"task": "leads.tell_due", "schedule": 60.0, "options": {"expires": 55}},
    "forget-notifications": {
        "task": "leads.forget_notifications",
        "schedule": 3600.0,
        "options": {"expires": 3500},
    },
    "keep-landmark": {"task": "leads.keep_landmark", "schedule": 3600.0, "options": {"expires": 3500}},
    "sweep-score-jobs": {"task": "leads.sweep_score_jobs", "schedule": 15.0, "options": {"expires": 14}},
    "sweep-attribute-indexes": {
        "task": "leads.sweep_attribute_indexes",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "sweep-imports": {"task": "leads.sweep_imports", "schedule": 30.0, "options": {"expires": 25}},
    "sweep-exports": {"task": "leads.sweep_exports", "schedule": 30.0, "options": {"expires": 25}},
    "sweep-edits": {"task": "leads.sweep_edits", "schedule": 15.0, "options": {"expires": 14}},
    "forget-edits": {"task": "leads.forget_edits", "schedule": 3600.0, "options": {"expires": 3500}},
    "sweep-drafts": {"task": "drafts.sweep", "schedule": 30.0, "options": {"expires": 25}},
    "send-mail": {"task": "drafts.send_mail", "schedule": 10.0, "options": {"expires": 9}},
    "judge-hits": {"task": "drafts.judge_hits", "schedule": 5.0, "options": {"expires": 4}},
    "drain-buffers": {"task": "drafts.drain_buffers", "schedule": 5.0, "options": {"expires": 4}},
    "forget-hits": {"task": "drafts.forget_hits", "schedule": 3600.0, "options": {"expires": 3500}},
    "forget-mail-events": {
        "task": "drafts.forget_mail_events",
        "schedule": 3600.0,
        "options": {"expires": 3500},
    },
    "collect-examples": {"task": "drafts.collect_examples", "schedule": 900.0, "options": {"expires": 890}},
    "poll-mailboxes": {"task": "drafts.poll_mailboxes", "schedule": 30.0, "options": {"expires": 25}},
    "roll-up-kpis": {"task": "kpis.roll_up_recent", "schedule": 300.0, "options": {"expires": 290}},
}
