"""A person's rights: what is kept of them is erased."""
