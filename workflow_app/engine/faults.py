"""What the engine refuses: diagrams that must not be used, and states that were not written by this house."""

from workflow_app.foundation.errors import AppError, ConfigurationFault


class DiagramFault(ConfigurationFault):
    """A diagram that must not be used. Facts: `rule` (stable), `node` (an id of the diagram, or empty) and details."""

    code = "diagram_fault"

    def __init__(self, *, rule: str, node: str = "", **details: object) -> None:
        super().__init__(None, rule=rule, node=node, **details)
        self.rule, self.node = rule, node


class EngineStateAltered(AppError):
    """A stored state no longer matches its seal: this case stops until a person has looked, all others run on."""

    code = "engine_state_altered"
