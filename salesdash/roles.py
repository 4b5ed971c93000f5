"""Roles are code: which permissions each has. Synchronised to Django groups after every migrate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:  # models name roles, too
    from salesdash.models import User


class Role(models.TextChoices):
    REP = "rep", _("Rep")
    REVIEWER = "reviewer", _("Reviewer")
    MANAGER = "manager", _("Manager")
    ADMIN = "admin", _("Administrator")


_REP: Final = (
    "leads.view_lead", "leads.add_lead", "leads.change_lead", "leads.import_leads", "leads.export_leads",
    "drafts.view_draft", "drafts.request_draft", "drafts.send_draft",
)  # fmt: skip
_REVIEWER: Final = (
    "leads.view_lead", "drafts.view_draft", "drafts.review_draft", "drafts.view_reviewitem",
    "drafts.change_reviewitem", "drafts.view_promptexample", "drafts.change_promptexample",
    "drafts.view_check", "drafts.view_regressioncase", "drafts.change_regressioncase",
    # rules are written by those who see what slips through; an administrator puts them into force
    "drafts.view_safetyrules", "drafts.add_safetyrules", "drafts.change_safetyrules",
)  # fmt: skip
_MANAGER: Final = (
    *_REP, "kpis.view_kpis", "drafts.view_budget", "drafts.add_budget", "drafts.change_budget",
    "drafts.view_evaluationrun", "drafts.view_check",
    # of the review queue, what was escalated to them
    "drafts.decide_escalated", "drafts.view_reviewitem", "drafts.change_reviewitem",
)  # fmt: skip

PERMISSIONS: Final[dict[str, tuple[str, ...]]] = {
    Role.REP: _REP,
    Role.REVIEWER: _REVIEWER,
    Role.MANAGER: _MANAGER,
    # every permission there is, `leads.view_all` included
    Role.ADMIN: ("*",),
}


def of(user: User) -> Role:
    """The widest role whose rights the person holds; by permissions, which every page has read anyway."""
    if user.has_perm("leads.view_all"):
        return Role.ADMIN
    if user.has_perm("kpis.view_kpis"):
        return Role.MANAGER
    return Role.REVIEWER if user.has_perm("drafts.review_draft") else Role.REP


def guide_of(user: User) -> Role:
    """Whose tour and guide suits the person: an administrator looks at the whole, as a manager does."""
    role = of(user)
    return Role.MANAGER if role is Role.ADMIN else role


def sync() -> None:
    """Make the groups hold exactly the permissions named above."""
    from django.contrib.auth.models import Group, Permission

    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for role, names in PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set(known.values() if names == ("*",) else [known[n] for n in names if n in known])


def sync_on_migrate(**_kwargs: Any) -> None:
    # permissions of later apps are created by their own post_migrate, which may come after ours
    from django.apps import apps
    from django.contrib.auth.management import create_permissions

    for app_config in apps.get_app_configs():
        create_permissions(app_config, verbosity=0)
    sync()
