"""The queue: the tasks, and the only place that knows Cloud Tasks."""
