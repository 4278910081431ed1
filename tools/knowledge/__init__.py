"""The documents that the assistant looks things up in, in a vector store at OpenAI or another server.

`./dev.sh knowledge` (`python -m tools.knowledge`).
"""
