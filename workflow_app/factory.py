"""The composition root: settings, database, rooms, portals, commands and the checks of start-up meet here and only here."""

import logging
import os
from importlib import import_module

from flask import Flask

from workflow_app.cases.kinds import all_kinds, discover_kinds
from workflow_app.engine.diagrams import lint, load_definition
from workflow_app.foundation.clock import FixedClock, RunningClock, SystemClock
from workflow_app.foundation.database import init_database
from workflow_app.foundation.storage import Storage
from workflow_app.people.accounts import Role
from workflow_app.schema import init_migrations
from workflow_app.settings import ROOT, Settings, load_settings

# Modules that register jobs, recurring work or what follows a receipt: loaded for every process, web and worker alike.
REGISTERING = (
    "actions.lift_measures",
    "actions.invite_to_repair",
    "actions.prepare_advice",
    "actions.recompute_deadlines",
    "actions.save_draft",
    "actions.serve_letter",
    "actions.settle_write_back",
    "actions.sweep_deadlines",
    "actions.sweep_files",
    "actions.sweep_records",
    "letters.blank_forms",
    "actions.sweep_services",
    "letters.bundles",
    "actions.sweep_slips",
    "actions.tell_unlisted",
    "actions.sweep_stays",
    "letters.render",
    "records.import_job",
    "records.visibility",
    "records.write_back_job",
)
PORTALS = ("public", "identity", "enterprise", "officer", "supervisor", "admin")


def create_app(settings: Settings | None = None) -> Flask:
    """Return the assembled application. Raises ConfigurationFault where the installation is wrong."""
    settings = settings or load_settings()
    for noisy in ("spiff", "alembic", "fontTools", "weasyprint"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    os.environ.setdefault("TZ", "Asia/Shanghai")
    app = Flask("workflow_app", template_folder=str(ROOT / "templates"), static_folder=None)
    _configure(app, settings)
    init_database(app)
    init_migrations(app)
    discover_kinds()
    _init_rooms(app, settings)
    _check_diagrams()
    _register_portals(app)
    _register_commands(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    pool = {"pool_pre_ping": True} if settings.database_url.startswith("postgresql") else {}
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True} | pool,  # what people typed stays out of the logs
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        DEMO=settings.demo or (settings.data_dir / "demo").exists(),
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        PUBLIC_URL=settings.public_url,
    )
    app.extensions["settings"] = settings
    app.extensions["storage"] = Storage(settings.data_dir / "files")
    if settings.fixed_now is None:
        app.extensions["clock"] = SystemClock()
    else:
        app.extensions["clock"] = (FixedClock if settings.testing else RunningClock)(settings.fixed_now)


def _init_rooms(app: Flask, settings: Settings) -> None:
    from workflow_app.engine.instances import init_engine
    from workflow_app.jobs.queue import init_jobs
    from workflow_app.people.real_name import init_real_name
    from workflow_app.records.platform import init_platform

    for name in REGISTERING:
        import_module(f"workflow_app.{name}")
    init_real_name(app)
    init_engine(app, key=settings.secret_key)
    init_jobs(app, database_url=settings.database_url, testing=settings.testing)
    init_platform(app, url=settings.platform_url, key=settings.platform_key)


def _check_diagrams() -> None:
    """Refuse to start with a diagram that names a clock, role, step or form nobody has."""
    for kind in all_kinds():
        source = (ROOT / "bpmn" / f"{kind.process_id}.bpmn").read_bytes()
        lint(
            load_definition(source, kind.process_id),
            known_timers=kind.timers,
            known_lanes=[role.value for role in Role],
            known_services=kind.steps,
            known_forms=kind.forms,
        )


def _register_portals(app: Flask) -> None:
    from workflow_app.portals.shared.assets import init_assets
    from workflow_app.portals.shared.errors import init_errors
    from workflow_app.portals.shared.health import health_bp
    from workflow_app.portals.shared.real_name_pages import real_name_bp
    from workflow_app.portals.shared.security import init_security
    from workflow_app.portals.shared.sign_in import sign_in_bp
    from workflow_app.portals.shared.words import init_words

    for init in (init_security, init_errors, init_assets, init_words):
        init(app)
    for blueprint in (sign_in_bp, real_name_bp, health_bp):
        app.register_blueprint(blueprint)
    for name in PORTALS:
        module = import_module(f"workflow_app.portals.{name}")
        if hasattr(module, "bp"):
            app.register_blueprint(module.bp)


def _register_commands(app: Flask) -> None:
    from workflow_app import cli

    for command in cli.commands():
        app.cli.add_command(command)
