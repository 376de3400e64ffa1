"""Case management for public-credit work in Gansu; the package exports the application factory and nothing else."""

from workflow_app.factory import create_app

__all__ = ["create_app"]
