"""Every screen of the page: where it is, and what is done there before the picture is taken.

A new screen is a line here. What is done goes by test ids, icons and classes, since the page speaks two languages.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, ViewportSize, expect

from local.pictures.shop import id_of

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Look:
    """How the page is looked at; the name is the second part of the file's."""

    name: str
    size: ViewportSize
    locale: str = "it-IT"
    dark: bool = False


@dataclass(frozen=True)
class Screen:
    """A screen: the name is the first part of the file's, `hash` the end of the address."""

    name: str
    hash: str = "#/"
    arrange: Callable[[Page], None] = lambda page: None
    signed_in: bool = True


LOOKS = (
    Look("wide", WIDE),
    Look("wide-dark", WIDE, dark=True),
    Look("wide-en", WIDE, locale="en-GB"),
    Look("phone", PHONE),
    Look("phone-dark", PHONE, dark=True),
)


def chat_with(name: str) -> str:
    """Return the end of the address of a customer's chat."""
    return f"#/c/{id_of(name)}"


def _search(page: Page) -> None:
    page.get_by_test_id("search").fill("greco")
    expect(page.get_by_test_id("conversation-item")).to_have_count(1)
    expect(page.get_by_test_id("hit").first).to_be_visible()


def _card(page: Page) -> None:
    card = page.get_by_test_id("contact-card")
    if not card.is_visible():
        page.locator(".chat-person").click()
    expect(card).to_be_visible()


def _needs_a_person(page: Page) -> None:
    page.locator(".filter-attention").click()
    expect(page.get_by_test_id("conversation-item")).to_have_count(2)


def _replies(page: Page) -> None:
    page.get_by_test_id("composer").press("/")


def _emoji(page: Page) -> None:
    if page.get_by_test_id("emoji-button").is_visible():
        page.get_by_test_id("emoji-button").click()
    else:  # on a phone it is in the menu
        page.locator(".composer .menu > button").click()
        page.locator(".menu-item:has(.icon-smile)").click()
    expect(page.get_by_test_id("emoji").first).to_be_visible()


def _search_in_chat(page: Page) -> None:
    page.get_by_test_id("composer").press("Control+f")
    page.get_by_test_id("chat-search-field").fill("proposta")
    expect(page.get_by_test_id("chat-search").get_by_test_id("hit").first).to_be_visible()


def _lightbox(page: Page) -> None:
    page.locator(".picture").last.click()
    expect(page.get_by_test_id("lightbox")).to_be_visible()


def _message_info(page: Page) -> None:
    page.get_by_test_id("bubble-out").last.locator(".bubble-menu button").first.click(force=True)
    page.locator(".menu-item:has(.icon-info)").click()
    expect(page.locator(".message-info")).to_be_visible()


def _new_conversation(page: Page) -> None:
    page.locator("button:has(.icon-newChat)").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()


def _selection(page: Page) -> None:
    for row in range(2):
        page.get_by_test_id("conversation-item").nth(row).click(modifiers=["Control"])


def _presence(page: Page) -> None:
    others = {"others": [{"email": "anna@ilcipresso.example", "typing": True}]}
    page.route("**/presence", lambda route: route.fulfill(json=others))
    page.reload()
    expect(page.locator(".chat-subtitle")).to_contain_text("Anna")


def _choose_in_account(icon: str, dialog: str) -> Callable[[Page], None]:
    def choose(page: Page) -> None:
        page.locator(".sidebar-header .menu > button").click()
        page.locator(f".menu-item:has(.icon-{icon})").click()
        expect(page.get_by_test_id(dialog)).to_be_visible()

    return choose


def _files(page: Page) -> None:
    page.locator(".chat-header .menu > button").click()
    page.locator(".menu-item:has(.icon-image)").click()
    expect(page.get_by_test_id("gallery")).to_be_visible()


def _choose_template(page: Page) -> None:
    page.get_by_test_id("choose-template").click()
    expect(page.locator("dialog[open]")).to_be_visible()


SCREENS = (
    Screen("sign-in", signed_in=False),
    Screen("list"),
    Screen("needs-a-person", arrange=_needs_a_person),
    Screen("search", arrange=_search),
    Screen("chat", chat_with("Giulia Bianchi")),
    Screen("paused", chat_with("Luca Greco")),
    Screen("failed", chat_with("Marco Ferri")),
    Screen("buttons", chat_with("Emma Clarke")),
    Screen("window-closed", chat_with("Paolo Neri")),
    Screen("template", chat_with("Paolo Neri"), _choose_template),
    Screen("card", chat_with("Luca Greco"), _card),
    Screen("files", chat_with("Giulia Bianchi"), _files),
    Screen("replies", chat_with("Luca Greco"), _replies),
    Screen("emoji", chat_with("Luca Greco"), _emoji),
    Screen("search-in-chat", chat_with("Giulia Bianchi"), _search_in_chat),
    Screen("lightbox", chat_with("Giulia Bianchi"), _lightbox),
    Screen("presence", chat_with("Emma Clarke"), _presence),
    Screen("message-info", chat_with("Giulia Bianchi"), _message_info),
    Screen("new-conversation", arrange=_new_conversation),
    Screen("selection", arrange=_selection),
    Screen("overview", "#/overview"),
    Screen("activity", "#/activity"),
    Screen("settings", "#/settings"),
    Screen("notifications", arrange=_choose_in_account("bell", "alerts-dialog")),
    Screen("keys", arrange=_choose_in_account("keyboard", "keys-dialog")),
)
