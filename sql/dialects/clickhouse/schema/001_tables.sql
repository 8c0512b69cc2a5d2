-- The tables of sql/schema in ClickHouse's types. Rows are on the disk once they are inserted; months are apart, so that days are found.
-- One row an attempt.
create table if not exists attempts (
    timestamp Nullable(DateTime64(6, 'UTC')),
    request_id Nullable(String),
    attempt Nullable(Int32),
    provider LowCardinality(Nullable(String)),
    model LowCardinality(Nullable(String)),
    outcome LowCardinality(Nullable(String)),
    error_type LowCardinality(Nullable(String)),
    http_status Nullable(Int32),
    latency_ms Nullable(Float64),
    ttft_ms Nullable(Float64),
    input_tokens Nullable(Int32),
    output_tokens Nullable(Int32),
    cost_estimated Nullable(Float64),
    hedge Nullable(Bool),
    usage_source LowCardinality(Nullable(String)),
    cost_source LowCardinality(Nullable(String))
)
engine = MergeTree
partition by toYYYYMM(ifNull(timestamp, toDateTime64(0, 6, 'UTC')))
order by ifNull(timestamp, toDateTime64(0, 6, 'UTC'))
settings fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;
-- One row a line of a bill.
create table if not exists billed_costs (
    date Nullable(Date32),
    provider LowCardinality(Nullable(String)),
    model LowCardinality(Nullable(String)),
    line_item Nullable(String),
    amount Nullable(Decimal(28, 12)),
    currency LowCardinality(Nullable(String)),
    source LowCardinality(Nullable(String)),
    token_class LowCardinality(Nullable(String)),
    quantity Nullable(Decimal(28, 6)),
    list_amount Nullable(Decimal(28, 12)),
    amount_usd Nullable(Decimal(28, 12)),
    service_tier LowCardinality(Nullable(String)),
    account LowCardinality(Nullable(String))
)
engine = MergeTree
order by tuple()
settings fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;
-- What collectors lost, and what loaders set aside.
create table if not exists collector_health (
    timestamp Nullable(DateTime64(6, 'UTC')),
    host LowCardinality(Nullable(String)),
    pid Nullable(Int32),
    recorded Nullable(Int64),
    dropped Nullable(Int64),
    quarantined Nullable(Int64),
    note Nullable(String)
)
engine = MergeTree
order by tuple()
settings fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;
-- One row a decision of a guardrail.
create table if not exists guardrail_events (
    timestamp Nullable(DateTime64(6, 'UTC')),
    request_id Nullable(String),
    team LowCardinality(Nullable(String)),
    project LowCardinality(Nullable(String)),
    guardrail LowCardinality(Nullable(String)),
    action LowCardinality(Nullable(String)),
    severity Nullable(String),
    detail Nullable(String),
    stage Nullable(String),
    findings Nullable(Int32),
    provider LowCardinality(Nullable(String)),
    model LowCardinality(Nullable(String)),
    cost_estimated Nullable(Float64),
    cost_avoided Nullable(Float64)
)
engine = MergeTree
partition by toYYYYMM(ifNull(timestamp, toDateTime64(0, 6, 'UTC')))
order by ifNull(timestamp, toDateTime64(0, 6, 'UTC'))
settings fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;
-- Which journal segments are in the tables; of one that grew there are several rows, which add up.
create table if not exists loaded_segments (
    segment Nullable(String),
    loaded_at Nullable(DateTime64(6, 'UTC')),
    records Nullable(Int64),
    quarantined Nullable(Int64)
)
engine = MergeTree
order by tuple()
settings fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;
-- What stood in rows before they were.
create table if not exists repriced_costs (
    repricing Nullable(Int32),
    table_name Nullable(String),
    timestamp Nullable(DateTime64(6, 'UTC')),
    request_id Nullable(String),
    place Nullable(Int64),
    cost_estimated Nullable(Float64),
    cache_savings_estimated Nullable(Float64),
    price_source LowCardinality(Nullable(String)),
    cost_source LowCardinality(Nullable(String)),
    unpriced_reason LowCardinality(Nullable(String))
)
engine = MergeTree
order by tuple()
settings fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;
-- When rows were recorded at other prices.
create table if not exists repricings (
    repricing Nullable(Int32),
    made_at Nullable(DateTime64(6, 'UTC')),
    prices Nullable(String),
    requests Nullable(Int64),
    attempts Nullable(Int64),
    before_usd Nullable(Decimal(28, 12)),
    after_usd Nullable(Decimal(28, 12)),
    undone_at Nullable(DateTime64(6, 'UTC'))
)
engine = MergeTree
order by tuple()
settings fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;
-- One row a request.
create table if not exists telemetry (
    timestamp Nullable(DateTime64(6, 'UTC')),
    request_id Nullable(String),
    strategy LowCardinality(Nullable(String)),
    provider LowCardinality(Nullable(String)),
    model LowCardinality(Nullable(String)),
    input_tokens Nullable(Int32),
    output_tokens Nullable(Int32),
    cost_estimated Nullable(Float64),
    latency_ms Nullable(Float64),
    team LowCardinality(Nullable(String)),
    project LowCardinality(Nullable(String)),
    environment LowCardinality(Nullable(String)),
    end_user Nullable(String),
    operation LowCardinality(Nullable(String)),
    requested_model LowCardinality(Nullable(String)),
    response_id Nullable(String),
    cache_read_input_tokens Nullable(Int32),
    cache_write_input_tokens Nullable(Int32),
    cache_write_1h_input_tokens Nullable(Int32),
    reasoning_output_tokens Nullable(Int32),
    ttft_ms Nullable(Float64),
    stream Nullable(Bool),
    status LowCardinality(Nullable(String)),
    error_type LowCardinality(Nullable(String)),
    attempts Nullable(Int32),
    service_tier LowCardinality(Nullable(String)),
    price_source LowCardinality(Nullable(String)),
    tags Nullable(String),
    cache_savings_estimated Nullable(Float64),
    usage_source LowCardinality(Nullable(String)),
    cost_source LowCardinality(Nullable(String)),
    unpriced_reason LowCardinality(Nullable(String)),
    speed LowCardinality(Nullable(String)),
    inference_region LowCardinality(Nullable(String)),
    other_units Nullable(String),
    guardrails Nullable(Int32)
)
engine = MergeTree
partition by toYYYYMM(ifNull(timestamp, toDateTime64(0, 6, 'UTC')))
order by ifNull(timestamp, toDateTime64(0, 6, 'UTC'))
settings fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;
-- What a company counts of its business outcomes.
create table if not exists units (
    date Nullable(Date32),
    name Nullable(String),
    quantity Nullable(Float64),
    team LowCardinality(Nullable(String))
)
engine = MergeTree
order by tuple()
settings fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;
-- What loaders find in a journal and cannot read.
create table if not exists unread_journal_entries (
    journal Nullable(String),
    entry Nullable(String),
    reason Nullable(String),
    since Nullable(DateTime64(6, 'UTC'))
)
engine = MergeTree
order by tuple()
settings fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1;
