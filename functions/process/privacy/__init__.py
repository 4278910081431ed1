"""A person's rights: a file with all that is kept of them, and erasing it."""
