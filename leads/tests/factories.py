"""People, companies and leads for tests. Every object is valid and lies in its team."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth.models import Group
from django.db import transaction

from leads import folding, locking, scoring
from leads.models import Company, Industry, Lead
from leads.models.lead import ConsentBasis
from salesdash import roles, tour
from salesdash.models import Membership, Team, User


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"第{n}営業部")
    name_en = factory.Sequence(lambda n: f"Sales {n}")
    company_name = "株式会社セールスダッシュ"
    sender_address = "東京都千代田区丸の内1-1-1"
    opt_out_contact = "optout@example.com"


class UserFactory(factory.django.DjangoModelFactory):
    """`role` names a group, `member_of` the teams. The password is "password". Has seen the tour."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")
    last_name = "山田"
    first_name = "太郎"
    language = "ja"
    preferences = factory.LazyFunction(lambda: {tour.SEEN: "2026-01-05T09:00:00+09:00"})
    password = factory.django.Password("password")

    @factory.post_generation
    def role(self: User, create: bool, extracted: str | None, **_kwargs: Any) -> None:
        if extracted:
            if not Group.objects.filter(name=extracted).exists():
                roles.sync()
            self.groups.add(Group.objects.get(name=extracted))

    @factory.post_generation
    def member_of(self: User, create: bool, extracted: tuple[Team, ...] | None, **_kwargs: Any) -> None:
        for team in extracted or ():
            Membership.objects.create(user=self, team=team)


class CompanyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Company

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"株式会社試験商事{n}")
    name_key = factory.LazyAttribute(lambda company: folding.company_key(company.name))
    industry = Industry.MANUFACTURING
    region = "東京都"
    employees = 120
    domain = factory.Sequence(lambda n: f"shiken{n}.example.jp")


class LeadFactory(factory.django.DjangoModelFactory):
    """With its score row and its search fields, as every door makes them."""

    class Meta:
        model = Lead
        skip_postgeneration_save = True

    company = factory.SubFactory(CompanyFactory)
    team = factory.SelfAttribute("company.team")
    family_name = "山田"
    given_name = "花子"
    family_kana = "ヤマダ"
    given_kana = "ハナコ"
    department = "購買部"
    title = "課長"
    email = factory.Sequence(lambda n: f"lead{n}@shiken.example.jp")
    phone = "03-1234-5678"
    consent_basis = ConsentBasis.BUSINESS_CARD

    @factory.post_generation
    def scored(self: Lead, create: bool, extracted: Any, **_kwargs: Any) -> None:
        if create:
            self.search_text, self.search_grams = folding.search_fields(self, self.company)
            self.save(update_fields=["search_text", "search_grams"])
            with transaction.atomic():
                locking.hold_companies([self.company_id])
                scoring.ensure([self.pk])
