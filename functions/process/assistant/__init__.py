"""OpenAI: asking, what the model is told, and what it extracts."""
