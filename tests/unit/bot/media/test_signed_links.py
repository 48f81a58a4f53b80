"""A link is good for what it was signed for, until it is over, and not a letter is changed."""

import stat
import string
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.domain.errors import SettingsError
from bot.media.signed_links import SignedLinks, derive_key, load_or_make_secret_key, new_source_id

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LINKS = SignedLinks(SecretStr("a secret of this installation"))
ALPHABET = string.ascii_letters + string.digits + "-_"
IDS = st.text(ALPHABET, min_size=16, max_size=64)
MOMENTS = st.integers(1_600_000_000_000_000, 7_000_000_000_000_000).map(
    lambda micros: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros)
)


@given(IDS, MOMENTS)
def test_a_signed_token_gives_its_source_back_until_it_is_over(source_id: str, expires: datetime) -> None:
    token = LINKS.sign(source_id, expires)

    assert set(token) <= set(ALPHABET + ".")
    assert LINKS.sign(source_id, expires) == token
    assert LINKS.verify(token, expires - timedelta(microseconds=1)) == source_id
    assert LINKS.verify(token, expires + timedelta(seconds=1)) is None


@given(IDS, MOMENTS, st.data())
def test_no_flipped_bit_verifies(source_id: str, expires: datetime, data: st.DataObject) -> None:
    token = LINKS.sign(source_id, expires)
    at = data.draw(st.integers(0, len(token) - 1))
    bit = data.draw(st.integers(0, 6))
    flipped = token[:at] + chr(ord(token[at]) ^ (1 << bit)) + token[at + 1 :]

    assert LINKS.verify(flipped, expires - HOUR) is None


def test_no_other_letter_anywhere_verifies() -> None:
    """All of them: also the last letter, whose spare bits a decoder would ignore."""
    token = LINKS.sign("x" * 22, NOW + HOUR)

    for at, old in enumerate(token):
        for new in string.printable:
            if new != old:
                assert LINKS.verify(token[:at] + new + token[at + 1 :], NOW) is None


@given(st.text(max_size=300))
def test_no_text_of_a_stranger_verifies(text: str) -> None:
    assert LINKS.verify(text, NOW) is None


def test_decorated_tokens_do_not_verify() -> None:
    token = LINKS.sign("x" * 22, NOW + HOUR)

    for wrong in (
        token + "=", token + "\n", " " + token, "0" + token, "+" + token, token.upper(), token[:-1],
        token + ".png", token * 2, "", ".", "-.", token.replace(".", "。"), "\udcff" + token,
    ):  # fmt: skip
        assert LINKS.verify(wrong, NOW) is None


def test_it_is_over_at_its_second() -> None:
    token = LINKS.sign("x" * 22, NOW)

    assert LINKS.verify(token, NOW - timedelta(microseconds=1)) == "x" * 22
    assert LINKS.verify(token, NOW) is None


def test_another_secret_or_purpose_signs_nothing_here() -> None:
    other = SignedLinks(SecretStr("another secret"))
    secret = SecretStr("s")

    assert LINKS.verify(other.sign("x" * 22, NOW + HOUR), NOW) is None
    assert derive_key(secret, "media") != derive_key(secret, "tokens")
    assert len(derive_key(secret, "media")) == 32


@pytest.mark.parametrize(
    "source_id", ["", "short", "x" * 65, "../../../../etc/passwd", "x" * 15 + ".", "ä" * 20]
)
def test_a_malformed_id_is_not_signed(source_id: str) -> None:
    with pytest.raises(ValueError, match="source id"):
        LINKS.sign(source_id, NOW)


def test_an_empty_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        SignedLinks(SecretStr(""))


def test_new_ids_are_random_and_can_be_signed() -> None:
    ids = {new_source_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert all(LINKS.verify(LINKS.sign(new, NOW + HOUR), NOW) == new for new in ids)


# --- the secret key --------------------------------------------------------------------------------


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    key = load_or_make_secret_key(folder)
    path = folder / "secret.key"

    assert load_or_make_secret_key(folder) == key
    assert len(key.get_secret_value()) >= 43
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [path]
    assert key.get_secret_value() not in repr(key)
    assert load_or_make_secret_key(tmp_path / "other") != key


def test_a_key_that_others_may_read_is_closed(tmp_path: Path) -> None:
    key = load_or_make_secret_key(tmp_path)
    (tmp_path / "secret.key").chmod(0o644)

    assert load_or_make_secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_many_at_once_agree_on_one_key(tmp_path: Path) -> None:
    gate, keys = threading.Barrier(16), []

    def start() -> None:
        gate.wait()
        keys.append(load_or_make_secret_key(tmp_path / "data").get_secret_value())

    threads = [threading.Thread(target=start) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 16
    assert len(set(keys)) == 1
    assert list((tmp_path / "data").iterdir()) == [tmp_path / "data" / "secret.key"]


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 50])
def test_a_damaged_key_is_said_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(content)

    with pytest.raises(SettingsError, match=r"secret\.key") as caught:
        load_or_make_secret_key(tmp_path)
    assert path.read_bytes() == content
    assert "short" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="cannot be read or written"):
        load_or_make_secret_key(tmp_path / "file")
