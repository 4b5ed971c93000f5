INSERT INTO leads_company (
    team_id, name, name_kana, name_en, name_key, corporate_number, industry, region, address, employees, website,
    domain, phone, external_id, attributes, created_at, updated_at
)
SELECT (%(teams)s::bigint[])[1 + n %% cardinality(%(teams)s::bigint[])], '株式会社計測' || n, '', '', '計測' || n, '',
       (ARRAY['manufacturing', 'construction', 'logistics', 'retail', 'finance', 'software', 'medical', 'other'])
           [1 + n %% 8],
       (ARRAY['東京都', '大阪府', '愛知県', '福岡県', '北海道'])[1 + n / 8 %% 5],
       '', 5 + (n * 37) %% 3000, '', '', '', '', '{}', now(), now()
FROM generate_series(1, %(companies)s) n
