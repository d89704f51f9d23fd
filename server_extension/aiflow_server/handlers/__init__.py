"""The routes: which pattern is answered by which handler. Relative to the server's base URL."""

from tornado import web

from aiflow_server.handlers.base import Handler
from aiflow_server.handlers.calls import handler_of
from aiflow_server.handlers.download import DownloadHandler
from aiflow_server.handlers.files import FileHandler
from aiflow_server.handlers.generate import GenerateHandler
from aiflow_server.handlers.imports import ImportHandler
from aiflow_server.handlers.program import ProgramHandler
from aiflow_server.handlers.projects import ThumbnailHandler, TreeHandler
from aiflow_server.handlers.static import StaticHandler
from aiflow_server.handlers.stream import StreamHandler
from aiflow_server.handlers.unknown import UnknownHandler

__all__ = ["ROUTES", "Handler"]

_PROJECT = r"api/projects/(?P<project_id>[^/]+)"

ROUTES: tuple[tuple[str, type[web.RequestHandler]], ...] = (
    (r"api/generate", GenerateHandler),
    (r"api/import", ImportHandler),
    (r"api/stream/(?P<project_id>[^/]+)", StreamHandler),
    (r"api/projects", handler_of("Projects", get="projects")),
    (_PROJECT, handler_of("Project", TreeHandler, patch="rename", delete="delete")),
    (_PROJECT + r"/request", handler_of("Request", get="request")),
    (_PROJECT + r"/files/(?P<path>.+)", FileHandler),
    (_PROJECT + r"/download", DownloadHandler),
    (_PROJECT + r"/thumbnail", ThumbnailHandler),
    (_PROJECT + r"/compare", handler_of("Compare", get="compare")),
    (_PROJECT + r"/versions", handler_of("Versions", get="versions")),
    (_PROJECT + r"/trace", handler_of("Trace", get="trace")),
    (_PROJECT + r"/copy", handler_of("Copy", post="copy")),
    (_PROJECT + r"/apply", handler_of("Apply", post="apply")),
    (_PROJECT + r"/undo", handler_of("Undo", post="undo")),
    (_PROJECT + r"/restore", handler_of("Restore", post="restore")),
    (_PROJECT + r"/change", handler_of("Change", post="change")),
    (_PROJECT + r"/questions", handler_of("Questions", get="questions")),
    (_PROJECT + r"/answers", handler_of("Answers", post="answers")),
    (_PROJECT + r"/tests", handler_of("Tests", post="tests")),
    (_PROJECT + r"/tests/decide", handler_of("TestsDecide", post="decide")),
    (_PROJECT + r"/tests/repair", handler_of("TestsRepair", post="repair")),
    (_PROJECT + r"/tests/mutants", handler_of("TestsMutants", post="mutants")),
    (_PROJECT + r"/retry", handler_of("Retry", post="retry")),
    (_PROJECT + r"/cancel", handler_of("Cancel", post="cancel")),
    (_PROJECT + r"/continue", handler_of("Continue", post="continue")),
    (_PROJECT + r"/program", ProgramHandler),
    (r"api/templates", handler_of("Templates", get="welcome")),
    (r"api/engines", handler_of("Engines", get="engines")),
    (r"api/engine", handler_of("Engine", put="engine")),
    (r"api/engine/check", handler_of("EngineCheck", post="check_engine")),
    (r"aiflow/static/(?P<path>.+)", StaticHandler),
    # Last: whatever else is asked of our part of the API is refused in our words.
    (r"(?:api/(?:engines?|generate|import|stream|projects|templates)|aiflow)(?:/.*)?", UnknownHandler),
)
