"""Pictures that the machine's own Chromium draws: the icons of the page, and every screen for the documentation."""
