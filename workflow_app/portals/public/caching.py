"""What caches may keep of the public wing. Answers to a look-up are kept nowhere, pages for everybody for a moment."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import make_response, request
from werkzeug.wrappers import Response

from workflow_app.portals.shared.session import viewer
from workflow_app.portals.shared.words import SIZE_COOKIE

View = TypeVar("View", bound=Callable[..., Any])
MOMENT = 60  # seconds: today is on the pages, and nobody is to see yesterday's today for long


def kept(seconds: int = MOMENT) -> Callable[[View], View]:
    """Let caches keep a page that is the same for everybody, and answer who has it already with 304.

    0 seconds: a cache may keep it but asks each time. Who is signed in has their name on the page: kept nowhere. The
    chosen size of text is in a cookie, so caches tell readers apart by it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Response:
            answer: Response = make_response(view(*args, **kwargs))
            answer.vary.add("Cookie")
            if viewer() is not None or SIZE_COOKIE in request.args:
                answer.cache_control.no_store = True
                return answer
            answer.cache_control.public = True
            if seconds:
                answer.cache_control.max_age = seconds
            else:
                answer.cache_control.no_cache = True
            answer.add_etag()
            return answer.make_conditional(request)

        return cast(View, run)

    return decorate


def kept_nowhere(view: View) -> View:
    """Keep the answer to a look-up out of every cache and every search engine."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Response:
        answer: Response = make_response(view(*args, **kwargs))
        answer.cache_control.no_store = True
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    return cast(View, run)
