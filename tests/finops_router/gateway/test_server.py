"""What a server cannot use is an error before it says that it serves."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme
from finops_router.errors import ConfigError
from finops_router.gateway.server import server_of
from finops_router.settings.gateway import GatewayConfig


def files_of_tls(place: Path) -> GatewayConfig:
    certificate = trustme.CA().issue_cert("gateway.example")
    certificate.private_key_pem.write_to_path(str(place / "key"))
    certificate.cert_chain_pems[0].write_to_path(str(place / "certificate"))
    return GatewayConfig(tls_certificate=place / "certificate", tls_key=place / "key")


def test_files_of_tls_that_belong_together_are_taken(tmp_path: Path) -> None:
    assert server_of(None, files_of_tls(tmp_path)).config.is_ssl


@pytest.mark.parametrize("trouble", ["gone", "no PEM", "another's"])
def test_files_of_tls_that_cannot_be_used_are_an_error_that_names_them(tmp_path: Path, trouble: str) -> None:
    config, key = files_of_tls(tmp_path), tmp_path / "key"
    if trouble == "gone":
        key.unlink()
    elif trouble == "no PEM":
        key.write_text("no key")
    else:
        trustme.CA().issue_cert("other.example").private_key_pem.write_to_path(str(key))
    with pytest.raises(ConfigError, match=r"TLS cannot be used: .*certificate and .*key: .+"):
        server_of(None, config)
