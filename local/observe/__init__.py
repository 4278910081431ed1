"""Watching the running product from outside: what it stores, what it sends, what it costs."""
