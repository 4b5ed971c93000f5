"""Everything that may befall drafts, in any order: for hypothesis to find an order that lets a text out."""

from __future__ import annotations

import itertools
import uuid
from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.test import TestCase
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from drafts import editing, generation, requests, review, sending, sweeping
from drafts.models import Clearance, Delivery, Draft, DraftEvent, Purpose, SafetyRules, State
from drafts.models.draft import OPEN, READABLE
from drafts.safety import rulebook
from drafts.tests import readers
from drafts.tests.machine_mail import MailRules, number, who
from drafts.tests.test_workflow import DESIGNED
from drafts.workflow import WORKABLE, Attempt, AttemptLost
from leads.models import Lead
from salesdash import redis_client
from salesdash.errors import DomainError, TemporaryError

PROMISE = "導入後の売上が2倍になることを保証いたします。"
CLEAN = "資料をお送りいたしますので、ご一読いただけますと幸いに存じます。"
FAULTS = [
    "",
    "",
    "",
    "429",
    "500",
    "badjson",
    "badschema",
    "truncate",
    "malformed",
    "unsafe",
    "flag",
    "disagree",
]
DECISIONS = ["approve", "approve", "reject", "save_edit", "check_again", "regenerate"]
# a fault of the first text, and what follows
COURSES = [
    ("", ""),
    ("", "copy"),
    ("", "sent"),
    ("unsafe", "approve"),
    ("unsafe", "reject"),
    ("500", "check_again"),
]
KANA = "あいうえおかきくけこさしすせそたちつてと"
USUALLY = 6
judge = st.sampled_from(["reviewer", "admin"])
wording = st.sampled_from([CLEAN, CLEAN, PROMISE])
freshness = st.sampled_from(["now", "now", "now", "stale"])


class Drafts(MailRules, RuleBasedStateMachine):
    """Each example runs in a savepoint; what waits for a commit is done after each step, as by a commit."""

    cast: dict = {}
    llm = None
    seen: Counter = Counter()
    reached: set = set()

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.jobs: list[Attempt] = []
        self.leases: list[tuple[int, str, uuid.UUID]] = []
        self.versions: dict[int, int] = {}
        self.cleared: dict[int, int] = {}
        self.words = itertools.count()
        self.handed_out = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        self._forget()

    @initialize(course=st.sampled_from(COURSES))
    def begin(self, course):
        """With a first draft in the middle of its life: most sequences of steps would not get it there."""
        fault, ahead = course
        self._forget()
        rep, lead = self.cast["rep"], self.cast["lead"]
        draft = self.act(lambda: requests.request_draft(lead_id=lead.pk, user=rep))
        self.work(draft.pk, fault, "judge", 3)
        if ahead in DECISIONS:
            self.review_one(which=0, user="reviewer", decision=ahead, words=CLEAN)
        elif ahead:
            self.act(lambda: sending.claim(draft_id=draft.pk, user=rep, channel="copy"))
        if ahead == "sent":
            self.act(lambda: sending.mark_sent(draft_id=draft.pk, user=rep))

    def _forget(self):
        rulebook.load.cache_clear()
        self.llm.faults.clear()
        store = redis_client.get()
        if keys := list(store.scan_iter(match=redis_client.key("*"), count=1000)):
            store.delete(*keys)

    def act(self, work):
        """The result, or None where it was refused; any other error is a finding."""
        try:
            with TestCase.captureOnCommitCallbacks(execute=True):
                return work()
        except (DomainError, AttemptLost, TemporaryError):
            return None

    def some(self, which: int, *states: State) -> Draft:
        """Mostly one in these states, so that much happens; now and then any."""
        drafts = list(Draft.objects.select_related("lead__company").order_by("-pk")[:5])
        fitting = [draft for draft in drafts if draft.state in states]
        chosen = fitting if fitting and which < USUALLY else drafts
        return chosen[which % len(chosen)]

    def version(self, draft: Draft, fresh: str) -> int:
        return draft.version if fresh == "now" else draft.version - 1

    def letter(self, words: str) -> dict[str, str]:
        """A text that stands nowhere else."""
        mark = "".join(KANA[int(digit)] for digit in f"{next(self.words):04}")
        body = (
            f"株式会社青葉精機\n山田 花子 様\n\n突然のご連絡にて失礼いたします。佐藤 健と申します。\n"
            f"{words}\n合言葉は{mark}でございますのでお含みおきください。\n\n何卒よろしくお願い申し上げます。"
        )
        return {"subject": "資料のご案内", "body": body}

    # --- reps ------------------------------------------------------------------------------------

    @rule(user=who, purpose=st.sampled_from([Purpose.ICE_BREAKER, Purpose.FOLLOW_UP]))
    def request(self, user, purpose):
        self.act(
            lambda: requests.request_draft(
                lead_id=self.cast["lead"].pk, user=self.cast[user], purpose=purpose
            )
        )

    @rule(user=who, words=wording)
    def write(self, user, words):
        self.act(
            lambda: editing.write(lead_id=self.cast["lead"].pk, user=self.cast[user], **self.letter(words))
        )

    @rule(which=number, user=who, revision=st.sampled_from(["variant", "shorter", "softer"]))
    def rewrite(self, which, user, revision):
        draft = self.some(which, State.READY, State.APPROVED)
        self.act(lambda: requests.rewrite(draft_id=draft.pk, user=self.cast[user], revision=revision))

    @rule(which=number, user=who, words=wording, fresh=freshness)
    def edit(self, which, user, words, fresh):
        draft = self.some(which, State.READY, State.APPROVED)
        done = self.act(
            lambda: editing.edit(
                draft_id=draft.pk,
                user=self.cast[user],
                version=self.version(draft, fresh),
                **self.letter(words),
            )
        )
        assert done is None or fresh == "now"

    @rule(which=number, user=who, channel=st.sampled_from(["copy", "mail_app"]))
    def take_out(self, which, user, channel):
        draft = self.some(which, State.READY, State.APPROVED)
        handed = self.act(lambda: sending.claim(draft_id=draft.pk, user=self.cast[user], channel=channel))
        if handed is None:
            return
        draft = Draft.objects.get(pk=draft.pk)
        assert handed.body.startswith(draft.body)
        assert readers.is_cleared(draft)
        assert draft.rules_version == rulebook.active_version()
        assert Lead.objects.get(pk=draft.lead_id).opted_out_at is None
        self.handed_out += 1

    @rule(which=number, user=who, act=st.sampled_from(["mark_sent", "undo", "undo_sent"]))
    def after_the_copy(self, which, user, act):
        draft = self.some(which, State.SENT if act == "undo_sent" else State.SCHEDULED)
        self.act(lambda: getattr(sending, act)(draft_id=draft.pk, user=self.cast[user]))

    # --- workers ---------------------------------------------------------------------------------

    def work(self, draft_id: int, fault: str = "", target: str = "", times: int = 1):
        if fault:
            aim = target if fault in ("429", "500", "malformed", "badjson", "badschema") else None
            self.llm.faults.next(fault, times=times, target=aim)
        self.act(lambda: generation.generate(draft_id=draft_id))
        self.llm.faults.clear()

    @rule(
        which=number,
        fault=st.sampled_from(FAULTS),
        aim=st.sampled_from(["draft", "judge", "moderation"]),
        times=st.sampled_from([1, 3]),
    )
    def a_worker_runs(self, which, fault, aim, times):
        self.work(self.some(which, *WORKABLE).pk, fault, aim, times)

    @rule()
    def all_workers_run(self):
        for pk in Draft.objects.filter(state__in=WORKABLE).values_list("pk", flat=True):
            self.work(pk)

    @rule(which=number, further=st.booleans())
    def a_worker_is_killed(self, which, further):
        job = Attempt.claim(self.some(which, *WORKABLE).pk)
        if job and further and job.draft.state == State.QUEUED:
            job.move(State.GENERATING)
        if job:
            self.jobs.append(job)

    @precondition(lambda self: self.jobs)
    @rule(which=number, does=st.sampled_from(["alive", "release", "fail", "text"]))
    def a_worker_was_only_slow(self, which, does):
        """It comes back and knows nothing of what happened meanwhile."""
        job = self.jobs[which % len(self.jobs)]
        before = Draft.objects.get(pk=job.draft.pk)
        self.act(lambda: self._late(job, does))
        if before.attempt_token != job.token:
            after = Draft.objects.get(pk=job.draft.pk)
            assert (after.state, after.version, after.attempt_token, after.body) == (
                before.state, before.version, before.attempt_token, before.body,
            )  # fmt: skip

    def _late(self, job: Attempt, does: str):
        match does:
            case "alive":
                job.alive()
            case "release":
                job.release()
            case "fail" if job.draft.state in WORKABLE:
                job.fail("internal_error")
            case "text" if job.draft.state in (State.GENERATING, State.REGENERATING):
                job.move(State.CHECKING, subject="ひみつ", body=PROMISE)

    @rule()
    def the_last_try_was_in_vain(self):
        self.act(lambda: generation.give_up(draft_id=self.some(0).pk, code="llm_unavailable"))

    @rule(run=st.booleans())
    def sweep(self, run):
        for pk in self.act(sweeping.sweep) or []:
            if run:
                self.work(pk)

    # --- reviewers -------------------------------------------------------------------------------

    @rule(which=number, user=judge, take_over=st.booleans())
    def take(self, which, user, take_over):
        draft = self.some(which, State.IN_REVIEW)
        lease = self.act(
            lambda: review.take(draft_id=draft.pk, reviewer=self.cast[user], take_over=take_over)
        )
        if lease:
            self.leases.append((draft.pk, user, lease.token))

    @rule(which=number, user=judge, decision=st.sampled_from(DECISIONS), words=wording)
    def review_one(self, which, user, decision, words):
        self.take(which=which, user=user, take_over=False)
        if self.leases:
            self._decide(self.leases[-1], decision, words, "now")

    @precondition(lambda self: self.leases)
    @rule(which=number, decision=st.sampled_from([*DECISIONS, "heartbeat"]), words=wording, fresh=freshness)
    def decide_by_an_old_form(self, which, decision, words, fresh):
        self._decide(self.leases[which % len(self.leases)], decision, words, fresh)

    def _decide(self, lease, decision, words, fresh):
        pk, user, token = lease
        before = Draft.objects.get(pk=pk)
        held = {"draft_id": pk, "reviewer": self.cast[user], "token": token}
        if decision == "heartbeat":
            self.act(lambda: review.heartbeat(**held))
            return
        held["version"] = self.version(before, fresh)
        more = {"reject": {"code": "tone"}, "save_edit": self.letter(words)}.get(decision, {})
        done = self.act(lambda: getattr(review, decision)(**held, **more))
        if done is None:
            return
        assert (before.claim_token, fresh) == (token, "now")
        if decision == "approve":
            wrote = DraftEvent.objects.filter(
                draft=pk, to_state=State.EDITING, details__after=before.text_hash
            ).values_list("actor", flat=True)
            assert self.cast[user].pk not in wrote

    @precondition(lambda self: self.leases)
    @rule(which=number)
    def leave(self, which):
        pk, user, token = self.leases[which % len(self.leases)]
        self.act(lambda: review.release(draft_id=pk, reviewer=self.cast[user], token=token))

    # --- the world -------------------------------------------------------------------------------

    @rule(word=st.sampled_from(["幸い", "何卒", "資料"]))
    def rules_change(self, word):
        old = SafetyRules.objects.get(status="active")
        SafetyRules.objects.filter(pk=old.pk).update(status="retired")
        entry = {"word": word, "language": "ja", "match": "substring", "code": "banned"}
        banned = [other for other in old.banned if other != entry]
        SafetyRules.objects.create(
            version=old.version + 1,
            status="active",
            banned=banned if len(banned) < len(old.banned) else [*banned, entry],
            allowed=old.allowed,
            promises=old.promises,
        )

    @rule(out=st.booleans())
    def opt_out(self, out):
        moment = timezone.now() if out else None
        Lead.objects.filter(pk=self.cast["lead"].pk).update(opted_out_at=moment)

    @rule(span=st.sampled_from(["minutes", "weeks"]))
    def time_passes(self, span):
        long = timedelta(minutes=12) if span == "minutes" else timedelta(days=31)
        moments = ("attempt_at", "state_changed_at", "claimed_until", "expires_at", "undo_until")
        Draft.objects.update(**{name: F(name) - long for name in moments})
        Delivery.objects.update(attempt_at=F("attempt_at") - long, not_before=F("not_before") - long)

    # --- what always holds -----------------------------------------------------------------------

    @invariant()
    def every_change_is_a_designed_one_and_told(self):
        drafts = Draft.objects.in_bulk()
        last = dict.fromkeys(drafts, "")
        for event in DraftEvent.objects.order_by("at", "pk"):
            before = last[event.draft_id]
            assert event.from_state == before
            resumed = event.details.get("code") == "resumed" and event.from_state == event.to_state
            assert resumed or not before or event.to_state in DESIGNED[before].split()
            last[event.draft_id] = event.to_state
            self.reached.add(event.to_state)
        for pk, draft in drafts.items():
            assert last[pk] == draft.state
            assert draft.version >= self.versions.get(pk, 0)
            assert draft.attempt_token is None or draft.state in WORKABLE
            self.versions[pk] = draft.version

    @invariant()
    def one_open_draft_per_lead_and_purpose(self):
        rows = Draft.objects.filter(state__in=OPEN).values_list("lead", "purpose")
        assert len(rows) == len(set(rows))

    @invariant()
    def one_live_delivery_where_a_draft_is_out(self):
        live = Delivery.objects.exclude(status__in=["undone", "failed"]).exclude(
            status="bounced", sent_at=None
        )
        states = [State.SCHEDULED, State.SENDING, State.SENT, State.UNCERTAIN]
        out = Draft.objects.filter(state__in=states).values_list("pk", "state")
        # handed out, or waiting for the sender
        named = {"claimed": "scheduled", "queued": "scheduled"}
        found = [(pk, named.get(status, status)) for pk, status in live.values_list("draft", "status")]
        assert sorted(found) == sorted(out)

    @invariant()
    def what_may_be_read_is_cleared(self):
        for draft in Draft.objects.filter(state__in=READABLE):
            if self.cleared.get(draft.pk) == draft.version:
                continue
            assert readers.is_cleared(draft)
            if "保証" in draft.body:
                assert Clearance.objects.filter(draft=draft, text_hash=draft.text_hash).exists()
            self.cleared[draft.pk] = draft.version

    @invariant()
    def nobody_reads_what_is_not_cleared(self):
        for person in (self.cast[name] for name in ("rep", "colleague", "manager", "reviewer")):
            for draft in readers.shown_to(person):
                if not readers.may_read(person, draft):
                    assert (draft.shown_subject, draft.shown_body) == ("", "")
                    self._look(person, draft)

    def _look(self, person, draft: Draft):
        """Through every page, once for each kind of case: pages take long."""
        outdated = draft.state in READABLE
        case = (draft.state, draft.text_author_id is None, outdated)
        if not draft.text_hash or self.seen[case]:
            return
        self.seen[case] += 1
        whole = Draft.objects.select_related("lead__company").get(pk=draft.pk)
        assert readers.leaked(whole, readers.seen_by(person, whole)) == []
