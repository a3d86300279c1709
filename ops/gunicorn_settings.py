"""How a web process is run, everywhere: under systemd, in a container, in a rehearsal.

BIND says where it listens, WEB_PROCESSES and WEB_THREADS how many there are. It logs as everything else does, one line
of JSON each (LOG_FORMAT=line: for people), and no line for each request.
"""

import logging
import os

from portal.http.log_settings import log_to_console

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_tmp_dir = "/dev/shm"
control_socket_disable = True
limit_request_line = 8190  # the address of a long question at the desk
timeout = 60  # seconds after which a process that answers nothing is replaced
graceful_timeout = 30  # seconds for requests that run when it is told to end
logging.raiseExceptions = False  # a line that cannot be written is left out: what logging says of it quotes its values
logconfig_dict = log_to_console(os.environ.get("LOG_FORMAT", "json")) | {
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}
