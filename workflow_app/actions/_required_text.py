"""Reading a text that an act cannot do without: a reason, a question, an answer."""

from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import clean_text


def required_text(field: str, text: str, *, limit: int) -> str:
    """Return a text of one or more lines. Raises InvalidInput on the field where it is empty, too long or invisible."""
    try:
        kept = clean_text(text, multiline=True)
    except ValueError as error:
        raise InvalidInput({field: label(f"field_error.{error}")}) from None
    if not kept:
        raise InvalidInput({field: label("field_error.required")})
    if len(kept) > limit:
        raise InvalidInput({field: label("field_error.too_long", max=limit)})
    return kept
