"""What the worker does for drafts. Queue `generation`: writing and checking; `default`: housekeeping."""

from __future__ import annotations

import importlib
import random
import threading
from typing import Any, Final

from celery import shared_task
from celery.signals import worker_init, worker_ready

from drafts import batches, few_shot, generation, rule_trials, sweeping, trials, unsubscribing
from drafts.inbound import polling, retention
from drafts.mail import delivering
from drafts.safety import tokens
from drafts.tracking import draining, judging
from salesdash.errors import TemporaryError

MAX_RETRIES: Final = 3
BACKOFF_SECONDS: Final = 4
# as long as a provider may make us wait: then the sweep takes the draft up in any case
LONGEST_WAIT_SECONDS: Final = sweeping.QUEUED_SECONDS


@worker_init.connect
def load_dictionary(**_kwargs: Any) -> None:
    """Before the fork: read once, shared by all children and threads, and no rep waits for it."""
    tokens.tokenize("準備")


@worker_ready.connect
def load_client(sender: Any, **_kwargs: Any) -> None:
    """Of models, where drafts are written: beside the first task, so that neither waits for the other."""
    if "generation" in sender.app.amqp.queues.consume_from:
        threading.Thread(target=importlib.import_module, args=["openai"], daemon=True).start()


@shared_task(name="drafts.generate", bind=True, acks_late=True, max_retries=MAX_RETRIES)
def generate_draft(self: Any, draft_id: int) -> None:
    """Safe to run twice: the draft is claimed by a conditional UPDATE."""
    try:
        generation.generate(draft_id=draft_id)
    except TemporaryError as error:
        if self.request.retries >= MAX_RETRIES:
            generation.give_up(draft_id=draft_id, code=getattr(error, "code", "llm_unavailable"))
            return
        raise self.retry(countdown=wait_seconds(error, self.request.retries)) from None


def wait_seconds(error: TemporaryError, retries: int) -> float:
    """Growing, with jitter; no less than a provider asks for, so that a try is not wasted on its limit."""
    own: float = BACKOFF_SECONDS * 2**retries * random.uniform(0.5, 1.5)  # noqa: S311
    asked = float(getattr(error, "retry_after_seconds", None) or 0)
    return max(own, min(asked, LONGEST_WAIT_SECONDS))


@shared_task(name="drafts.poll_mailboxes", soft_time_limit=280, time_limit=300)
def poll_mailboxes() -> None:
    """Safe to run twice, and to be killed: one process at a time reads a mailbox, each mail counts once."""
    polling.poll_all()


@shared_task(name="drafts.run_trial", acks_late=True, soft_time_limit=3500, time_limit=3600)
def run_trial(trial_id: int) -> None:
    trials.run(trial_id=trial_id)


@shared_task(name="drafts.compare_rules", acks_late=True, soft_time_limit=1700, time_limit=1800)
def compare_rules(comparison_id: int) -> None:
    rule_trials.run(comparison_id=comparison_id)


@shared_task(name="drafts.run_batch", acks_late=True, soft_time_limit=3500, time_limit=3600)
def run_batch(batch_id: int) -> None:
    """One turn of one batch; whoever comes next is enqueued behind what waits already."""
    for following in batches.run(batch_id=batch_id):
        run_batch.delay(following)


@shared_task(name="drafts.recheck", acks_late=True)
def recheck() -> None:
    """A batch of what older rules cleared goes to the checks; the next stands behind it in the same queue."""
    if sweeping.recheck():
        recheck.delay()


@shared_task(name="drafts.send_mail", acks_late=True, soft_time_limit=900, time_limit=1000)
def send_mail() -> None:
    """All that is due, as many at once as there are workers; each mail is claimed before it is sent."""
    # who said no while the database was away comes before whatever is due
    unsubscribing.catch_up()
    if delivering.drain():
        send_mail.apply_async(expires=600)


@shared_task(name="drafts.sweep")
def sweep() -> None:
    """Resume what is stuck, expire what is stale, check again what older rules cleared."""
    for draft_id in sweeping.sweep():
        generate_draft.delay(draft_id)
    for batch_id in batches.sweep():
        run_batch.delay(batch_id)
    for trial_id in trials.sweep():
        run_trial.delay(trial_id)
    for comparison_id in rule_trials.sweep():
        compare_rules.delay(comparison_id)


@shared_task(name="drafts.collect_examples")
def collect_examples() -> int:
    return few_shot.collect()


@shared_task(name="drafts.judge_hits")
def judge_hits() -> int:
    """Safe to run twice, and at the same time."""
    return judging.judge()


@shared_task(name="drafts.forget_hits")
def forget_hits() -> int:
    return judging.forget()


@shared_task(name="drafts.forget_mail_events")
def forget_mail_events() -> int:
    return retention.forget()


@shared_task(name="drafts.drain_buffers")
def drain_buffers() -> None:
    """Safe to run twice, and to be killed: what waited in Redis is removed when it is stored."""
    unsubscribing.catch_up()
    draining.drain()
