"""One rule for IMAGINE_TRUSTED_HOSTS, whichever adapter asks."""

from bot.trusted_hosts import TrustedHosts, host_and_port

TRUSTED = TrustedHosts([" Sandbox.test:8765", "127.0.0.1:80", "[::1]:8443", "nonsense", "host:port"])


def test_a_host_is_trusted_on_its_port_only_in_any_case() -> None:
    for host, port, scheme, trusted in (
        ("sandbox.test", 8765, "http", True),
        ("SANDBOX.test", 8765, "https", True),
        ("sandbox.test", 8766, "http", False),
        ("other.test", 8765, "http", False),
        ("127.0.0.1", None, "http", True),
        ("127.0.0.1", None, "https", False),
        ("::1", 8443, "https", True),
        ("::1", None, "https", False),
        ("nonsense", None, "https", False),
    ):
        assert TRUSTED.include(host, port, scheme=scheme) is trusted, (host, port, scheme)


def test_nobody_is_trusted_by_default() -> None:
    assert not TrustedHosts().include("127.0.0.1", 80)
    assert not TrustedHosts([""]).include("", None)


def test_pairs_are_those_that_can_be_connected_to() -> None:
    assert sorted(TRUSTED.pairs()) == [("127.0.0.1", 80), ("::1", 8443), ("sandbox.test", 8765)]


def test_a_pair_is_written_in_one_way() -> None:
    for host, port, scheme, written in (
        ("Bot.Example", None, "https", "bot.example:443"),
        ("bot.example", None, "http", "bot.example:80"),
        ("FE80::1", 8080, "http", "[fe80::1]:8080"),
    ):
        assert host_and_port(host, port, scheme=scheme) == written
