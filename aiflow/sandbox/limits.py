"""The limits of a run: the configuration's ``runner`` section."""

from pydantic import BaseModel, ConfigDict, Field


class RunLimits(BaseModel):
    """What a generated program may use; each has a Chinese sentence for when it is hit.

    Attributes:
        wall_timeout_s: from start to end, waiting for input included.
        cpu_budget_s: processor time of the whole tree.
        memory_mb: of the whole tree.
        processes: at once.
        output_mb: of text, both streams together.
        file_mb: one file.
        folder_mb: the project's folder as a whole, so that many files do not fill the disk either.
        open_files: of one process.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    wall_timeout_s: float = Field(default=600.0, gt=0, le=86_400)
    cpu_budget_s: float = Field(default=120.0, ge=1, le=86_400)
    memory_mb: int = Field(default=1024, ge=64, le=1_048_576)
    processes: int = Field(default=32, ge=1, le=4096)
    output_mb: float = Field(default=2.0, gt=0, le=1024)
    file_mb: float = Field(default=10.0, gt=0, le=102_400)
    folder_mb: float = Field(default=100.0, gt=0, le=1_048_576)
    open_files: int = Field(default=256, ge=32, le=65_536)
