"""Over what, and from which page, staff may come."""

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from server.desk_api_door import PLAIN_COOKIE, SECURE_COOKIE, Refused, from_our_page, way
from server.settings import Settings

PROXY = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}


def request(host: str, peer: str = "127.0.0.1", **headers: str) -> web.Request:
    sent = {"Host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    return make_mocked_request("POST", "/desk/api/session", headers=sent).clone(remote=peer)


def settings(**given: object) -> Settings:
    return Settings(home=Path("/nowhere"), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "LOCALHOST"])
def test_on_the_machine_itself(host: str) -> None:
    """Plain http is enough where both ends are this machine, and the cookie says so by its name."""
    found = way(request(host), settings())
    assert (found.origin, found.cookie, found.secure) == (f"http://{host.lower()}", PLAIN_COOKIE, False)


@pytest.mark.parametrize(
    ("host", "peer", "headers"),
    [
        ("192.168.1.5:8080", "192.168.1.9", {}),
        ("chat.example", "203.0.113.7", {}),
        ("chat.example", "127.0.0.1", {}),
        ("127.0.0.1:8080", "192.168.1.9", {}),
        ("127.0.0.1.evil.example", "127.0.0.1", {}),
        ("127.0.0.1:8080", "127.0.0.1", {"X_Forwarded_For": "203.0.113.7"}),
        ("127.0.0.1:8080", "127.0.0.1", {"Via": "1.1 proxy"}),
        ("localhost", "127.0.0.1", {"X_Forwarded_Proto": "https"}),
    ],
)
def test_plain_http_from_elsewhere(host: str, peer: str, headers: dict[str, str]) -> None:
    """Over plain http from elsewhere, or through a proxy that is not trusted, nobody signs in."""
    with pytest.raises(Refused) as refused:
        way(request(host, peer, **headers), settings())
    assert (refused.value.status, refused.value.code) == (403, "insecure")


def test_behind_our_proxy() -> None:
    """Where our own proxy says TLS the origin is https, and the cookie is bound to the host."""
    found = way(request("Chat.example", **{"X-Forwarded-Proto": "https"}), settings(trusted_proxies=1))
    assert (found.origin, found.cookie) == ("https://chat.example", SECURE_COOKIE)


@pytest.mark.parametrize("said", ["http", "https, http", "", "HTTP"])
def test_what_a_client_says_of_tls_is_not_believed(said: str) -> None:
    """Only the word that our own proxy added at the end counts."""
    with pytest.raises(Refused):
        way(request("chat.example", **{"X-Forwarded-Proto": said}), settings(trusted_proxies=1))


def test_a_desk_of_its_own_host() -> None:
    """With desk_url the API is at that host alone, and not there on the chat's."""
    own = settings(desk_url="https://desk.example", trusted_proxies=1)
    assert way(request("desk.example", **PROXY), own).origin == "https://desk.example"
    for host in ("chat.example", "127.0.0.1:8080", "desk.example.evil.example"):
        with pytest.raises(Refused) as refused:
            way(request(host, **PROXY), own)
        assert refused.value.status == 404


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://chat.example"}, {"Sec_Fetch_Site": "same-origin"}]
)
def test_our_page_or_a_program(headers: dict[str, str]) -> None:
    """Our own page's origin passes, and a program that names none."""
    from_our_page(request("chat.example", **headers), "https://chat.example")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://willow.example"},
        {"Origin": "null"},
        {"Origin": "http://chat.example"},
        {"Origin": "https://chat.example:8443"},
        {"Origin": "https://chat.example.evil.example"},
        {"Origin": ""},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_another_page(headers: dict[str, str]) -> None:
    """Another origin, by scheme, host or port, an opaque one, and a sister site of ours do not."""
    with pytest.raises(Refused) as refused:
        from_our_page(request("chat.example", **headers), "https://chat.example")
    assert refused.value.status == 403
