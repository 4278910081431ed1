"""The webhook function: verifies what Meta posts, acknowledges it, enqueues a task for each event."""
