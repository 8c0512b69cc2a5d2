-- What the settings' guardrails allow; a list that is not there (`has_...`) limits nothing. Models are regular expressions here.
select
    one.guardrail as guardrail,
    one.teams as teams, one.has_teams as has_teams,
    one.providers as providers, one.has_providers as has_providers,
    one.models as models, one.has_models as has_models,
    one.regions as regions, one.has_regions as has_regions,
    one.max_input_tokens as max_input_tokens,
    one.max_output_tokens as max_output_tokens,
    one.exemptions as exemptions
from (
    select arrayJoin(JSONExtract($policies, 'Array(Tuple(
        guardrail String,
        teams Array(String), has_teams Bool,
        providers Array(String), has_providers Bool,
        models Array(String), has_models Bool,
        regions Array(String), has_regions Bool,
        max_input_tokens Nullable(Int64),
        max_output_tokens Nullable(Int64),
        exemptions Array(Tuple(team String, until_us Int64))
    ))')) as one
) as given
