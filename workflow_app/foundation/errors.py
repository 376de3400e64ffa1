"""The error family. Each error carries a stable code and facts; status codes and wording live with those who show it."""

from typing import Any


class AppError(Exception):
    """Anything the house refuses or cannot do. `code` is stable, `facts` are plain values for the message and the log."""

    code = "error"

    def __init__(self, code: str | None = None, /, **facts: Any) -> None:
        self.code = code or type(self).code
        self.facts = facts
        super().__init__(self.code, facts)

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code


class NotFound(AppError):
    """No such thing, or none that this actor may know of."""

    code = "not_found"


class NotPermitted(AppError):
    """The actor may see the thing but not do this to it."""

    code = "not_permitted"


class Malformed(AppError):
    """The request cannot be read at all (encoding, control characters, broken token)."""

    code = "malformed"


class InvalidInput(AppError):
    """Fields are wrong. `fields` maps each field name to a label key or a finished Chinese sentence."""

    code = "invalid_input"

    def __init__(self, fields: dict[str, str], **facts: Any) -> None:
        super().__init__(None, **facts)
        self.fields = fields


class RuleViolation(AppError):
    """A rule of the law or of the procedure forbids the act. `basis` names the rule where there is one."""

    code = "rule_violation"

    def __init__(self, code: str, /, *, basis: str = "", **facts: Any) -> None:
        super().__init__(code, **facts)
        self.basis = basis


class AnotherPersonsAct(RuleViolation):
    """The rule of two persons: the act is right, but it is for somebody else to do. A refusal, and noted like one."""


class Conflict(AppError):
    """Somebody else was faster: the thing changed since the actor looked at it."""

    code = "conflict"


class ConfigurationFault(AppError):
    """The installation is wrong; start-up stops."""

    code = "configuration_fault"


class ExternalFault(AppError):
    """An outside system or a renderer failed; the job engine retries."""

    code = "external_fault"
