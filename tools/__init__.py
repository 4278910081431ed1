"""Tools for developing this project; nothing of them is deployed."""
