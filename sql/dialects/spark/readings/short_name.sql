-- A name as it is shown and grouped by: one over 512 bytes is cut, and what it was is told apart by eight digits of its MD5.
case
    when octet_length($value) > 512 then concat(left($value, 120), '…', left(md5(cast($value as binary)), 8))
    else $value
end
