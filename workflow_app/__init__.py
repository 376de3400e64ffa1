"""Case management for public-credit work in Gansu; the package exports the application factory and nothing else."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow_app.factory import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> object:
    """Load the factory when it is asked for: the pure rooms can be imported without the whole house."""
    if name == "create_app":
        from workflow_app.factory import create_app

        return create_app
    raise AttributeError(name)
