"""What the dashboard_api function serves: the page, the sign-in and the API."""
