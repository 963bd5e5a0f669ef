"""Leaving: fast, with one's words or without, and on a device that others use."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_access import LEFT_TO_RIGHT, Walk, panel
from tests.browser.test_talk import unlike

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_three_times_shift_leaves_and_a_capital_letter_does_not(visit: Visit) -> None:
    """Shift alone counts and says how many are left; as part of a capital it counts for nothing, nor where a
    screen reader goes back by headings: it keeps the letter, the page sees Shift and a caret that moves."""
    one = await (await visit()).enters()
    await one.page.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="neutral"))
    await one.field.press("Shift+A")
    await one.field.press("Shift+B")
    await one.field.press("Shift+C")
    await expect(one.field).to_have_value("ABC")
    for letter in range(4):
        await one.field.press("Shift")
        await panel(one.page).evaluate(
            "(n) => getSelection().collapse(document.querySelector('h1').firstChild, n)", letter
        )
    await expect(one.field).to_be_visible()
    await one.field.focus()
    await one.field.press("Shift")
    await expect(one.status).to_contain_text("Press Shift 2 more times to leave fast.")
    await one.field.press("Shift")
    await one.field.press("Shift")
    await one.page.wait_for_url("https://www.wikipedia.org/")


async def test_the_keys_can_be_switched_off(visit: Visit) -> None:
    """Whoever writes by holding Shift is never thrown out."""
    one = await (await visit()).enters()
    await one.chat.locator(".menu summary").click()
    await one.chat.get_by_label("Leave fast by pressing Shift 3 times").uncheck()
    for _ in range(4):
        await one.field.press("Shift")
    await one.says(text := unlike("Still here"))
    await one.hears(text)


async def test_my_words_leave_the_room_with_me(visit: Visit) -> None:
    """End chat takes them out where I left the tick in its place, and says how many."""
    one, other = await (await visit()).enters(), await (await visit()).enters()
    await one.says(text := unlike("For now only"))
    await other.hears(text)
    await one.chat.locator(".menu summary").click()
    await one.button("End chat and clear it").click()
    await one.button("End chat").click()
    await expect(one.chat.get_by_text("Your 1 message is out of the room.")).to_be_visible()
    await other.hears(text, times=0)
    assert await one.page.evaluate("sessionStorage.length") == 0


async def test_my_words_stay_where_i_say_so(visit: Visit) -> None:
    """Without the tick the others keep what they read."""
    one, other = await (await visit()).enters(), await (await visit()).enters()
    await one.says(text := unlike("You may keep this"))
    await other.hears(text)
    await one.chat.locator(".menu summary").click()
    await one.button("End chat and clear it").click()
    await one.chat.get_by_label("Take my words out of the room too").uncheck()
    await one.button("End chat").click()
    await expect(one.chat.get_by_text("Your chat is gone from this screen.")).to_be_visible()
    await other.hears(text)


async def test_a_shared_device_stores_nothing_and_forgets_after_quiet_minutes(visit: Visit) -> None:
    """No key in the tab; ten minutes without a sign bring a warning, one more minute clears the chat."""
    one = await visit()
    await one.page.clock.install()
    await one.page.get_by_role("button", name="Talk with others").click()
    await one.chat.get_by_label("Someone else uses this device").check()
    await one.button("Come in").click()
    await one.topic("Life changes").click()
    await one.says(text := unlike("Said on a shared device"))
    await one.hears(text)
    assert await one.page.evaluate("sessionStorage.length") == 0
    await one.page.clock.run_for(10 * 60_000 + 1_000)
    walk = Walk(one, [("dark", 320)], str)
    await walk.look("nobody touched it for ten minutes")
    assert walk.found == {}
    await one.button("I am still here").click()
    await one.hears(text)
    await one.page.clock.run_for(11 * 60_000 + 1_000)
    await expect(one.chat.get_by_text("Your chat is gone from this screen.")).to_be_visible()


async def test_a_tab_opened_again_asks_who_is_there(visit: Visit) -> None:
    """After more than a minute away nothing is shown before Continue or Start new."""
    one = await (await visit()).enters()
    await one.says(text := unlike("Mine alone"))
    await one.hears(text)
    # The minutes away, as the record would tell of them.
    await one.page.add_init_script(
        "const was = JSON.parse(sessionStorage.kindred || '{}');"
        " if (was.token) sessionStorage.kindred = JSON.stringify({ ...was, seen: 1 })"
    )
    await one.page.reload()
    await one.page.get_by_role("button", name="Talk with others").click()
    await expect(one.button("Start new")).to_be_visible()
    await one.hears(text, times=0)
    walk = Walk(one, LEFT_TO_RIGHT, str)
    await walk.look("a reopened tab")
    assert walk.found == {}
    await one.button("Continue as").click()
    await one.hears(text)


async def test_a_name_is_drawn_again_three_times_at_most(visit: Visit) -> None:
    """Another name before the first words, three times; then the button is gone."""
    one = await (await visit()).opens()
    names = set()
    for _ in range(3):
        names.add(before := await one.chat.locator(".hello").inner_text())
        await one.button("Another name").click()
        await expect(one.chat.locator(".hello")).not_to_have_text(before)
    names.add(await one.chat.locator(".hello").inner_text())
    assert len(names) == 4
    await expect(one.button("Another name")).to_be_hidden()
