from __future__ import annotations

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class DraftsConfig(AppConfig):
    name = "drafts"
    verbose_name = _("Drafts")

    def ready(self) -> None:
        from drafts import held_back, receivers, signals
        from drafts.inbound import status as mailboxes
        from drafts.llm import status
        from drafts.mail import smtp
        from drafts.mail import status as mail_status
        from leads import held_back as lead_held_back
        from leads import signals as lead_signals
        from salesdash import health

        lead_signals.mails_answered.connect(receivers.note_answers, dispatch_uid="draft_answers")
        signals.draft_changed.connect(receivers.show_live, dispatch_uid="draft_live")
        signals.draft_changed.connect(receivers.tell_requester, dispatch_uid="draft_notify")
        signals.work_waiting.connect(receivers.enqueue, dispatch_uid="draft_enqueue")
        signals.mail_waiting.connect(receivers.enqueue_mail, dispatch_uid="mail_enqueue")
        signals.rules_published.connect(receivers.rules_published, dispatch_uid="rules_published")
        lead_held_back.watch("list", lead_held_back.Source(held_back.column, held_back.read))
        health.watch("writing_service", status.summary)
        health.watch("mail", mail_status.summary)
        checks.register(smtp.check_url)
        health.watch("mailbox", mailboxes.summary)
        checks.register(mailboxes.check_urls)
