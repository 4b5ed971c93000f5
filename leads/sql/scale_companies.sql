-- 204,800 names by combination, every further one with a number; none is looked up anywhere.
INSERT INTO leads_company (
    team_id, name, name_kana, name_en, name_key, corporate_number, industry, region, address, employees, website,
    domain, phone, external_id, attributes, created_at, updated_at
)
SELECT (%(teams)s::bigint[])[1 + n %% cardinality(%(teams)s::bigint[])], '株式会社' || named.name, '', '', named.name, '',
       (ARRAY['manufacturing', 'construction', 'logistics', 'retail', 'finance', 'software', 'medical', 'other'])
           [1 + n %% 8],
       (ARRAY['東京都', '大阪府', '愛知県', '福岡県', '北海道'])[1 + n / 8 %% 5],
       '', 5 + (n::bigint * 37) %% 3000, '', '', '', '', '{}', now(), now()
FROM generate_series(0, %(companies)s - 1) n
CROSS JOIN LATERAL (
    SELECT (ARRAY['青', '白', '東', '北', '大', '新', '朝', '光'])[1 + n / 50 %% 8]
        || (ARRAY['葉', '山', '川', '野', '和', '海', '空', '星'])[1 + n / 400 %% 8]
        || (ARRAY['三', '共', '日', '中', '千', '明', '丸', '正'])[1 + n / 3200 %% 8]
        || (ARRAY['信', '進', '友', '立', '興', '宏', '昭', '宝'])[1 + n / 25600 %% 8]
        || (ARRAY['精機', '商事', '電工', '化学', '食品', '運輸', '建設', '工業', '印刷', '製薬', '薬品', '電子', '通信',
                  '物流', '倉庫', '不動産', '住宅', '設計', '測量', '機械', '金属', '鋼業', '紙業', '繊維', '紡織', '水産',
                  '農園', '製菓', '飲料', '酒造', '自動車', '部品', '車両', '造船', '航空', '観光', '旅行', '出版', '放送',
                  '広告', '教育', '介護', '保険', '証券', '銀行', '情報', '技研', '総研', '開発', '産業'])[1 + n %% 50]
        || CASE WHEN n / 204800 > 0 THEN (n / 204800)::text ELSE '' END AS name
) named
