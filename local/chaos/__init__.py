"""A load through the whole product while everything around it fails, and a judgement of what became of it.

`./dev.sh chaos --minutes N --seed S` (`python -m local.chaos`).
"""
