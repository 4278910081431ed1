"""The routes of what happened: the numbers of days, and what staff did."""

from functions.dashboard_api.activity import ActivityBody, ActivityPage, list_activity
from functions.dashboard_api.api import Api
from functions.dashboard_api.bodies import ActivityQuery, StatsQuery
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.overview import StatsView, list_days


def add_numbers(api: Api, desk: Desk) -> None:
    """Add the numbers of days and the list of what staff did."""

    @api.get("/api/stats", role="viewer")
    def stats(query: StatsQuery) -> StatsView:
        """Tell what was written and answered by day, how fast, what failed and what it cost."""
        return list_days(desk, query.first, query.last)

    @api.get("/api/activity", role="owner")
    def activity(query: ActivityQuery) -> ActivityPage:
        """List who of staff did what, the latest first, a page at a time."""
        return list_activity(desk, ActivityBody(cursor=query.cursor))

    @api.post("/api/activity/search", role="owner")
    def search(body: ActivityBody) -> ActivityPage:
        """List what was done about one customer, by one member of staff, or both; no address is in the URL."""
        return list_activity(desk, body)
