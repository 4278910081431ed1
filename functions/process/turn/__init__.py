"""Answering what waits at a contact: the lease, the turn, the reply, and sending it once."""
