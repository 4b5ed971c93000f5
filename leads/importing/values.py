"""What the values of a status column and of an owner column mean here."""

from __future__ import annotations

from collections import Counter
from typing import BinaryIO, Final

from leads.importing import fields
from leads.importing.detect import Layout, data_records
from leads.importing.refusals import Refusal, refuse
from leads.models import Stage
from salesdash.models import User

MAX_VALUES: Final = 200

_STAGES: Final = {
    Stage.NEW: (
        "新規 未対応 未着手 未接触 未架電 未 リード 見込み 見込 新規リード new open untouched lead "
        "notcontacted fresh"
    ),
    Stage.WORKING: (
        "対応中 アプローチ中 架電済 架電済み 接触済 接触済み 不在 再架電 フォロー フォロー中 追客中 "
        "検討中 継続 継続中 保留 育成中 ナーチャリング 資料送付済 資料送付済み 連絡済 連絡済み 接続 "
        "working contacted inprogress attempted attemptedtocontact connected nurturing followup "
        "qualified mql sql pending"
    ),
    Stage.MEETING: (
        "商談 商談中 アポ アポ獲得 アポイント アポ取得 訪問 訪問済 打合せ 打ち合わせ 面談 商談化 "
        "日程調整中 meeting appointment appointmentscheduled meetingbooked meetingscheduled demo "
        "opportunity discovery"
    ),
    Stage.PROPOSAL: (
        "提案 提案中 見積 見積提出 見積もり 見積中 見積提示 交渉 交渉中 契約手続き中 稟議中 最終調整 "
        "proposal quote negotiation contractsent proposalsent presentationscheduled "
        "decisionmakerboughtin"
    ),
    Stage.WON: (
        "受注 成約 契約 契約済 契約済み 受注済 受注済み 獲得 導入済 導入済み 成功 顧客 取引中 won "
        "closedwon customer success converted yes y true 1 subscribed"
    ),
    Stage.LOST: (
        "失注 敗注 断り お断り 見送り 不成約 失敗 解約 辞退 競合負け lost closedlost failure failed "
        "rejected declined no n false 0 notinterested churned"
    ),
    Stage.UNQUALIFIED: (
        "対象外 除外 不適格 無効 重複 閉業 倒産 番号違い 現在使われていない unqualified disqualified "
        "invalid junk bad duplicate spam badfit"
    ),
}
_BY_KEY: Final = {
    fields.header_key(word): stage for stage, words in _STAGES.items() for word in words.split()
}


def stage_of(value: str) -> str:
    """The stage that a value usually means; '' leaves the stage as it is (a new lead: new)."""
    key = fields.header_key(value)
    for stage in Stage:
        if key in (stage.value, fields.header_key(str(stage.label))):
            return stage.value
    found = _BY_KEY.get(key)
    return found.value if found else ""


def counts(
    stream: BinaryIO, layout: Layout, column: int, header: str, label: str
) -> tuple[tuple[str, int], ...]:
    """The different values of a column, most frequent first; raises DomainError if there are too many."""
    found: Counter[str] = Counter()
    for _line, cells in data_records(stream, layout):
        if column < len(cells) and (value := fields.clean(cells[column])):
            found[value] += 1
            if len(found) > MAX_VALUES:
                raise refuse(Refusal.TOO_MANY_VALUES, column=header, limit=MAX_VALUES, field=label)
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


class Owners:
    """The members of a team, found by user name, address, full name, or family name if only one has it."""

    def __init__(self, team_id: int) -> None:
        members = User.objects.filter(teams=team_id, is_active=True)
        self.users = list(members.order_by("last_name", "first_name", "pk"))
        found: dict[str, set[int]] = {}
        for user in self.users:
            family, given = user.last_name, user.first_name
            for name in (family + given, given + family, family):
                found.setdefault(self.key(name), set()).add(user.pk)
        # two people of one name: neither is meant for sure
        self._by_key = {key: next(iter(ids)) for key, ids in found.items() if key and len(ids) == 1}
        for user in self.users:
            self._by_key |= {self.key(name): user.pk for name in (user.username, user.email) if name}

    @staticmethod
    def key(value: str) -> str:
        return fields.clean(value).replace(" ", "").casefold()

    def find(self, value: str) -> int | None:
        return self._by_key.get(self.key(value))

    @property
    def names(self) -> set[str]:
        return set(self._by_key)
