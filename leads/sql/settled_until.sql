-- Up to this moment all changes can be seen. A change is stamped before the commit that makes it visible: what a
-- transaction that still writes has stamped lies after its start, less what clocks of two machines differ by.
SELECT least(clock_timestamp(), min(xact_start)) - make_interval(secs => %(margin_seconds)s)
FROM pg_stat_activity
WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
