"""/v1/files and /v1/vector_stores."""

from typing import Any

from flask import Blueprint, Response, request

from local.openai_simulator.api_errors import bad_request
from local.openai_simulator.backend import Backend
from local.openai_simulator.body import Body, current_call, json_body
from local.openai_simulator.items import Item
from local.openai_simulator.knowledge import KeptFile
from local.openai_simulator.pipeline import perform


class _NewStore(Body):
    name: str | None = None
    metadata: dict[str, str] | None = None


class _NewStoreFile(Body):
    file_id: str
    attributes: dict[str, Any] | None = None


def knowledge_routes(backend: Backend) -> Blueprint:
    """Return the routes over a backend's files and vector stores."""
    routes = Blueprint("knowledge", __name__)
    kept = backend.knowledge

    def answer(body: Item) -> Response:
        return perform(backend, current_call(), lambda _: body)

    @routes.post("/files")
    def upload() -> Response:
        given, purpose = request.files.get("file"), request.form.get("purpose")
        if given is None or not purpose:
            missing = "purpose" if given else "file"
            raise bad_request(f"Missing required parameter: '{missing}'.", missing, "missing_required_parameter")
        return answer(kept.add_file(KeptFile(given.filename or "file", given.read(), purpose)).body())

    @routes.get("/files")
    def list_files() -> Response:
        return answer(_page([file.body() for file in kept.files()]))

    @routes.get("/files/<file_id>")
    def retrieve_file(file_id: str) -> Response:
        return answer(kept.file(file_id).body())

    @routes.delete("/files/<file_id>")
    def delete_file(file_id: str) -> Response:
        kept.delete_file(file_id)
        return answer({"id": file_id, "object": "file", "deleted": True})

    @routes.post("/vector_stores")
    def create() -> Response:
        return answer(kept.add_store(json_body(_NewStore).name or "").body())

    @routes.get("/vector_stores/<store_id>")
    def retrieve(store_id: str) -> Response:
        return answer(kept.store(store_id).body())

    @routes.post("/vector_stores/<store_id>/files")
    def attach(store_id: str) -> Response:
        file = kept.attach(store_id, json_body(_NewStoreFile).file_id)
        return answer(kept.store(store_id).file_body(file) | {"status": "in_progress"})

    @routes.get("/vector_stores/<store_id>/files")
    def list_attached(store_id: str) -> Response:
        store = kept.store(store_id)
        return answer(_page([store.file_body(kept.file(name)) for name in store.files]))

    @routes.get("/vector_stores/<store_id>/files/<file_id>")
    def retrieve_attached(store_id: str, file_id: str) -> Response:
        return answer(kept.store(store_id).file_body(kept.attached(store_id, file_id)))

    @routes.delete("/vector_stores/<store_id>/files/<file_id>")
    def detach(store_id: str, file_id: str) -> Response:
        kept.detach(store_id, file_id)
        return answer({"id": file_id, "object": "vector_store.file.deleted", "deleted": True})

    return routes


def _page(items: list[Item]) -> Item:
    first, last = (items[0]["id"], items[-1]["id"]) if items else (None, None)
    return {"object": "list", "data": items, "first_id": first, "last_id": last, "has_more": False}
