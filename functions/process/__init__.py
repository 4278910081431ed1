"""The process function: takes tasks from the queue and does all the work on them."""
