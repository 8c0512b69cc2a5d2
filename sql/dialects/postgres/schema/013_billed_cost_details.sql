-- What a line of a bill is of, as far as the bill says it; a bill's days are UTC days.
-- token_class: 'input', 'cache_read', 'cache_write', 'output' or 'other'; quantity: tokens, or pieces of what is no token.
-- list_amount: what the line would cost without the customer's discounts; amount_usd: the line in US dollars as the bill itself
-- states it beside its own currency. account: the project, workspace, subscription or key that is billed.
alter table billed_costs add column if not exists token_class text;
alter table billed_costs add column if not exists quantity numeric(28, 6);
alter table billed_costs add column if not exists list_amount numeric(28, 12);
alter table billed_costs add column if not exists amount_usd numeric(28, 12);
alter table billed_costs add column if not exists service_tier text;
alter table billed_costs add column if not exists account text;
