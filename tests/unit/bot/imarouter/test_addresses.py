"""Which addresses are public, and the three places that look."""

from __future__ import annotations

import socket
from typing import Any

import httpx
import pytest

from bot.imarouter.addresses import AddressFilter, AddressRefused, check_link, is_public
from bot.trusted_hosts import TrustedHosts


def found(*addresses: str) -> list[Any]:
    return [
        {"hostname": "h", "host": a, "port": 443, "family": socket.AF_INET, "proto": 0, "flags": 0}
        for a in addresses
    ]


def test_filter_lets_only_public_answers_of_a_name_through() -> None:
    addresses = AddressFilter(TrustedHosts())

    let_through = addresses.allowed("h", 443, found("10.0.0.1", "93.184.216.34"))

    assert [result["host"] for result in let_through] == ["93.184.216.34"]
    with pytest.raises(AddressRefused):
        addresses.allowed("h", 443, found("10.0.0.1"))


def test_filter_looks_at_the_address_itself_last() -> None:
    addresses = AddressFilter(TrustedHosts(["127.0.0.1:8080", "[::1]:9"]))
    info = (socket.AF_INET, socket.SOCK_STREAM, 0, "")

    with pytest.raises(AddressRefused):
        addresses.open_socket((*info, ("127.0.0.1", 8081)))
    addresses.open_socket((*info, ("127.0.0.1", 8080))).close()
    addresses.open_socket((*info, ("93.184.216.34", 443))).close()
    addresses.open_socket((socket.AF_INET6, socket.SOCK_STREAM, 0, "", ("::1", 9, 0, 0))).close()


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1", "223.255.255.1"],
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "169.254.169.254", "172.31.0.1",
        "192.168.1.1", "192.0.0.170", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "168.63.129.16", "::", "::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1",
        "64:ff9b::8.8.8.8", "64:ff9b:1::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1",
        "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0", "ff02::1", "not an address", "",
    ],
)  # fmt: skip
def test_inner_addresses(address: str) -> None:
    assert not is_public(address)


def test_trusted_host_is_trusted_on_its_port_only() -> None:
    trusted = TrustedHosts(["127.0.0.1:8080"])

    check_link(httpx.URL("http://127.0.0.1:8080/x"), trusted)
    with pytest.raises(AddressRefused):
        check_link(httpx.URL("http://127.0.0.1:8081/x"), trusted)


@pytest.mark.parametrize(
    "link", ["https://10.0.0.1/x", "https://[::1]/x", "http://8.8.8.8/x", "https://u@8.8.8.8/x"]
)
def test_link_is_refused_before_anything_connects(link: str) -> None:
    with pytest.raises(AddressRefused):
        check_link(httpx.URL(link), TrustedHosts())
