"""Which credentials open a desk."""

import pytest

from server.desk_sockets import token_of
from server.transport import Caller

HOST, PLAIN = "__Host-kindred=right", "kindred=right"


def asked(
    host: str, origin: str | None, cookie: str = "", raw: object = None, desk_url: str = ""
) -> str | None:
    headers = {name: value for name, value in (("Origin", origin), ("Cookie", cookie)) if value is not None}
    return token_of(Caller(host, "203.0.113.7", headers), raw, desk_url)


def test_the_cookie_over_tls() -> None:
    """Our own page over https, by the cookie that is bound to the host."""
    assert asked("chat.example", "https://chat.example", f"x=1; {HOST}") == "right"
    assert asked("Chat.Example", "https://chat.example", HOST) == "right"
    assert asked("desk.example", "https://desk.example", HOST, desk_url="https://desk.example") == "right"


def test_the_cookie_on_the_machine_itself() -> None:
    """Over plain http the machine's own names alone."""
    assert asked("127.0.0.1:8080", "http://127.0.0.1:8080", PLAIN) == "right"
    assert asked("localhost", "http://localhost", PLAIN) == "right"
    assert asked("chat.example", "http://chat.example", PLAIN) is None


def test_a_programs_token() -> None:
    """Without an Origin the token in auth counts, and the cookie does not."""
    assert asked("chat.example", None, raw={"token": "right"}) == "right"
    assert asked("chat.example", None, HOST) is None
    assert asked("chat.example", None, raw={"token": ["right"]}) is None
    assert asked("chat.example", None, raw="right") is None


@pytest.mark.parametrize(
    ("host", "origin", "cookie"),
    [
        ("chat.example", "https://willow.example", HOST),
        ("chat.example", "null", HOST),
        ("chat.example", "http://chat.example", HOST),
        ("chat.example", "https://chat.example", PLAIN),
        ("chat.example", "https://chat.example:8443", HOST),
        ("chat.example", "https://chat.example", ""),
        ("chat.example", "https://chat.example", "\x00;;="),
        ("127.0.0.1:8080", "http://127.0.0.1:8080", HOST),
        ("127.0.0.1.evil.example", "http://127.0.0.1.evil.example", PLAIN),
    ],
)
def test_nothing_else(host: str, origin: str, cookie: str) -> None:
    """Another page, another port, the wrong cookie for the way, or none, and a token from a page."""
    assert asked(host, origin, cookie) is None
    assert asked(host, origin, raw={"token": "right"}) is None


def test_another_host_than_the_desks() -> None:
    """With desk_url the chat's own pages open no desk."""
    assert asked("chat.example", "https://chat.example", HOST, desk_url="https://desk.example") is None
