"""Job arguments and results as JSON: nothing in the database can become code when it is read."""

import json
from typing import Any


class JsonSerializer:
    """The job engine's serializer. An error is kept as its text; what is not JSON is refused."""

    def name(self) -> str:
        """The name under which the engine marks its rows."""
        return "casework_json"

    def serialize(self, data: Any) -> str:
        """Return JSON text."""
        return json.dumps(data, ensure_ascii=False, default=_encode)

    def deserialize(self, text: str) -> Any:
        """Return the value, an error as a RuntimeError with the same text."""
        return json.loads(text, object_hook=_decode)


def _encode(value: Any) -> dict[str, str]:
    if isinstance(value, BaseException):
        return {"__error__": f"{type(value).__name__}: {value}"}
    raise TypeError(f"not JSON: {type(value).__name__}")


def _decode(value: dict[str, Any]) -> Any:
    return RuntimeError(value["__error__"]) if "__error__" in value else value
