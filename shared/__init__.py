"""The library that the three functions share."""
