"""Makes this folder win over the package of the same name that mock-firestore's wheel brings along."""
