"""What a Firestore client reads and writes, counted as the bill would."""

from dataclasses import dataclass, field
from typing import Any

from google.cloud import firestore


@dataclass
class Count:
    """Billed operations; a query that finds nothing is billed as one read."""

    writes: int = 0
    reads: int = 0
    transactions: int = 0
    calls: list[str] = field(default_factory=list)


def count_operations(client: firestore.Client) -> Count:
    """Count every document that this client's calls read and write from now on."""
    count = Count()
    api: Any = client._firestore_api
    for name in ("commit", "batch_get_documents", "run_query", "run_aggregation_query", "begin_transaction"):
        setattr(api, name, _counted(name, getattr(api, name), count))
    return count


def _counted(name: str, call: Any, count: Count) -> Any:
    def counted(request: Any = None, *arguments: Any, **options: Any) -> Any:
        answer = call(request, *arguments, **options)
        count.calls.append(name)
        if name == "commit":
            count.writes += len(request["writes"])
        elif name == "batch_get_documents":
            count.reads += len(request["documents"])
        elif name == "run_aggregation_query":
            count.reads += 1  # for each thousand entries of the index
        elif name == "run_query":
            return _count_results(answer, count)
        else:
            count.transactions += 1
        return answer

    return counted


def _count_results(answer: Any, count: Count) -> Any:
    found = 0
    for response in answer:
        found += 1 if response.document.name else 0
        yield response
    count.reads += max(1, found)
