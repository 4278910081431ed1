"""The bound on what all customers together may cost in a day, and who learns of it."""

import datetime as dt
import time
from contextlib import closing
from dataclasses import replace

import pytest

from functions.dashboard_api.notices import kept_notices
from functions.process.runtime import open_runtime
from functions.process.token_budget import TokenBudget
from local.observe.counting import count_operations
from shared.model.business import BusinessSettings
from shared.model.usage import Usage, total
from shared.queue.tasks import PreviewTask, SweepTask
from shared.store.connection import utc_now
from shared.store.previews import PreviewQuestion
from tests.turns.world import World

pytestmark = pytest.mark.emulator

OTHER = "393330000002"
DAY = 86_400


@pytest.fixture
def bounded(world: World) -> World:
    """A world in which an answer takes 50 of 100 tokens."""
    world.settings = world.settings.model_copy(update={"daily_token_budget": 100})
    world.assistant.usage = Usage(input_tokens=40, output_tokens=10)
    return world


def spend_all(world: World) -> None:
    for name in ("uno", "due"):
        world.say(name)
        world.run_until_quiet()
        world.clock.advance(20)


def test_customers_beyond_the_budget_get_the_fallback_once_a_day_and_staff_a_flag(bounded: World) -> None:
    spend_all(bounded)
    for name, phone in (("tre", OTHER), ("quattro", OTHER)):
        bounded.say(name, phone=phone)
        bounded.run_until_quiet()
    assert bounded.assistant.asked == ["uno", "due"]
    assert len(bounded.texts()) == 3
    assert {bounded.inbound(name).status for name in ("tre", "quattro")} == {"left_to_staff"}
    attention = bounded.contact(OTHER).attention
    assert attention and attention.reason == "over_budget"


def test_message_that_is_left_beyond_the_budget_is_flagged_again_after_staff_dismissed_the_flag(
    bounded: World,
) -> None:
    spend_all(bounded)
    bounded.say("tre")
    bounded.run_until_quiet()
    bounded.change(attention=None)
    texts = bounded.texts()
    bounded.say("quattro")
    bounded.run_until_quiet()
    attention = bounded.contact().attention
    assert attention and attention.reason == "over_budget"
    assert (bounded.texts(), bounded.inbound("quattro").status) == (texts, "left_to_staff")


def test_budget_begins_anew_the_next_day_of_the_business(bounded: World) -> None:
    spend_all(bounded)
    bounded.clock.advance(DAY)
    bounded.say("domani")
    bounded.run_until_quiet()
    assert bounded.texts()[-1] == "re: domani"


def test_command_is_answered_beyond_the_budget(bounded: World) -> None:
    spend_all(bounded)
    bounded.say("/help")
    bounded.run_until_quiet()
    assert bounded.inbound("/help").status == "answered"


def test_staff_learn_of_half_and_of_all_of_the_budget(bounded: World) -> None:
    used = []
    for name in ("uno", "due"):
        bounded.say(name)
        bounded.run_until_quiet()
        used.append(bounded.store.facts.openai().budget_used)
        bounded.clock.advance(20)
    assert used == [50, 100]


def test_notice_is_shown_until_the_day_ends(world: World) -> None:
    world.store.facts.set_budget_used(80, utc_now() + dt.timedelta(hours=1))
    shown = [(notice["code"], notice["details"]) for notice in kept_notices(world.store.facts)()]
    world.store.facts.set_budget_used(80, utc_now() - dt.timedelta(seconds=1))
    assert shown == [("budget_used", "80")]
    assert kept_notices(world.store.facts)() == []


def spend(budget: TokenBudget, tokens: int, model: str = "m") -> None:
    budget.spend(Usage(model=model, input_tokens=tokens))


def test_no_budget_costs_one_write_a_minute_and_no_read(world: World) -> None:
    budget = world.runtime().budget
    count = count_operations(world.client)
    for _ in range(10):
        spend(budget, 1_000_000)
        world.clock.advance(5)
    assert not budget.is_used_up()
    assert (count.writes, count.reads) == (1, 0)
    world.clock.advance(11)
    spend(budget, 1)
    assert (count.writes, count.reads) == (2, 0)
    assert world.store.facts.tokens(budget.day) == (budget.day, 10_000_001)


def test_day_is_counted_by_model_with_its_money_in_one_document(world: World) -> None:
    world.settings = world.settings.model_copy(update={"daily_token_budget": 100})
    budget = world.runtime().budget
    luna = Usage(model="gpt-6-luna", input_tokens=1_000_000, cached_tokens=400_000, output_tokens=200_000)
    own = Usage(model="my.own/model", input_tokens=5)
    for usage in (luna, own, luna):
        budget.spend(usage)
        world.clock.advance(6)
    count = count_operations(world.client)
    found = {usage.model: usage for usage in world.store.facts.usage_of([budget.day])[budget.day]}
    assert count.reads == 1
    cost = 2 * (0.6 * 0.10 + 0.4 * 0.01 + 0.2 * 0.50)
    assert found["gpt-6-luna"].cost == pytest.approx(cost)
    assert replace(found["gpt-6-luna"], cost=None) == replace(total(luna, luna), cost=None)
    assert found["my.own/model"] == own
    assert world.store.facts.usage_of(["2020-01-01"]) == {}


def test_process_that_ends_writes_down_what_it_held_back_and_holds_nothing_more(world: World) -> None:
    budget = world.runtime().budget
    for written in (3, 3):
        spend(budget, 3)
        assert world.store.facts.tokens(budget.day)[1] == written
    budget.flush()
    assert world.store.facts.tokens(budget.day)[1] == 6
    spend(budget, 1)
    assert world.store.facts.tokens(budget.day)[1] == 7


def test_process_that_is_told_to_end_writes_down_what_it_held_back(world: World) -> None:
    settings = world.settings.model_copy(update={"cloud_tasks_emulator_host": "127.0.0.1:1"})  # never asked
    with closing(open_runtime(settings, "http://127.0.0.1:1")) as runtime:
        for _ in range(2):
            spend(runtime.budget, 3)
        assert world.store.facts.tokens(runtime.budget.day)[1] == 3
        runtime.stopping.begin()
        give_up = time.monotonic() + 10
        while world.store.facts.tokens(runtime.budget.day)[1] != 6:
            assert time.monotonic() < give_up
            time.sleep(0.05)


def test_staff_learn_of_four_fifths_of_the_budget_once(bounded: World) -> None:
    budget = bounded.runtime().budget
    used = []
    for tokens in (49, 30, 2, 18):
        spend(budget, tokens)
        used.append(bounded.store.facts.openai().budget_used)
        bounded.clock.advance(6)
    assert used == [0, 50, 80, 80]


def test_counts_of_a_day_are_deleted_after_a_year(bounded: World) -> None:
    budget = bounded.runtime().budget
    spend(budget, 30)
    first = budget.day
    for days, left in ((399, 30), (2, 0)):
        bounded.clock.advance(days * DAY)
        bounded.deliver(SweepTask())
        assert bounded.store.facts.tokens(first) == (first, left)
    assert bounded.store.facts.openai().budget_used == 0


def test_process_that_dies_takes_along_a_hundredth_of_the_budget_at_most(bounded: World) -> None:
    bounded.settings = bounded.settings.model_copy(update={"daily_token_budget": 1_000})
    budget = bounded.runtime().budget
    for _ in range(50):
        spend(budget, 3)
    assert 150 - 10 <= bounded.store.facts.tokens(budget.day)[1] <= 150


def test_many_calls_at_once_are_one_write(bounded: World) -> None:
    bounded.settings = bounded.settings.model_copy(update={"daily_token_budget": 10_000})
    budget = bounded.runtime().budget
    count = count_operations(bounded.client)
    for _ in range(20):
        spend(budget, 1)
    assert count.writes == 1
    bounded.clock.advance(6)
    spend(budget, 1)
    assert bounded.store.facts.tokens(budget.day)[1] == 21


def test_preview_beyond_the_budget_is_not_asked(bounded: World) -> None:
    spend_all(bounded)
    asked = len(bounded.assistant.given)
    question = PreviewQuestion("ciao", [], BusinessSettings())
    preview_id = bounded.store.previews.ask(question, bounded.clock.now())
    bounded.deliver(PreviewTask(preview_id=preview_id))
    answer = bounded.store.previews.answer(preview_id)
    assert answer and answer.problem == "over_budget"
    assert len(bounded.assistant.given) == asked
