"""A simulator of WhatsApp: the Cloud API towards the product, the customers' phones towards people and tests.

Nothing leaves the machine. See `PhoneSimulator` for use in tests, `python -m local.phone_simulator --help`
for use by hand.
"""

from local.phone_simulator.simulator import PhoneSimulator

__all__ = ["PhoneSimulator"]
