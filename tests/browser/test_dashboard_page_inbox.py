"""Who needs whom: filters with counts, assignment, labels, reminders, what is done with a selection, pauses."""

import datetime as dt
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from shared.model.attention import Attention
from shared.model.business import BusinessSettings, Inbox, Label
from shared.store.business import SavedBusiness
from shared.store.connection import utc_now
from tests.browser.conftest import opened_page
from tests.browser.dashboard_page import ago, item, sign_in, write
from tests.browser.desk import STAFF, Dashboard

pytestmark = pytest.mark.browser


@pytest.fixture
def labels(dashboard: Dashboard) -> None:
    """Give the business two labels, before anybody asks for them."""
    chosen = [Label(name="VIP", color="red"), Label(name="Fornitori", color="blue")]
    settings = BusinessSettings(inbox=Inbox(labels=chosen))
    dashboard.store.business.save(SavedBusiness(1, settings, "giulia@example.com", utc_now(), ["inbox"]))


@pytest.fixture
def colleague(browser: Browser) -> Iterator[Page]:
    """The page of a second member of staff."""
    with opened_page(browser) as page:
        yield page


def waiting(dashboard: Dashboard, name: str, **since: float) -> str:
    """Store a customer who waits for a person."""
    mark = Attention(reason="asked_for_human", at=ago(**since), summary="un operatore, grazie")
    contact_id = dashboard.add_contact(name)
    dashboard.receive(contact_id, "vorrei un operatore", at=ago(**since))
    dashboard.change_contact(contact_id, attention=mark)
    return contact_id


def chip(page: Page, name: str) -> Locator:
    return page.locator(".filter-chips").get_by_role("button", name=name)


def choose(page: Page, person: str, action: str) -> None:
    """Choose from the menu of a conversation's line."""
    item(page, person).hover()
    page.get_by_role("button", name=f"Azioni per {person}").click()
    page.get_by_role("menuitem", name=action).click()


def names(page: Page) -> Locator:
    return page.locator(".item-name")


def test_filters_count_and_who_waits_longest_is_on_top(page: Page, dashboard: Dashboard):
    for name, hours in (("Anna Bruni", 1), ("Carla Neri", 3), ("Dario Verdi", 2)):
        waiting(dashboard, name, hours=hours)
    dashboard.add_contact("Elio Rosa")
    sign_in(page, dashboard)
    expect(chip(page, "Serve una persona")).to_contain_text("3")
    expect(chip(page, "Da leggere")).to_contain_text("3")
    expect(page).to_have_title("(3) Assistente WhatsApp")
    chip(page, "Serve una persona").click()
    expect(names(page)).to_have_text(["Carla Neri", "Dario Verdi", "Anna Bruni"])
    item(page, "Carla Neri").hover()
    page.get_by_role("button", name="Segna come gestita: Carla Neri").click()
    expect(names(page)).to_have_text(["Dario Verdi", "Anna Bruni"])
    expect(chip(page, "Serve una persona")).to_contain_text("2")
    expect(page).to_have_title("(2) Assistente WhatsApp")


def test_filter_from_the_menu_stays_in_sight_as_a_chip(page: Page, dashboard: Dashboard):
    dashboard.add_contact("Anna Bruni", blocked=True)
    dashboard.add_contact("Carla Neri", window_closes_at=utc_now() + dt.timedelta(hours=1))
    dashboard.add_contact("Dario Verdi", window_closes_at=utc_now() + dt.timedelta(minutes=20))
    sign_in(page, dashboard)
    page.get_by_role("button", name="Altri filtri").click()
    page.get_by_role("menuitemradio", name="Finestra in scadenza").click()
    expect(names(page)).to_have_text(["Dario Verdi", "Carla Neri"])
    expect(chip(page, "Finestra in scadenza")).to_have_attribute("aria-pressed", "true")
    chip(page, "Finestra in scadenza").click()
    expect(chip(page, "Tutte")).to_have_attribute("aria-pressed", "true")
    expect(names(page)).to_have_count(3)


def test_row_shows_the_customers_words_and_why_somebody_is_needed(page: Page, dashboard: Dashboard):
    contact_id = dashboard.add_contact("Anna Bruni")
    dashboard.receive(contact_id, "avete il 5 litri?", at=ago(minutes=5))
    dashboard.add_message(contact_id, "Ciao Anna! Ho letto.", direction="out")
    sign_in(page, dashboard)
    row = item(page, "Anna Bruni")
    expect(row).to_contain_text("avete il 5 litri?")
    expect(row.get_by_test_id("unread-dot")).to_be_visible()  # answered: it does not shout
    expect(row.get_by_test_id("unread")).to_have_count(0)
    dashboard.change_contact(contact_id, attention=Attention(reason="send_failed", at=utc_now()))
    expect(row.locator(".item-reason-failed")).to_contain_text("Non inviato")


def test_conversation_is_taken_and_the_colleague_sees_whose_it_is(
    page: Page, colleague: Page, dashboard: Dashboard
):
    dashboard.add_contact("Anna Bruni")
    sign_in(page, dashboard)
    sign_in(colleague, dashboard)
    choose(page, "Anna Bruni", "Assegna a me")
    expect(item(page, "Anna Bruni").locator(".assignee")).to_be_visible()
    expect(item(colleague, "Anna Bruni").locator(".assignee")).to_be_visible()
    chip(page, "Mie").click()
    expect(names(page)).to_have_text(["Anna Bruni"])
    choose(page, "Anna Bruni", "Lascia la conversazione")
    expect(names(page)).to_have_count(0)


def test_labels_are_given_and_filter_the_list(page: Page, dashboard: Dashboard, labels: None):
    dashboard.add_contact("Anna Bruni")
    dashboard.add_contact("Carla Neri")
    sign_in(page, dashboard)
    choose(page, "Anna Bruni", "Etichette…")
    dialog = page.get_by_test_id("labels")
    dialog.get_by_label("VIP").check()
    dialog.get_by_role("button", name="Salva").click()
    expect(item(page, "Anna Bruni").locator(".label-dot.label-red")).to_be_visible()
    page.get_by_role("button", name="Altri filtri").click()
    page.get_by_role("menuitemradio", name="VIP").click()
    expect(names(page)).to_have_text(["Anna Bruni"])


def test_reminder_takes_the_conversation_out_of_sight_until_it_is_due(page: Page, dashboard: Dashboard):
    contact_id = waiting(dashboard, "Anna Bruni", hours=1)
    sign_in(page, dashboard)
    chip(page, "Serve una persona").click()
    choose(page, "Anna Bruni", "Ricordamelo…")
    page.get_by_test_id("snooze").get_by_role("button", name="Domani mattina").click()
    expect(names(page)).to_have_count(0)
    contact = dashboard.contact(contact_id)
    assert contact.snoozed_until and contact.snoozed_summary == "un operatore, grazie"
    morning = contact.snoozed_until.astimezone(dt.timezone(dt.timedelta(hours=1)))
    assert morning.minute == 0 and morning.hour in (9, 8)  # Rome's 9 o'clock, in winter or summer
    assert contact.snoozed_until > utc_now()


def test_marked_as_unread_until_it_is_opened_again(page: Page, dashboard: Dashboard):
    contact_id = dashboard.add_contact("Anna Bruni")
    dashboard.add_message(contact_id, "ciao", at=ago(minutes=3))
    sign_in(page, dashboard, contact_id)
    page.locator(".chat-header").get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name="Segna come da leggere").click()
    expect(page.get_by_test_id("chat")).to_have_count(0)
    expect(item(page, "Anna Bruni").get_by_test_id("unread-dot")).to_be_visible()
    item(page, "Anna Bruni").click()
    expect(item(page, "Anna Bruni").get_by_test_id("unread-dot")).to_have_count(0)


def test_selection_is_dealt_with_at_once_and_tells_what_failed(page: Page, dashboard: Dashboard):
    ids = [waiting(dashboard, name, hours=1) for name in ("Anna Bruni", "Carla Neri", "Dario Verdi")]
    dashboard.add_contact("Elio Rosa")
    sign_in(page, dashboard)
    item(page, "Anna Bruni").click(modifiers=["Control"])
    expect(page.get_by_test_id("selection")).to_contain_text("1 selezionata")
    item(page, "Carla Neri").click()
    item(page, "Dario Verdi").click()
    expect(page.get_by_test_id("chat")).to_have_count(0)
    dashboard.erase(ids[2])
    page.get_by_role("button", name="Segna come gestita", exact=True).click()
    expect(page.get_by_text("2 di 3 fatte")).to_be_visible()
    assert [dashboard.contact(contact_id).attention for contact_id in ids[:2]] == [None, None]
    page.get_by_role("button", name="Annulla la selezione").click()
    expect(chip(page, "Tutte")).to_be_visible()


def test_selection_is_made_with_the_keyboard_and_assigned(page: Page, dashboard: Dashboard):
    contact_id = dashboard.add_contact("Anna Bruni")
    sign_in(page, dashboard)
    item(page, "Anna Bruni").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_test_id("selection")).to_contain_text("1 selezionata")
    page.get_by_role("button", name="Assegna a…").click()
    page.get_by_test_id("assign").get_by_role("button", name="Staff").click()
    expect(item(page, "Anna Bruni").locator(".assignee")).to_be_visible()
    assert dashboard.contact(contact_id).assignee == "staff@localhost"


def test_message_of_staff_pauses_and_the_chat_tells_for_how_long(page: Page, dashboard: Dashboard):
    contact_id = dashboard.add_contact("Anna Bruni")
    dashboard.add_message(contact_id, "buongiorno", **STAFF)
    sign_in(page, dashboard, contact_id)
    write(page, "ti seguo io")
    expect(page.get_by_test_id("pause")).to_contain_text("In pausa ancora 30 min")
    expect(page.get_by_test_id("takeover")).to_have_attribute("aria-checked", "false")
    page.get_by_test_id("pause").get_by_role("button", name="Riprendi").click()
    expect(page.get_by_test_id("pause")).to_have_count(0)
    assert not dashboard.contact(contact_id).paused


def test_pause_ends_on_the_page_by_itself(page: Page, dashboard: Dashboard):
    contact_id = dashboard.add_contact("Anna Bruni", paused=True, paused_until=utc_now() + dt.timedelta(minutes=5))
    dashboard.add_message(contact_id, "buongiorno")
    page.clock.install()
    sign_in(page, dashboard, contact_id)
    expect(page.get_by_test_id("pause")).to_be_visible()
    page.clock.fast_forward("06:00")
    expect(page.get_by_test_id("pause")).to_have_count(0)
    expect(page.get_by_test_id("takeover")).to_have_attribute("aria-checked", "true")


def test_colleagues_see_each_other_in_a_conversation(page: Page, colleague: Page, dashboard: Dashboard):
    contact_id = dashboard.add_contact("Anna Bruni")
    dashboard.add_message(contact_id, "buongiorno")
    sign_in(page, dashboard, contact_id)
    colleague.goto(f"{dashboard.url}/#/c/{contact_id}")
    colleague.get_by_label("E-mail").fill("bruno.verdi@example.com")
    colleague.get_by_role("button", name="Entra").click()
    expect(colleague.locator(".chat-subtitle")).to_have_text("Staff è qui")
    expect(page.locator(".chat-subtitle")).to_have_text("Bruno Verdi è qui")
    colleague.get_by_test_id("composer").press_sequentially("ti rispondo io")
    expect(page.locator(".chat-subtitle")).to_have_text("Bruno Verdi sta scrivendo…")
    colleague.get_by_test_id("composer").fill("")
    expect(page.locator(".chat-subtitle")).to_have_text("Bruno Verdi è qui")
