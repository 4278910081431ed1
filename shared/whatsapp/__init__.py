"""WhatsApp's Cloud API: sending, files, templates, and what its answers mean."""
