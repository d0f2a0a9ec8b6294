"""Integrity attributes against bodies."""

from __future__ import annotations

import pytest

from corssim.fetch.subresource_integrity import bytes_match, parse_metadata, strongest_metadata

BODY = b"ok"
SHA256 = "sha256-Jok2eyBcFs4y7UIAlCuLix4mLfxw2byfvHfElpmk8d8="
SHA256_OF_NOTHING = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
SHA384_OF_NOTHING = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"


@pytest.mark.parametrize(
    ("integrity", "matches"),
    [
        pytest.param("", True, id="no metadata"),
        pytest.param("md5-abc sha1-def nonsense", True, id="only unknown algorithms"),
        pytest.param(SHA256, True, id="the hash of the body"),
        pytest.param(SHA256_OF_NOTHING, False, id="the hash of another body"),
        pytest.param(f"{SHA256_OF_NOTHING}\n\t{SHA256}", True, id="one of two of the same strength"),
        pytest.param(f"{SHA384_OF_NOTHING} {SHA256}", False, id="the stronger algorithm decides"),
        pytest.param(f"{SHA256} {SHA384_OF_NOTHING}", False, id="in whatever order"),
        pytest.param(f"{SHA256}?ct=text/plain", True, id="options are ignored"),
        pytest.param(SHA256.replace("sha", "SHA"), True, id="the algorithm's case does not matter"),
        pytest.param(SHA256.lower(), False, id="the hash's case does"),
        pytest.param(SHA256.rstrip("="), False, id="padding counts"),
        pytest.param("sha256", False, id="an algorithm without a hash"),
        pytest.param(f"\xa0{SHA256_OF_NOTHING}", True, id="a no-break space is part of the item"),
    ],
)
def test_matching(integrity: str, matches: bool) -> None:
    assert bytes_match(BODY, integrity) is matches


def test_only_the_strongest_hashes_count() -> None:
    hashes = parse_metadata("sha256-a sha512-b sha384-c sha512-d")
    assert [(item.algorithm, item.value) for item in strongest_metadata(hashes)] == [
        ("sha512", "b"),
        ("sha512", "d"),
    ]
