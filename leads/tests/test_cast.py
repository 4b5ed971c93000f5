"""The standing cast is what its names promise."""

import pytest

from leads.models import Lead, RuleSet


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
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_test_with_real_transactions_finds_what_the_migrations_wrote(rep, time):
    """Each such test empties every table at its end."""
    assert rep.groups.get().name == "rep"
    assert RuleSet.objects.get().status == RuleSet.Status.PUBLISHED
