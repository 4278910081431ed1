"""Tools for developing and running this project; nothing of them is deployed."""
