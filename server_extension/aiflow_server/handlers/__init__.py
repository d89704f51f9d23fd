"""The routes: which pattern is answered by which handler. Relative to the server's base URL."""

from tornado import web

from aiflow_server.handlers.base import Handler
from aiflow_server.handlers.download import DownloadHandler
from aiflow_server.handlers.files import FileHandler
from aiflow_server.handlers.generate import (
    CancelHandler,
    ChangeHandler,
    ContinueHandler,
    GenerateHandler,
    RetryHandler,
)
from aiflow_server.handlers.imports import ImportHandler
from aiflow_server.handlers.program import ProgramHandler
from aiflow_server.handlers.projects import (
    CompareHandler,
    ProjectHandler,
    ProjectsHandler,
    RequestHandler,
    ThumbnailHandler,
)
from aiflow_server.handlers.static import StaticHandler
from aiflow_server.handlers.stream import StreamHandler
from aiflow_server.handlers.templates import TemplatesHandler
from aiflow_server.handlers.unknown import UnknownHandler

__all__ = ["ROUTES", "Handler"]

_PROJECT = r"api/projects/(?P<project_id>[^/]+)"

ROUTES: tuple[tuple[str, type[web.RequestHandler]], ...] = (
    (r"api/generate", GenerateHandler),
    (r"api/import", ImportHandler),
    (r"api/stream/(?P<project_id>[^/]+)", StreamHandler),
    (r"api/projects", ProjectsHandler),
    (_PROJECT, ProjectHandler),
    (_PROJECT + r"/request", RequestHandler),
    (_PROJECT + r"/files/(?P<path>.+)", FileHandler),
    (_PROJECT + r"/download", DownloadHandler),
    (_PROJECT + r"/thumbnail", ThumbnailHandler),
    (_PROJECT + r"/compare", CompareHandler),
    (_PROJECT + r"/change", ChangeHandler),
    (_PROJECT + r"/retry", RetryHandler),
    (_PROJECT + r"/cancel", CancelHandler),
    (_PROJECT + r"/continue", ContinueHandler),
    (_PROJECT + r"/program", ProgramHandler),
    (r"api/templates", TemplatesHandler),
    (r"aiflow/static/(?P<path>.+)", StaticHandler),
    # Last: whatever else is asked of our part of the API is refused in our words.
    (r"(?:api/(?:generate|import|stream|projects|templates)|aiflow)(?:/.*)?", UnknownHandler),
)
