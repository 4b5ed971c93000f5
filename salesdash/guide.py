"""The 30-minute guide of the help page: what to do first, how long it takes, where it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from salesdash.links import DAY, DRAFTS, ESCALATED, KPIS, LEADS, QUEUE, TEMPLATES, UNCERTAIN, Link
from salesdash.models import User
from salesdash.roles import Role

MINUTES: Final = 30


@dataclass(frozen=True)
class Task:
    minutes: int
    title: str | Promise
    text: str | Promise
    link: Link


_IMPORTS: Final = Link("leads:imports", _("To the import"), needs="leads.import_leads")
_SETTINGS: Final = Link("settings", _("To the settings"))
_FEEDBACK: Final = Link("feedback", _("Tell us"))
_OWN_SETTINGS: Final = Task(
    3,
    _("Make it yours"),
    _("Choose language, time zone, light or dark, and row height. Save once; it holds on every computer."),
    _SETTINGS,
)
_BRING_IN: Final = (
    _("Bring in contacts"),
    _(
        "Upload a CSV file, from Excel or a card scanner. Check the columns that were recognised, then "
        "start. Importing the same file again updates and never doubles."
    ),
    _IMPORTS,
)

GUIDE: Final = {
    Role.REP: (
        Task(
            2,
            _("Make it yours"),
            _(
                "Choose language, time zone and light or dark, and write your mail signature. Save once; it "
                "holds on every computer."
            ),
            _SETTINGS,
        ),
        Task(
            3,
            _("Look at your day"),
            _(
                "Press G and then D. On the left stands what is due, on the right what moved by itself. "
                "Return one call, copy one draft; the number in each heading goes down."
            ),
            DAY,
        ),
        Task(
            3,
            _("Read the list from the top"),
            _(
                "The hottest leads stand first. The number is the temperature, the arrow its change since "
                "you last looked, the word its band. Go down with J, up with K."
            ),
            LEADS,
        ),
        Task(
            3,
            _("Narrow it down"),
            _(
                "Press F and choose your own leads with a temperature of your choice. Then search a company "
                "with /. The address of the page holds both: keep it as a bookmark."
            ),
            LEADS,
        ),
        Task(
            4,
            _("Open a hot lead and see why"),
            _(
                "Press Enter on a row. Read what made the lead hot and when it will have cooled, then the "
                "timeline. If you know more than the number does, give points by hand with a reason."
            ),
            LEADS,
        ),
        Task(
            5,
            _("Ask for a draft and send it"),
            _(
                "On the page of a lead, press D. Wait for the checks, read the text, change it if need be. "
                "“Send” counts down ten seconds, in which you can take it back. Or C copies it for your own "
                "mail program; mark it as sent afterwards."
            ),
            DRAFTS,
        ),
        Task(
            1,
            _("Know what to do with an uncertain mail"),
            _(
                "If the mail server’s answer was lost, the mail stands on top of your day and is never sent "
                "again by itself. Look it up, then press “It was sent” or “It was not sent”."
            ),
            UNCERTAIN,
        ),
        Task(
            2,
            _("Write a template"),
            _(
                "What you say again and again becomes a template, for yourself or the team, with "
                "placeholders for names. Insert it where you write a mail by hand."
            ),
            TEMPLATES,
        ),
        Task(
            2,
            _("Log a call, set the next step"),
            _(
                "On the page of a lead, choose how the call went. Then write down what comes next and by "
                "when: the list shows what is overdue."
            ),
            LEADS,
        ),
        Task(
            2,
            _("Note what came of it"),
            _(
                "A booked meeting or a requested document is one click on the lead’s page. Add a deal with "
                "its amount, mark it won or lost; each can be undone for ten minutes."
            ),
            LEADS,
        ),
        Task(3, *_BRING_IN),
    ),
    Role.REVIEWER: (
        _OWN_SETTINGS,
        Task(
            5,
            _("Look over the queue"),
            _(
                "Each line says why a draft was stopped, how long it has waited, and who holds it. Amber and "
                "red show which ones are about to miss the target."
            ),
            QUEUE,
        ),
        Task(
            8,
            _("Read one draft to the end"),
            _(
                "On the left is the text with its marked passages and the verdict of each check, on the "
                "right the facts it was written from. Ask of each sentence: is there a fact behind it?"
            ),
            QUEUE,
        ),
        Task(
            7,
            _("Decide about three drafts"),
            _(
                "Find one that may pass as it is, one to mend, and one to reject with a reason. Your "
                "corrections and reasons are what the next prompts learn from."
            ),
            QUEUE,
        ),
        Task(
            3,
            _("Practise the keys"),
            _(
                "J and K go from mark to mark, I into the text, A and then Enter approves, R rejects, G has "
                "it written anew, C checks it again, N goes to the next."
            ),
            QUEUE,
        ),
        Task(
            2,
            _("Escalate one"),
            _(
                "What you do not want to decide alone, E hands to a manager with a note. The manager is told "
                "and decides alone; you can read it meanwhile, or bring it back."
            ),
            QUEUE,
        ),
        Task(
            2,
            _("See what the reps see"),
            _("What you approve appears there, ready to be copied; what you reject says why."),
            DRAFTS,
        ),
    ),
    Role.MANAGER: (
        _OWN_SETTINGS,
        Task(
            3,
            _("Look at your team's day"),
            _(
                "Press G and then D: who has become hot, who is cooling off, what is overdue, for the whole "
                "team and with the owner of each."
            ),
            DAY,
        ),
        Task(
            3,
            _("Look at your team's leads"),
            _(
                "The hottest leads stand first. Filter by owner, then by leads without one: a hot lead that "
                "nobody works on is the dearest kind."
            ),
            LEADS,
        ),
        Task(
            4,
            _("Follow the drafts"),
            _("Switch to the whole team. See what is ready, what waits for a reviewer, and what was sent."),
            DRAFTS,
        ),
        Task(
            2,
            _("Decide what was escalated to you"),
            _(
                "The bell tells you when a reviewer hands you a draft. In the queue, the filter “Escalated "
                "to me” shows them; until you decide, nobody else can."
            ),
            ESCALATED,
        ),
        Task(
            8,
            _("Read the KPIs"),
            _(
                "Three layers: does the system work, does selling work, does it pay. Begin with what misses "
                "its target, then read the comparison of generated with hand-written mail and its interval."
            ),
            KPIS,
        ),
        Task(4, *_BRING_IN),
        Task(
            3,
            _("Tell us what is missing"),
            _("A problem, a wish, or praise: the form takes a minute and reaches the people who build this."),
            _FEEDBACK,
        ),
    ),
}  # fmt: skip


def for_role(role: Role, user: User) -> list[dict[str, object]]:
    """The tasks ready to print; `url` is empty where the person may not go."""
    return [
        {
            "minutes": task.minutes,
            "title": task.title,
            "text": task.text,
            "url": task.link.url_for(user),
            "label": task.link.label,
        }
        for task in GUIDE[role]
    ]
