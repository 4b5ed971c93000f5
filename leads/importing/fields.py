"""What a column can become, and by which names columns usually go in Japanese and English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Field(models.TextChoices):
    FULL_NAME = "full_name", _("Full name")
    FAMILY_NAME = "family_name", _("Family name")
    GIVEN_NAME = "given_name", _("Given name")
    FULL_KANA = "full_kana", _("Full name in kana")
    FAMILY_KANA = "family_kana", _("Family name in kana")
    GIVEN_KANA = "given_kana", _("Given name in kana")
    DEPARTMENT = "department", _("Department")
    TITLE = "title", _("Job title")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    COMPANY = "company", _("Company name")
    COMPANY_KANA = "company_kana", _("Company name in kana")
    COMPANY_EN = "company_en", _("Company name in English")
    CORPORATE_NUMBER = "corporate_number", _("Corporate number (法人番号)")
    INDUSTRY = "industry", _("Industry")
    REGION = "region", _("Prefecture or region")
    ADDRESS = "address", _("Address")
    EMPLOYEES = "employees", _("Employees")
    WEBSITE = "website", _("Website")
    EXTERNAL_ID = "external_id", _("Id in the other system")
    OWNER = "owner", _("Owner (our rep)")
    STAGE = "stage", _("Status or outcome → stage")
    DO_NOT_CONTACT = "do_not_contact", _("Do not contact (yes/no)")
    ATTRIBUTES = "attributes", _("Keep as further attribute")
    SKIP = "", _("Leave out")

    @classmethod
    def groups(cls) -> list[tuple[str, list[Field]]]:
        """For the choice on the mapping page."""
        members = list(cls)
        company, sales, rest = (members.index(f) for f in (cls.COMPANY, cls.EXTERNAL_ID, cls.ATTRIBUTES))
        return [
            (str(_("Person")), members[:company]),
            (str(_("Company")), members[company:sales]),
            (str(_("Sales")), members[sales:rest]),
            (str(_("Other columns")), members[rest:]),
        ]


# `担当者` and `contact` mean two things: see mapping.py
_NAMES: Final = {
    Field.FULL_NAME: (
        "氏名 姓名 名前 お名前 担当者名 担当者 ご担当者 ご担当者名 先方担当者 先方担当者名 担当者氏名 "
        "連絡先名 顧客担当者 name fullname contactname personname leadname"
    ),
    Field.FAMILY_NAME: "姓 苗字 名字 氏 担当者姓 お名前姓 lastname familyname surname 氏名姓",
    Field.GIVEN_NAME: "名 担当者名前名 お名前名 firstname givenname forename 氏名名",
    Field.FULL_KANA: (
        "フリガナ ふりがな カナ かな ヨミ よみがな ヨミガナ 氏名カナ 氏名フリガナ 氏名ふりがな "
        "氏名かな 氏名ヨミ カナ氏名 お名前フリガナ お名前カナ 担当者カナ 担当者フリガナ 担当者名カナ "
        "担当者名フリガナ kana furigana namekana fullnamekana"
    ),
    Field.FAMILY_KANA: (
        "姓カナ 姓フリガナ 姓ふりがな 姓かな 姓ヨミ セイ せい カナ姓 familynamekana lastnamekana familykana"
    ),
    Field.GIVEN_KANA: (
        "名カナ 名フリガナ 名ふりがな 名かな 名ヨミ メイ めい カナ名 givennamekana firstnamekana givenkana"
    ),
    Field.DEPARTMENT: (
        "部署 部署名 所属 所属部署 部門 部門名 所属名 department dept departmentname division"
    ),
    Field.TITLE: "役職 役職名 肩書 肩書き 職位 職名 title jobtitle position jobposition",
    Field.EMAIL: (
        "メール メールアドレス eメール eメールアドレス 電子メール emailアドレス mailアドレス メアド "
        "email emailaddress mail mailaddress workemail 担当者メールアドレス 連絡先メールアドレス"
    ),
    Field.PHONE: (
        "電話番号 電話 tel 電話番号1 代表電話 代表電話番号 連絡先電話番号 直通 直通電話 直通電話番号 "
        "携帯 携帯電話 携帯電話番号 携帯番号 phone phonenumber telephone telephonenumber "
        "businessphone workphone mobile mobilephone mobilephonenumber"
    ),
    Field.COMPANY: (
        "会社名 会社 企業名 法人名 社名 勤務先 勤務先名 取引先名 取引先 取引先企業 貴社名 御社名 "
        "顧客名 顧客企業名 提出者名 商号 商号又は名称 商号または名称 組織名 団体名 名称 company "
        "companyname account accountname organization organisation organizationname employer "
        "associatedcompany"
    ),
    Field.COMPANY_KANA: (
        "会社名カナ 会社名フリガナ 会社名ヨミ 会社カナ 企業名カナ 企業名フリガナ 法人名カナ "
        "法人名フリガナ 社名カナ 社名フリガナ 取引先名カナ 取引先名フリガナ 提出者名ヨミ "
        "companynamekana companykana"
    ),
    Field.COMPANY_EN: (
        "会社名英字 会社名英語 会社名英文 英文社名 英語社名 英文会社名 提出者名英字 "
        "companynameenglish companynameen"
    ),
    Field.CORPORATE_NUMBER: ("法人番号 提出者法人番号 会社法人番号 corporatenumber japancorporatenumber"),
    Field.INDUSTRY: "業種 業界 業種名 業種分類 提出者業種 industry sector industryname",
    Field.REGION: "都道府県 都道府県名 県 地域 エリア prefecture region state stateregion province",
    Field.ADDRESS: (
        "住所 所在地 本社所在地 会社住所 住所1 本社住所 address streetaddress fulladdress companyaddress"
    ),
    Field.EMPLOYEES: (
        "従業員数 社員数 従業員規模 従業員 人数規模 従業員数人 employees numberofemployees "
        "employeecount headcount companysize noofemployees"
    ),
    Field.WEBSITE: (
        "url ホームページ hp webサイト サイト ウェブサイト 会社url サイトurl ホームページurl website "
        "websiteurl web homepage companywebsite"
    ),
    Field.EXTERNAL_ID: (
        "id 外部id リードid 顧客id 顧客コード 顧客番号 会員番号 会員id 管理番号 管理id 取引先id "
        "取引先コード 企業コード 会社コード 連絡先id レコードid edinetコード leadid contactid "
        "recordid customerid externalid personid recordidcontact accountid uuid"
    ),
    Field.OWNER: (
        "担当 営業担当 営業担当者 営業担当者名 担当営業 担当営業名 自社担当 自社担当者 弊社担当 "
        "弊社担当者 社内担当者 所有者 所有者名 リード所有者 owner leadowner contactowner ownername "
        "owneremail accountowner assignedto assignee salesrep rep"
    ),
    Field.STAGE: (
        "ステータス 状態 状況 段階 フェーズ 進捗 進捗状況 結果 架電結果 商談結果 商談ステータス "
        "リードステータス 営業ステータス 案件状況 status leadstatus stage dealstage leadstage outcome "
        "result phase lifecyclestage disposition y"
    ),
    Field.DO_NOT_CONTACT: (
        "連絡不可 連絡禁止 営業禁止 配信停止 メール配信停止 配信拒否 配信不可 オプトアウト 架電禁止 "
        "架電ng 営業ng donotcontact dnc optout optedout emailoptout hasoptedoutofemail unsubscribed "
        "donotcall"
    ),
}
# columns that our own list of rejected rows adds: left out when it comes back
REJECT_HEADERS: Final = ("salesdash_line", "salesdash_reason", "salesdash_field")

_PUNCTUATION: Final = re.compile(r"[\s_\-－ー―・/／.:：*※()（）\[\]【】「」#]+|必須|任意")
_EMAIL: Final = re.compile(r"\s*\S+@[^\s@]+\.[^\s@]+\s*")
# control characters, invisible spaces, marks that turn the direction of writing
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff]")
_SPACES: Final = re.compile(r"\s+")
# ideographs that NFKC would replace by another person's: 福, 神 and 塚 of their family registers
_COMPATIBILITY: Final = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")


def clean(text: str) -> str:
    """One line of NFKC without control characters: ＡＢＣ → ABC, ㈱ → (株), ｶﾅ → カナ; 髙 and 﨑 stay."""
    if text.isascii():
        if text.isprintable():
            return _SPACES.sub(" ", text.strip()) if "  " in text else text.strip()
    elif _COMPATIBILITY.search(text):
        parts = _COMPATIBILITY.split(text)
        text = "".join(part if i % 2 else unicodedata.normalize("NFKC", part) for i, part in enumerate(parts))
    else:
        text = unicodedata.normalize("NFKC", text)
    return _SPACES.sub(" ", _CONTROL.sub("", text)).strip()


def header_key(header: str) -> str:
    """`E-mail`, `e_mail` and `Ｅメール（必須）` without their trimmings."""
    # the long vowel mark goes too (メ－ル is written with anything): the table is folded alike
    return _PUNCTUATION.sub("", clean(header).casefold())


_BY_KEY: Final = {header_key(name): field for field, names in _NAMES.items() for name in names.split()}
# of several columns for one field the name that stands first in the table wins
_PRIORITY: Final = {key: place for place, key in enumerate(_BY_KEY)}
_OURS: Final = {header_key(name) for name in REJECT_HEADERS}


def by_header(header: str) -> Field | None:
    """The field that goes by this name, if any."""
    key = header_key(header)
    return Field.SKIP if key in _OURS else _BY_KEY.get(key)


def priority(header: str) -> int:
    return _PRIORITY.get(header_key(header), len(_PRIORITY))


def looks_like_emails(rows: Sequence[Sequence[str]], column: int) -> bool:
    """At least three in four of the filled cells are addresses."""
    cells = [row[column] for row in rows if column < len(row) and row[column].strip()]
    return bool(cells) and sum(bool(_EMAIL.fullmatch(cell)) for cell in cells) * 4 >= len(cells) * 3
