"""The fourth version of the shipped rules: more ways to say what may not be said, and fewer good mails stopped.

Statements of plain threats, slurs, cures, profits, gifts and other people's data are added to version 3's; its
words and weights stay. Discounts flag nothing where the reader gives them. An installation that has rules of its
own keeps them in force; version 4 is then a draft to be compared with.
"""

from importlib import import_module

from django.db import migrations
from django.db.models import Max
from django.utils import timezone

# version 3's patterns of discounts, which here become statements: they say whose discount it is
DISCOUNTS = frozenset(import_module("drafts.migrations.0024_safety_rules_3").ALONE["discount"])

_DENIED = (
    r"ものでは|わけでは|かねます|できかね|とは限|とは申し|言い切れ|かどうか|ではなく|差し控え|お答え|とのこと|とのご|伺い|伺っ"
    r"|承っ|承り|拝見|拝読|お尋ね|ご質問|ご相談|ご要望|ご意見|研修|教材|講座|記事|特集|規程|様式"
)
_REFUSED = (
    r"(?:(?:お?返事|ご?返信|ご?回答|ご?連絡|ご?契約|お?申し?込み?|ご?入金|お?支払い?|お?振り?込み?|ご?更新|ご?署名|押印|お時間|面談|ご?協力|ご?決断|ご?承諾"
    r"|ご?対応|判)(?:が|を|に|の|は|も)?[^。]{0,12}?(?:ない(?:よう|場合|と|なら)|なければ|ません(?:と|なら|でしたら|ようでし)|ませんよう|ないの(?:なら|でし))"
    r"|(?:いただけ|頂け|くださら|もらえ|応じ(?:られ)?|払わ|戻(?:ら|って[^。]{0,6}))(?:ない(?:よう|場合|と|なら)|なければ|ません(?:と|なら|でしたら)|ませんよう)"
    r"|(?:お?断り|拒[否絶]|無視|放置|解約|黙殺|先延ばし)(?:に(?:なる|なった|なられ)|する|され|した|し続け|を続け|続け|なさ)[^。]{0,8}(?:と|なら|場合|ば|際|以上|ようでし)"
    r"|お付き合いのない)"
)
_HARM = (
    r"(?:(?:上司|上の(?:方|者|人)|社長|本社|親会社|役員|取引先|納入先|お客|顧客|保護者|株主|家族|奥様|奥さん|ご主人|週刊誌|マスコミ|新聞|記者|警察|保健所|税務署|労働基準|労基|監督署"
    r"|消防|入管|当局|裁判所|ネット|sns|世間|業界|競合|ライバル|近所)[^。]{0,16}(?:話(?:し|す)|伝え|告げ|届け|報告|通報|一報|知らせ|知ら(?:れ|さ)|知る|流(?:す|し|れ)|漏|ばら|バラ|耳|広(?:ま|め)|持ち込)"
    r"|公(?:に(?:し|な|す)|表(?:し|さ|す))|暴露|晒|ばらま|拡散|流出|どこか(?:へ|に)流れ|黙って|責任(?:は|を)?(?:負い|持て|取れ)(?:かね|ま|な)|止ま(?:る|り)|止め(?:る|させ|て差)|潰|つぶ(?:れ|す|し)"
    r"|壊(?:れ|す|し)|覚悟|後悔|痛い目|ひどい目|大変な(?:こと|目)|ただでは|星一つ|低評価|悪評|口コミ|噂|訴訟|訴え(?:る|ます|ざる|させ)|法的|差し押さ|異動|クビ|左遷|取り返し|何が起(?:こ|き)|どうなる|しかるべき"
    r"|相応の|強硬|手荒|若い(?:者|衆)|無事|不幸|事故|火)"
)
_GROUPS = (
    r"(?:女性|女の(?:方|人|子)|女子社員|おばさん|主婦|妊婦|妊娠(?:中|した)|産休|育休|子持ち|独身|独り身|未婚|外国(?:人|籍|の方|の人|から来|出身)|外人|中国(?:人|から|の方|出身)|韓国(?:人|の方|出身)|朝鮮(?:人|系)"
    r"|ベトナム人|フィリピン人|インド人|ネパール人|ブラジル人|アフリカ(?:人|系|出身)|中東(?:系|の方|出身)|アジア系|黒人|白人|移民|難民|技能実習生|留学生|在日|イスラム教|ムスリム|ユダヤ|クルド|アイヌ|部落|同和"
    r"|障害者|障がい者|障害(?:の|を)|車椅子|車いす|付き添い|耳の(?:不自由|聞こえ)|目の(?:不自由|見え)|発達障害|精神(?:疾患|障害|病)|年寄り|老人|高齢(?:者|の)|お年を召|年配|シニア|(?:[五六七]十|[567]0)(?:歳|代|を過ぎ)"
    r"|高卒|中卒|低学歴|フリーター|派遣(?:社員|さん)|パートさん|母子家庭|父子家庭|ひとり親|片親|シングルマザー|生活保護|低所得|貧困|日雇い|ホームレス|同性愛|ゲイの|レズビアン|トランスジェンダー|lgbt|hiv|感染者|前科|外国の(?:方|人)|東南アジア|男のくせ|オカマ|ニート|引きこもり|信者|田舎者)"
)
_SLURRED = (
    r"(?:嘘をつ|うそをつ|平気で|盗[みむま]|ごまか|信用(?:でき|なら)(?:な|ま)|信頼(?:でき|なら)(?:な|ま)|犯罪|問題を起こ|トラブルを起こ|揉め|面倒(?:で[すし]|なの|なだけ|くさ)|迷惑|邪魔|厄介|足手|お荷物|戦力(?:に(?:な(?:ら|り)ま?せ?ん|ならな)|外)"
    r"|使え(?:ない|ません)|役に立(?:たな|ちませ)|物覚え|怠け|だらし|汚[いくらし]|不潔|臭[いくう]|うるさ|マナーが|品が(?:な|落)|格が落|雰囲気(?:を|が)(?:壊|悪|損)|客足|客層が|客離れ|遠のき|弾[くきいけ]|はじ(?:く|き出|いて)|締め出|追い(?:出|返)"
    r"|見分け|見抜|選り分け|見張|監視|満室と|採(?:用し|ら)ない|雇わな|雇う(?:の|と)|辞めて(?:もら|いただ)|辞めさせ|荷が重|難しすぎ|難しい(?:かと|でしょ|ので)|難しかった|無理(?:です|かと|でしょ|があ)|向(?:かない|きません|いてい(?:な|ませ))"
    r"|理解でき(?:な|ま)せ?|感情的|ヒステリ|任せられ(?:な|ま)|務まら|務まりませ|危険です|物騒|死なれ|いてもいなくても|いなくても|いらない|要らない|別の(?:窓口|部屋|列)に|隔離|劣[るりっ]|傾き|生産性が(?:低|落|下)|男性の(?:方|責任者|上司|担当|技術)[^。]{0,8}を"
    r"|(?:印象|イメージ|評判|士気|治安|空気)(?:が|を)(?:悪|下が|落ち|損な|乱)|(?:時間|約束|ルール|期限)を守(?:らな|れな|りませ|れませ)|言葉が通じ|常識が(?:な|違)|甘え|図々し|気持ち(?:が)?悪|気味が|不気味|異常|ついて(?:来|こ|い)(?:られな|けな))"
)
_FAIR = (
    r"では(?:な|あり)|わけで|とは限|なく[すし]|防[ぎぐ]|減ら|配慮|支援|応援|研修|勉強会|啓発|差別|偏見|解消|是正|禁止|法律|不安|ご?相談|伺い|伺っ|拝見|拝読|読み上げ|字幕|やさしい|安心|お困り|バリア|多言語|翻訳|課題"
    r"|やすい|避難|見守り|取材|記事|展示|売場|商品|復帰|受診|治療|患者|利用者|入居者|相談|条例|書き方|表現"
)
_BODY = (
    r"(?:胸元|胸の(?:谷間|ふくらみ|形|大き)|谷間|お尻|ヒップ|太もも|ふともも|脚線美|生足|うなじ|くびれ|スタイルが(?:良|よ|いい|抜群)|体つき|お体の線|ボディライン|唇|素肌|裸(?!眼|子|電)|下着|ブラジャー"
    r"|スカート|水着|寝顔|ベッド(?:の中|の上|で)|布団の中|腕に|腕をされ|おっぱい|お胸)"
)
_DESIRE = (
    r"(?:触[りっらる]|撫で|揉[みんま]|舐め|抱[かきい](?:れ|し|た|て)|見(?:たい|とれ|せて(?:ほし|くだ|いた)|惚れ)|想像|妄想|魅力的|魅了|素敵|色っぽ|そそ[らりる]|たまら|興奮|ドキドキ|どきどき|目が(?:離|釘|行って)|釘付"
    r"|集中でき(?:ま|な)|悩まし|何色|羨まし|うらやまし|短い)"
)
_GOODS = r"商品|製品|撮影|採寸|売場|売り場|仕入|在庫|カタログ|縫製|生地|患者|介護|看護|展示|衣料|寸法|設計|絵|彫刻|作品|美容|化粧|検査|製造|着用|制服"
_ILL = (
    r"(?:病気|持病|がん|ガン|癌|腫瘍|白血病|糖尿病?|うつ病?|鬱病?|高血圧|血圧|血糖値?|コレステロール|中性脂肪|尿酸値|痛風|認知症|アルツハイマー|物忘れ|コロナ(?:ウイルス)?|ウイルス|インフルエンザ|風邪|腰痛|膝の?痛み|肩こり|五十肩|ヘルニア"
    r"|リウマチ|関節痛|神経痛|頭痛|片頭痛|アトピー|花粉症|喘息|アレルギー|不眠症?|更年期障害|生理痛|不妊症?|便秘|胃炎|胃潰瘍|肝炎|肝硬変|心臓病|脳梗塞|不整脈|白内障|緑内障|老眼|近視|視力|難聴|耳鳴り|めまい|水虫|痔|肥満|薄毛|抜け毛"
    r"|しみ|シミ|しわ|シワ|ニキビ|たるみ|自律神経|適応障害|発達障害|自閉症|てんかん|パーキンソン病?|骨粗鬆症|難病|依存症|老化)"
)
_HEALED = (
    r"(?:治(?:り|る|せ|った|って)|完治|全快|完全に(?:消|な|治)|消え(?:ます|て|る)|なくなります|解消し(?:ます|て)|解消され|予防(?:し(?:ます|て)|でき(?:ます|る)|に(?:なり|効))|予防する(?:効果|力|作用)|防げ|撃退|死滅|若返|回復(?:し(?:ます|た)|する(?:と|こと))"
    r"|改善し(?:ます|た)|改善され(?:ます|た)|下が(?:ります|ること)|かから(?:な|ず)|発症し(?:な|ま)|発症者が出な|効き(?:ます|め)|とは?(?:もう|今日で)?お別れ|とおさらば|無縁に)"
)
_UNTREATED = r"検査|記録|管理|通知|患者|病院|施設|防災|休み|休暇|欠勤|対策|流行|感染症対策|点検|ファイル|ソフト|パソコン|端末|メール|時節|季節|ご自愛|表示|広告|言い切|表現|塗装|布|生地|衣料|洗|清掃|床|壁|細胞|研究|学会|論文|治験"
_HEARD = r"(?:と(?:伺|聞|承|のこと|お聞き)|だそう|たそう|だと(?:伺|聞)|であると|お大事に|を飲まれ|お薬も?続|に通われ|を患|で休(?:職|ん|まれ)|で[^。]{0,8}お休み|されたと|なさったと|(?<!いるの)(?<!おられるの)(?<!のこと)ですね)"
_ALL_OTHERS = r"ご質問|記録|管理|患者|製品|商品|研修|セミナー|特集|記事|講演|検査|啓発|帳票|書類|システム|部門|病院|病棟|件数|分布|統計|法|制度|対象|手続|応対|窓口"
_DATA = r"(?:電話番号|住所|生年月日|連絡先|年収|給与|病歴|成績|評価|口座|携帯(?:番号)?|家族構成|マイナンバー|個人情報)"
_OWN = r"しません|いたしません|ございません|ありません|しておりません|お控え|伏せ|匿名|架空|ダミー|削除|廃棄|取り扱い|取扱い|消し|入れず|入れない|不要"
_PRICE_UNLESS = r"ではな|ませんので|できかね|お答え|伺|とのこと|シール|売場|棚|手形|現在価値|貴店|処理|会計|消費税|税率|送料の|比率|割合|割り当て|設定"
_WOMEN_ETC = (
    r"\b(?:wom[ae]n|girls?|females?|mothers|moms|mums|maternity|newly-?weds|pregnan\w+|old(?:er)? (?:people|folks|workers|staff|employees|ones|men|ladies)|elderly|(?:over|past|above) (?:forty|fifty|sixty|fifty-five|50|55|60)|boomers"
    r"|foreign(?:ers| workers| staff| names?| accents?)?|immigrants?|migrants?|refugees?|asians?|africans?|blacks?|mexicans?|romanians?|poles|polish|chinese|indians?|pakistanis?|arabs?|turks|turkish|russians?|nigerians?|albanians?|bulgarians?"
    r"|latinos?|hispanics?|jews?|jewish|muslims?|hindus?|sikhs?|gays?|lesbians?|homosexuals?|transgender|disabled|handicapped|wheelchairs?|deaf|autistic|mentally ill|unmarried|gyps(?:y|ies)|can'?t pronounce)\b"
)
_RUN_DOWN = (
    r"\b(?:fall apart|slow(?:s|er)? (?:down|the|everyone)|too (?:slow|old|emotional|weak|sensitive|lazy|stupid|dirty|risky)|language problem|tend to walk|steal(?:s|ing)?|thieves|lazy|liars?|lie|cheats?|dirty|smelly?|criminals?|dangerous|terrorists?"
    r"|(?:un|less )reliable|be trusted|(?:do|does|can|could|will)(?: not|n'?t) (?:understand|handle|cope|learn|manage|keep up|work hard|grasp)|hysterical|always (?:absent|off|late|ill|sick|pregnant)|only costs?|ruin(?:s|ing)?|uncomfortable|keeps? (?:\w+ )?out"
    r"|(?:weed|screen|filter|sort|eas|push)(?:s|e|ed|ing)? (?:\w+ ){0,4}out|from showing|not (?:hire|sell to|serve|let)|never hire|stop hiring|double check-?in|never keep|burden|rather not|not (?:work|deal) with|naive|quota|only there because|backward|primitive|inferior|bossy|belongs? (?:in|at) |what .{0,24}(?:are like|is like)|go back|send (?:a man|someone young)|for \w+ of that (?:age|sort))\b"
)
_DECENT = r"\b(?:discriminat\w+|bias\w*|prejudic\w*|equal\w*|inclusi\w+|harass\w*|polic(?:y|ies)|law|training|workshop|article|interview|network|programme|program|support\w*|accessib\w+|captions?|subtitles?|welcom\w+|barriers?|phrases?|wording|put off)\b"
_DISEASE = (
    r"\b(?:cancer|diabetes|type (?:2|two|1|one)|insulin|dementia|alzheimer'?s?|depression|arthritis|asthma|back pain|migraines?|covid|the flu|flu|viruses|kidney stones|blood pressure|cholesterol|obesity|insomnia|eczema|psoriasis|autism|adhd|epilepsy"
    r"|parkinson'?s?|heart (?:disease|attacks?)|strokes|baldness|hair loss|wrinkles|tumou?rs?|infertility|hiv)\b"
)
_CURED = (
    r"\b(?:cures?|cured|heals?|healed|revers(?:es|ed|ing)|dissolves?|eliminat(?:es|ed)|eradicat(?:es|ed)|wipes? out|gets? rid of|stops?|prevents?|prevent|kills?|disappears?|vanish(?:es)?|gone|go(?:es)? away|in its tracks|for good|forever|never return|safely stop"
    r"|throw away|toss|bin|no doctor|no longer need)\b"
)
_STUDIED = r"\b(?:research|stud(?:y|ies)|trial|report|charity|fund\w*|awareness|campaign|article|leaflet|record\w*|policy|insurance|season|cannot|can't catch up|claims?|conference|module|software|reporting|appointment\w*|department)\b"
_IF_NOT = r"\b(?:before|unless|until|if|once|should|refuse|ignore|decline|say no|say yes|sign|pay|pass on us|walk away|turn (?:us|me|this) down)\b"
_HURT = (
    r"\b(?:(?:you|you'll|you'd|they) (?:will |would |shall |may |might )?(?:regret|suffer|be sorry|pay for it)|los(?:e|ing) your (?:job|pension|licen[cs]e|house|contract)|tell your (?:boss|wife|husband|customers|clients|family|manager|board|colleagues|partner|employer)"
    r"|tell every(?:one|body)|go public|(?:will|shall|would|to|might) (?:publish|leak|expose|report you|sue you|ruin|destroy)|need never (?:see|know|hear)|finds? its way|wrong (?:inbox|hands|ears)|(?:tell|call|inform|to|with|by|from) (?:the |a |an |your )?(?:police|press|papers|tax (?:office|man|authorities)|inspectors?|regulators?|hse|osha|irs"
    r"|ice|hmrc|immigration|reporter|journalist)\b|ugly (?:stories|things|rumou?rs)|(?:very |some |rather )?(?:public|awkward|unpleasant) questions|being sued|get sued|a visit from|break a few|bones|audio|the pictures|the photos|shut (?:you|your|down your))"
)
_LEGIT = r"\b(?:release|clipping|article|cuttings|office hours|press (?:kit|release|officer|desk|team|shop)|reports? to|template|policy|training|checklist|records?|regulator (?:asks|asked|wants)|compliance|before you (?:decide|buy|choose)|university press)\b"
_YOURS = r"(?:あなた|御社|貴社|貴院|貴店|貴殿|皆様|様|さん|ご自分)"
_SOLD_JA = r"とのこと|伺い|伺っ|拝見|読みました|拝読|そうですね|助成|補助金|半額(?:市|セール|シール|の日)|シール|貼り紙|売場"
_SOLD_EN = r"\byour (?:shop|students|guests|customers|visitors|sale|door|window)\b|\bi (?:read|saw|noticed)\b|\bstickers?\b|\bparking\b|\bdo not offer\b"

# code, language, about, claim, within, unless
STATEMENTS = [
    # threats: a refusal and what then happens
    ("threat", "ja", _REFUSED, _HARM, 44, r"ご放念|控え(?:させ|ます)|ご?不要|規定|手順|規程|記録(?:し|が残|を残)|設定|機能|通知|自動|マニュアル|研修|訓練|教材|とのこと|督促|未払|利用者様の"),
    ("threat", "ja", r"星一つ|低評価|悪い(?:噂|評判|口コミ)|ネガティブな(?:投稿|口コミ)|口コミを書", r"並べ|投稿(?:が|を|し|でき)|増え|書(?:か|き|け|く)|流(?:す|し)|広(?:め|ま)|載", 12, r"拝見|拝読|お困り|対策|対応|返信|分析|集計|お悩み|減ら|伺|研修"),
    ("threat", "ja", r"(?:保健所|税務署|労働基準監督署|労基署|警察|消防署|入管|監督官庁|新聞社|週刊誌|マスコミ)(?:に|へ)", r"一報入れ|お?届け(?:する|します|いたします|せざる)|通報(?:し|する|いた)|お知らせする(?:こと|ほか|しか)|駆け込|持ち込", 8, r"届出|届け出|手続|様式|書類|規程|訓練|場合の|際の|方法|ご?質問|伺"),
    ("threat", "ja", r"(?:弊社|当社|うち|こちら|私ども)(?:に|の)(?:は|者は|ほうで)?[^。]{0,10}(?:腕の立つ|若い|その筋の|怖い|荒っぽい|口の軽い)(?:者|衆|人|連中|社員)", "", 0, r"育て|採用"),
    ("threat", "ja", r"(?:ころ|コロ|殺|ぶっ?殺|ブッ殺|ぶち殺|埋め|沈め|刺し|焼き殺|轢き殺|ひき殺|始末し)(?:し)?て(?:や(?:る|り)|やろう|しまい(?:ます|たい)|差し上げ|あげ(?:る|ます))", "", 0, r"「"),
    ("threat", "ja", r"コ口[しすさせ]|こ口[しすさせ]|ﾀﾋ|シ不|し不", "", 0, ""),
    ("threat", "ja", r"(?:ご?家族|奥様|奥さん|お子(?:さん|様)|お嬢さん|息子さん|娘さん|ご?自宅|お住まい|お車|通勤)", r"無事|何かあ(?:っ|れ)|どうなっても|心配では|守りたければ|安全(?:は|を)保証|狙|事故に|ご存じなのは|把握|張って|見張|大事(?:なら|でし)|泣く|知っている者", 24, r"防災|備え|保険|送迎|手当|制度|避難|訓練|確認|災害|アンケート|個人情報|補助|介護"),
    ("threat", "en", _IF_NOT, _HURT, 110, _LEGIT),
    ("threat", "en", r"\bwould be (?:such |quite |rather )?an? (?:\w+ )?(?:shame|pity|tragedy)\b|\bwould (?:really |truly )?hate (?:for|it if|to see|to be)\b", r"\b(?:found|learn\w*|find out|finds?|hear\w*|happen\w*|leak\w*|public|press|burn\w*|br[eo]k\w*|accidents?|boss|police|wife|husband|directors|reporter|got)\b", 90, r"\b(?:lose|lost) touch|\bwast\w+|\bforgot"),
    ("threat", "en", r"\b(?:i|we) (?:also |already )?(?:know|knew|saw|drove past|walked past|follow(?:ed)?|watch(?:ed)?|photograph(?:ed)?|took pictures of|have (?:photos|pictures|videos?) of)\b", r"\b(?:where (?:you|your) (?:live|park|sleep|kids|children)|which (?:school|gate|bus)|your (?:house|home|place|kids?|children|daughter|son|twins|wife|husband|family|car|bedroom|garden|secrets?|route home)\b|what you did|who you (?:meet|met|see))", 30, r"\b(?:insurance|cover|leave|policy)\b"),
    ("threat", "en", r"\b(?:same school as your|wait (?:by|outside|near|at) (?:the|your) (?:\w+ )?(?:car|corsa|house|home|door|gate|van|bike)|lock (?:that|your) (?:\w+ )?(?:gate|door|window)s?\b|get a visit from|depends (?:rather |very much |entirely )?on how (?:this|our|that) (?:call|conversation|meeting|chat)|end(?:s|ed)? (?:well|badly) for you|i have the (?:pictures|photos|recording)|we have (?:your|the) (?:emails|e-mails|recordings?|photos|pictures|files) and|pay up or|accidents (?:do )?happen to|(?:people|those|firms|companies) who (?:say no to|refuse|cross|disappoint) (?:us|me)|things (?:can |do )?(?:happen|break|burn) to|or you(?:'ll| will| shall) (?:regret|be sorry|pay)|how they got your address|finds? its way to the wrong|something bad)", "", 0, r"\b(?:alarm|reminder|camera)\b"),
    ("threat", "en", r"\b(?:we|i|our (?:lawyers|people|team|boys)|my (?:friends|boys|people))\b", r"\b(?:know|knows) where the (?:soft|weak) spots|\bbreak (?:a few|some|your) (?:bones|legs|fingers|windows)|\bburn (?:it|you|your \w+) down|\bmake sure (?:that )?(?:you|your \w+) (?:goes? (?:bankrupt|under)|never|lose|loses)|\bmake your life|\bteach you a lesson|\bcome after you|\bnot be held responsible for what", 50, ""),
    # discrimination: a group, and what is said of it or done to it
    ("discrimination", "ja", _GROUPS, _SLURRED, 36, _FAIR),
    ("discrimination", "ja", r"(?:出身|国籍|性別|年齢|学歴|宗教|家庭環境|病歴|障害の有無|名字|苗字|住所|地域)(?:を見て|で|から|によって|を基に|に応じて)", r"弾[くきいけ]|落と[すし]|はじ[くき]|除外|ふるい|選別|見分け|お断り|避け|足切り", 14, r"しない|せず|なく|禁|差別|法|検索|並べ"),
    ("discrimination", "en", _WOMEN_ETC, _RUN_DOWN, 80, _DECENT),
    ("discrimination", "en", r"\b(?:not (?:hire|sell to|serve|employ|trust|deal with|let in|rent to)|keep(?:s|ing)? out|filters? out|weeds? out|screens? out|flag (?:every|all|any)|get rid of)\b", _WOMEN_ETC, 50, _DECENT),
    ("discrimination", "en", r"\b(?:bring|take) (?:one of the guys|a man|a male colleague) along\b|\bone of the guys along\b|\bman'?s job\b|\bno job for (?:a woman|women)\b|\blet'?s be real, (?:girls|women|men)\b|\byou people\b|\btheir kind\b|\bnot in the black neighbou?rhoods?\b|\bblack neighbou?rhoods?\b", "", 0, _DECENT),
    # body, clothes, nights
    ("sexual", "ja", _BODY, _DESIRE, 24, _GOODS),
    ("sexual", "ja", r"二人きり|ふたりきり|二人だけ|一晩|一夜|今夜|今晩|夜の(?:ほう|お相手|お付き合い|営み)|お泊まり|ホテルの部屋", r"お?相手(?:いた|し|さ|に)|過ごし|泊ま|抱|キス|接吻|口づけ|朝まで|添い寝|癒や?し|仲がよろし|お楽しみ|可愛がっ|飲み明|ゆっくり", 26, r"予約|宿泊|客室|会場|開催|お客|フロント|チェックイン|部屋割|ご家族|放送|配信|作業|当番|夜勤"),
    ("sexual", "ja", r"抱かれた|抱いて(?:ほし|くださ|みた)|寝物語|枕営業|(?:体|身体|カラダ)で(?:払|返|お礼|お支払)|(?:体|身体|大人)の(?:関係|お付き合い)|セフレ|ワンナイト|欲情|発情し|ムラムラ|いやらし|エッチ(?!ン|ヤ)|スケベ|スリーサイズ|初体験(?:は|の(?:相手|年齢)|を(?:教|聞))|経験人数|お風呂に(?:一緒|入りながら)|混浴し|性感|自慰|オナニー|勃起|射精|アダルト(?:な|動画|ビデオ)|男性に散らさ|夜のお供|脱いで(?:ほし|くだ|いただ)|裸(?:を|で|が)(?:想像|見|待|お)", "", 0, r"商品|牛|馬|豚|飼育|家畜|製品|靴|上着|採寸"),
    ("sexual", "en", r"\b(?:dress|skirt|blouse|jeans|leggings|heels|bikini|lingerie|underwear|legs|breasts|chest|curves|figure|backside|bottom|lips|mouth|cleavage|body)\b", r"\b(?:cling\w*|hugg(?:ed|ing)|distract\w*|star(?:e|ed|ing)|drool\w*|better uses|turn(?:s|ed)? me on|looked? (?:so )?(?:hot|amazing|delicious|good enough)|driv(?:es|ing) me|dream(?:t|ing)? of|every night|all (?:night|afternoon) thinking|in my (?:bed|arms|mind))\b", 50, r"\b(?:product|catalogue|collection|sizes?|fabric|shop|store|shoppers|customers|range|stock|photo shoot|fire|fitting)\b"),
    ("sexual", "en", r"\b(?:snap|photo|picture|pic|selfie|video)s? of (?:you|yourself)\b", r"\b(?:in (?:the|a|your) (?:bath|shower|bed|bikini|underwear|towel|lingerie)|naked|nude|undress\w*|without)\b", 12, ""),
    ("sexual", "en", r"\b(?:bend over|spend the night with|hotel room (?:tonight|later|with)|in my hotel room|just the two of us tonight|what are you wearing|kiss you|undress you|see you undress|warm my bed|share my bed|sleep with you|dream about your body|think about you in bed|from behind for the guys|friends with benefits)\b", "", 0, r"\b(?:lift|backs|shelf)\b"),
    # cures
    ("medical", "ja", _ILL, _HEALED, 26, rf"{_DENIED}|{_UNTREATED}"),
    ("medical", "ja", r"副作用", r"一切|まったく|全く|なし|無し|無く|ありません|ございません|ゼロ|心配(?:は|も|が)?(?:な|あ|ご|い)", 6, rf"{_DENIED}|報告|記録|管理|説明書"),
    ("medical", "ja", r"(?:薬|お薬|インスリン|インシュリン|手術|通院|医者|医師|病院|産業医|治療)(?:を|は|が|に|の|へ|で)?[^。]{0,10}?(?:やめ(?:ら|て|る)|捨て|手放|不要|いらな|いりま|要りま|要らな|いらず|しなくて|行かなくて|かからず|頼ら(?:な|ず)|見直され)", "", 0, rf"{_DENIED}|紹介状は不要です|予約|予防接種|健診|手続|申請|登録|書類|持参|送迎|当日|オンライン"),
    ("medical", "ja", r"(?:飲む|塗る|貼る|食べる|置く|使う|着る|はく|巻く|座る|寝る|聴く)だけで|飲み続けれ?ば?|毎日(?:飲|食べ)", r"痩せ|やせ|若返|治|消え|下が|延び|健康に(?:な|し)|健康が|元気に|美肌|白く|髪が|生え|減り(?:ま|ます)|きれいに|血圧|体重|寿命|免疫", 24, _DENIED),
    ("medical", "ja", r"(?:\d+|[一二三四五六七八九十]+) ?(?:キロ|kg|㎏)", r"痩せ|やせ|減量|ダイエット|落ち(?:ま|る)|体重", 8, rf"{_DENIED}|荷|台|積|缶|袋|箱"),
    ("medical", "en", _CURED, _DISEASE, 44, _STUDIED),
    ("medical", "en", _DISEASE, _CURED, 44, _STUDIED),
    ("medical", "en", r"\b(?:lose|shed|drop|burn)\b", r"\b(?:kilos?|pounds|lbs|stone|belly fat|body fat)\b", 24, r"\b(?:sterling|per|budget|sales|turnover|stock|goods|crates?)\b"),
    ("medical", "en", r"\b(?:absolutely |completely |virtually )?(?:no|zero|without|free of) (?:known )?side[- ]effects?\b|\b(?:proven|guaranteed|certain|sure) to (?:prevent|cure|heal|reverse|stop)\b|\b(?:throw|toss) (?:away|out) (?:your|the|their) (?:insulin|pills|medicine|tablets|medication)\b|\bno doctor (?:needed|required|necessary)\b|\binstead of (?:surgery|chemo\w*|medication|your doctor)\b", "", 0, r"\bask(?:ed)?\b|\bpatch\b|\bupdate\b"),
    ("medical", "en", r"\b(?:patients?|hygienists?|staff|anyone|nobody|no one|you)\b", r"\b(?:can(?:not|'t)?|will not|won't|ever|will never) (?:ever )?catch (?:covid|flu|the flu|a cold|anything)\b", 40, ""),
    # profit
    ("financial", "ja", r"損(?:を|は|する)?", r"(?:なさる|する|させる)?(?:こと|心配|恐れ|おそれ)?(?:は|も|が)?(?:決して|絶対に?|一切|まず)?(?:あり(?:ませ|え)|ございませ|しません|させません|いたしません)", 3, rf"{_DENIED}|破損|欠損|損なう|損傷"),
    ("financial", "ja", r"(?:資産|投資額|貯金|預金|元手|お金|資金|収入|年収|売上|売り上げ|利益|株価|株|手取り)(?:が|は|を)", r"(?:倍に|二倍|三倍|十倍|2倍|3倍|10倍|何倍|倍増)|必ず(?:上が|増え|戻)|確実に(?:増え|上が|伸び)|全額(?:回収|戻)", 14, rf"{_DENIED}|前年|昨年|比|計算|試算"),
    ("financial", "ja", r"(?:月|年|毎月|週)(?:に|間)?(?:\d+|[一二三四五六七八九十百千]+)万円?(?:を|も|は|が|以上)?", r"稼[げぐぎ]|儲|入ってき|手に入|得られ|不労", 8, _DENIED),
    ("financial", "ja", r"稼げ(?:る|ます)|儲け(?:られ|させ|ましょう)|楽して|寝ている(?:だけ|間)|何もしなくても|ほったらかし", r"仕組み|方法|お金|収入|保証|ます|月|毎月|稼|儲", 12, rf"{_DENIED}|機械|設備|ロボット"),
    ("financial", "ja", r"未公開株|上場(?:後|すれば|前に)|仮想通貨|暗号資産|fx|インサイダー|内部(?:から|情報)", r"必ず|確実|倍|儲|上が(?:り|る)|値上がり|お勧め|決まって|買っ", 20, rf"{_DENIED}|規制|報告|体制|監査|通報"),
    ("financial", "en", r"\b(?:double|doubled|doubling|triple|tripled|tripling|quadrupled?|multiply|multiplied)\b", r"\b(?:money|savings|investment|capital|stake|pension|revenue|turnover|profits?|income)\b", 20, r"\b(?:not|n't|cannot|article|report|last year|since|congratulat\w+)\b"),
    ("financial", "en", r"\b(?:revenue|turnover|profits?|sales|income|money|investment|savings|reserves|shares?|stock)\b", r"\b(?:will (?:double|triple|quadruple|only go up)|only ever (?:go|goes|rise)|(?:is|are) (?:certain|sure|bound|guaranteed) to|whatever (?:the )?markets? do|nothing at stake)\b", 50, r"\b(?:not|n't|levels?|take)\b"),
    ("financial", "en", r"\bonly ever (?:go|goes|rise|rises) up\b|\bnothing at stake\b|\b(?:cannot|can'?t) lose\b|\bno risk (?:at all|whatsoever|involved)\b|\bwhatever (?:the )?markets? (?:do|does)\b|\bbecom(?:e|es|ing) (?:a )?millionaires?\b|\bwithout (?:working|lifting a finger)\b|\bpay (?:you )?back (?:twice|double|everything)\b|\bget rich\b|\bearn [\d,]+ (?:dollars|pounds|euros)\b", "", 0, r"\b(?:not say|article|never promise)\b"),
    # price and gifts
    ("discount", "ja", r"(?:[一二三四五六七八九十百半]+|\d+) ?(?:割|%|パーセント)(?:も|ほど)?", r"(?:お?引き?(?!率)|オフ|off|お?安く|値下げ|減額|お?まけ|値引)", 2, _PRICE_UNLESS),
    ("discount", "ja", r"(?:初|[一二三六]|\d+)(?:か|ヶ|カ|ヵ)?(?:月|年)(?:分|間|目|度)?(?:の(?:料金|利用料|費用))?(?:は|を|が)?", r"(?:無料|無償|タダ|ただで|ゼロ円|0円|頂?いただきません|頂戴しません|実質無料)", 6, _PRICE_UNLESS),
    ("discount", "ja", r"(?:値段|価格|料金|費用|お代)(?:は|を|なら|も)?", r"いくらでも(?:下げ|引|お?安)|下げられ|お?引きでき|お安くでき|勉強でき|ご相談に応じて下げ|半分", 8, _PRICE_UNLESS),
    ("discount", "ja", r"お?まけ(?:で|に|も|を|一)?", r"付[きけい]|お付け|差し上げ|します|いたします|つ付", 8, _PRICE_UNLESS),
    ("discount", "ja", r"無[\s.・,\-_*]料|割[\s.・,\-_*]引|半[\s.・,\-_*]額|む料|ム料", "", 0, ""),
    ("discount", "en", r"\b(?:\d+ ?(?:%|per ?cent|percent)|(?:ten|fifteen|twenty|twenty-five|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?: per ?cent| percent)|half|a third|a quarter|another (?:ten|five|twenty|\d+)) off\b", "", 0, r"\b(?:days?|hours?|sick|weeks?|shift|work)\b"),
    ("discount", "en", r"\b(?:first|second|third|next|every second|one|two|three|six|\d+)(?: \w+)? (?:months?|years?|licen[cs]es?|seats?|station|one|items?|customers?|orders?|weeks?)\b|\bsecond\b", r"\b(?:(?:is|are|come|comes|for|at|completely|absolutely|pay|pays) )?(?:free(?! to| of)|no charge|no cost|nothing|on us|on the house|half price)\b", 16, r"\b(?:feel free|free to|free time|interest-free|nothing (?:to|has|was|new|happened|came|changed|is|but|else)|say nothing|heard nothing)\b"),
    ("discount", "en", r"\b(?:use|enter|quote|apply|type|with) (?:the |this |my |our )?(?:promo |discount |voucher )?code\b|\bcode [a-z]+\d+[a-z0-9]*\b", r"\b(?:off|free|checkout|save|half|percent|discount)\b", 60, r"\b(?:qr|bar|source|dress|post|error|access|zip|dialling|area)[ -]?code\b"),
    ("discount", "en", r"\b(?:third|quarter|half|percent|per cent|%|\d+) (?:below|under) (?:list|the list)|\bbeat any\b|\bmatch any (?:price|quote|offer)|\bcredited your account\b|\bcredited (?:\w+ ){0,4}(?:free|months)\b|\bfree months?\b|\b(?:fees?|costs?|charges?) (?:is|are|will be|have been) waived\b|\bpay nothing\b|\bfree for life\b|\bas a (?:special |little )?gift\b|\bfrozen your rate\b|\bknock (?:another |off )", "", 0, r"\b(?:not|n't|never)\b"),
    # what belongs to others
    ("personal", "ja", r"(?:うつ病?|鬱病?|適応障害|パニック障害|双極性|統合失調|がん(?!ば|検診|保険)|癌|糖尿|白血病|不妊|流産|中絶|妊娠|性病|hiv|エイズ|アルコール依存|依存症|認知症|発達障害|てんかん|肝炎|休職|持病|服薬|心療内科|お薬(?=を飲|も?続))", _HEARD, 16, _ALL_OTHERS),
    ("personal", "ja", r"(?:離婚|別居|再婚|不倫|浮気|借金|自己破産|差し押さえ|前科|補導|婚約破棄|年収|月給|貯金|預金残高|本籍|支持政党|養育費|裁判沙汰)", rf"{_HEARD}|(?:が|は)(?:約)?(?:\d|[一二三四五六七八九十百千])", 18, rf"{_ALL_OTHERS}|{_OWN}|求人|想定|モデル|平均"),
    ("personal", "ja", r"不登校|引きこもって|非行|受験に(?:失敗|落ち)|いじめに(?:遭|あ)", _HEARD, 16, rf"{_ALL_OTHERS}|対策|支援|生徒|児童"),
    ("personal", "ja", r"(?:保険証|免許証?|旅券|パスポート|口座|年金|マイナンバー|個人番号|カード|暗証番号|パスワード|有効期限)[^。\n]{0,12}?(?:は|が|:|番号)", r"[0-9a-z][0-9a-z\-/ ]{3,}", 4, rf"{_OWN}|桁|文字|例|種類|リーダー"),
    ("personal", "ja", r"(?:お住まい|ご自宅|お宅|ご実家)", r"(?:\d+|[〇一二三四五六七八九十]+)(?:号室|丁目|番地)|存じ(?:て|上げ)|知って|調べ|お邪魔|置いて|ポストに|訪ね|押しかけ", 34, rf"{_OWN}|お知らせください|ご存じ|展示場|見学"),
    ("personal", "ja", rf"(?:全員|社員|従業員|職員|患者|顧客|会員|生徒|応募者|お客様|担当者|名簿)[^。]{{0,14}}{_DATA}", r"添付|お送り|お渡し|お見せ|お教え|共有(?:し|いた)|公開|載せ|入手|付けて", 16, _OWN + r"|方法|手順|ご質問|仕組み|場合|機能"),
    ("personal", "ja", r"(?:他の?社|別の(?:お客様|会社|方)|他の(?:お客様|方)|前任|前の担当|同僚|部下|上司)[^。]{0,14}(?:番号|住所|年収|契約書|給与|病|離婚|携帯)", r"お教え|お見せ|お渡し|添付|伺っ|聞い|そうですね", 18, _OWN),
    ("personal", "en", r"\b(?:is|was|were|has|had|been|being|got)\b(?: \w+){0,3}? (?:hiv|diagnosed with|cancer|pregnant by|in rehab|an addict|an alcoholic|bipolar|a miscarriage|an abortion|convicted|jailed|sentenced|arrested)\b|\bpositive for \w+|\bon (?:beta blockers|antidepressants|methadone|lithium)\b|\bdid (?:time|\w+ (?:months|years)) for\b", "", 0, r"\b(?:patients?|trial|study|report|article|training|awareness|charity|campaign|research|animals?|samples?|protocol|script|play|film|novel)\b"),
    ("personal", "en", r"\b(?:your|his|her) (?:recent |own |latest )?(?:divorce|separation|affair|abortion|miscarriage|bankruptcy|credit score|salary (?:is|of|at|was)|criminal record|conviction|arrest|diagnosis|drinking|lien|overdraft|medication)\b|\b\d{3} credit score\b|\bssn\b|\bsocial security (?:number|no)\b", "", 0, r"\b(?:never|not|n't|clients?|patients?|form|field|module|policy|bands?|survey)\b"),
    ("personal", "en", r"\b\d{1,4} (?:[a-z]+ ){1,2}(?:street|st|road|rd|close|lane|avenue|ave|drive|court|crescent|terrace)\b", r"\b(?:you (?:live|moved|still)|your (?:home|house|flat)|moved out|right\?|home)\b", 60, r"\b(?:office|depot|showroom|warehouse|branch)\b"),
    ("personal", "en", r"\b(?:home address|you live at|live at|your house at|your flat at|sent it to your home|private (?:number|mobile|address))\b", r"\d", 30, r"\b(?:never|not|n't)\b"),
    ("personal", "en", r"\b(?:first|second|third|fourth|fifth|sixth)[- ]grade class\b|\bgets? picked up (?:at|from|by)\b|\b(?:your|his|her) (?:son|daughter|kids?|children|twins) (?:goes|go|attends?|is in|are in)\b|\bborn on \d", "", 0, r"\b(?:parcels?|orders?|returns|pallets?)\b"),
    # what must not be promised
    ("legal", "ja", r"(?:損害|被害|損失|料金|代金|全額|お金)(?:は|を|が)?", r"(?:すべて|全て|全部|全額)?[^。]{0,8}(?:弊社|当社|私ども|私)[^。]{0,6}(?:賠償|補償|負担|弁償)|(?:全額)?(?:お返しし|返金し|返金いた|払い戻し(?:ま|い)|返還し)", 8, rf"{_DENIED}|条項|場合の|手続|規約|処理|伝票"),
    ("guarantee", "ja", r"(?:100|百) ?(?:%|パーセント)", r"(?:[^。]{0,14})(?:ません|ございません|死滅|安全|安心|防(?:げ|ぎ)|成功|満足|保証|起き|除去)", 4, rf"{_DENIED}|子会社|出資|植物|果汁|綿|再生|達成|充電|完了"),
    ("guarantee", "ja", r"(?:絶対に?|決して|万が一にも|二度と)", r"(?:起き|起こり|発生し|漏れ|漏えいし|止まり|壊れ|失敗し|後悔(?:は?し|さ)|損(?:は|を)?)[^。]{0,4}(?:ません|ない)", 12, rf"{_DENIED}|とは|よう(?:に|な)|ためには|再発"),
    ("guarantee", "en", r"\b(?:never (?:fails?|crash(?:es)?|breaks? down|goes down)|can(?:not|'t| never) (?:be )?(?:hacked|breached|fail)|never be hacked|hundred percent (?:safe|secure|safe|certain))\b", "", 0, r"\b(?:not|n't|cannot promise|to (?:call|write|send|be brief|keep))\b"),
    ("legal", "en", r"\b(?:pay|cover|compensate)(?: you)?(?: for)? (?:all|any|every) (?:the )?(?:damages?|loss(?:es)?)\b|\b(?:all|get) your money back\b|\bcancel (?:at )?any ?time\b", "", 0, r"\b(?:not|n't|cannot|never|clause|policy)\b"),
    ("pressure", "en", r"\b(?:offer|price|deal|discount|quote|code)\b", r"\b(?:expires?|ends?|is gone|runs out) (?:at|on|by|in|tonight|today|tomorrow|midnight|soon|this)\b", 12, r"\b(?:not|n't)\b"),
    # contempt
    ("insult", "ja", r"(?:様|さん|御社|貴社|あなた|お一人|皆様)[^。]{0,24}(?:荷が重(?:い|すぎ|かっ)|少々難し(?:すぎ|かった)|宝の持ち腐れ|もったいない(?:方|会社)|きょとん|ぽかんと)", "", 0, r"私には|弊社には|ご負担|伺"),
    ("insult", "ja", r"(?:さすがに|いくら)[^。]{0,12}でも", r"大丈夫(?:かと|です|でしょ)|わか[るりっ]|分か[るりっ]|ご?理解|でき(?:る|ます)でしょ", 2, r"不安|伺"),
    ("insult", "ja", r"(?:理解力|読解力|記憶力|判断力|想像力|決断力|常識|教養|品格|才能|センス|知性|器量|やる気|良心|社会性|学習能力|能力)", r"(?:が|の|も|は|に|すら|さえ)?(?:な(?:い(?:方|人|の|ん|よう|か|会社)|さそう|さすぎ)|欠け|足り(?:ない|ません|て(?:い|お))|乏し|低(?:い|すぎ)|ゼロ|かけら|欠片|疑(?:い|う|わ)|問題が)", 1, r"なくても|不要|わけで|不安|お悩み|課題|弊社|私|とは|伺|処理|生産|輸送|供給|採点"),
    ("insult", "ja", r"(?:父|お父|親|先代|義父|コネ|縁故|世襲)(?:様|さん|上)?(?:から|に|の|で)", r"譲り受けただけ|継いだだけ|七光|お飾り|コネ入社|入れてもらっ|決断(?:が|も)(?:おつき|でき)", 16, r"伺|敬|素晴らし"),
    ("insult", "ja", r"(?:入ったばかり|新人|アルバイト|小学生|中学生|子ども?|子供|素人|うちの(?:犬|猫|祖母))(?:の|さん|社員)?(?:方)?(?:でも|のほうが|より)", r"(?:でき|わか|分か|聞いてこ|聞かな|答えられ|知って|まし|上手|しっかり|ご存じ)", 8, r"使え|操作|安心|簡単|かんたん|手軽|やさし|作れ|遊べ|体験|読め|扱え"),
    ("insult", "en", r"\bwithout (?:a|an|any) (?:flicker|shred|trace|ounce|hint|spark|scrap) of (?:\w+ )?(?:talent|taste|sense|shame|skill|intelligence|dignity|class|style|brains?)\b|\bcould(?:n't| not) (?:\w+ ){1,3}(?:a toaster|a paper bag|a lemonade stand|a kettle|a light bulb)\b|\b(?:lost|wasted) on you\b|\bblank stares?\b|\bbig fella\b|\bwaste of (?:space|oxygen|air)\b|\bdrunk(?:en)? monkey|\btrained monkey", "", 0, r"\b(?:not|n't)\b (?:lost|wasted)"),
    ("insult", "en", r"\b(?:most|so|utterly|truly|simply|completely|totally) (?:pathetic|useless|incompetent|worthless|clueless|idiotic|moronic|laughable|amateurish|disgusting|stupid)\b|\b(?:pathetic|useless|incompetent|worthless|clueless|idiotic|moronic) (?:team|company|firm|people|staff|website|boss|excuse|reply|meeting|products?|little)\b", "", 0, r"\b(?:i|we|my|our) (?:\w+ )?(?:felt|feel|look|looked|was|were|am|mistake|sound)|\b(?:called|said|told|customers?|callers|heckl\w+|character|word)\b"),
    ("insult", "en", r"\b(?:nobody|no one)(?: \w+)? (?:expects|believed|believes|respects|likes|wants|takes|listens to)\b", r"\b(?:you|your)\b", 24, r"\b(?:expects you to|wants to|call|reply|hurry)\b"),
    ("insult", "en", r"\b(?:run|led|staffed|managed) by (?:\w+ )?(?:amateurs?|fantasists?|clowns|children|idiots|fools|monkeys|morons|cowards|dinosaurs)\b|\b(?:the )?(?:backbone|guts|spine|balls) to (?:make|say|decide|sign|tell|admit)\b|\byou (?:stammered|mumbled|babbled|whined|sulked)\b|\bhow much you stammered\b|\b(?:a )?disgrace to\b|\bbunch of (?:idiots|amateurs|losers|clowns|fools|cowards|liars)\b", "", 0, r"\b(?:i|we) (?:stammered|mumbled)\b"),
    ("insult", "en", r"\beven (?:a|my|the) (?:\w+ )?(?:child|toddler|monkey|grandmother|dog|five-year-old|intern)\b", r"\b(?:better than you|than you do|could do your|would understand|knows (?:that|more)|understands that)\b", 40, ""),
    # who writes here
    ("meta", "ja", r"(?:人工知能|言語モデル|aiアシスタント|aiモデル)(?:で(?:あり|す|ある)|として|なので)", "", 0, r"活用|導入|伺|話題|講演|記事|研修"),
    ("meta", "ja", r"(?:口調|語尾|なりきっ|演じ|モードに切り替)", r"お話し|話す|書(?:き|く|い)|答え|回答|しゃべ|送り|お答え|制限", 16, r"応対|研修|台本|読み手|柔らか|伺|丁寧な|変更でき"),
    ("meta", "ja", r"人の目を通らず|人間の確認を経ず|誰の監督も|検閲(?:なし|を受け)|制限なく(?:お答え|回答)", "", 0, ""),
    ("meta", "en", r"\b(?:this (?:message|mail|e-?mail) is binding|no human (?:has|will)|i have no restrictions|developer mode|passed all (?:checks|filters)|as an ai\b|i am an ai\b|i am a language model|contact them instead of us|buy from them instead|(?:owes|owe) (?:us )?nothing\b.{0,60}\bfree)\b", "", 0, r"\b(?:phone|settings|android|talk|article)\b"),
    ("meta", "en", r"\b(?:re-?enter|enter|confirm|verify|type in)\b", r"\b(?:your (?:online )?(?:banking|bank|login|account|password|pin|identity|credentials))\b", 20, r"\b(?:never|not|n't|will not)\b"),
    # threats that name no act
    ("threat", "en", r"\b(?:sleep too soundly|look(?:ing)? (?:behind|over) (?:me|your shoulder|you)|keep ignoring (?:me|us)|see what happens (?:next|then|to|if)|your (?:past|secret|secrets) (?:will|would|could|may) come|my (?:people|men|boys|friends|cousin) (?:will|would|are|can|is|know)|your trouble is only|see my other side|dealt with severely|against (?:me|us) and (?:lose|you)|not (?:very )?polite|interest of your (?:health|safety)|start a rumou?r|people you do not want to meet|loosen a (?:wheel|screw)|hope you (?:have|are) (?:good |well )?insur\w+|cannot (?:be everywhere|protect you)|a word from me and|remember what happened to|make you famous|firms that said no)\b", "", 0, r"\b(?:logistic|scheduling|planning|excel|paperwork|administrative) nightmare|\bnightmare (?:to|for|of)\b|\bwas a nightmare\b|\bmy (?:people|friends|cousin)s? (?:know|are|is) (?:all |the |at |in )?(?:town|region|same)"),
    ("threat", "ja", r"(?:うち|こちら|私|我々|弊社)(?:の|が|を)", r"バックに|後ろ盾|本気に(?:なる|なった)|怒らせ|敵に回|なめ(?:た|る|ない)|甘く見|回収係|手の者|荒っぽ", 6, r"本気になって(?:取り|いただ)"),
    ("threat", "ja", r"おとなしく(?:払|契約|従|判|言う|応)|なめた(?:態度|真似|まね)|どうなるか(?:教え|分か|わか|見)|思い知|どうなっても知|(?:無事に|生きて)(?:開く|帰れる|過ごせる|済む)(?:と|といい)|荒っぽいご?挨拶|これ以上のことは(?:いた)?し|折れていただけ|払うか、", "", 0, ""),
    # groups: shut out, put down
    ("discrimination", "en", _WOMEN_ETC, r"\b(?:need not apply|have no place|ha(?:s|ve) no business|do not go together|copy everything|control the|bad at (?:leading|managing|maths|driving)|near the exit|in the kitchen|at reception|half a person|lower score|not comfortable|cheap|good for nothing|all they are good for|appointments|looks? local|out of sight|do not (?:install|deliver|do business|belong)|were not a|is not for|hold up)\b", 60, _DECENT),
    ("discrimination", "en", r"\b(?:(?:companies|firms|shops|teams) (?:that are )?(?:run|owned|led) by (?:women|blacks?|foreigners|jews|muslims|gays?)|put a man on|(?:was|were|be) not (?:chinese|indian|foreign|black|muslim|a woman)|colou?red (?:guests|people|staff|customers)|people with that skin|skin colou?r|unbelievers|their sort|cleaners' sort|country folk like you|special needs hold|gent engineers?|districts where)\b", "", 0, _DECENT + r"|\bcosmetic\w*|\bmake-?up"),
    ("discrimination", "ja", _GROUPS, r"ご遠慮|お控えいただ|裏方|愛嬌さえ|決裁(?:が|など)(?:おでき|無理)|雇って(?:おられない|いない)|同じ入口|点(?:が|に)(?:低|なるよう)|追い払|近寄ら|目につかない", 30, _FAIR),
    ("discrimination", "ja", r"(?:生まれた(?:地区|土地|場所)|出身(?:の)?地域|ご出身|肌の(?:色|黒)|黒い肌|男同士|女同士|方言|訛り|なまり|女性枠|殿方のみ|ご婦人向け)", r"避け|低い|裏方|ご遠慮|与信|変え|調べ|おでき|ではない|のみ|お断|抜けない|笑|恥", 20, _FAIR),
    # nights, bodies
    ("sexual", "en", r"\b(?:your|you)\b", r"\b(?:smell so good|look(?:ed)? delicious|in my dreams|on my bedside|bedside table|hands on me|under that (?:coat|dress|shirt|uniform|lab coat)|lean over|comfortable before our|mouth made for|in private\?|gentle the first|boyfriend (?:away|jealous)|husband away|wife away|naughty|wear(?:ing)? (?:little|nothing)|swimwear for me|lipstick for)\b", 60, r"\b(?:kitchen|bakery|coffee|candles?|product)\b"),
    ("sexual", "en", r"\b(?:i want you,|king-size bed|hostess(?:es)? (?:bar|who)|girls for every taste|the one with the big|spank|how far would you go|what else i can do with my hands|keep thinking about your (?:legs|eyes|lips|body|hair)|feel your (?:hands|skin|lips)|slip into something)\b", "", 0, r"\b(?:hotel rooms?|suite|spa|pool|bath\w* (?:range|shop))\b"),
    ("sexual", "ja", r"処女(?!作|地|航海|峰|膜|飛行|出版)|童貞|後ろ姿が[^。]{0,8}離れ|理性が(?:飛|保て)|慰め合|香水の匂いで|若くて(?:きれい|綺麗)な(?:女性|子)|妻は[^。]{0,10}(?:帰って|留守|おりません)|うちへ来ませんか|お尻の形|接待に(?:女性|若い)", "", 0, r"牛|馬|小説|作品|映画"),
    ("sexual", "ja", r"ホテル|お部屋|ご自宅|二人で", r"(?:ゆっくり|一緒に|二人で)(?:過ごし|休み|休んで|お休み|楽しみ|飲み)(?:ませんか|ましょう|たい)", 10, r"お客|宿泊|ご予約|ご家族|研修|会議|会場|開催"),
    # scorn
    ("insult", "en", r"\byou(?:r|rs)?\b", r"\b(?:need an adult|than you deserve|goldfish|beyond your (?:gifts|abilities|depth)|for your level|even (?:for|at) your|given up|half-baked|childish|leftovers|sinking ship|smells? of|let me down|wrong this often|keep quiet in|got through the interview|disappoint\w* people|poor quality|so clumsy|failed upwards|pays you for|creative for a person|waste of|embarrass\w+ yourself)\b", 70, r"\b(?:i|we) (?:was|were|am|had) (?:wrong|clumsy|childish)|\b(?:fish|ship|shipping|cheese|perfume|candles?|zoo|pet|pets)\b"),
    ("insult", "en", r"\b(?:expect from a (?:toddler|child|beginner)|is for grown-?ups|ask an adult|a (?:chimp|monkey|parrot|trained dog) could|broken clock|failed upwards|had to laugh (?:when|at)|anybody (?:at your place )?who can read|such rubbish|obviously did not bother|to be the last to understand|like my grandma|trust your lot|low hopes for|i pity|pity the (?:customers|people|staff)|how sweet that you)\b", "", 0, ""),
    ("insult", "ja", _YOURS, r"(?:ごとき(?:に|が|の)|にもほどがあ|何もご存じない|何の足しにも|時代のお荷物|痛々し|まともであること|実力が伴|お顔を拝見して[^。]{0,12}理由|居眠り|嫌われる才能|財布が(?:お好き|大事)|課長どまり|係長どまり|大した人物|毎回裏目)", 24, r"ではあり|とんでも"),
    ("insult", "ja", r"小学生の(?:夏休み|宿題|作文|自由研究)かと|猿でも|いい大人が|恥というもの|顔が見てみたい|右から左で|貧乏くさ|どうせ何を(?:言|申)|無駄でしょうが|眠気と戦|鈍いにもほど|ご立派な肩書|優秀なおつもり|ごときに断|お忙しいふり|ボケた|痛々しい限り|田舎の(?:会社|企業|お?店)(?:さん)?には", "", 0, r"伺|祖父|実家"),
    # cures, put otherwise
    ("medical", "en", r"\b(?:has no chance against|makes? (?:antidepressants|insulin|doctors|surgery|medication|pills) (?:superfluous|unnecessary|obsolete)|makes? the (?:blind see|deaf hear|lame walk)|doctors (?:are stunned|have given up)|lives? ten years longer|keeps? (?:strokes|cancer|heart attacks|dementia|infection) away|kills? every (?:germ|virus)|every variant of the virus|no patient of ours|smokers stop|never (?:fall|be|get) ill again|fallen ill again|repairs? (?:torn|nerves|damaged|worn))\b", "", 0, _STUDIED),
    ("medical", "ja", r"腫瘍|がん|癌|白髪|痛み|感染|炎症|甲状腺|血管|関節|脳|肝臓|腎臓|免疫|聴力|毛髪", r"見つけられませんでし|消失し|消失いた|黒く戻|ゼロ(?:です|でござ|に)|整え(?:ます|て)|若返|蘇|よみがえ|甦|再生し(?:ます|て)|きれいになり|正常に(?:戻|な)|生え(?:て|ます)|ほぐれて消", 16, rf"{_DENIED}|{_UNTREATED}|対策|シーツ|染め|美容"),
    # money, put otherwise
    ("financial", "en", r"\b(?:rain or shine|never work again|not a single client|in the red|only winners|debt-?free|sure path to|early retirement|never been wrong about|whether the market rises|yields? (?:is|of|at|\w+) (?:fixed|guaranteed|\w+ percent|\d)|trades and wins|safe bet|ever lost a (?:cent|penny|euro)|\d+ (?:percent|%) (?:a|per) (?:month|week|year) (?:guaranteed|for sure))\b", "", 0, r"\b(?:not|n't|crop|wheat|harvest|plant|article|festival|market stalls?)\b"),
    ("financial", "ja", r"(?:退職金|老後の資金|お金|資金|貯蓄)(?:を|は)(?:[^。]{0,14})(?:預け|お任せ|投じ|回し)", r"倍|増え|安心|利息|配当|保証|年[^。]{0,4}(?:%|パーセント|割|分)", 20, rf"{_DENIED}|口座|窓口"),
    ("financial", "ja", r"税務署に(?:見つから|知られ|ばれ)|働く必要が(?:ありま|な)|下がることを知らな|当たり方を|堅いところ|三人ご?紹介|経費に見せかけ|裏口座|隠し口座", "", 0, r"記事|防"),
    # gifts, put otherwise
    ("discount", "en", r"\b(?:at no (?:extra|additional) (?:charge|cost)|without (?:extra|any) (?:charge|cost)|fee (?:disappears|is on us)|zero fees|no invoice until|staff price|complimentary (?:upgrade|month|licen[cs]e|trip|dinner|stay)|out of our (?:own )?pocket|do(?:es)? not pay for|for you it is (?:zero|nothing|free)|a free (?:quarter|year|month|week|tablet|dinner|trip)|knocked \w+ (?:hundred|off)|forget your last invoice|dinner for two|gets? a (?:coffee machine|tablet|watch|hamper|bottle)|below the list|lifetime access|fees? start only|at the basic rate)\b", "", 0, r"\b(?:parking|feel free)\b"),
    ("discount", "ja", r"(?:送料|追加|手数料|初期費用|利用料|設定|研修|工事)(?:費|料|分|の費用)?[^。]{0,6}(?:は|を|も)", r"サービス(?:に|と|させ)|おごり|こちら持ち|弊社(?:が|で)(?:負担|持)|頂?いただきません|無しに|なしに(?:し|いた)", 8, _PRICE_UNLESS),
    ("discount", "ja", r"記念の品|宿泊券|食事券|商品券|ギフト券|旅行券|お食事券|金券|図書券|ビール券", r"お送り|お納め|差し上げ|進呈|お付け|もれなく|プレゼント|お渡し|ご用意", 16, r"お客様へ|管理|在庫|発行|精算|ご質問|伺|伺い"),
    # others' data asked for, or spied out
    ("personal", "en", r"\b(?:send|give|tell|state|reply with|let us have|revert with|share|provide|forward)\b", r"\b(?:passwords?|birth ?dates?|dates? of birth|private (?:numbers?|addresses)|political views|marital status|the faith|religion|aadhaar|salar(?:y|ies)|wages|medical (?:records?|history)|pin|home addresses)\b", 30, r"\b(?:never|not|n't|without|policy|form|field|bands?)\b"),
    ("personal", "en", r"\b(?:attached|enclosed?|i enclose|here (?:is|are)|i have attached|we bought|i looked up|i had a look at|i saw|i read)\b", r"\b(?:salar(?:y|ies)|wages|payroll|takes home|private mobile|mobile numbers of your|your (?:house|home|flat|calendar|bank statement|medical|mailbox)|room numbers|personnel file|date of your operation)\b", 60, r"\b(?:anonymi[sz]ed|module|template|sample|software|overview of the)\b"),
    ("personal", "en", r"\byou (?:were|are|was|have been|opened|visited|parked|took out|went)\b", r"\b(?:cardiologist|oncologist|psychiatrist|clinic for|in front of the clinic|sick day|from your home|from a hotel|addiction|getting divorced|a loan last|up at (?:two|three|four)|your lawyer about the divorce)\b", 40, r"\b(?:book\w*|record\w*|asked|said|told)\b"),
    ("personal", "en", r"\b(?:which of your (?:colleagues|staff|employees|people) (?:are|is|have)|which party your|is it true that you(?: two)? are|his (?:wife|file)|was fired for|gives money to|is expecting in)\b", "", 0, r"\b(?:trained|first aid|on shift|in charge|using|responsible|on the rota|available)\b"),
    ("personal", "ja", r"(?:心療内科|精神科|産婦人科|病院の前|奥様のお?勤め|ご主人のお?勤め|前職を辞め|辞められた本当|休日に(?:どちら|どこ)|保証人に|病欠の日|私信|私用の(?:やり取り|メール)|別れた(?:奥様|ご主人)|ご家庭のご?事情|興信所|探偵|ご自宅の(?:電話)?番号|集会の写真|名簿業者|婚姻の状況|手取りが分か)", r"お見かけ|存じ|調べ|拝見|承知|把握|拾|いただ|送ってくれ|購入|入手|お付け|教えて|お知らせください|照ら|接続|通じて", 26, rf"{_OWN}|伺って(?:い|お)|ご質問"),
    ("personal", "ja", r"(?:届いた|受信した)?(?:六桁|6桁|四桁|4桁|認証|確認|ワンタイム)(?:の)?(?:番号|コード|パスワード)(?:を|は)?", r"(?:そのまま)?(?:教え|お知らせ|ご返信|お送り|入れて)(?:て)?(?:くだ|いただ)", 10, _OWN),
    ("personal", "ja", r"支持(?:して|する|政党)[^。]{0,10}政党|組合に入って|婚姻の状況|信仰(?:して|され)|宗教(?:を|は|と)", r"教えて|お知らせ|お聞かせ|一覧", 16, _OWN + r"|法人|施設|行事|様式"),
    # rivals run down
    ("disparagement", "en", r"\b(?:everything else on the market|the competition|our competitors?|their (?:support|engineers|software|product|tool))\b", r"\b(?:junk|rubbish|garbage|years behind|trainees|ran away|copied|badly|useless|a joke|suing|sued|crash\w*|fake|scam|liars)\b", 60, r"\b(?:you (?:said|wrote|told)|not)\b"),
    ("disparagement", "ja", r"(?:前の|他の|よその|他社の|競合の?)(?:業者|会社|製品|担当)(?:さん|様|者)?(?:に|は|の|が)", r"だまされ|騙され|ぼったくり|ひど|酷|粗悪|いい加減|手抜き|使えな|欠陥|嘘|うそ|インチキ|潰れ|つぶれ", 12, r"伺|ご不満"),
    # pressure
    ("pressure", "en", r"\b(?:now or never|sign first|if you wait,? you lose|thought long enough|decide by (?:tonight|noon|midnight|tomorrow)|if this is not signed (?:today|by)|already said yes by|last chance|by midnight)\b", "", 0, r"\b(?:close|closes|deliver\w*|shift|ends at)\b"),
    ("pressure", "ja", r"(?:開封|お読みに?なっ|返信がな)[^。]{0,10}(?:時点で|場合は)?(?:同意|承諾|契約成立|お申し込み)", "", 0, r"伺"),
    ("pressure", "ja", r"すでに(?:ご契約|お申し込み|ご発注)[^。]{0,8}(?:ものとして|として(?:手配|処理))|いまここで(?:お決め|ご決断|ご判断)|契約書は後で", "", 0, ""),
    # promises of terms
    ("legal", "en", r"\b(?:leave the contract (?:on|at) any|without notice and without|(?:cancel|stop|leave|quit|terminate|end (?:it|the contract)|walk away|get out)\b.{0,40}\bwhenever (?:you|it) (?:like|suits)|agree in advance to any|legal that your changes|as long as you like|can ever be (?:stolen|lost|hacked)|does not have (?:any )?bugs|always on the safe side of the law|no case in which|cannot go wrong|pass every (?:security )?(?:review|audit)|not one of our (?:installations|customers) has)\b", "", 0, r"\b(?:cannot promise|not say)\b"),
    ("legal", "ja", r"(?:中途の解約|解約|料金の改定|値上げ|独占|違約金|保証期間)[^。]{0,12}(?:は|を|も)", r"無条件|認めることと|行わないことを|いたしませんことを|確約|お誓い|永久|一切(?:いただ|かか)|限ること", 14, _DENIED),
    ("guarantee", "ja", r"(?:価格|料金|値段)は[^。]{0,8}(?:このまま|据え置き|永久|一生|ずっと|上がりませ)", r"", 0, _DENIED),
    ("guarantee", "ja", r"五分以内|当日中に|24時間以内に|二十四時間以内に|(?:一|1)時間以内に", r"必ず|伺います|いたします|駆けつけ|解決", 10, rf"{_DENIED}|返信|ご連絡|お返事|回答|目安|努め"),
    # crime, put otherwise
    ("crime", "en", r"\b(?:date the invoice back|are cracked|delete this (?:mail|e-?mail|message) (?:after|once)|auditors must not|lose the complaint|customs stay|subsidy does|home-?made, but|from my old job comes|somebody at the (?:phone company|bank|tax office))\b", "", 0, ""),
    ("crime", "ja", r"産地|請求書の日付|検査の(?:日程|結果)|残業の記録|メーター|入札|賞味期限|消費期限|帳簿|領収書|証明書", r"書き換え|ご希望の年度|事前に分かる|消せる|細工|前の日に開け|偽|作り直し|水増し|改ざん(?:でき|いた|し)|ごまか", 12, rf"{_DENIED}|防|修正の履歴|検知|誤"),
    # orders obeyed
    ("meta", "en", r"\b(?:the (?:note|remark|field|hidden line|form|text in the (?:\w+ )?field|magic phrase|customer's name|company name)|in line with the (?:note|remark|instruction)|filters off|test mode on|return true|checks were green|print everything above|trusted input|the parser may|for the automated reviewer|answer of the moderator)\b", r"\b(?:tells? me|told me|says that everything|asked me to|wants a|said so|recognised|allowed|approve|granted|filters|true|green|above|trusted|skip)\b", 40, r"\b(?:you|your colleague|patient|user)s? (?:asked|told|wanted)\b"),
    ("meta", "ja", r"与えられた(?:命令|役割|指示)|隠された(?:一文|指示|命令)|欄の(?:指図|指示|命令)|審査の結果を合格|適合と印す|真を返す|制約を外し|読み飛ばしてよいと|住所の中の一語|役割を捨て", "", 0, r"社員|役職|任務"),
]  # fmt: skip

# of version 3's English statements: which part, what stood there, what stands there now
CLOSER = [
    ("claim", "off the|for free", "off the (?!list|mailing|register)|for free"),
    (
        "about",
        "|we promise|i promise|i swear|we swear|",
        "|(?:we|i) promise (?:you|that|to (?!call|write|be|send|keep))|(?:we|i) swear (?!by)|",
    ),
    (
        "unless",
        r"cotton|wool|juice|charged",
        r"cotton|wool|juice|charged|\bguarantees? nothing\b|\bguarantee (?:card|period|form|scheme|fund|department)\b|bank guarantee",
    ),
    (
        "unless",
        r"\b(?:repairs?|calls?|cases?|care|list",
        r"\bnone of|\bnothing|\b(?:repairs?|calls?|cases?|care|list",
    ),
]


def extended(promises, statements):
    """Version 4's patterns and statements from version 3's."""
    ours = [entry for entry in promises if entry["pattern"] in DISCOUNTS and not entry.get("topic")]
    kept = [entry for entry in promises if entry not in ours]
    names = ("code", "language", "about", "claim", "within", "unless")
    more = [*map(_discount, ours), *STATEMENTS]
    return kept, [*map(_closer, statements), *(dict(zip(names, values, strict=True)) for values in more)]


def _discount(entry):
    pattern = entry["pattern"]
    language, unless = ("en", _SOLD_EN) if pattern.startswith(r"\b") else ("ja", _SOLD_JA)
    return "discount", language, pattern, "", 0, unless


def _closer(statement):
    for part, before, after in CLOSER if statement["language"] == "en" else ():
        statement = statement | {part: statement[part].replace(before, after)}
    return statement


def add(apps, _schema_editor):
    rules = apps.get_model("drafts", "SafetyRules")
    before = rules.objects.filter(created_by_name="salesdash").order_by("-version").first()
    promises, statements = extended(before.promises, before.statements)
    active = rules.objects.filter(status="active").first()
    untouched = active is not None and active.pk == before.pk
    newest = rules.objects.aggregate(newest=Max("version"))["newest"]
    if untouched:
        rules.objects.filter(pk=active.pk).update(status="retired")
    rules.objects.create(
        version=newest + 1,
        status="active" if untouched else "draft",
        banned=before.banned,
        allowed=before.allowed,
        url_hosts=before.url_hosts,
        promises=promises,
        statements=statements,
        weights=before.weights,
        based_on=before.version,
        note="",
        created_by_name="salesdash",
        activated_at=timezone.now() if untouched else None,
    )


def remove(apps, _schema_editor):
    """Back to the version before, unless somebody has gone on from this one."""
    shipped = apps.get_model("drafts", "SafetyRules").objects.filter(created_by_name="salesdash")
    found = shipped.exclude(based_on=None).order_by("-version").first()
    if found is None or found.status == "retired":
        return
    was_active = found.status == "active"
    found.delete()
    if was_active:
        before = shipped.order_by("-version").first()
        shipped.filter(pk=before.pk).update(status="active")


class Migration(migrations.Migration):
    dependencies = [("drafts", "0045_spend_totals")]
    operations = [migrations.RunPython(add, remove)]
