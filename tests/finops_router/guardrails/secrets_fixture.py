"""Made-up secrets and personal data by kind; put together here, so that no scanner of repositories stumbles on them."""

from __future__ import annotations

B64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
SECRETS = {
    "AWS key": "AKIA" + "Q3EGWPEXAMPLE7AB",
    "Azure storage key": "AccountKey=" + (B64 * 2)[:86] + "==",
    "password in an address": "postgres" + "://reporter:hunter2hunter2@db.internal:5432/bills",
    "GitHub token": "ghp_" + B64[:36],
    "GitLab token": "glpat-" + B64[20:42],
    "Mailchimp key": "0123456789abcdef" * 2 + "-us12",
    "OpenAI key": "sk-" + B64[:20] + "T3BlbkFJ" + B64[10:30],
    "PyPI token": "pypi-AgEIcHlwaS5vcmc" + (B64 * 2)[:90],
    "SendGrid key": "SG." + B64[:22] + "." + B64[5:48],
    "Slack token": "xoxb-" + "123456789012-1234567890123-" + "abcdefghij1234567890",
    "Stripe key": "sk_live_" + B64[30:54],
    "Telegram token": "123456789:" + B64[10:45],
    "Twilio key": "SK" + "0123456789abcdef" * 2,
    "key": "sk-ant-api03-" + B64[:40],  # Anthropic's, which detect-secrets does not know
}
GOOGLE = "AIza" + B64[:35]
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
PRIVATE_KEY = (
    "-----BEGIN RSA "
    + "PRIVATE KEY-----\n"
    + "\n".join([B64, B64[::-1], B64] * 6)
    + "\nQUJD\n-----END RSA PRIVATE KEY-----"
)
PERSONAL = {
    "email": "ada.lovelace+bills@example.co.uk",
    "card": "4111 1111 1111 1111",
    "iban": "DE89 3704 0044 0532 0130 00",
    "phone": "+49 30 901820",
    "us.ssn": "536-90-4399",
}
PROSE = (
    "The quarterly report covers 1,204 accounts and 38 regions; order 4711-0815 of 2026-10-31 came to 1 234 567.89 "
    "EUR. Call get_balance(account_id=42, model='claude-haiku-4-5-20251001') first, then read "
    "https://docs.example.com/a/b?c=d; commit 3f2a91c0d4be5f6071829, uuid 123e4567-e89b-12d3-a456-426614174000. "
)
