-- What a collector lost since its last report, or a loader set aside: at the moment of its loss, else now.
insert into finops_staged_collector_health (timestamp, host, pid, recorded, dropped, quarantined, note)
select
    if({at_us:Nullable(Int64)} is null, now64(6, 'UTC'), fromUnixTimestamp64Micro(ifNull({at_us:Nullable(Int64)}, 0), 'UTC')),
    {host:String}, {pid:Int32}, {recorded:Nullable(Int64)}, {dropped:Int64}, {quarantined:Int64}, {note:Nullable(String)}
