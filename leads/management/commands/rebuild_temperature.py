"""`manage.py rebuild_temperature`: a rebuild, a publish or a move of the landmark, in the foreground."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from leads import publishing, rebuilding
from leads.models import RuleSet, ScoreJob
from salesdash.errors import DomainError

BAR_WIDTH: Final = 30


class Command(BaseCommand):
    help = "Rebuilds the temperatures beside the present ones and puts them in place; nobody has to wait."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--landmark", metavar="now|TIME", help="for another landmark, ISO 8601")
        what.add_argument("--publish", type=int, metavar="VERSION", help="by this version of the rules")
        what.add_argument("--resume", action="store_true", help="go on with the one that was interrupted")
        what.add_argument("--cancel", action="store_true", help="give up the one that is under way")

    @no_translations
    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if options["cancel"]:
                publishing.cancel(job_id=_open_job().pk, user=None)
                self.stdout.write("Cancelled.")
            else:
                self._run(_job(options))
        except DomainError as error:
            raise CommandError(f"{error.message} [{error.code}]") from error

    def _run(self, job: ScoreJob) -> None:
        try:
            rebuilding.finish(job, watch=lambda: self._show(job))
        except KeyboardInterrupt:
            self.stdout.write("")
            raise CommandError(
                "Interrupted. A worker goes on with it, or --resume; --cancel gives it up.", returncode=130
            ) from None
        self._show(job)
        seconds = (
            (job.finished_at - job.started_at).total_seconds() if job.finished_at and job.started_at else 0
        )
        self.stdout.write(f"\n{job.done:,} leads, {job.written:,} caught up, {seconds:.1f} s")

    def _show(self, job: ScoreJob) -> None:
        job.refresh_from_db()
        bar = "█" * (job.percent * BAR_WIDTH // 100)
        counts = f"{job.done:,} of {job.total:,}"
        line = f"{bar:░<{BAR_WIDTH}} {job.percent:3d} %  {job.get_phase_display()}: {counts}"
        self.stdout.write(f"\r{line:<100}", ending="")
        self.stdout.flush()


def _job(options: dict[str, Any]) -> ScoreJob:
    if options["resume"]:
        return _open_job()
    if options["publish"] is None:
        return publishing.request_rebuild(user=None, landmark=_moment(options["landmark"]))
    version = options["publish"]
    rule_set = RuleSet.objects.filter(version=version).first()
    if rule_set is None:
        raise CommandError(f"There is no version {version} of the rules.")
    return publishing.request(rule_set_id=rule_set.pk, user=None)


def _open_job() -> ScoreJob:
    job = ScoreJob.objects.open().first()
    if job is None:
        raise CommandError("No rebuild is under way.")
    return job


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = timezone.now() if text == "now" else parse_datetime(text)
    if moment is None:
        raise CommandError(f"{text} is no time like 2026-11-22T14:05+09:00.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
