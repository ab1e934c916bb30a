"""`config show` gives away no secret that an address holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from planwatch.settings.origins import list_settings


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "https://acme.example/p?token=abc123&size=9",
            "https://acme.example/p?token=********&size=********",
        ),
        ("https://acme.example/p?abc123", "https://acme.example/p?********"),
        ("https://acme.example/p;a=1?k=v#t=s3", "https://acme.example/p;a=1?k=********#t=********"),
        ("https://acme.example/p#access_token=abc", "https://acme.example/p#access_token=********"),
        ("https://user:pw@acme.example/p", "https://********@acme.example/p"),
        ("https://me@home.example:pw@acme.example/p", "https://********@acme.example/p"),
        ("https://acme.example/p#t=s3?k=v", "https://acme.example/p#t=********"),
        (
            "https://acme.example/hook/T0AAAAAAA/B0123456789abcdefXYZ987/x",
            "https://acme.example/hook/T0AAAAAAA/********/x",
        ),
        (
            "https://acme.example/sim-only-deals/12-months",
            "https://acme.example/sim-only-deals/12-months",
        ),
        (
            "https://acme.example/0b7c9d1e-1111-2222-3333-444455556666",
            "https://acme.example/********",
        ),
        (
            "https://acme.example/sim-only-deals-of-24-months",
            "https://acme.example/sim-only-deals-of-24-months",
        ),
    ],
)
def test_the_values_of_an_address_are_masked(tmp_path: Path, written: str, shown: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[[sources]]\nid = "acme"\nname = "Acme"\nurls = ["{written}"]\n')

    found = {each.key: each.value for each in list_settings(config, tmp_path)}

    assert found["sources.acme.urls"] == [shown]


def test_a_contact_and_a_model_keep_no_secret_either(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        '[fetch]\ncontact = "https://me.example/?key=s3cret"\n'
        '[llm]\nmodel = "m"\nbase_url = "https://x.example/v1"\n'
    )

    found = {each.key: each.value for each in list_settings(config, tmp_path)}

    assert found["fetch.contact"] == "https://me.example/?key=********"
    assert found["llm.base_url"] == "https://x.example/v1"
