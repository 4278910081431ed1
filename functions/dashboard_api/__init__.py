"""The dashboard_api function: the staff's page, the sign-in and the API."""
