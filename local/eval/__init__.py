"""The evaluation: written conversations, had with a model by the product's own code, and judged by fixed rules.

cases/*.yaml ── case.py ── play.py (the process function, a Firestore emulator, a played WhatsApp) ── judge.py
                               │  every call of OpenAI is seen on its way: tap.py            checks.py ┘ │
                               └ as many at once as wanted: run.py          summary.py ── table.py, page.py
"""
