"""What the product speaks of, as frozen values and pure functions: contact, message, turn, identifiers."""
