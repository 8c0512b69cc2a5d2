"""Explain the words that finance readers may not know, in the order of the page."""

from __future__ import annotations

GLOSSARY = (
    ("Request", "One call to a language model, whatever it took to answer it."),
    ("Token", "A piece of a word. Providers charge by tokens: input is what was sent, output what came back."),
    ("Known price", "Requests without one are counted, but no total has their cost: it is unknown, not zero."),
    ("Typical (median)", "Half of all answers came sooner, half later."),
    ("95 % within", "All but one in twenty answers came within this time."),
    ("Attempt", "One try at one provider. A request may need several."),
    ("Failover, fallback", "After a failure, another provider or model was asked; what it answered is a fallback."),
    ("Incident", "Hours in a row in which a provider failed often."),
    (
        "Routing strategy",
        "How the model for a request is chosen: cost-first the cheapest, performance-first the fastest.",
    ),
    ("Same work", "Requests for the same group of models, with about as much input and output."),
    ("Caching", "Input that a provider has seen before is charged at less."),
    (
        "Saving",
        "A cheaper model: the same tokens at the cost of a token of the cheapest model that served the same work at "
        "least 20 times. A fallback: its cost above the first choice. Caching: the share of the best team with at "
        "least 100 requests, at what a cached token saved. Long answers: beyond four times the usual length, by the "
        "least they can be. Batch, flex: work with a tag of [savings], by what the tier takes off the price of a mean "
        "request.",
    ),
    ("±", "What chance may have added or taken: the true value is almost always within."),
)
