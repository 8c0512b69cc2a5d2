-- What the provider's cache took off a request's cost, in USD: its tokens at the plain price, less cost_estimated.
-- Below zero if filling the cache cost more than reading it saved; NULL if nothing was cached or no price is known.
alter table telemetry add column if not exists cache_savings_estimated double precision;
