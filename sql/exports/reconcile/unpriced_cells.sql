-- Tokens of requests without a known price, by UTC day, target and kind of tokens.
select
    cast(make_timestamp(epoch_us) as date) as day, provider, model, token_class,
    cast(sum(tokens) as decimal(28, 6)) as tokens
from (
    select
        epoch_us, provider, model,
        unnest([
            {'token_class': 'input', 'tokens': coalesce(input_tokens, 0) - coalesce(cache_read_input_tokens, 0)
                - coalesce(cache_write_input_tokens, 0)},
            {'token_class': 'cache_read', 'tokens': coalesce(cache_read_input_tokens, 0)},
            {'token_class': 'cache_write', 'tokens': coalesce(cache_write_input_tokens, 0)},
            {'token_class': 'output', 'tokens': coalesce(output_tokens, 0)}
        ], recursive := true)
    from requests
    where epoch_us >= $start_us and epoch_us < $until_us and unpriced = 1
) parted
group by all
