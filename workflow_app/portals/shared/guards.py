"""The guard of every route: a view carries one permission; whether a given case may be seen is asked by the act itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import abort, redirect, request, url_for

from workflow_app.foundation.errors import NotPermitted
from workflow_app.people.permissions import Permission, may
from workflow_app.portals.shared.session import current_actor, viewer

View = TypeVar("View", bound=Callable[..., Any])


def guarded(permission: Permission) -> Callable[[View], View]:
    """Let a view run only for those whose role has the permission; everybody else signs in or is refused."""

    def guard(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            if permission is not Permission.PUBLIC:
                if viewer() is None:
                    return _to_sign_in()
                if not may(current_actor(), permission):
                    raise NotPermitted(permission=permission.value)
            return view(*args, **kwargs)

        run.permission = permission  # type: ignore[attr-defined]
        return cast(View, run)

    return guard


def _to_sign_in() -> Any:
    if request.method not in ("GET", "HEAD") or "HX-Request" in request.headers:
        abort(401)
    target = request.full_path.rstrip("?")
    return redirect(url_for("sign_in.form", next=target))
