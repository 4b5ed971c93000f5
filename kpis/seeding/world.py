"""Teams, people, companies and leads of the demo."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from kpis.seeding import names
from leads import folding, scoring
from leads.models import Company, Lead, Stage
from leads.models.lead import ConsentBasis
from salesdash.models import Membership, Team, User
from salesdash.roles import Role
from salesdash.sending_domains import demo_zone

DAYS: Final = 180

_TEAMS: Final = (
    ("首都圏チーム", "Tokyo team", ("東京都", "神奈川県", "埼玉県", "千葉県", "北海道", "宮城県")),
    ("関西チーム", "Kansai team", ("大阪府", "京都府", "兵庫県")),
    ("東海・西日本チーム", "Tokai and West team", ("愛知県", "静岡県", "広島県", "福岡県")),
)
_PRODUCT: Final = (
    "見積から請求までの業務を一つの画面で管理できるクラウドサービス「フロウワーク」を提供しています。"
    "既存の販売管理システムとCSVまたはAPIで連携できます。導入支援の担当者が付きます。"
)
_PRODUCT_EN: Final = (
    "Flowwork is a cloud service that manages everything from quotation to invoice on one screen. "
    "It connects to existing sales systems by CSV or API. A specialist helps with the introduction."
)
# username, family, given, role, teams (index)
_PEOPLE: Final = (
    ("rep", "佐藤", "葵", Role.REP, (0,)),
    ("colleague", "伊藤", "翔太", Role.REP, (0,)),
    ("rep3", "中村", "彩", Role.REP, (0,)),
    ("rep4", "加藤", "直人", Role.REP, (0,)),
    ("rep5", "山本", "さくら", Role.REP, (1,)),
    ("rep6", "松本", "亮", Role.REP, (1,)),
    ("rep7", "井上", "美咲", Role.REP, (1,)),
    ("rep8", "木村", "拓也", Role.REP, (1,)),
    ("rep9", "清水", "香織", Role.REP, (2,)),
    ("rep10", "森", "健一", Role.REP, (2,)),
    ("rep11", "石川", "智子", Role.REP, (2,)),
    ("rep12", "前田", "悠", Role.REP, (2,)),
    ("manager", "渡辺", "隆", Role.MANAGER, (0, 1, 2)),
    ("reviewer", "小林", "真理子", Role.REVIEWER, (0, 1, 2)),
    ("admin", "高橋", "誠", Role.ADMIN, ()),
)
_STAGES: Final = ((Stage.NEW, 46), (Stage.WORKING, 27), (Stage.MEETING, 8), (Stage.PROPOSAL, 4), (Stage.WON, 3), (Stage.LOST, 7), (Stage.UNQUALIFIED, 5))  # fmt: skip
_SOURCES: Final = (
    ("ウェブ", 38),
    ("展示会", 18),
    ("ウェビナー", 16),
    ("紹介", 8),
    ("名刺", 12),
    ("資料請求", 8),
)
_ACTIONS: Final = (
    "初回メール",
    "電話",
    "提案資料を送付",
    "導入事例を送付",
    "打合せの日程調整",
    "見積もりの確認",
    "フォローメール",
)


@dataclass(slots=True)
class World:
    now: datetime
    teams: list[Team]
    reps: list[User]
    leads: list[Lead]
    # how lively each lead is, aligned with `leads`
    vigour: list[float]


def create(rng: Random, *, lead_count: int, now: datetime) -> World:
    teams = [_team(*row) for row in _TEAMS]
    people = _people(teams)
    reps = [person for person, row in zip(people, _PEOPLE, strict=True) if row[3] == Role.REP]
    companies = _companies(rng, teams, count=max(20, lead_count * 45 // 100))
    vigour = [math.exp(rng.gauss(0, 1.1)) for _ in range(lead_count)]
    made = [_lead(rng, companies, reps, number, now) for number in range(lead_count)]
    with _search_index_built_last():
        leads = Lead.objects.bulk_create(made, batch_size=1000)
    scoring.ensure([lead.pk for lead in leads])
    return World(now, teams, reps, leads, vigour)


@contextmanager
def _search_index_built_last() -> Iterator[None]:
    """Into an empty table, the index is built in one go ten times faster than row by row."""
    index = next(index for index in Lead._meta.indexes if index.name == "lead_search_grams")
    with connection.schema_editor() as editor:
        editor.remove_index(Lead, index)
    yield
    with connection.cursor() as cursor:
        # an index cannot be built while foreign keys wait to be checked
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        editor.add_index(Lead, index)


def _team(name: str, english: str, _regions: Iterable[str]) -> Team:
    return Team.objects.create(
        name=name,
        name_en=english,
        company_name="株式会社サンプルフロウ",
        sender_address="東京都千代田区架空町1-2-3",
        opt_out_contact="optout@sampleflow.example",
        # confirmed by what the demo's DNS says, a moment after the start
        sending_domain=demo_zone.DOMAIN,
        # whoever tries the demo, tries it at any hour
        quiet_from=time(0),
        quiet_until=time(0),
        quiet_days_off=False,
        product_description=_PRODUCT,
        product_description_en=_PRODUCT_EN,
    )


def _people(teams: list[Team]) -> list[User]:
    # the demo signs in by a click; without a usable password no other way in exists
    locked = make_password(None)
    users = User.objects.bulk_create(
        User(
            username=username,
            last_name=family,
            first_name=given,
            email=f"{username}@sampleflow.example",
            password=locked,
            is_staff=role in (Role.REVIEWER, Role.MANAGER, Role.ADMIN),
            signature=f"株式会社サンプルフロウ\n{family} {given}",
        )
        for username, family, given, role, _teams in _PEOPLE
    )
    groups = {group.name: group for group in Group.objects.all()}
    for user, (*_rest, role, _indices) in zip(users, _PEOPLE, strict=True):
        user.groups.add(groups[role])
    Membership.objects.bulk_create(
        Membership(user=user, team=teams[index])
        for user, row in zip(users, _PEOPLE, strict=True)
        for index in row[4]
    )
    return users


def _companies(rng: Random, teams: list[Team], *, count: int) -> list[Company]:
    made = []
    for found in names.companies(rng, count):
        region = names.weighted(rng, names.REGIONS)
        team = next(team for team, row in zip(teams, _TEAMS, strict=True) if region in row[2])
        made.append(
            Company(
                team=team,
                name=found.name,
                name_kana=found.kana,
                name_en=found.english,
                name_key=folding.company_key(found.name),
                industry=found.industry,
                region=region,
                employees=int(10 ** rng.uniform(1.0, 3.6)),
                domain=found.domain,
                website=f"https://www.{found.domain}/",
                phone=f"0{rng.choice((3, 6, 52, 45, 92))}-0000-{rng.randrange(10000):04d}",
            )
        )
    return Company.objects.bulk_create(made, batch_size=1000)


def _lead(rng: Random, companies: list[Company], reps: list[User], number: int, now: datetime) -> Lead:
    company = companies[number] if number < len(companies) else rng.choice(companies)
    mine = [rep for rep in reps if company.team_id in rep.team_ids]
    foreign = rng.random() < 0.04
    person = _foreigner(rng) if foreign else _person(rng)
    stage = rng.choices([stage for stage, _ in _STAGES], [weight for _, weight in _STAGES])[0]
    age_days = rng.uniform(0.1, DAYS)
    # new leads stand where they stood; the others came there some time since
    stage_days = age_days if stage == Stage.NEW else age_days * rng.uniform(0.05, 0.9)
    known = rng.random() < 0.93
    lead = Lead(
        team_id=company.team_id,
        owner=rng.choice(mine) if rng.random() < 0.94 else None,
        company=company,
        email=f"{person.pop('login')}.{number}@{company.domain}",
        phone=company.phone if rng.random() < 0.7 else "",
        language="en" if foreign else "ja",
        stage=stage,
        created_at=now - timedelta(days=age_days),
        stage_changed_at=now - timedelta(days=stage_days),
        source=names.weighted(rng, _SOURCES),
        external_id=f"D{number:06d}",
        consent_basis=rng.choice([ConsentBasis.OPT_IN, ConsentBasis.BUSINESS_CARD])
        if known
        else ConsentBasis.UNKNOWN,
        consent_at=now - timedelta(days=age_days) if known else None,
        do_not_contact=rng.random() < 0.006,
        **person,
    )
    if stage in Stage.open() and rng.random() < 0.55:
        lead.next_action = rng.choice(_ACTIONS)
        due = timezone.localtime(now + timedelta(days=rng.triangular(-2, 14, 5)))
        lead.next_action_due_at = due.replace(
            hour=rng.choice((10, 11, 14, 16, 17)), minute=0, second=0, microsecond=0
        )
    lead.search_text, lead.search_grams = folding.search_fields(lead, company)
    return lead


def _person(rng: Random) -> dict[str, str]:
    family, family_kana = rng.choice(names.FAMILIES)
    given, given_kana, romaji = rng.choice(names.GIVENS)
    return {
        "family_name": family,
        "given_name": given,
        "family_kana": family_kana,
        "given_kana": given_kana,
        "department": rng.choice(names.DEPARTMENTS),
        "title": names.weighted(rng, names.TITLES),
        "login": romaji.lower(),
    }


def _foreigner(rng: Random) -> dict[str, str]:
    family, given = rng.choice(names.FOREIGN)
    return {
        "family_name": family,
        "given_name": given,
        "department": rng.choice(names.DEPARTMENTS_EN),
        "title": names.weighted(rng, names.TITLES_EN),
        "login": "contact",
    }
