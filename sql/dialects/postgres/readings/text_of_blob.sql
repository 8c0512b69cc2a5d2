-- Bytes as text if they are UTF-8.
case
    when encode($value, 'hex') ~ '^([1-7].|0[1-9a-f]|c[2-9a-f][89ab].|d.[89ab].|e0[ab].[89ab].|e[1-9a-cef]([89ab].){2}|ed[89].[89ab].|f0[9ab].([89ab].){2}|f[1-3]([89ab].){3}|f48.([89ab].){2})*$'
        then convert_from($value, 'UTF8')
end collate "C"
