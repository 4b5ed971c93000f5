"""The standing cast is what its names promise."""

import pytest

from leads.models import Lead


def test_only_its_own_team_sees_a_lead(lead, rep, colleague, outsider, admin):
    seen = {
        user.username: Lead.objects.visible_to(user).count() for user in (rep, colleague, outsider, admin)
    }
    assert seen == {"rep": 1, "colleague": 1, "outsider": 0, "admin": 1}


def test_roles_carry_their_permissions(rep, manager, reviewer):
    assert rep.has_perm("leads.change_lead")
    assert not rep.has_perm("leads.view_all")
    assert manager.has_perm("leads.view_lead")
    assert not reviewer.has_perm("leads.change_lead")


@pytest.mark.django_db(transaction=True)
def test_a_test_with_real_transactions_finds_the_groups(rep):
    assert rep.groups.get().name == "rep"


@pytest.mark.django_db(transaction=True)
def test_and_so_does_the_next_one(rep):
    assert rep.groups.get().name == "rep"
