-- What telemetry itself lost or set aside, so that the report can say so. Counts are of this row's moment, not running totals.
create table if not exists collector_health (
    timestamp timestamp,
    host text,
    pid integer,
    recorded bigint,
    dropped bigint,
    quarantined bigint,
    note text
);
