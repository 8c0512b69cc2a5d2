"""Seal pages and files with a passphrase and to their place: AES-256-GCM, nothing of them in the clear.

The place (`reports/2026-10-01_2026-10-31/report.html`) is authenticated with the content: a file that somebody moved
to the place of another does not open.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from markupsafe import Markup

from finops_report.delivery.passphrase import check_strength, normalized, not_installed
from finops_report.errors import ConfigError, OutputError
from finops_report.page.assets import script, style_sheet
from finops_report.page.csp import csp_hash, directives_of, policy
from finops_report.page.templating import render_template

MARK = b"finops-report sealed 2\n"  # the first bytes of a sealed file, and of what is authenticated with it
EARLIER = b"finops-report sealed 1\n"  # bound to no place
ROUNDS = 600_000  # PBKDF2-HMAC-SHA256, OWASP Password Storage Cheat Sheet; WebCrypto has no Argon2
SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
PART = re.compile(r'<script type="text/plain" id="(salt|nonce|sealed)">([A-Za-z0-9+/=]+)</script>')
HINT = "give the earlier one, or publish to a new folder"


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals pages and files with one passphrase; `random_bytes` is `os.urandom`, never the same twice.

    Raises ConfigError if the passphrase is weak.
    """

    passphrase: str = field(repr=False)
    random_bytes: Callable[[int], bytes]

    def __post_init__(self) -> None:
        check_strength(self.passphrase)

    def page(self, page: str | bytes, place: str) -> str:
        """Return the page as one HTML file that opens with the passphrase, by WebCrypto, and only at `place`.

        Raises ConfigError if the `cryptography` package is missing, OutputError if the page is sealed or no report.
        """
        content = page.encode("utf-8") if isinstance(page, str) else page
        if PART.search(content.decode("utf-8", "replace")):
            raise OutputError("This page is sealed already", "give --report the page as it was built")
        salt, nonce, sealed = self._sealed(content, place)
        css, unseal = style_sheet("sealed"), script("sealed")
        values = {"salt": salt, "nonce": nonce, "sealed": sealed}
        return render_template(
            "sealed.html",
            {name: base64.b64encode(value).decode("ascii") for name, value in values.items()}
            | {
                "css": Markup(css),  # noqa: S704 -- our own
                "script": Markup(unseal),  # noqa: S704 -- our own
                "policy": _policy(content.decode("utf-8", "replace"), unseal, css),
                "rounds": ROUNDS,
                "place": place,
                "mark": MARK.decode("ascii").strip(),
            },
        )

    def opened_page(self, sealed_page: bytes, place: str) -> bytes:
        """Return the page that `page` sealed. Raises ConfigError as `opened` does."""
        try:
            parts = {
                name: base64.b64decode(code) for name, code in PART.findall(sealed_page.decode("utf-8", "replace"))
            }
            return self._opened(parts["salt"], parts["nonce"], parts["sealed"], place)
        except (KeyError, binascii.Error) as err:
            raise _does_not_open() from err

    def closed(self, content: bytes, place: str) -> bytes:
        """Return `content` encrypted, for `opened`. Raises ConfigError if the `cryptography` package is missing."""
        return MARK + b"".join(self._sealed(content, place))

    def opened(self, sealed: bytes, place: str) -> bytes:
        """Return the content that `closed` sealed. Raises ConfigError for another passphrase, place or kind of file."""
        if sealed.startswith(EARLIER):
            raise _does_not_open(": it was sealed by an earlier version, whose files are bound to no place")
        body = sealed.removeprefix(MARK)
        end = SALT_BYTES + NONCE_BYTES
        return self._opened(body[:SALT_BYTES], body[SALT_BYTES:end], body[end:], place)

    def _sealed(self, content: bytes, place: str) -> tuple[bytes, bytes, bytes]:
        """Return salt, nonce and the encrypted content."""
        salt, nonce = self.random_bytes(SALT_BYTES), self.random_bytes(NONCE_BYTES)
        try:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 -- an optional extra
        except ImportError as err:
            raise not_installed("cryptography") from err
        packed = gzip.compress(content, mtime=0)
        return salt, nonce, AESGCM(_key(self.passphrase, salt)).encrypt(nonce, packed, _bound(place))

    def _opened(self, salt: bytes, nonce: bytes, sealed: bytes, place: str) -> bytes:
        try:
            from cryptography.exceptions import InvalidTag  # noqa: PLC0415 -- an optional extra
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
        except ImportError as err:
            raise not_installed("cryptography") from err
        try:
            return gzip.decompress(AESGCM(_key(self.passphrase, salt)).decrypt(nonce, sealed, _bound(place)))
        except (InvalidTag, ValueError, EOFError, OSError, zlib.error) as err:
            raise _does_not_open() from err


def _does_not_open(reason: str = "") -> ConfigError:
    return ConfigError(f"The archive does not open with this passphrase{reason}", HINT)


def _bound(place: str) -> bytes:
    """Return what is authenticated beside the content: sealed.js makes the same of it."""
    return MARK + place.encode("utf-8", "replace")


def _policy(page: str, script: str, style: str) -> str:
    """Return the page's own policy, which also allows our script and style: the opened page lives under it, too.

    The hashes in it are of code that is the same in every report, so they disclose nothing. Raises OutputError if the
    page has no policy.
    """
    directives = directives_of(page)
    for name, own in (("script-src", script), ("style-src", style)):
        directives[name] = f"{directives.get(name, '')} {csp_hash(own)}".strip()
    return policy(directives)


def _key(passphrase: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 -- an optional extra
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC  # noqa: PLC0415

    return PBKDF2HMAC(SHA256(), KEY_BYTES, salt, ROUNDS).derive(normalized(passphrase).encode("utf-8"))
