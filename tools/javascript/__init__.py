"""The front end's checks: TypeScript and ESLint, run by the Node of a PyPI wheel."""
