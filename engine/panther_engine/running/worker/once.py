"""A worker that runs one job without fork: job on stdin, reports on stdout, output on stderr."""

import os

from .child import Worker, hide_descriptor
from .imports.modules import GlobalsFinder
from .wire import frames
from .wire.messages import WholeJobMessage


def run_once() -> None:
    """Read a job, run it, end."""
    job_from = hide_descriptor(os.dup(0))
    report = hide_descriptor(os.dup(1))
    output = hide_descriptor(os.dup(2))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    finder = GlobalsFinder()
    leave = os._exit
    status = 0
    try:
        job: WholeJobMessage = frames.unpack_job(frames.read_job(job_from))
        finder.update(job["globals"], ())
        Worker(report, output, -1, finder, job).run(job)
    except EOFError:
        pass  # nobody had a job for us
    except MemoryError:
        status = frames.NO_MEMORY
    finally:
        leave(status)
