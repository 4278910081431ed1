"""The whole product on this machine: emulators, simulators and the three functions, in real processes.

`python -m local.stack` (or `./dev.sh up`) runs it until Ctrl-C; tests run a `Stack` in a `with` block.
"""
