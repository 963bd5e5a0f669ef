"""What `server/widget.py` answers, asked without a browser."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from rooms.site import Site, Topic
from server import desk_pages, widget
from server.support import support

TOPICS = (Topic(id="addiction", title="Addiction", about="Recovery"),)
SITES = {
    "demo": Site(id="demo", name="Demo", origins=(), topics=TOPICS, demo=True),
    "oak": Site(id="oak", name="Oak", origins=("https://oak.example",), topics=TOPICS),
    "library": Site(id="library", name="L", origins=("https://l.example",), topics=TOPICS, storage="none"),
}
Client = TestClient[web.Request, web.Application]


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    application = web.Application()
    application.add_routes(widget.routes(SITES, ticket=lambda site: f'"t<{site}', support=support))
    application.add_routes(desk_pages.routes())
    async with TestClient(TestServer(application)) as client:
        yield client


def policy(response: object) -> str:
    return response.headers["Content-Security-Policy"]  # type: ignore[attr-defined, no-any-return]


@pytest.mark.asyncio
async def test_the_frame_may_stand_on_its_clinics_pages_alone(client: Client) -> None:
    """frame-ancestors lists the site's own origins; ours only for the demo; the policy names our origin."""
    response = await client.get("/widget?site=oak")
    origin = str(client.make_url("")).rstrip("/")
    assert "frame-ancestors https://oak.example;" in policy(response)
    assert f"script-src {origin};" in policy(response)
    assert "'self'" not in policy(response)
    assert "require-trusted-types-for 'script'" in policy(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert f"frame-ancestors {origin};" in policy(await client.get("/widget?site=demo"))


@pytest.mark.asyncio
@pytest.mark.parametrize("address", ["/widget?site=library", "/widget?site=oak&storage=none"])
async def test_a_forgetful_frame_has_no_origin_to_store_under(client: Client, address: str) -> None:
    """`storage = "none"`, of the site or of the line, takes the page's origin away."""
    assert policy(await client.get(address)).endswith(
        "sandbox allow-scripts allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox"
    )
    assert "sandbox" not in policy(await client.get("/widget?site=oak"))


@pytest.mark.asyncio
async def test_nothing_of_the_address_is_repeated(client: Client) -> None:
    """What is not well-formed falls back to the site's own; an unknown site is a plain 404."""
    evil = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    for name in ("topic", "lang", "region", "theme"):
        text = await (await client.get(f"/widget?site=demo&{name}={evil}")).text()
        assert "alert(1)" not in text
    response = await client.get(f"/widget?site={evil}")
    assert response.status == 404
    assert "alert" not in await response.text()
    text = await (await client.get("/widget?site=demo&region=GB&lang=es&topic=addiction&theme=dark")).text()
    assert 'data-theme="dark"' in text
    assert 'data-lang="es" data-topic="addiction" data-region="GB"' in text


@pytest.mark.asyncio
async def test_the_ticket_stands_in_its_place_as_text(client: Client) -> None:
    """The meta element holds the ticket; whatever a ticket contains cannot end the attribute."""
    text = await (await client.get("/widget?site=demo")).text()
    assert '<meta name="kindred-ticket" content="&quot;t&lt;demo">' in text


def test_json_in_a_page_cannot_end_its_script() -> None:
    """A line's name with markup stays data."""
    assert widget.in_script({"name": "</script><!--&"}) == '{"name":"\\u003c/script\\u003e\\u003c!--\\u0026"}'


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "path",
    [
        "/static/../pyproject.toml",
        "/static/%2e%2e/server/widget.py",
        "/static//etc/passwd",
        "/static/widget/page.html",
        "/static/widget",
        "/static/build.mjs",
        "/static/no.js",
    ],
)
async def test_only_browser_files_are_served(client: Client, path: str) -> None:
    """Nothing outside static/, no template, no folder."""
    response = await client.get(path)
    assert response.status == 404


@pytest.mark.asyncio
async def test_scripts_may_be_read_by_the_frame_without_an_origin(client: Client) -> None:
    """Module scripts of a sandboxed page need Access-Control-Allow-Origin."""
    for path in ("/embed.js", "/static/widget/main.en.js", "/static/widget/widget.css"):
        response = await client.get(path)
        assert response.status == 200
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.asyncio
async def test_a_host_that_is_none_gets_into_no_header(client: Client) -> None:
    """Host goes into the policy, so what is not a host is refused."""
    response = await client.get("/widget?site=demo", headers={"Host": "x; script-src *"})
    assert response.status == 400
    assert "Content-Security-Policy" not in response.headers


@pytest.mark.asyncio
async def test_without_a_demo_site_there_is_no_pretend_clinic() -> None:
    """A clinic's own server shows one plain sentence at its root."""
    application = web.Application()
    sites = {"oak": SITES["oak"]}
    application.add_routes(widget.routes(sites, ticket=lambda _: "", support=support))
    async with TestClient(TestServer(application)) as client:
        assert "pretend" not in await (await client.get("/")).text()
        assert (await client.get("/demo/phone")).status == 404


@pytest.mark.asyncio
async def test_the_demo_page_has_exactly_the_one_line(client: Client) -> None:
    """The page a director reads does what it says."""
    origin = str(client.make_url("")).rstrip("/")
    text = await (await client.get("/")).text()
    line = f'<script async src="{origin}/embed.js" data-site="demo" referrerpolicy="no-referrer"></script>'
    assert text.count(line) == 1
    assert "pretend clinic" in text


@pytest.mark.asyncio
async def test_the_page_with_a_countrys_lines_fits_its_share_of_the_budget(client: Client) -> None:
    """At most 1,024 bytes as sent, whatever the country; the rest of 32,768 is tests/js/budget."""
    for region in ("US", "GB", "DE", "JP"):
        asked = client.get(f"/widget?site=demo&region={region}", headers={"Accept-Encoding": "gzip"})
        response = await asked
        await response.read()
        assert int(response.headers["Content-Length"]) <= 1_024


@pytest.mark.asyncio
async def test_the_desk_stands_in_no_frame_and_turns_no_text_into_markup(client: Client) -> None:
    """frame-ancestors 'none', Trusted Types without any policy, our own scripts alone, kept by no cache; so
    the practice room, and it may talk to nobody."""
    practice = await client.get("/desk/practise")
    response = await client.get("/desk")
    assert "connect-src 'none'" in policy(practice)
    assert "connect-src 'none'" not in policy(response)
    assert "frame-ancestors 'none'" in policy(practice)
    spanish = await client.get("/desk", headers={"Accept-Language": "ca, es-MX;q=0.8, en;q=0.5"})
    assert '<html lang="es">' in await spanish.text()
    assert "main.es.js" in await spanish.text()
    chosen = {"Accept-Language": "es", "Cookie": "kindred-desk-lang=en"}
    assert "main.en.js" in await (await client.get("/desk", headers=chosen)).text()
    nonsense = {"Accept-Language": ";;,--", "Cookie": "kindred-desk-lang=../x"}
    assert "main.en.js" in await (await client.get("/desk", headers=nonsense)).text()
    origin = str(client.make_url("")).rstrip("/")
    assert response.status == 200
    assert "frame-ancestors 'none'" in policy(response)
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy(response)
    assert f"script-src {origin};" in policy(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
