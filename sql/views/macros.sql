-- What several views say in the same words; the engine reads this before any of them.

-- The sum of what meets a condition, as `side = 'old'` or `in_period`; nothing sums to 0.
create macro sum_if(amount, condition) as coalesce(sum(amount) filter (condition), 0);

-- A sum of costs: unknown (NULL) only if nothing has a known price, and 0 if there was nothing to price.
create macro known_cost(cost, unpriced) as case when unpriced = 0 then coalesce(cost, 0) else cost end;

-- The value of a histogram's bucket in milliseconds, at most 1 % from every value in it: 2 g^(b+1) / (g+1) (DDSketch).
create macro bucket_ms(bucket, ratio) as 2 * power(ratio, bucket + 1) / (ratio + 1);

-- The quantile of ordered values, each with the number of requests up to it and of all.
create macro at_quantile(quantile, amount, upto, total) as min(amount) filter (upto > quantile * (total - 1));
