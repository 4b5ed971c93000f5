-- In folded form, kanji and kana; the more frequent first. An English name has no kana.
CREATE TEMPORARY TABLE scale_names ON COMMIT DROP AS
SELECT part, language, row_number() OVER (PARTITION BY part, language ORDER BY place) AS place, name, kana
FROM (
    SELECT 'family' AS part, 'ja' AS language, place, split_part(pair, '/', 1) AS name, split_part(pair, '/', 2) AS kana
    FROM regexp_split_to_table(
        '佐藤/サトウ 鈴木/スズキ 高橋/タカハシ 田中/タナカ 伊藤/イトウ 渡辺/ワタナベ 山本/ヤマモト 中村/ナカムラ '
        '小林/コバヤシ 加藤/カトウ 吉田/ヨシダ 山田/ヤマダ 佐々木/ササキ 山口/ヤマグチ 松本/マツモト 井上/イノウエ '
        '木村/キムラ 林/ハヤシ 清水/シミズ 山崎/ヤマザキ 森/モリ 阿部/アベ 池田/イケダ 橋本/ハシモト '
        '山下/ヤマシタ 石川/イシカワ 中島/ナカジマ 前田/マエダ 藤田/フジタ 小川/オガワ 後藤/ゴトウ 岡田/オカダ '
        '長谷川/ハセガワ 村上/ムラカミ 近藤/コンドウ 石井/イシイ 坂本/サカモト 遠藤/エンドウ 青木/アオキ 藤井/フジイ '
        '西村/ニシムラ 福田/フクダ 太田/オオタ 三浦/ミウラ 藤原/フジワラ 岡本/オカモト 松田/マツダ 中川/ナカガワ '
        '中野/ナカノ 原田/ハラダ 小野/オノ 田村/タムラ 竹内/タケウチ 金子/カネコ 和田/ワダ 中山/ナカヤマ '
        '石田/イシダ 上田/ウエダ 森田/モリタ 原/ハラ', ' ') WITH ORDINALITY AS pairs (pair, place)
    UNION ALL
    SELECT 'given', 'ja', place, split_part(pair, '/', 1), split_part(pair, '/', 2)
    FROM regexp_split_to_table(
        '誠/マコト 健一/ケンイチ 大輔/ダイスケ 美咲/ミサキ 翔太/ショウタ 由美子/ユミコ 隆/タカシ 直樹/ナオキ '
        '陽子/ヨウコ 彩/アヤ 健/タケシ 恵/メグミ 翔/ショウ 舞/マイ 亮/リョウ 優/ユウ '
        '葵/アオイ 和也/カズヤ 智子/トモコ 剛/ツヨシ 裕子/ヒロコ 浩/ヒロシ 真由美/マユミ 拓也/タクヤ '
        '香織/カオリ 達也/タツヤ 久美子/クミコ 淳/ジュン 千尋/チヒロ 哲也/テツヤ 明美/アケミ 学/マナブ '
        '智/サトシ 愛/アイ 修/オサム 純子/ジュンコ 悠斗/ユウト 奈々/ナナ 一郎/イチロウ 春香/ハルカ '
        '茂/シゲル 結衣/ユイ 進/ススム 麻衣/マイ 勇/イサム 里奈/リナ 正/タダシ 千夏/チナツ '
        '洋平/ヨウヘイ 涼子/リョウコ 武/タケシ 早紀/サキ 昇/ノボル 玲奈/レイナ 実/ミノル 希/ノゾミ '
        '孝/タカシ 梓/アズサ 望/ノゾム 桃子/モモコ', ' ') WITH ORDINALITY AS pairs (pair, place)
    UNION ALL
    SELECT 'family', 'en', place, name, ''
    FROM regexp_split_to_table(
        'Smith Johnson Brown Garcia Miller Davis Wilson Anderson Taylor Moore Martin Thompson White Clark Lewis Walker '
        'Young King Wright Hill', ' ') WITH ORDINALITY AS names (name, place)
    UNION ALL
    SELECT 'given', 'en', place, name, ''
    FROM regexp_split_to_table(
        'James Mary Robert Linda Michael Emma David Olivia William Sophia Richard Grace Joseph Hannah Thomas Alice '
        'Daniel Laura Peter Julia', ' ') WITH ORDINALITY AS names (name, place)
) named
