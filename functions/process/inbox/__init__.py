"""What arrives: messages, changes of names, delivery statuses; whose it is, and what becomes of it."""
