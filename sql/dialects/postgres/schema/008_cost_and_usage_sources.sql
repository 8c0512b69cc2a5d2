-- Where counts and amounts come from, and how a request was served as far as its price depends on it.
-- usage_source: 'provider' = the counts are the provider's, 'estimated' = ours, 'none' = nobody knows them.
-- cost_source: 'provider' = the amount the provider itself charged, 'contract' = [[router.prices]], 'list', 'corrected' =
-- the list with corrections of ours, 'estimated' = the price of estimated counts, 'reported' = the amount that another
-- tool had, whose requests were ingested; NULL as long as cost_estimated is.
-- unpriced_reason: why cost_estimated is NULL: 'model' or 'serving' = no price of it is known, 'usage' = the counts are
-- unknown or contradict each other; anything else names the units that were used and have no price, as 'web_searches'.
-- other_units: what else is charged for, by unit, as {"web_searches": 3, "output_image_tokens": 1290}.
alter table telemetry add column if not exists usage_source text;
alter table telemetry add column if not exists cost_source text;
alter table telemetry add column if not exists unpriced_reason text;
alter table telemetry add column if not exists speed text;
alter table telemetry add column if not exists inference_region text;
alter table telemetry add column if not exists other_units json;
alter table attempts add column if not exists usage_source text;
alter table attempts add column if not exists cost_source text;
