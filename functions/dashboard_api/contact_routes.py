"""The routes of the contacts as a whole."""

import flask

from functions.dashboard_api.api import Answer, Api
from functions.dashboard_api.bodies import ContactsQuery
from functions.dashboard_api.contacts_csv import contacts_table
from functions.dashboard_api.desk import Desk


def add_contacts(api: Api, desk: Desk) -> None:
    """Add the table of contacts."""

    @api.get("/api/contacts.csv", role="agent", note="contacts_exported", answers=[Answer(200, "text/csv")])
    def table(query: ContactsQuery) -> flask.Response:
        """Download the contacts as a table, those that a filter shows.

        In UTF-8 with a byte order mark, for Excel; what a spreadsheet would take for a formula has a `'` before it.
        """
        return contacts_table(desk, flask.g.staff.email, query)
