"""What a turn costs and how long it takes, measured on this machine.

`./dev.sh bench` (`python -m local.bench`).
"""
