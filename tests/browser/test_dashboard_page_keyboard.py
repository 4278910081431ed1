"""The dashboard's page by its own keys."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.dashboard_page import ago, item, sign_in_and_settle
from tests.browser.desk import Dashboard

pytestmark = pytest.mark.browser

NAMES = ("Anna Verdi", "Luca Bianchi", "Maria Rossi")


@pytest.fixture
def chats(dashboard: Dashboard) -> list[str]:
    """Three conversations, from the top of the list."""
    ids = []
    for hours, name in enumerate(NAMES, start=1):
        ids.append(dashboard.add_contact(name))
        dashboard.add_message(ids[-1], "Buongiorno", at=ago(hours=hours))
    return ids


def press(page: Page, key: str, **modifiers: bool) -> bool:
    """Press a key as a keyboard that is not American does, and tell whether the page took it."""
    return not page.evaluate(
        """([key, modifiers]) => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...modifiers }))""",
        [key, modifiers],
    )


def test_search_has_two_keys_of_which_one_is_a_character_where_somebody_types(
    page: Page, dashboard: Dashboard, chats: list[str]
):
    sign_in_and_settle(page, dashboard, chats[0])
    search, composer = page.get_by_test_id("search"), page.get_by_test_id("composer")
    composer.press_sequentially("a/b?")
    expect(composer).to_have_value("a/b?")
    page.keyboard.press("Control+k")
    expect(search).to_be_focused()
    item(page, "Anna Verdi").focus()
    press(page, "/", shiftKey=True)  # Shift+7 on an Italian keyboard
    expect(search).to_be_focused()
    expect(search).to_have_value("")


def test_next_and_previous_chat_keep_the_focus_in_the_composer(page: Page, dashboard: Dashboard, chats: list[str]):
    sign_in_and_settle(page, dashboard, chats[0])
    chat, composer = page.get_by_test_id("chat"), page.get_by_test_id("composer")
    composer.focus()
    for key, contact_id in (("ArrowDown", chats[1]), ("ArrowDown", chats[2]), ("ArrowUp", chats[1])):
        page.keyboard.press(f"Alt+{key}")
        expect(chat).to_have_attribute("data-id", contact_id)
        expect(composer).to_be_focused()
    page.go_back()
    expect(chat).to_have_attribute("data-id", chats[2])


def test_next_chat_begins_at_the_top_and_ends_at_the_bottom_of_the_list(
    page: Page, dashboard: Dashboard, chats: list[str]
):
    sign_in_and_settle(page, dashboard)
    expect(item(page, "Maria Rossi")).to_be_visible()
    for contact_id, name in zip(chats, NAMES, strict=True):
        page.keyboard.press("Alt+ArrowDown")
        expect(page.get_by_test_id("chat")).to_have_attribute("data-id", contact_id)
        expect(page.get_by_test_id("composer")).to_be_focused()
        item(page, name).focus()  # the list's own arrow keys leave those with Alt alone
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_test_id("chat")).to_have_attribute("data-id", chats[-1])
    expect(item(page, "Maria Rossi")).to_be_focused()


def test_message_is_sent_by_control_enter_and_sent_with_a_pause_by_shift_too(
    page: Page, dashboard: Dashboard, chats: list[str]
):
    sign_in_and_settle(page, dashboard, chats[0])
    composer = page.get_by_test_id("composer")
    composer.fill("Uno")
    composer.press("Control+Enter")
    expect(page.locator('[data-testid="bubble-out"][data-status="queued"]')).to_have_count(1)
    assert dashboard.contact(chats[0]).paused_until  # as after every message of staff
    composer.fill("Due")
    composer.press("Shift+Enter")
    expect(composer).to_have_value("Due\n")
    composer.press("Control+Shift+Enter")
    expect(page.get_by_test_id("bubble-out")).to_have_count(2)
    expect(page.get_by_test_id("takeover")).to_have_attribute("aria-checked", "false")
    expect(page.locator('[data-testid="bubble-out"][data-status="queued"]')).to_have_count(2)
    contact = dashboard.contact(chats[0])
    assert contact.paused
    assert contact.paused_until is None


def test_help_lists_every_key_and_gives_the_focus_back(page: Page, dashboard: Dashboard, chats: list[str]):
    sign_in_and_settle(page, dashboard)
    item(page, "Luca Bianchi").focus()
    press(page, "?", shiftKey=True)  # Shift+' on an Italian keyboard
    dialog = page.get_by_test_id("keys-dialog")
    expect(dialog.locator("dt")).to_have_count(8)
    expect(dialog).to_contain_text("Chat successiva")
    expect(dialog).to_contain_text("Ctrl+⇧+↵")
    assert "undefined" not in dialog.inner_text()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(item(page, "Luca Bianchi")).to_be_focused()
    expect(page.get_by_test_id("chat")).to_have_count(0)


def test_single_keys_can_be_switched_off_for_good(page: Page, dashboard: Dashboard, chats: list[str]):
    sign_in_and_settle(page, dashboard)
    page.get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name="Scorciatoie da tastiera").click()
    page.get_by_test_id("single-keys").click()
    page.keyboard.press("Escape")
    page.reload()
    item(page, "Luca Bianchi").focus()
    assert not press(page, "/")
    assert not press(page, "?", shiftKey=True)
    assert press(page, "k", ctrlKey=True)


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        ("k", {}),
        ("k", {"ctrlKey": True, "altKey": True}),  # AltGr
        ("k", {"metaKey": True}),
        ("/", {"ctrlKey": True}),
        ("?", {"altKey": True, "shiftKey": True}),
        ("ArrowDown", {"altKey": True, "shiftKey": True}),
        ("ArrowDown", {"altKey": True, "ctrlKey": True}),
        ("/", {"isComposing": True}),
    ],
)
def test_keys_of_browser_and_screen_reader_are_left_alone(
    page: Page, dashboard: Dashboard, key: str, modifiers: dict[str, bool]
):
    sign_in_and_settle(page, dashboard)
    expect(page.get_by_test_id("search")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    assert not press(page, key, **modifiers)


def test_key_is_the_browsers_where_the_search_is_not_shown(page: Page, dashboard: Dashboard, chats: list[str]):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in_and_settle(page, dashboard, chats[0])
    expect(page.get_by_test_id("chat")).to_be_visible()
    assert not press(page, "k", ctrlKey=True)


def test_every_key_of_the_map_has_words_and_nobody_takes_the_same_twice(page: Page, dashboard: Dashboard):
    page.goto(dashboard.url)
    actions, keys, words = page.evaluate("""async () => {
        const { KEYS } = await import("/assets/lib/keyboard.js");
        const { loadLaterTexts, texts } = await import("/assets/lib/texts.js");
        await loadLaterTexts();
        return [KEYS.map(({ action }) => action), KEYS.flatMap(({ keys }) => keys), Object.keys(texts.keyboard)];
    }""")
    assert set(actions) <= set(words)
    assert len(set(keys)) == len(keys)
