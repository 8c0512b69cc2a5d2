-- Journal segments as rows: a line is a request, an attempt or a guardrail decision, told apart by the keys only those have.
create or replace temp table segment as
select *
from read_json(
    $paths,
    format = 'newline_delimited',
    filename = true,
    maximum_object_size = 67108864,
    columns = {
        timestamp_us: 'bigint', request_id: 'varchar', strategy: 'varchar', provider: 'varchar', model: 'varchar',
        input_tokens: 'bigint', output_tokens: 'bigint', cost_estimated: 'double', latency_ms: 'double',
        team: 'varchar', project: 'varchar', environment: 'varchar', end_user: 'varchar', operation: 'varchar',
        requested_model: 'varchar', response_id: 'varchar', cache_read_input_tokens: 'bigint',
        cache_write_input_tokens: 'bigint', cache_write_1h_input_tokens: 'bigint', reasoning_output_tokens: 'bigint',
        ttft_ms: 'double', stream: 'boolean', status: 'varchar', error_type: 'varchar', attempts: 'bigint',
        service_tier: 'varchar', price_source: 'varchar', cache_savings_estimated: 'double', tags: 'json', attempt: 'bigint', outcome: 'varchar',
        http_status: 'bigint', hedge: 'boolean', guardrail: 'varchar', action: 'varchar', severity: 'varchar',
        detail: 'varchar'
    }
)
