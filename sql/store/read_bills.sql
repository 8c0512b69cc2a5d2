-- Lines of bills as rows, those that are alike summed; amounts come as text, so that no digit is lost.
create or replace temp table bills as
select
    cast(date as date) as date, provider, model, line_item,
    sum(cast(amount as decimal(28, 12))) as amount,
    currency, source, token_class,
    sum(cast(quantity as decimal(28, 6))) as quantity,
    case when count(list_amount) = count(*) then sum(cast(list_amount as decimal(28, 12))) end as list_amount,
    case when count(amount_usd) = count(*) then sum(cast(amount_usd as decimal(28, 12))) end as amount_usd,
    service_tier, account
from read_json($paths, format = 'newline_delimited', maximum_object_size = $longest, columns = {
    date: 'varchar', provider: 'varchar', model: 'varchar', line_item: 'varchar', amount: 'varchar', currency: 'varchar',
    source: 'varchar', token_class: 'varchar', quantity: 'varchar', list_amount: 'varchar', amount_usd: 'varchar',
    service_tier: 'varchar', account: 'varchar'
})
group by all
