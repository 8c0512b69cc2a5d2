-- A name as it is shown and grouped by: one over 512 bytes is cut, and what it was is told apart by eight digits of its MD5.
create macro short_name(v) as case when strlen(v) > 512 then left(v, 120) || '…' || left(md5(v), 8) else v end;
create macro is_cut_name(v) as length(v) = 129 and regexp_full_match(v, '(?s).*…[0-9a-f]{8}')
