"""The overview and the list of what staff did: what everybody sees there, and what is the owners' alone."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from shared.model.day_counts import DayCounts
from shared.model.usage import Usage
from tests.browser.dashboard_page import item, sign_in, write
from tests.browser.desk import Dashboard

pytestmark = pytest.mark.browser


def open_page(page: Page, name: str) -> None:
    page.get_by_role("button", name="Altre azioni").first.click()
    page.get_by_role("menuitem", name=name).click()


def fill(dashboard: Dashboard) -> None:
    """Store four weeks of a small shop."""
    today = dt.datetime.now(dt.UTC).date()
    for number in range(28):
        day = (today - dt.timedelta(days=number)).isoformat()
        busy = 20 + (number * 7) % 23
        counts = DayCounts(messages=busy, conversations=busy // 3, answers=busy - 4, staff_messages=3, handovers=2)
        counts.update(
            {"answer_wait_6": busy - 8, "answer_wait_10": 4, "staff_wait_31": 2, "failures": number % 9 == 0}
        )
        dashboard.store.stats.add(day, counts)
        dashboard.store.facts.add_usage(day, [Usage(model="gpt", input_tokens=busy * 2_100, cost=busy * 0.0021)])


def test_overview_tells_the_numbers_as_tiles_charts_and_table(page: Page, dashboard: Dashboard):
    fill(dashboard)
    sign_in(page, dashboard)
    open_page(page, "Panoramica")
    overview = page.get_by_test_id("overview")
    expect(overview.locator(".tile").filter(has_text="Risposte date dall")).to_contain_text("%")
    expect(overview.locator("tbody tr")).to_have_count(28)
    expect(overview.locator("canvas")).to_have_count(3)
    expect(overview.locator("tfoot")).to_contain_text("Totale")
    total = overview.locator("tfoot td").nth(1).inner_text()
    shown = [overview.locator("tbody tr").nth(row).locator("td").nth(1).inner_text() for row in range(28)]
    assert sum(map(int, shown)) == int(total.replace(".", ""))


def test_overview_of_another_length_asks_for_as_many_days(page: Page, dashboard: Dashboard):
    fill(dashboard)
    sign_in(page, dashboard)
    open_page(page, "Panoramica")
    overview = page.get_by_test_id("overview")
    expect(overview.locator("tbody tr")).to_have_count(28)
    overview.get_by_role("button", name="7 giorni").click()
    expect(overview.locator("tbody tr")).to_have_count(7)
    expect(overview.get_by_role("button", name="7 giorni")).to_have_attribute("aria-pressed", "true")


def test_overview_that_does_not_load_says_so_and_tries_again(page: Page, dashboard: Dashboard):
    sign_in(page, dashboard)
    page.route("**/api/stats*", lambda route: route.abort())
    open_page(page, "Panoramica")
    overview = page.get_by_test_id("overview")
    expect(overview).to_contain_text("I numeri non si sono caricati")
    page.unroute("**/api/stats*")
    overview.get_by_role("button", name="Riprova").click()
    expect(overview.locator("tbody tr")).to_have_count(28)


def test_owner_sees_what_staff_did_and_opens_whom_it_was_about(page: Page, dashboard: Dashboard):
    contact_id = dashboard.add_contact("Giulia Rossi")
    dashboard.add_message(contact_id, "ciao")
    sign_in(page, dashboard, contact_id)
    write(page, "buongiorno")
    expect(item(page, "Giulia Rossi")).to_contain_text("buongiorno")
    open_page(page, "Attività")
    activity = page.get_by_test_id("activity")
    expect(activity).to_contain_text("ha scritto a Giulia Rossi")
    expect(activity).to_contain_text("è entrato")
    activity.get_by_role("link", name="Giulia Rossi").first.click()
    expect(page.get_by_test_id("chat")).to_be_visible()
    expect(activity).to_have_count(0)
    page.get_by_role("button", name="Chi ha letto e fatto cosa").click()
    expect(activity).to_contain_text("ha letto la conversazione con Giulia Rossi")
    expect(activity).not_to_contain_text("è entrato")
    activity.get_by_role("button", name="Non più solo Giulia Rossi").click()
    expect(activity).to_contain_text("è entrato")


def test_page_is_kept_over_a_reload_and_left_by_back(page: Page, dashboard: Dashboard):
    sign_in(page, dashboard)
    open_page(page, "Panoramica")
    expect(page.get_by_test_id("overview")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("overview")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("overview")).to_have_count(0)
