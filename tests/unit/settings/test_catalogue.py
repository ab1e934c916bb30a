"""Entries of the settings that add a source: both spellings, and every fault in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from planwatch.errors import SettingsError
from planwatch.settings.early import switched_off
from planwatch.settings.load import load_settings, read_values
from planwatch.settings.sources import read_catalogue
from planwatch.sources.own import OwnSource
from planwatch.sources.registry import SOURCE_IDS

AS_ARRAY = """
[[sources]]
name = "VOXI"
urls = ["https://www.voxi.example/sim-only"]

[[sources]]
id = "acme"
name = "Acme Mobile"
urls = ["https://acme.example/12", "https://acme.example/24"]
currency = "EUR"
browser = true

[[sources]]
id = "o2"
enabled = false
"""
AS_TABLES = """
[sources.voxi]
name = "voxi"
urls = ["https://www.voxi.example/sim-only"]

[sources.acme]
name = "Acme Mobile"
urls = ["https://acme.example/12", "https://acme.example/24"]
currency = "EUR"
browser = true

[sources.o2]
enabled = false
"""
OWN = (
    OwnSource(id="voxi", name="VOXI", urls=("https://www.voxi.example/sim-only",)),
    OwnSource(
        id="acme",
        name="Acme Mobile",
        urls=("https://acme.example/12", "https://acme.example/24"),
        currency="EUR",
        needs_browser=True,
    ),
)
URLS = 'urls = ["https://acme.example/"]'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.mark.parametrize("text", [AS_ARRAY, AS_TABLES], ids=["array", "tables"])
def test_both_spellings_say_the_same(config: Path, tmp_path: Path, text: str) -> None:
    config.write_text(text)

    values = read_values(config, tmp_path)

    catalogue = read_catalogue(values)
    assert catalogue.own == OWN
    assert catalogue.ids == (*SOURCE_IDS, "voxi", "acme")
    assert switched_off(values, catalogue.ids) == {"o2"}
    assert load_settings(config, tmp_path).sources["acme"].urls == OWN[1].urls


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f'[[sources]]\nid = "acme"\n{URLS}\n', "sources.acme.urls"),
        (f'[[sources]]\nname = "Acme"\n{URLS}\n', "sources.acme.name"),
        (f"[sources.acme]\n{URLS}\n", "sources.acme.urls"),
        ('[sources.acme]\ncurrency = "EUR"\n', "sources.acme.currency"),
        ("[sources.o2]\nenabled = false\n", "sources.o2.enabled"),
        ('[[sources]]\nid = "acme"\nenabled = false\n', "sources.acme.enabled"),
        ("sources = 3\n", "sources"),
        ("[archive]\nkeep_days = 1\n", "archive.keep_days"),
        ("archive.max_mb = 1\n", "archive.max_mb"),
        ("[alarms]\nafter_failures = 100\n", "alarms.after_failures"),
        ("[notify]\nurls = []\n", "notify.urls"),
    ],
)
def test_a_working_folder_may_not_say_what_is_asked_kept_or_told(
    config: Path, tmp_path: Path, text: str, key: str
) -> None:
    (tmp_path / "planwatch.toml").write_text(text)

    with pytest.raises(SettingsError, match=f"sets '{key}', which a working folder may not"):
        read_values(config, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'[[sources]]\nid = "a"\nname = "Acme"\n{URLS}\n' * 2, "two [[sources]] with the id 'a'"),
        (f"[[sources]]\n{URLS}\n", "neither an id nor a name"),
        ("sources = [1]\n", "holds 1, which is not a table"),
        (f'[[sources]]\nid = "Acme"\nname = "Acme"\n{URLS}\n', "keys must be in lower case"),
        (f'[sources."a b"]\nname = "Acme"\n{URLS}\n', "'a b' is not a valid source id"),
        (f'[sources.miner]\nname = "Acme"\n{URLS}\n', "'miner' is not a valid source id"),
        (f"[sources.o2]\n{URLS}\n", "sources.o2.urls is set, but o2 is a built-in source"),
        (f"[sources.acme]\n{URLS}\n", "sources.acme.name is not set"),
        (f'[sources.acme]\nname = "–"\n{URLS}\n', "which is not a brand name"),
        (f'[sources.acme]\nname = "Tesco"\n{URLS}\n', "which the source tesco already reads"),
        (f'[sources.acme]\nname = "Uswitch"\n{URLS}\n', "which the source uswitch already reads"),
        (f'[sources.voda]\nname = "Acme"\n{URLS}\n', "'voda' stands for Vodafone"),
        ('[sources.acme]\nname = "Acme"\n', "sources.acme.urls is not set"),
        ('[sources.acme]\nname = "Acme"\nurls = []\n', "is not a list of addresses"),
        (
            f'[sources.acme]\nname = "Acme"\nurls = {["https://a.example/"] * 11}\n',
            "has 11 addresses; the limit is 10",
        ),
        (
            f'[sources.acme]\nname = "Acme"\nurls = {["https://a.example/"] * 2}\n',
            "has https://a.example/ twice",
        ),
        (
            '[sources.acme]\nname = "Acme"\nurls = ["file:///etc/passwd"]\n',
            "is not the address of a web page",
        ),
        (
            '[sources.acme]\nname = "Acme"\nurls = ["https://"]\n',
            "is not the address of a web page",
        ),
        ('[sources.acme]\nname = "Acme"\nurls = ["https://[x/"]\n', "is not a valid address"),
        (
            '[sources.acme]\nname = "Acme"\nurls = [1]\n',
            "address 1 of sources.acme.urls is not text",
        ),
        (f'[sources.acme]\nname = "Acme"\n{URLS}\ncurrency = "gbp"\n', "currency is 'gbp'"),
        (f'[sources.acme]\nname = "Acme"\n{URLS}\nbrowser = "yes"\n', "browser is 'yes'"),
        (
            f'[sources.acme]\nname = "Acme"\n{URLS}\nurl = "x"\n',
            "sources.acme.url is not a setting",
        ),
        (
            f'[sources.a]\nname = "Acme"\n{URLS}\n[sources.b]\nname = "ACME"\n{URLS}\n',
            "sources.a and sources.b are both called 'acme'",
        ),
    ],
)
def test_a_fault_is_one_sentence(config: Path, tmp_path: Path, text: str, said: str) -> None:
    config.write_text(text)

    with pytest.raises(SettingsError) as caught:
        read_catalogue(read_values(config, tmp_path))

    assert said in caught.value.message
    assert caught.value.hint


def test_a_password_in_an_address_is_refused_and_not_repeated(config: Path, tmp_path: Path) -> None:
    config.write_text('[sources.a]\nname = "Acme"\nurls = ["https://me:hunter2@a.example/"]\n')

    with pytest.raises(SettingsError, match="contains a user name or a password") as caught:
        read_catalogue(read_values(config, tmp_path))

    assert "hunter2" not in f"{caught.value.message} {caught.value.hint}"
