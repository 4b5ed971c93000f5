"""What a person changes: score row, search, version and audit in step; strangers and stale forms fail."""

import pytest

from leads import auditing, folding, saving
from leads.models import Company, Lead, LeadScore, Stage
from leads.tests.events import event, record
from salesdash.errors import ConflictError, DomainError
from salesdash.models import AuditEntry, Membership

pytestmark = pytest.mark.django_db


def create(rep, team, **fields):
    defaults = {"company_name": "株式会社緑川工業", "family_name": "髙橋", "given_name": "優"}
    return saving.create_lead(team=team, user=rep, **{**defaults, **fields})


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_new_lead_is_scored_findable_owned_and_audited(rep, team):
    lead = create(rep, team, email="yu@midorikawa.example.jp")
    assert lead.owner == rep
    assert list(folding.search_filter(Lead.objects.all(), "高橋 緑川")) == [lead]
    assert LeadScore.objects.get(pk=lead.pk).owner_id == rep.pk
    assert record(event(lead)).created == 1
    assert actions() == ["lead.create"]
    assert auditing.audit().clean


def test_the_same_company_in_another_spelling_is_not_made_twice(rep, team):
    one = create(rep, team)
    two = create(rep, team, company_name="緑川工業 ㈱", given_name="翼")
    assert one.company == two.company
    assert Company.objects.count() == 1


def test_the_same_name_in_another_team_is_another_company(rep, team, outsider, other_team):
    create(rep, team)
    create(outsider, other_team)
    assert Company.objects.count() == 2


@pytest.mark.parametrize("twin", [{"email": "A@B.example"}, {"external_id": "X-1"}])
def test_a_lead_is_not_made_twice(rep, team, twin):
    first = create(rep, team, email="a@b.example", external_id="X-1")
    with pytest.raises(DomainError) as failure:
        create(rep, team, company_name="別の会社", **twin)
    assert (failure.value.code, failure.value.extra) == ("lead_exists", {"lead": first.pk})
    assert Lead.objects.count() == Company.objects.count() == 1


def test_nobody_makes_leads_in_a_team_of_others(rep, other_team):
    with pytest.raises(DomainError) as failure:
        create(rep, other_team)
    assert failure.value.status == 404


def test_the_owner_is_of_the_team(rep, team, outsider):
    with pytest.raises(DomainError) as failure:
        create(rep, team, owner=outsider)
    assert failure.value.code == "owner_team"


def test_a_company_is_needed(rep, team):
    with pytest.raises(DomainError) as failure:
        create(rep, team, company_name="　")
    assert failure.value.code == "company_name"


def test_the_stage_changes_and_the_version_rises(rep, lead):
    changed = saving.change_stage(lead_id=lead.pk, user=rep, stage=Stage.MEETING, version=lead.version)
    assert (changed.stage, changed.version) == (Stage.MEETING, lead.version + 1)
    assert changed.stage_changed_at > lead.stage_changed_at
    assert LeadScore.objects.get(pk=lead.pk).stage == Stage.MEETING
    assert AuditEntry.objects.get().details == {"from": "new", "to": "meeting"}


CHANGES = {
    "stage": lambda **who: saving.change_stage(stage="won", **who),
    "owner": lambda **who: saving.assign(owner=None, **who),
    "next": lambda **who: saving.set_next_action(text="電話", **who),
    "person": lambda **who: saving.update_lead(title="部長", **who),
    "block": lambda **who: saving.set_do_not_contact(blocked=True, reason="x", **who),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_form_that_is_out_of_date_changes_nothing(rep, colleague, lead, change):
    saving.set_next_action(lead_id=lead.pk, user=colleague, text="見積もり", version=lead.version)
    with pytest.raises(ConflictError) as failure:
        CHANGES[change](lead_id=lead.pk, user=rep, version=lead.version)
    assert failure.value.code == "stale"
    assert Lead.objects.get().next_action == "見積もり"


@pytest.mark.parametrize("change", CHANGES)
def test_an_outsider_finds_no_lead(outsider, lead, change):
    with pytest.raises(DomainError) as failure:
        CHANGES[change](lead_id=lead.pk, user=outsider, version=lead.version)
    assert (failure.value.code, failure.value.status) == ("not_found", 404)


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_audited_and_leaves_the_score_table_right(rep, lead, change):
    record(event(lead))
    changed = CHANGES[change](lead_id=lead.pk, user=rep, version=lead.version)
    assert changed.version == Lead.objects.get().version == lead.version + 1
    assert len(actions()) == 1
    assert auditing.audit().clean


def test_an_unknown_stage_is_refused(rep, lead):
    with pytest.raises(DomainError) as failure:
        saving.change_stage(lead_id=lead.pk, user=rep, stage="sold", version=1)
    assert failure.value.code == "stage"


def test_a_lead_goes_to_a_colleague_and_to_nobody_else(rep, colleague, outsider, lead):
    moved = saving.assign(lead_id=lead.pk, user=rep, owner=colleague, version=lead.version)
    assert LeadScore.objects.get(pk=lead.pk).owner_id == colleague.pk
    with pytest.raises(DomainError) as failure:
        saving.assign(lead_id=lead.pk, user=rep, owner=outsider, version=moved.version)
    assert failure.value.code == "owner_team"


def test_a_renamed_person_is_found_by_the_new_name_only(rep, lead):
    saving.update_lead(lead_id=lead.pk, user=rep, version=lead.version, family_name="渡邉", family_kana="")
    assert folding.search_filter(Lead.objects.all(), "渡辺").exists()
    assert not folding.search_filter(Lead.objects.all(), "山田").exists()


def test_a_taken_address_is_refused_on_change_too(rep, team, lead):
    other = create(rep, team, email="taken@example.jp")
    with pytest.raises(DomainError) as failure:
        saving.update_lead(lead_id=lead.pk, user=rep, version=lead.version, email="Taken@example.jp")
    assert failure.value.extra == {"lead": other.pk}


def test_a_company_of_another_industry_moves_all_its_leads(rep, lead):
    saving.update_company(company_id=lead.company_id, user=rep, industry="retail", name_en="Aoba Precision")
    assert LeadScore.objects.get(pk=lead.pk).industry == "retail"
    assert folding.search_filter(Lead.objects.all(), "precision").exists()
    assert auditing.audit().clean


def test_an_outsider_changes_no_company(outsider, lead):
    with pytest.raises(DomainError):
        saving.update_company(company_id=lead.company_id, user=outsider, industry="retail")


def test_do_not_contact_takes_the_lead_out_of_the_ranking_and_back(rep, lead):
    record(event(lead))
    rank = LeadScore.objects.get(pk=lead.pk).rank
    blocked = saving.set_do_not_contact(
        lead_id=lead.pk, user=rep, blocked=True, reason="本人の希望", version=lead.version
    )
    assert LeadScore.objects.get(pk=lead.pk).rank == float("-inf")
    saving.set_do_not_contact(lead_id=lead.pk, user=rep, blocked=False, version=blocked.version)
    assert LeadScore.objects.get(pk=lead.pk).rank == rank


def test_who_leaves_the_team_changes_nothing_more(rep, lead):
    Membership.objects.filter(user=rep).delete()
    rep.__dict__.pop("team_ids", None)
    with pytest.raises(DomainError):
        saving.change_stage(lead_id=lead.pk, user=rep, stage="won", version=lead.version)
