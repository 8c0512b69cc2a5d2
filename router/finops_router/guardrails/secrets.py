"""Find keys, tokens and private keys in a text, by their shape.

Most shapes are those of detect-secrets' detectors; of that library nothing else is used: its scanner takes 40 ms for
4 kB, and its detectors of entropy and of words beside them find what is no secret in prose (docs/guardrails.md). Shapes
of keys of LLM providers, which it lacks, are those this router takes out of its own messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module

from finops_router.errors import ConfigError
from finops_router.guardrails.contract import MOST_HELD, Finding, unfinished_run
from finops_router.redaction import BY_SHAPE

IN_ADDRESS = "password in an address"  # the one shape of which a part is secret: its first group
DETECTORS = {  # module and class of a detector: what it finds
    "aws.AWSKeyDetector": "AWS key",
    "azure_storage_key.AzureStorageKeyDetector": "Azure storage key",
    "basic_auth.BasicAuthDetector": IN_ADDRESS,
    "discord.DiscordBotTokenDetector": "Discord token",
    "github_token.GitHubTokenDetector": "GitHub token",
    "gitlab_token.GitLabTokenDetector": "GitLab token",
    "mailchimp.MailchimpDetector": "Mailchimp key",
    "npm.NpmDetector": "npm token",
    "openai.OpenAIDetector": "OpenAI key",
    "pypi_token.PypiTokenDetector": "PyPI token",
    "sendgrid.SendGridDetector": "SendGrid key",
    "slack.SlackDetector": "Slack token",
    "square_oauth.SquareOAuthDetector": "Square secret",
    "stripe.StripeDetector": "Stripe key",
    "telegram_token.TelegramBotTokenDetector": "Telegram token",
    "twilio.TwilioKeyDetector": "Twilio key",
}
# A run of characters that is long enough for a key, with the word before it that says so.
CANDIDATE = re.compile(r"(?:\b[Bb](?:earer|asic)\s+)?[!-~]{16,}")
REST_OF_KEY = re.compile(r"[\w+/=-]*", re.ASCII)
# A private key with its lines of base64, also as it is written within JSON; in prose, its first line alone is none.
GAP = r"(?:\s|\\[nr])*"
PRIVATE_KEY = re.compile(
    rf"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:{GAP}[A-Z][\w-]*: [^\n\\]{{1,80}})*"
    rf"{GAP}[A-Za-z0-9+/=]{{16,}}(?:{GAP}[A-Za-z0-9+/=]{{16,}})*(?:{GAP}[A-Za-z0-9+/=]+)?"
    rf"(?:{GAP}-----END [A-Z0-9 ]*-----|{GAP}-{{0,5}}[A-Z0-9 ]*-{{0,5}}\Z)?"  # so far, of a text that goes on
)
PRIVATE_KEY_CLOSES = re.compile(
    r"-----END [A-Z0-9 ]*-----|(?<=\s)(?=[A-Za-z]?[a-z']{1,14}[\s.,;:]+[\w']{1,15}[\s.,;:])"
)
UNFINISHED_PRIVATE_KEY = re.compile(r"-{1,5}(?:B[A-Z0-9 ]*(?:-{0,5}|-----[\s\\nr]*[^\s-]*))?\Z")


def secret_finder() -> Callable[[str], list[Finding]]:
    """Return what finds secrets in a text. Raises ConfigError if detect-secrets is not installed."""
    shapes = list(_shapes())

    def find(text: str) -> list[Finding]:
        found = [
            Finding(match.start(), match.end(), "private key", PRIVATE_KEY_CLOSES)
            for match in (PRIVATE_KEY.finditer(text) if "PRIVATE KEY" in text else ())
        ]
        for candidate in CANDIDATE.finditer(text):
            run, at = candidate[0], candidate.start()
            for kind, shape in shapes:
                for match in shape.finditer(run):
                    start, end = match.span(kind == IN_ADDRESS)
                    found.append(Finding(at + start, at + (end if kind == IN_ADDRESS else _rest(run, end)), kind))
        return found

    return find


def unfinished_secret(text: str) -> int:
    """Return where the end of `text` begins that may become part of a secret."""
    private = UNFINISHED_PRIVATE_KEY.search(text, max(0, len(text) - MOST_HELD))
    word = re.search(r"\b[Bb](?:earer|asic)\s+[!-~]*\Z", text[-MOST_HELD:])
    starts = [unfinished_run(text)]
    if private:
        starts.append(private.start())
    if word:
        starts.append(word.start() + max(0, len(text) - MOST_HELD))
    return min(starts)


def _rest(run: str, end: int) -> int:
    """Return where the key ends of which at least the part before `end` has its shape."""
    rest = REST_OF_KEY.match(run, end)
    return end if rest is None else rest.end()


def _shapes() -> Iterator[tuple[str, re.Pattern[str]]]:
    for place, kind in DETECTORS.items():
        module, name = place.split(".")
        try:
            detector = getattr(import_module(f"detect_secrets.plugins.{module}"), name)
        except ImportError as err:
            raise ConfigError(
                "A guardrail for secrets needs detect-secrets", "install finops-report[guardrails]"
            ) from err
        for shape in detector.denylist:
            yield kind, shape
    yield "key", BY_SHAPE
