"""Where requests go: sites, stand-ins on loopback and the way back."""

from __future__ import annotations

import httpx
import pytest

from planwatch.fetch.http.address import Origin, site_of


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.o2.co.uk", "o2.co.uk"),
        ("o2.co.uk", "o2.co.uk"),
        ("shop.ee.co.uk", "ee.co.uk"),
        ("www.sky.com", "sky.com"),
        ("a.b.sky.com", "sky.com"),
        ("WWW.Sky.com.", "sky.com"),
        ("www.parliament.uk", "parliament.uk"),
        ("127.0.0.1", "127.0.0.1"),
        ("192.0.0.1", "192.0.0.1"),
        ("localhost", "localhost"),
    ],
)
def test_a_site_is_the_name_that_was_registered(host: str, site: str) -> None:
    assert site_of(host) == site


@pytest.mark.parametrize(
    "url",
    [
        "https://www.o2.co.uk/shop/sim?contractMonths=24&x=a%20b",
        "https://ee.co.uk/graphql?query=%7B%20a%20%7D",
        "https://smarty.co.uk/",
        "https://sky.com:8443/a//b/%2F",
    ],
)
def test_an_address_survives_the_way_over_the_origin_and_back(url: str) -> None:
    origin = Origin.parse("http://127.0.0.1:8080")
    true = httpx.URL(url)

    there = origin.stand_in(true)

    assert str(there) == f"http://127.0.0.1:8080/{url.removeprefix('https://')}"
    assert origin.true_address(there) == true


def test_an_address_elsewhere_is_true_already() -> None:
    url = httpx.URL("https://www.o2.co.uk/shop")

    assert Origin.parse("http://127.0.0.1:8080").true_address(url) == url
