-- Who sells, issues the invoice and hosts, and what the service is called, by the recorded name of the provider.
select
    unnest($provider::varchar[]) as provider,
    unnest($service_provider::varchar[]) as service_provider,
    unnest($service::varchar[]) as service
